#!/bin/sh
# GraphicsMagick.
. "${0%/*}/lib.sh"
need gm jq
gif ball in.gif
gif noise big.gif

both file 'gm convert in.gif out.gif'
verdicts 1
verdict out.gif in.gif only conversion true

both stdout 'gm convert in.gif gif:- > out.gif'
verdicts 1
verdict out.gif in.gif only conversion true

both mogrify 'gm mogrify -colors 8 in.gif'
verdicts 1
verdict in.gif in.gif in_place color_reduction true

both full_disk "$(full_after 20 'gm convert big.gif out.gif')"
caught out.gif file_integrity

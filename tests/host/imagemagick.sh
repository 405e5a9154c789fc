#!/bin/sh
# ImageMagick 6: convert (by its full path: other programs of that name exist) and mogrify.
. "${0%/*}/lib.sh"
need mogrify jq
[ -x /usr/bin/convert ] || { skip imagemagick "/usr/bin/convert is not installed"; exit 0; }
gif ball in.gif
gif disposal2 b.gif
gif noise big.gif

both optimize '/usr/bin/convert in.gif -layers optimize out.gif'
verdicts 1
verdict out.gif in.gif only optimization true

both coalesce '/usr/bin/convert in.gif -coalesce out.gif'
verdict out.gif in.gif only conversion true

both over_itself '/usr/bin/convert in.gif in.gif'
verdicts 1
verdict in.gif in.gif in_place conversion true

both old_output 'mv b.gif out.gif; /usr/bin/convert in.gif -coalesce out.gif'
verdict out.gif in.gif only conversion true

both stdout '/usr/bin/convert in.gif gif:- > out.gif'
verdicts 1
verdict out.gif in.gif only conversion true

both mogrify 'mogrify -layers optimize in.gif'
verdicts 1
verdict in.gif in.gif in_place optimization true

both mogrify_path 'mkdir o; mogrify -path o -coalesce in.gif b.gif'
verdicts 2

both adjoin '/usr/bin/convert in.gif -coalesce +adjoin f%02d.gif'
verdicts 20
verdict f00.gif in.gif only explode true

both write '/usr/bin/convert in.gif -coalesce -write one.gif two.gif'
verdicts 2

both colors '/usr/bin/convert in.gif -coalesce -colors 8 out.gif'
verdict out.gif in.gif only color_reduction true

both resize '/usr/bin/convert in.gif -coalesce -resize 50% out.gif'
verdict out.gif in.gif only resize true

both one_frame "/usr/bin/convert 'in.gif[0]' out.gif"
verdict out.gif in.gif only frame_reduction true

both full_disk "$(full_after 20 '/usr/bin/convert big.gif -coalesce out.gif')"
caught out.gif file_integrity


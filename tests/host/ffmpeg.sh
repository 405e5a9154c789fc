#!/bin/sh
# ffmpeg closes its output before its source, from a process with many threads.
. "${0%/*}/lib.sh"
need ffmpeg jq
gif ball in.gif
gif noise big.gif
quiet='ffmpeg -nostdin -v error -y'
palette='split[a][b];[a]palettegen[p];[b][p]paletteuse'

both file "$quiet -i in.gif out.gif"
verdicts 1
verdict out.gif in.gif only conversion true

both palette "$quiet -i in.gif -filter_complex '$palette' out.gif"
verdict out.gif in.gif only conversion true

both stdout "$quiet -i in.gif -f gif pipe:1 > out.gif"
verdicts 1
verdict out.gif in.gif only conversion true

both half_rate "$quiet -i in.gif -filter_complex 'fps=5,$palette' out.gif"
verdict out.gif in.gif only frame_reduction true

both scaled "$quiet -i in.gif -filter_complex 'scale=80:-1,$palette' out.gif"
verdict out.gif in.gif only resize true

both no_gif "$quiet -i in.gif frames.mkv && rm in.gif && $quiet -i frames.mkv out.gif; rm frames.mkv"
silent

both full_disk "$(full_after 20 "$quiet -i big.gif out.gif")"
caught out.gif file_integrity

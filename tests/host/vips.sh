#!/bin/sh
# libvips: sources opened up to 24 times, the last one mapped and kept; outputs closed by a thread.
. "${0%/*}/lib.sh"
need vips vipsthumbnail jq
vips -l 2>/dev/null | grep -q gifsave || { skip vips "this libvips cannot write GIFs"; exit 0; }
gif ball in.gif
gif noise big.gif

both all_frames "vips copy 'in.gif[n=-1]' out.gif"
verdicts 1
verdict out.gif in.gif only conversion true

both bitdepth "vips copy 'in.gif[n=-1]' 'out.gif[bitdepth=3]'"
verdict out.gif in.gif only color_reduction true

# Real loss: without [n=-1] one frame of many is kept, and nobody asked for that.
both first_only 'vips copy in.gif out.gif'
caught out.gif frame_count

both thumbnail "vipsthumbnail -s 60x60 'in.gif[n=-1]' -o out.gif"
verdicts 1
verdict out.gif in.gif only resize true

# Its own source is truncated under its mapping: it dies of SIGBUS, with gifvet as without.
both over_itself 'vips copy in.gif in.gif 2>/dev/null; echo $?'

both full_disk "$(full_after 20 "vips copy 'big.gif[n=-1]' out.gif")"
caught out.gif file_integrity

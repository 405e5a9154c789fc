#!/bin/sh
# gifsicle: files, stdout, stdin, pipes, in place, batch, merge, explode, palettes, temporary names.
. "${0%/*}/lib.sh"
need gifsicle jq
gif ball in.gif
gif disposal2 b.gif
gif ball a.gif
gif noise big.gif
gif colors256 pal.gif

both file 'gifsicle -O3 in.gif -o out.gif'
verdicts 1
verdict out.gif in.gif only optimization true

both stdout 'gifsicle -O3 in.gif > out.gif'
verdicts 1
verdict out.gif in.gif only optimization true

both stdin 'gifsicle -O2 < in.gif > out.gif'
verdicts 1
verdict out.gif in.gif only optimization true

both pipe 'cat in.gif | gifsicle > out.gif'
silent

both in_place 'gifsicle -b in.gif --colors 8'
verdicts 1
verdict in.gif in.gif in_place color_reduction true

both over_itself 'gifsicle -O3 in.gif -o in.gif'
verdict in.gif in.gif in_place optimization true

both batch 'gifsicle -b -O2 a.gif b.gif in.gif'
verdicts 3
verdict a.gif a.gif in_place optimization true
verdict b.gif b.gif in_place optimization true
verdict in.gif in.gif in_place optimization true

both merge 'gifsicle --merge a.gif in.gif -o out.gif'
verdicts 1
verdict out.gif a.gif+in.gif merged merge true

both merge_unsaid 'gifsicle a.gif in.gif -o out.gif'
verdict out.gif a.gif+in.gif merged merge true

both explode 'gifsicle -U --explode in.gif -o frame'
verdicts 20
verdict frame.000 in.gif only explode true
verdict frame.019 in.gif only explode true

both palette 'gifsicle --use-colormap pal.gif in.gif -o out.gif'
verdicts 1
verdict out.gif in.gif only color_reduction true

both dev_stdout 'gifsicle in.gif -o /dev/stdout > out.gif'
verdicts 1
verdict out.gif in.gif only optimization true

both info 'gifsicle --info in.gif'
silent

both colors 'gifsicle -k 8 in.gif -o out.gif'
verdict out.gif in.gif only color_reduction true

both lossy 'gifsicle -O3 --lossy=80 in.gif -o out.gif'
verdict out.gif in.gif only lossy_compression true

both resize 'gifsicle --resize 80x_ in.gif -o out.gif'
verdict out.gif in.gif only resize true

both selection "gifsicle -U in.gif '#0-4' -o out.gif"
verdict out.gif in.gif only frame_reduction true

both temporary 'gifsicle -O3 in.gif -o .out.tmp && mv .out.tmp out.gif'
verdict .out.tmp in.gif only optimization true

both old_output 'mv b.gif out.gif; gifsicle -O3 in.gif -o out.gif'
verdict out.gif in.gif only optimization true

both full_disk "$(full_after 20 'gifsicle big.gif -o out.gif')"
verdicts 1
caught out.gif file_integrity

both full_disk_in_place "$(full_after 20 'gifsicle -b big.gif')"
caught big.gif file_integrity

# What a wrapper did that asked for half of the frames and got all of them.
both nothing_done 'GIFLAB_VALIDATION_OPERATION=frame_reduction GIFLAB_VALIDATION_RATIO=0.5 gifsicle in.gif -o out.gif'
caught out.gif frame_count

both named_source 'GIFLAB_VALIDATION_SOURCE=b.gif gifsicle in.gif -o out.gif'
caught out.gif geometry

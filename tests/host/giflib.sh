#!/bin/sh
# giflib's own tools, and programs that only copy bytes.
. "${0%/*}/lib.sh"
need giftool giffix gifclrmp jq
gif ball in.gif
gif noise big.gif

both giftool 'giftool -d 20 < in.gif > out.gif'
verdicts 1
# Real loss: giftool writes no loop extension, and of -d only what a control block holds.
caught out.gif loop_count

both giffix 'giffix in.gif > out.gif'
verdicts 1
verdict out.gif in.gif only optimization true

both gifclrmp 'gifclrmp -g 1.1 in.gif > out.gif'
verdicts 1

both copy 'cp in.gif out.gif'
verdict out.gif in.gif only unknown true

both cut_copy 'dd if=in.gif of=out.gif bs=1000 count=3 2>/dev/null'
caught out.gif file_integrity

both full_disk "$(full_after 20 'giffix big.gif > out.gif')"
caught out.gif file_integrity

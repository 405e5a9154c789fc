#!/bin/sh
# Pillow: the output is closed while the source is still open; a process that forks workers.
. "${0%/*}/lib.sh"
need jq
/usr/bin/python3 -c 'import PIL' 2>/dev/null || { skip pillow "Pillow is not installed"; exit 0; }
gif ball in.gif
gif disposal2 b.gif
gif noise big.gif
python() { printf '/usr/bin/python3 -c "from PIL import Image; %s"' "$1"; }

both save_all "$(python "Image.open('in.gif').save('out.gif', save_all=True)")"
verdicts 1
verdict out.gif in.gif only unknown true

both with_statement "$(python "f = open('out.gif', 'wb'); Image.open('in.gif').save(f, 'GIF', save_all=True); f.close()")"
verdicts 1
verdict out.gif in.gif only unknown true

# Real loss: without save_all one frame of many is kept.
both first_only "$(python "Image.open('in.gif').save('out.gif')")"
caught out.gif frame_count

# Real loss: the source is truncated while it is still being read.
both over_itself "$(python "Image.open('in.gif').save('in.gif', save_all=True)")"
verdicts 1
caught in.gif frame_count

both two_jobs "$(python "[Image.open(n).save('out-' + n, save_all=True) for n in ('in.gif', 'b.gif')]")"
verdicts 2

both os_exit "$(python "import os; im = Image.open('in.gif'); f = open('out.gif', 'wb', 0); im.save(f, 'GIF', save_all=True); os._exit(3)")"
verdicts 1
verdict out.gif in.gif only unknown true

cat >"$FIXTURES/pool.py" <<'P'
import multiprocessing
from PIL import Image
def job(n):
    Image.open('in.gif').save('out%d.gif' % n, save_all=True)
if __name__ == '__main__':
    with multiprocessing.get_context('fork').Pool(4) as p:
        p.map(job, range(8))
P
both pool '/usr/bin/python3 pool.py'
verdicts 8
verdict out7.gif in.gif only unknown true

# A child closes its copy of an output that the parent is still writing.
cat >"$FIXTURES/inherit.py" <<'P'
import os
data = open('in.gif', 'rb').read()
f = open('out.gif', 'wb', 0)
f.write(data[:len(data) // 2])
pid = os.fork()
if pid == 0:
    with open('other', 'wb') as other:
        other.write(b'x' * len(data))
    f.close()
    os._exit(0)
os.waitpid(pid, 0)
f.write(data[len(data) // 2:])
f.close()
P
both inherited '/usr/bin/python3 inherit.py'
verdicts 1
verdict out.gif in.gif only unknown true

both subprocess "$(python "import subprocess; f = open('out.gif', 'wb'); subprocess.run(['gifsicle', '-O2', 'in.gif'], stdout=f); f.close()")"
verdicts 1
verdict out.gif in.gif only optimization true

both full_disk "$(full_after 20 "$(python "Image.open('big.gif').save('out.gif', save_all=True)") 2>/dev/null")"
caught out.gif file_integrity

#!/bin/sh
# What README.md says that gifvet cannot see ("proven" there): the host is as ever, and there is no record.
# A case that is seen one day fails here, and its row in README.md goes.
. "${0%/*}/../host/lib.sh"
need gifsicle jq /usr/bin/python3
gif ball in.gif
python() { # a program that has read in.gif into `data`
    { echo 'import mmap, os, signal'; echo 'data = open("in.gif", "rb").read()'; cat; } >"$FIXTURES/$1.py"
    both "$1" "/usr/bin/python3 -S $1.py"
}

both into_a_pipe 'gifsicle -O2 in.gif | cat >out.gif'
silent
both from_a_pipe 'cat in.gif | gifsicle -O2 >out.gif'
silent

python mapped <<'END'
f = open("out.gif", "w+b")
f.truncate(len(data))
m = mmap.mmap(f.fileno(), 0)
m[:] = data
m.close()
f.close()
END
silent

cp "$FIXTURES/in.gif" "$FIXTURES/other.gif"
python patched <<'END'
f = open("other.gif", "r+b")
f.seek(len(data) // 2)
f.write(bytes(100))
f.close()
END
silent

python unlinked <<'END'
f = open("out.gif", "wb")
os.unlink("out.gif")
f.write(data)
f.close()
END
silent

python unnamed <<'END'
for fd in (os.memfd_create("out.gif"), os.open(".", os.O_TMPFILE | os.O_RDWR, 0o600)):
    os.write(fd, data)
    os.close(fd)
END
silent

python killed <<'END'
f = open("out.gif", "wb", 0)
f.write(data[:len(data) // 2])
os.kill(os.getpid(), signal.SIGKILL)
END
silent

python rubbish_renamed <<'END'
f = open("out.tmp", "wb")
f.write(bytes(len(data)))
f.close()
os.rename("out.tmp", "out.gif")
END
silent

# A filter that allows everything is a filter.
cat >"$FIXTURES/filtered.py" <<'END'
import ctypes, os, struct
libc = ctypes.CDLL(None, use_errno=True)
allow = ctypes.create_string_buffer(struct.pack("HBBI", 6, 0, 0, 0x7fff0000))
program = struct.pack("HxxxxxxP", 1, ctypes.addressof(allow))
assert libc.prctl(38, 1, 0, 0, 0) == 0 and libc.prctl(22, 2, program, 0, 0) == 0
os.execvp("gifsicle", ["gifsicle", "-O2", "in.gif", "-o", "out.gif"])
END
both under_a_filter '/usr/bin/python3 -S filtered.py'
silent

cat >"$FIXTURES/static.c" <<'END'
#include <fcntl.h>
#include <unistd.h>
int main(void) {
    static char bytes[1 << 20];
    int in = open("in.gif", O_RDONLY), out = open("out.gif", O_WRONLY | O_CREAT | O_TRUNC, 0644);
    ssize_t n = read(in, bytes, sizeof bytes);
    return write(out, bytes, (size_t)n) != n || close(out) || close(in);
}
END
if gcc -static -o "$FIXTURES/static" "$FIXTURES/static.c" 2>/dev/null; then
    both static ./static
    silent
    if "$GIFVET" doctor "$FIXTURES/static" | grep -q 'statically linked'; then ok "gifvet doctor refuses it"; else not_ok "gifvet doctor"; fi
    both static_in_a_script "sh -c ./static"
    silent
else
    skip static "no static libc"
fi

# Frames that hold only what changes, each scaled for itself: what is left of the others is seen.
gifsicle -O2 "$FIXTURES/in.gif" -o "$FIXTURES/changes.gif"
if [ -x /usr/bin/convert ]; then
    export MAGICK_THREAD_LIMIT=1
    both ghosts '/usr/bin/convert changes.gif -resize 50% out.gif'
    verdict out.gif changes.gif only resize true
else
    skip ghosts "ImageMagick is not installed"
fi

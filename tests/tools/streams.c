/* A host that copies a file in small pieces and says how much memory it had at the most, in KiB:
 * streams IN OUT [recolour]. recolour: with the first colours of the global table inverted. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TABLE_AT 13
#define TABLE_BYTES 12

static char piece[1 << 16];

/* Without stdio's buffers. */
static long peak_kib(void) {
    int fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
    ssize_t n = fd >= 0 ? read(fd, piece, sizeof piece - 1) : 0;
    piece[n > 0 ? n : 0] = '\0';
    const char *line = strstr(piece, "VmHWM:");
    if (fd >= 0)
        close(fd);
    return line != NULL ? strtol(line + 6, NULL, 10) : -1;
}

int main(int argc, char **argv) {
    ssize_t n;
    if (argc < 3)
        return 2;
    int in = open(argv[1], O_RDONLY | O_CLOEXEC);
    int out = open(argv[2], O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0644);
    for (int first = 1; (n = read(in, piece, sizeof piece)) > 0; first = 0) {
        for (ssize_t i = TABLE_AT; argc > 3 && first && i < TABLE_AT + TABLE_BYTES && i < n; i++)
            piece[i] = (char)~piece[i];
        if (write(out, piece, (size_t)n) != n)
            return 1;
    }
    if (n < 0 || close(in) != 0 || close(out) != 0)
        return 1;
    printf("%ld\n", peak_kib());
    return 0;
}

/* A host as small as can be: reads in.gif and writes it to out.gif, or over itself.
 *   copies [half] [over]     half: only the first half of it */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static char bytes[1 << 20];

int main(int argc, char **argv) {
    int half = 0, over = 0;
    for (int i = 1; i < argc; i++) {
        half |= strcmp(argv[i], "half") == 0;
        over |= strcmp(argv[i], "over") == 0;
    }
    int in = open("in.gif", O_RDONLY);
    ssize_t n = read(in, bytes, sizeof bytes);
    if (n < 0 || close(in) != 0)
        return 1;
    int out = open(over ? "in.gif" : "out.gif", O_CREAT | O_TRUNC | O_WRONLY, 0644);
    if (half)
        n /= 2;
    if (write(out, bytes, (size_t)n) != n)
        return 2;
    return close(out) != 0 ? 3 : 0;
}

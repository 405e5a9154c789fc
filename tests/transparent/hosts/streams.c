/* Streams that are no files are closed, and one whose closing closes a GIF. */
#include "plain.c" /* NOLINT(bugprone-suspicious-include) */

static int memory(void) {
    char room[64] = "";
    FILE *f = fmemopen(room, sizeof room, "w+");
    fputs("GIF89a", f);
    errno = EXDEV;
    said("fclose", fclose(f));
    say("%s", room);
    return 0;
}

static int growing(void) {
    char *room = NULL;
    size_t size = 0;
    FILE *f = open_memstream(&room, &size);
    fwrite(gif, 1, gif_size, f);
    errno = EXDEV;
    said("fclose", fclose(f));
    say("same: %d", size == gif_size && memcmp(room, gif, size) == 0);
    free(room);
    return 0;
}

static int process(void) {
    FILE *f = popen("cat >piped.gif; exit 3", "w");
    fwrite(gif, 1, gif_size, f);
    errno = EXDEV;
    said("pclose", pclose(f));
    f = popen("exit 4", "r");
    errno = EXDEV;
    /* glibc allows what the compiler warns of. */
    int (*volatile end)(FILE *) = fclose;
    said("fclose", end(f));
    return 0;
}

static ssize_t cookie_write(void *fd, const char *bytes, size_t size) {
    return write(*(int *)fd, bytes, size);
}

static int cookie_close(void *fd) {
    int result = close(*(int *)fd);
    *(int *)fd = -1;
    return result;
}

/* The stream has no descriptor that fileno() knows. */
static int cookie(void) {
    static char buffer[BUFSIZ];
    int fd = create("out.gif");
    FILE *f = fopencookie(&fd, "w",
                          (cookie_io_functions_t){.write = cookie_write, .close = cookie_close});
    setvbuf(f, buffer, _IOFBF, sizeof buffer);
    fwrite(gif, 1, gif_size, f);
    errno = EXDEV;
    said("fclose", fclose(f));
    say("closed: %d", fd);
    return 0;
}

int main(int argc, char **argv) {
    static const struct way ways[] = {{"memory", memory},
                                      {"growing", growing},
                                      {"process", process},
                                      {"cookie", cookie},
                                      {NULL, NULL}};
    read_source("in.gif");
    int result = run_way(ways, argc, argv);
    say_state();
    return result;
}

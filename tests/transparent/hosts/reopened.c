/* freopen(): keeps the stream and gives it its file again, another one, or none. */
#include "plain.c" /* NOLINT(bugprone-suspicious-include) */

static FILE *written(void) {
    FILE *f = fopen("out.gif", "w");
    need(f != NULL && fwrite(gif, 1, gif_size, f) == gif_size, "write a stream");
    return f;
}

static void reopen(const char *path, const char *mode, FILE *f) {
    int before = fileno(f);
    errno = EXDEV;
    FILE *again = freopen(path, mode, f);
    int after = errno;
    say("same stream: %d, errno %d", again == f, after);
    if (again == NULL)
        return;
    say("same number: %d", fileno(again) == before);
    if (strcmp(mode, "w") == 0)
        said("fputs", fputs("other", again));
    else
        said("fgetc", fgetc(again));
    errno = EXDEV;
    said("fclose", fclose(again));
}

static int to_read(void) {
    reopen(NULL, "r", written());
    return 0;
}

static int to_change(void) {
    reopen(NULL, "r+", written());
    return 0;
}

static int other(void) {
    reopen("other.txt", "w", written());
    return 0;
}

static int missing(void) {
    reopen("no/such/file", "r", written());
    return 0;
}

/* The file under the stream's number is gone already. */
static int closed(void) {
    FILE *f = written();
    fflush(f);
    close(fileno(f));
    reopen("other.txt", "w", f);
    return 0;
}

int main(int argc, char **argv) {
    static const struct way ways[] = {{"to_read", to_read}, {"to_change", to_change},
                                      {"other", other},     {"missing", missing},
                                      {"closed", closed},   {NULL, NULL}};
    read_source("in.gif");
    int result = run_way(ways, argc, argv);
    say_state();
    return result;
}

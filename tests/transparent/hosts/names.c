/* The output has lost its name, or got another, before it is closed. */
#include "plain.c" /* NOLINT(bugprone-suspicious-include) */

static int unlinked(void) {
    int fd = whole("out.gif");
    unlink("out.gif");
    said("close", close(fd));
    return 0;
}

/* Its old name is another file's by now. */
static int replaced(void) {
    int fd = whole("out.gif");
    unlink("out.gif");
    int other = half("out.gif");
    said("close", close(fd));
    put_rest(other);
    said("close", close(other));
    return 0;
}

static int renamed(void) {
    int fd = whole("out.gif.part");
    said("rename", rename("out.gif.part", "out.gif"));
    said("close", close(fd));
    return 0;
}

static int over_source(void) {
    int fd = whole("out.tmp");
    said("rename", rename("out.tmp", "in.gif"));
    said("close", close(fd));
    return 0;
}

static int other_name(void) {
    int fd = whole("out.gif");
    said("rename", rename("out.gif", "out.txt"));
    said("close", close(fd));
    return 0;
}

static int two_names(void) {
    int fd = whole("out.gif");
    said("link", link("out.gif", "second.gif"));
    said("close", close(fd));
    return 0;
}

static int never_named(void) {
    int fd = open(".", O_TMPFILE | O_RDWR, 0644);
    put(fd, 0, gif_size);
    said("close", close(fd));
    return 0;
}

static int named_late(void) {
    char path[40];
    int fd = open(".", O_TMPFILE | O_RDWR, 0644);
    put(fd, 0, gif_size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    said("linkat", linkat(AT_FDCWD, path, AT_FDCWD, "out.gif", AT_SYMLINK_FOLLOW));
    said("close", close(fd));
    return 0;
}

static int without_directory(void) {
    mkdir("gone", 0755);
    int fd = whole("gone/out.gif");
    unlink("gone/out.gif");
    said("rmdir", rmdir("gone"));
    said("close", close(fd));
    return 0;
}

int main(int argc, char **argv) {
    static const struct way ways[] = {{"unlinked", unlinked},
                                      {"replaced", replaced},
                                      {"renamed", renamed},
                                      {"over_source", over_source},
                                      {"other_name", other_name},
                                      {"two_names", two_names},
                                      {"never_named", never_named},
                                      {"named_late", named_late},
                                      {"without_directory", without_directory},
                                      {NULL, NULL}};
    read_source("in.gif");
    int result = run_way(ways, argc, argv);
    say_state();
    return result;
}

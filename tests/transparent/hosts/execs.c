/* Another program takes the place of one whose output is open. */
#include "plain.c" /* NOLINT(bugprone-suspicious-include) */

static void become(const char *way, int fd) {
    char number[16];
    snprintf(number, sizeof number, "%d", fd);
    let_clock_tick();
    execl("/proc/self/exe", "execs", way, number, (char *)NULL);
    need(false, "exec");
}

static int cloexec(void) {
    int fd = whole("out.gif");
    need(fcntl(fd, F_SETFD, FD_CLOEXEC) == 0, "set a flag");
    become("look", fd);
    return 1;
}

static int kept(void) {
    become("close", whole("out.gif"));
    return 1;
}

static int kept_half(void) {
    become("finish", half("out.gif"));
    return 1;
}

/* What the second program does with the number that it was given. */
static int go_on(const char *way, int fd) {
    say_state();
    if (strcmp(way, "finish") == 0)
        put_rest(fd);
    said("close", close(fd));
    say_state();
    return 12;
}

int main(int argc, char **argv) {
    static const struct way ways[] = {
        {"cloexec", cloexec}, {"kept", kept}, {"kept_half", kept_half}, {NULL, NULL}};
    read_source("in.gif");
    return argc == 3 ? go_on(argv[1], atoi(argv[2])) : run_way(ways, argc, argv);
}

/* A host with three megabytes of arguments, or of environment. */
#include "plain.c" /* NOLINT(bugprone-suspicious-include) */

#include <sys/resource.h>

#define STRINGS 32
#define STRING_SIZE 100000

extern char **environ;

static char *list[STRINGS + 512];

/* The kernel gives a quarter of the stack's limit to arguments and environment. */
static size_t fill(size_t used, char letter) {
    const struct rlimit limit = {(rlim_t)64 << 20, (rlim_t)64 << 20};
    need(setrlimit(RLIMIT_STACK, &limit) == 0, "raise a limit");
    for (size_t i = 0; i < STRINGS; i++) {
        char *string = malloc(STRING_SIZE);
        memset(string, letter, STRING_SIZE - 1);
        string[1] = '=';
        string[STRING_SIZE - 1] = '\0';
        list[used++] = string;
    }
    return used;
}

static int long_arguments(void) {
    list[0] = "arguments";
    list[1] = "short";
    fill(2, 'a');
    execv("/proc/self/exe", list);
    return 1;
}

static int long_environment(void) {
    static char *argv[] = {"arguments", "short", NULL};
    size_t used = 0;
    for (char **e = environ; *e != NULL && used < 512; e++)
        list[used++] = *e;
    fill(used, 'e');
    execve("/proc/self/exe", argv, list);
    return 1;
}

static int start(void) {
    read_source("in.gif");
    said("close", close(whole("out.gif")));
    said("close", close(half("half.gif")));
    size_t variables = 0;
    for (char **e = environ; *e != NULL; e++)
        variables += (*e)[0] == 'e' && (*e)[1] == '=';
    say("variables: %zu", variables);
    say_state();
    return 0;
}

int main(int argc, char **argv) {
    static const struct way ways[] = {{"long_arguments", long_arguments},
                                      {"long_environment", long_environment},
                                      {"short", start},
                                      {NULL, NULL}};
    say("arguments: %d", argc);
    return run_way(ways, argc, argv);
}

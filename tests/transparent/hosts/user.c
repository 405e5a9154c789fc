/* A host that gives up being root after it has started: alone, or while its threads close GIFs,
 * when the C library must reach every one of them by a signal. */
#include "plain.c" /* NOLINT(bugprone-suspicious-include) */

#include <pthread.h>
#include <stdatomic.h>
#include <sys/prctl.h>

#define NOBODY 65534

/* Its own account of what it has written is closed to it now. */
static int half_of_it(void) {
    int fd = create("half.gif");
    said("setuid", setuid(NOBODY));
    put(fd, 0, gif_size / 2);
    said("close", close(fd));
    return 0;
}

/* One that reads no GIF. */
static int generates(void) {
    static const char dot[] =
        "GIF89a\1\0\1\0\x80\0\0\0\0\0\xFF\xFF\xFF,\0\0\0\0\1\0\1\0\0\2\2D\1\0;";
    int fd = create("dot.gif");
    said("setuid", setuid(NOBODY));
    need(write(fd, dot, sizeof dot - 1) == sizeof dot - 1, "write an output");
    said("close", close(fd));
    return 0;
}

static int alone(void) {
    int fd = half("out.gif");
    said("setuid", setuid(NOBODY));
    put_rest(fd);
    errno = EXDEV;
    said("close", close(fd));
    say("dumpable: %d", prctl(PR_GET_DUMPABLE));
    say("writable: %d", access("in.gif", W_OK) == 0);
    return 0;
}

static atomic_bool done;

/* As files that anybody may write: the user changes under the thread. */
static void *close_on(void *name) {
    while (!atomic_load(&done)) {
        int fd = half(name);
        close(fd);
    }
    return NULL;
}

static int with_threads(void) {
    static char names[2][16] = {"half_a.gif", "half_b.gif"};
    pthread_t threads[2];
    int well = 0;
    for (int i = 0; i < 2; i++)
        need(chmod(".", 0777) == 0 && fchmod(create(names[i]), 0666) == 0, "make files writable");
    for (int i = 0; i < 2; i++)
        need(pthread_create(&threads[i], NULL, close_on, names[i]) == 0, "start a thread");
    for (int i = 0; i < 200; i++)
        well += seteuid(NOBODY) == 0 && seteuid(0) == 0;
    atomic_store(&done, true);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    say("well: %d", well);
    return 0;
}

int main(int argc, char **argv) {
    static const struct way ways[] = {
        {"alone", alone},         {"still_logged", alone},        {"half_of_it", half_of_it},
        {"generates", generates}, {"with_threads", with_threads}, {NULL, NULL}};
    if (argc < 2 || strcmp(argv[1], "generates") != 0)
        read_source("in.gif");
    int result = run_way(ways, argc, argv);
    say_state();
    return result;
}

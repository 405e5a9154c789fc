/* The numbers of the host's descriptors after something has failed: the next is the lowest that is
 * free, and what the host opens under any number stays its own. */
#include "plain.c" /* NOLINT(bugprone-suspicious-include) */

#include <pthread.h>

/* Two outputs that fail, and what open() gives in between. */
static int next(void) {
    int fd = half("half1.gif");
    said("close", close(fd));
    said("open", open("mine.txt", O_CREAT | O_RDWR, 0644) - fd);
    fd = half("half2.gif");
    said("close", close(fd));
    said("open", open("mine.txt", O_RDWR) - fd);
    return 0;
}

static ino_t file_under(int fd) {
    struct stat st;
    return fstat(fd, &st) == 0 ? st.st_ino : 0;
}

/* On a stack that nothing has looked at yet. */
static void *fail_elsewhere(void *unused) {
    said("close", close(half("half2.gif")));
    return unused;
}

#define FILES 16

/* All are closed in between, as daemons do, and the numbers are used for other files. */
static int used_again(void) {
    int files[FILES], exchanged = 0;
    ino_t inos[FILES];
    pthread_t thread;
    said("close", close(half("half1.gif")));
    closefrom(3);
    for (int i = 0; i < FILES; i++) {
        char name[16];
        snprintf(name, sizeof name, "%d.txt", i);
        files[i] = open(name, O_CREAT | O_RDWR, 0644);
        inos[i] = file_under(files[i]);
    }
    need(pthread_create(&thread, NULL, fail_elsewhere, NULL) == 0, "start a thread");
    pthread_join(thread, NULL);
    for (int i = 0; i < FILES; i++) {
        exchanged += file_under(files[i]) != inos[i];
        need(write(files[i], "mine", 4) == 4, "write a file");
    }
    say("exchanged: %d", exchanged);
    return 0;
}

int main(int argc, char **argv) {
    static const struct way ways[] = {{"next", next}, {"used_again", used_again}, {NULL, NULL}};
    closefrom(3);
    read_source("in.gif");
    int result = run_way(ways, argc, argv);
    say_state();
    return result;
}

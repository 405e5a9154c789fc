/* One thread closes GIFs; another gets the number that was just closed, or takes a number of its
 * own choice, and must find there what it put there. */
#include "plain.c" /* NOLINT(bugprone-suspicious-include) */

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#define TIMES 1500

#define OUTPUT_NUMBER 40

static pthread_t closer;
static atomic_bool done;
static int badly, badly_closed;
static pthread_mutex_t numbers = PTHREAD_MUTEX_INITIALIZER; /* who may open anything */
static atomic_bool wanted; /* by the thread that closes GIFs; mutexes are not fair */

/* Every output far up, so that the low numbers are the other thread's. */
static int written_far_up(int n) {
    char name[32];
    snprintf(name, sizeof name, "o/%d.gif", n);
    atomic_store(&wanted, true);
    pthread_mutex_lock(&numbers);
    atomic_store(&wanted, false);
    int fd = whole(name);
    need(dup2(fd, OUTPUT_NUMBER) == OUTPUT_NUMBER && close(fd) == 0, "move an output");
    pthread_mutex_unlock(&numbers);
    return OUTPUT_NUMBER;
}

static void *close_far_up(void *unused) {
    for (int i = 0; i < TIMES; i++)
        badly_closed += close(written_far_up(i)) != 0;
    atomic_store(&done, true);
    return unused;
}

static void *close_many(void *unused) {
    for (int i = 0; i < TIMES; i++) {
        char name[32];
        snprintf(name, sizeof name, "o/%d.gif", i);
        badly_closed += close(whole(name)) != 0;
    }
    atomic_store(&done, true);
    return unused;
}

static bool is_own(int fd, ino_t ino) {
    struct stat st;
    char text[8] = "";
    return fstat(fd, &st) == 0 && st.st_ino == ino && lseek(fd, 0, SEEK_CUR) == 4 &&
           pread(fd, text, 4, 0) == 4 && memcmp(text, "mine", 4) == 0;
}

static ino_t write_mine(int fd) {
    struct stat st;
    need(write(fd, "mine", 4) == 4 && fstat(fd, &st) == 0, "write a file");
    return st.st_ino;
}

static void start(void *(*closes)(void *)) {
    need(pthread_create(&closer, NULL, closes, NULL) == 0, "start a thread");
}

static void take_turns(void) {
    while (atomic_load(&wanted))
        sched_yield();
    pthread_mutex_lock(&numbers);
}

/* The lowest free number, each time: often the one that the other thread has just closed. */
static int lowest(void) {
    start(close_many);
    while (!atomic_load(&done)) {
        int fd = open("mine.txt", O_RDWR);
        ino_t ino = write_mine(fd);
        for (int i = 0; i < 20; i++)
            badly += !is_own(fd, ino);
        badly += close(fd) != 0;
    }
    return 0;
}

/* Numbers that are free by the host's own reckoning, but not the lowest: those are in use for the
 * instant in which gifvet opens a file (README, known limits). */
#define CHOSEN 100

static int chosen(void) {
    int fd = open("mine.txt", O_RDWR);
    ino_t ino = write_mine(fd);
    start(close_far_up);
    while (!atomic_load(&done)) {
        take_turns();
        for (int to = CHOSEN; to < CHOSEN + 4; to++) {
            badly += dup2(fd, to) != to;
            for (int i = 0; i < 20; i++)
                badly += !is_own(to, ino);
            badly += close(to) != 0;
        }
        pthread_mutex_unlock(&numbers);
    }
    close(fd);
    return 0;
}

/* Numbers that are closed are closed once more, as some hosts do: whatever stands there by then,
 * the outputs are whole, and judged by their own source if at all. */
static int closed_twice(void) {
    start(close_far_up);
    while (!atomic_load(&done)) {
        take_turns();
        for (int to = 3; to < 8; to++)
            close(to);
        pthread_mutex_unlock(&numbers);
    }
    return 0;
}

int main(int argc, char **argv) {
    static const struct way ways[] = {
        {"lowest", lowest}, {"chosen", chosen}, {"closed_twice", closed_twice}, {NULL, NULL}};
    closefrom(3);
    read_source("small.gif");
    mkdir("o", 0755);
    close(create("mine.txt"));
    int result = run_way(ways, argc, argv);
    pthread_join(closer, NULL);
    say("badly: %d, badly closed: %d", badly, badly_closed);
    say_state();
    return result;
}

/* Sixty-four threads close a GIF each at the same instant, again and again. */
#include "plain.c" /* NOLINT(bugprone-suspicious-include) */

#include <pthread.h>

#define THREADS 64
#define ROUNDS 4

static pthread_barrier_t together;
static int numbers[THREADS], results[THREADS];

static void *close_some(void *number) {
    int n = *(int *)number;
    for (int round = 0; round < ROUNDS; round++) {
        char name[32];
        snprintf(name, sizeof name, "%s%d_%d.gif", n % 2 == 0 ? "" : "half", n, round);
        int fd = n % 2 == 0 ? whole(name) : half(name);
        pthread_barrier_wait(&together);
        errno = EXDEV;
        results[n] += close(fd) == 0 && errno == EXDEV;
    }
    return NULL;
}

int main(void) {
    pthread_t threads[THREADS];
    read_source("small.gif");
    pthread_barrier_init(&together, NULL, THREADS);
    for (int i = 0; i < THREADS; i++) {
        numbers[i] = i;
        need(pthread_create(&threads[i], NULL, close_some, &numbers[i]) == 0, "start a thread");
    }
    int well = 0;
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        well += results[i];
    }
    say("closed well: %d", well);
    say_state();
    return 0;
}

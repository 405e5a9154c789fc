/* Threads are cancelled while they close: before the call, during it, at any instruction. */
#include "plain.c" /* NOLINT(bugprone-suspicious-include) */

#include <pthread.h>
#include <semaphore.h>

#define TIMES 200

static sem_t ready;
static int cleaned, type;
static bool leave_open;

/* Where the thread was cancelled before its file was closed, it is closed here. */
static void clean(void *fd) {
    cleaned++;
    if (!leave_open && fcntl(*(int *)fd, F_GETFD) >= 0)
        close(*(int *)fd);
}

static void *close_one(void *number) {
    char name[32];
    int fd;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
    bool is_whole = *(int *)number % 2 == 0;
    snprintf(name, sizeof name, "o/%s%d.gif", is_whole ? "" : "half", *(int *)number);
    fd = is_whole ? whole(name) : half(name);
    pthread_cleanup_push(clean, &fd);
    pthread_setcanceltype(type, NULL);
    sem_post(&ready);
    pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL);
    close(fd);
    for (;;)
        pthread_testcancel();
    pthread_cleanup_pop(1);
    return NULL;
}

/* How long the other thread is left alone differs, so that it is met everywhere. */
static void let_run(int turns) {
    for (volatile int i = 0; i < turns; i++) {
    }
}

static int many(int of_type) {
    int joined = 0;
    type = of_type;
    for (int i = 0; i < TIMES; i++) {
        pthread_t thread;
        void *result;
        need(pthread_create(&thread, NULL, close_one, &i) == 0, "start a thread");
        sem_wait(&ready);
        let_run(i * 997 % 200000);
        pthread_cancel(thread);
        pthread_join(thread, &result);
        joined += result == PTHREAD_CANCELED;
    }
    return joined;
}

static int deferred(void) {
    int joined = many(PTHREAD_CANCEL_DEFERRED);
    say("cancelled: %d, cleaned: %d", joined, cleaned);
    return 0;
}

static int asynchronous(void) {
    /* The C library does not always say of such a thread that it was cancelled. */
    many(PTHREAD_CANCEL_ASYNCHRONOUS);
    say("cleaned: %d", cleaned);
    return 0;
}

/* The thread is cancelled already when it calls. */
static sem_t is_cancelled;

static const char *call;

static void *call_when_cancelled(void *name) {
    int fd;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
    fd = whole(name);
    FILE *f = fdopen(fd, "w");
    pthread_cleanup_push(clean, &fd);
    sem_post(&ready);
    sem_wait(&is_cancelled);
    pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL);
    if (strcmp(call, "close") == 0)
        close(fd);
    else if (strcmp(call, "fclose") == 0 && fputc(';', f) == ';')
        fclose(f);
    else if (strcmp(call, "freopen") == 0 && fputc(';', f) == ';')
        need(freopen("other.txt", "w", f) == NULL, "be cancelled");
    pthread_cleanup_pop(0);
    return NULL;
}

static int pending(const char *name) {
    static char *outputs[] = {"0.gif", "1.gif", "2.gif"};
    pthread_t thread;
    void *result;
    leave_open = true;
    call = name;
    for (int i = 0; i < 3; i++) {
        need(pthread_create(&thread, NULL, call_when_cancelled, outputs[i]) == 0, "start a thread");
        sem_wait(&ready);
        pthread_cancel(thread);
        sem_post(&is_cancelled);
        pthread_join(thread, &result);
        say("cancelled: %d, cleaned: %d", result == PTHREAD_CANCELED, cleaned);
    }
    return 0;
}

static int before_close(void) {
    return pending("close");
}

static int before_fclose(void) {
    return pending("fclose");
}

static int before_freopen(void) {
    return pending("freopen");
}

int main(int argc, char **argv) {
    static const struct way ways[] = {{"deferred", deferred},
                                      {"asynchronous", asynchronous},
                                      {"before_close", before_close},
                                      {"before_fclose", before_fclose},
                                      {"before_freopen", before_freopen},
                                      {NULL, NULL}};
    read_source("small.gif");
    mkdir("o", 0755);
    sem_init(&ready, 0, 0);
    sem_init(&is_cancelled, 0, 0);
    int result = run_way(ways, argc, argv);
    /* close() may not be cancelled at any instruction: what such a thread leaves open is undefined.
     */
    if (type != PTHREAD_CANCEL_ASYNCHRONOUS)
        say_state();
    return result;
}

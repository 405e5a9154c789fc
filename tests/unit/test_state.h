/* What the tests of the state share: a directory for each test, and a validation to begin with. */
#ifndef GIFVET_TESTS_TEST_STATE_H
#define GIFVET_TESTS_TEST_STATE_H

#include "state/layout.h"
#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define SECOND INT64_C(1000000)
#define HOUR (3600 * SECOND)
#define NOON (INT64_C(495000) * HOUR) /* a time like today's, at the beginning of an hour */

static char directory[64];
static struct state state;
static struct state_snapshot snapshot;

static inline const char *in_directory(const char *name) {
    static char path[4][128];
    static int next;
    char *p = path[next++ % 4];
    snprintf(p, sizeof path[0], "%s/%s", directory, name);
    return p;
}

static inline int begin(void **unused) {
    (void)unused;
    strcpy(directory, "/tmp/test_state_XXXXXX");
    return mkdtemp(directory) == NULL || state_open(&state, directory) != 0;
}

static inline int end(void **unused) {
    (void)unused;
    char command[128];
    state_detach(&state);
    snprintf(command, sizeof command, "rm -rf %s", directory);
    return system(command);
}

/* All checks passed. */
static inline struct state_validation validation(int64_t wall_us) {
    return (struct state_validation){.result = STATE_PASSED,
                                     .outcomes_used = JUDGE_CHECKS,
                                     .program = "gifsicle",
                                     .bytes_in = 1000,
                                     .bytes_out = 600,
                                     .time_us = 2500,
                                     .arena_bytes = 1 << 20,
                                     .wall_us = wall_us};
}

static inline void update(const struct state_validation *v) {
    assert_int_equal(state_update(&state, v), 0);
}

/* As it is in the file, not in the mapping. */
static inline const struct state_snapshot *look(void) {
    struct error e = {0};
    if (state_read(directory, &snapshot, &e) != 0)
        fail_msg("%s", e.message);
    return &snapshot;
}

static inline uint64_t sum(const uint64_t *figures, size_t n) {
    uint64_t all = 0;
    for (size_t i = 0; i < n; i++)
        all += figures[i];
    return all;
}

/* Memory that children count in. */
static inline void *shared(size_t n) {
    void *at = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(at != MAP_FAILED);
    return at;
}

/* The children end well. */
static inline void wait_for(int children) {
    for (int i = 0; i < children; i++) {
        int status;
        assert_true(wait(&status) > 0);
        assert_int_equal(status, 0);
    }
}

#endif

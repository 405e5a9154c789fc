/* What the tests of the configuration share: a file, an environment, and what was reported. */
#ifndef GIFVET_TESTS_TEST_CONF_H
#define GIFVET_TESTS_TEST_CONF_H

#include "conf/conf.h"

#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char path[64], problems[65536];
static const char *variables[16]; /* name, value, name, value, …, NULL */

static inline const char *fake_getenv(const char *name) {
    for (size_t i = 0; variables[i] != NULL; i += 2)
        if (strcmp(variables[i], name) == 0)
            return variables[i + 1];
    return NULL;
}

static inline void note(void *context, const struct conf_problem *p) {
    (void)context;
    size_t n = strlen(problems);
    snprintf(problems + n, sizeof problems - n, "%s:%d:%s: %s\n", p->file[0] ? "FILE" : "", p->line,
             p->key, p->reason);
}

static inline void write_ini(const char *text, size_t n) {
    strcpy(path, "/tmp/test_conf_XXXXXX");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, n), n);
    close(fd);
}

static struct conf loaded; /* too large for a stack frame */

/* Loads text as the file; returns the number of problems, told in problems[]. */
static inline size_t load_n(const char *text, size_t n, const char *program) {
    write_ini(text, n);
    problems[0] = '\0';
    const struct conf_input in = {
        .file = path, .program = program, .getenv = fake_getenv, .report = note};
    size_t found = conf_load(&loaded, &in);
    unlink(path);
    return found;
}

static inline size_t load(const char *text) {
    return load_n(text, strlen(text), "gifsicle");
}

static inline int reset(void **state) {
    (void)state;
    memset(variables, 0, sizeof variables);
    return 0;
}

/* The value of row in c as text. */
static inline const char *value_of(const struct conf_setting *row, const struct conf *c) {
    static char value[CONF_PATH_MAX];
    struct text t = text_over(value, sizeof value);
    conf_value_print(row, c, &t);
    return value;
}

#endif

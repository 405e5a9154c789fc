/* Rooms: blocks between the reading thread and the workers · the workers · one file · all files */
#include "operate/log_reader.h"

#include "command/terminal.h"
#include "operate/log_family.h"
#include "operate/log_input.h"
#include "record/record.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define BLOCK_SIZE ((size_t)256 << 10)
#define LINE_MAX_SIZE RECORD_SIZE
#define WORKERS_MAX 8
#define BLOCKS_MAX (2 * WORKERS_MAX)

#if defined __GNUC__ && !defined __clang__
/* gcc 12's analyzer takes memory that is kept in an array for lost. */
#pragma GCC diagnostic ignored "-Wanalyzer-malloc-leak"
#endif

/* ---- blocks ---- */

/* Whole lines: at[used - 1] is a newline, LOG_SLACK bytes are behind it. */
struct block {
    char *at;
    size_t used, room;
};

struct reader {
    const struct log_reading *reading;
    pthread_mutex_t lock;
    pthread_cond_t changed; /* broadcast: blocks go both ways, and few threads wait */
    struct block blocks[BLOCKS_MAX];
    size_t blocks_used;
    struct block *full[BLOCKS_MAX], *empty[BLOCKS_MAX];
    size_t full_used, empty_used, taken; /* taken: by workers, not yet given back */
    bool over;
    struct log_read_counts file; /* of the file that is read, under the lock */
    bool has_nul;
};

static bool block_grow(struct block *b, size_t room) {
    if (room <= b->room)
        return true;
    char *more = realloc(b->at, room + LOG_SLACK);
    if (more == NULL)
        return false;
    memset(more + b->room, 0, room + LOG_SLACK - b->room);
    b->at = more;
    b->room = room;
    return true;
}

static struct block *take_empty(struct reader *r) {
    pthread_mutex_lock(&r->lock);
    while (r->empty_used == 0)
        pthread_cond_wait(&r->changed, &r->lock);
    struct block *b = r->empty[--r->empty_used];
    pthread_mutex_unlock(&r->lock);
    return b;
}

static void give(struct reader *r, struct block *b, bool full) {
    pthread_mutex_lock(&r->lock);
    if (full)
        r->full[r->full_used++] = b;
    else
        r->empty[r->empty_used++] = b;
    pthread_cond_broadcast(&r->changed);
    pthread_mutex_unlock(&r->lock);
}

/* The oldest one. */
static struct block *take_full(struct reader *r) {
    pthread_mutex_lock(&r->lock);
    while (r->full_used == 0 && !r->over)
        pthread_cond_wait(&r->changed, &r->lock);
    struct block *b = r->full_used > 0 ? r->full[0] : NULL;
    if (b != NULL) {
        memmove(r->full, r->full + 1, --r->full_used * sizeof *r->full);
        r->taken++;
    }
    pthread_mutex_unlock(&r->lock);
    return b;
}

/* Until everything that was given has been counted. */
static void wait_for_workers(struct reader *r) {
    pthread_mutex_lock(&r->lock);
    while (r->full_used > 0 || r->taken > 0)
        pthread_cond_wait(&r->changed, &r->lock);
    pthread_mutex_unlock(&r->lock);
}

/* ---- the workers ---- */

struct worker {
    struct reader *reader;
    void *context;
    pthread_t thread;
    struct log_read_counts counts; /* of one block */
    bool has_nul;
};

static void take_record(void *context, const struct log_record *record) {
    struct worker *w = context;
    if (record->time_us < w->reader->reading->since_us) {
        w->counts.before++;
        return;
    }
    w->counts.records++;
    w->reader->reading->take(w->context, record);
}

static void read_line(struct worker *w, const char *text, size_t n) {
    if (n > 0 && text[n - 1] == '\r')
        n--;
    if (n == 0)
        return;
    w->counts.lines++;
    const struct log_reading *reading = w->reader->reading;
    enum log_kind kind = reading->line == NULL ? log_record_read(text, n, take_record, w)
                         : reading->line(w->context, text, n) ? LOG_RECORD
                                                              : LOG_NO_RECORD;
    switch (kind) {
    case LOG_NO_RECORD:
        w->counts.foreign++;
        w->has_nul |= memchr(text, '\0', n) != NULL;
        break;
    case LOG_LATER:
        w->counts.later++;
        break;
    case LOG_RECORD:
        break;
    }
}

static void read_block(struct worker *w, const struct block *b) {
    const char *line = b->at, *end = b->at + b->used;
    while (line < end) {
        const char *newline = memchr(line, '\n', (size_t)(end - line));
        read_line(w, line, (size_t)(newline - line));
        line = newline + 1;
    }
}

static void add_counts(struct log_read_counts *to, const struct log_read_counts *more) {
    to->files += more->files;
    to->lines += more->lines;
    to->records += more->records;
    to->before += more->before;
    to->foreign += more->foreign;
    to->later += more->later;
}

static void *work(void *context) {
    struct worker *w = context;
    struct reader *r = w->reader;
    struct block *b;
    while ((b = take_full(r)) != NULL) {
        w->counts = (struct log_read_counts){0};
        w->has_nul = false;
        read_block(w, b);
        b->used = 0;
        pthread_mutex_lock(&r->lock);
        add_counts(&r->file, &w->counts);
        r->has_nul |= w->has_nul;
        r->taken--;
        r->empty[r->empty_used++] = b;
        pthread_cond_broadcast(&r->changed);
        pthread_mutex_unlock(&r->lock);
    }
    return NULL;
}

/* ---- one file ---- */

struct file {
    struct log_input *in;
    struct block *block, *next;
    bool skipping; /* inside a line that is too long */
    uint64_t too_long;
    struct error error;
};

/* What stands behind the last newline goes to the next block. */
static void hand_over(struct reader *r, struct file *f, size_t whole) {
    struct block *b = f->block;
    size_t left = b->used - whole;
    f->next = take_empty(r);
    if (!block_grow(f->next, left)) {
        error_set(&f->error, ENOMEM, "no memory to read it");
        left = 0;
    }
    memcpy(f->next->at, b->at + whole, left);
    f->next->used = left;
    b->used = whole;
    f->block = f->next;
    give(r, b, true);
}

/* A line that is longer than any record: its beginning is dropped, and what follows up to its end.
 */
static void skip_line(struct file *f) {
    char *newline = memchr(f->block->at, '\n', f->block->used);
    if (newline == NULL) {
        f->block->used = 0;
        return;
    }
    size_t gone = (size_t)(newline + 1 - f->block->at);
    memmove(f->block->at, newline + 1, f->block->used - gone);
    f->block->used -= gone;
    f->skipping = false;
}

/* Makes room, reads, and hands over what is whole. False at the end. */
static bool read_more(struct reader *r, struct file *f) {
    struct block *b = f->block;
    size_t room = b->used < BLOCK_SIZE / 2 ? BLOCK_SIZE : 2 * b->used + 1;
    if (room > LINE_MAX_SIZE + BLOCK_SIZE)
        room = LINE_MAX_SIZE + BLOCK_SIZE;
    if (!block_grow(b, room))
        return error_set(&f->error, ENOMEM, "no memory to read it"), false;
    ssize_t n = log_input_read(f->in, b->at + b->used, b->room - b->used, &f->error);
    if (n <= 0)
        return false;
    size_t before = b->used;
    b->used += (size_t)n;
    if (f->skipping) {
        skip_line(f);
        before = 0;
    }
    char *last = memrchr(b->at + before, '\n', b->used - before);
    if (last != NULL) {
        hand_over(r, f, (size_t)(last + 1 - b->at));
    } else if (b->used > LINE_MAX_SIZE) {
        f->too_long++;
        f->skipping = true;
        b->used = 0;
    }
    return f->error.code == 0;
}

static void read_all(struct reader *r, struct file *f) {
    f->block = take_empty(r);
    while (read_more(r, f))
        ;
    struct block *b = f->block;
    /* A last line without its newline. */
    if (!f->skipping && b->used > 0 && block_grow(b, b->used + 1)) {
        b->at[b->used++] = '\n';
        give(r, b, true);
    } else {
        b->used = 0;
        give(r, b, false);
    }
    wait_for_workers(r);
}

static void say(const char *name, const char *path) {
    fprintf(stderr, "gifvet %s: ", name);
    terminal_print(stderr, strcmp(path, "-") == 0 ? "standard input" : path, SIZE_MAX);
    fprintf(stderr, ": ");
}

static void print_number(uint64_t n) {
    char digits[24];
    int used = snprintf(digits, sizeof digits, "%llu", (unsigned long long)n);
    for (int i = 0; i < used; i++)
        fprintf(stderr, "%s%c", i > 0 && (used - i) % 3 == 0 ? "," : "", digits[i]);
}

/* One line for all that is wrong with a file; true when it makes the reading incomplete. */
static bool report(const char *name, const char *path, const struct file *f,
                   const struct log_read_counts *c, bool has_nul, bool may_be_empty) {
    uint64_t none = c->foreign + f->too_long, lines = c->lines + f->too_long;
    bool nothing = lines > 0 && none == lines, bad = f->error.code != 0 || f->too_long > 0;
    if (!bad && none == 0 && c->later == 0 && (lines > 0 || may_be_empty))
        return false;
    say(name, path);
    const char *separator = "";
    if (f->error.code != 0) {
        terminal_print(stderr, f->error.message, SIZE_MAX);
        if (lines > 0) {
            fprintf(stderr, " (after ");
            print_number(lines);
            fprintf(stderr, " lines)");
        }
        separator = "; ";
    } else if (lines == 0) {
        fprintf(stderr, "is empty");
        bad = true;
    }
    if (nothing) {
        fprintf(stderr, "%sno log: ", separator);
        bad = true;
        if (has_nul)
            fprintf(stderr, "binary data");
        else
            fprintf(stderr, "none of its lines is a record");
        separator = "; ";
    } else if (none > 0) {
        fprintf(stderr, "%s", separator);
        print_number(none);
        fprintf(stderr, none == 1 ? " line of " : " lines of ");
        print_number(lines);
        fprintf(stderr, none == 1 ? " was no record" : " were not records");
        separator = "; ";
    }
    if (f->too_long > 0) {
        fprintf(stderr, "%s", separator);
        print_number(f->too_long);
        fprintf(stderr, " longer than any record is");
        separator = "; ";
    }
    if (c->later > 0) {
        fprintf(stderr, "%s", separator);
        print_number(c->later);
        fprintf(stderr, " of a later gifvet were left out");
    }
    fputc('\n', stderr);
    return bad;
}

static bool read_file(const char *name, struct reader *r, const char *path, bool may_be_empty,
                      struct log_read_counts *total) {
    struct file f = {0};
    r->file = (struct log_read_counts){.files = 1};
    r->has_nul = false;
    f.in = log_input_open(path, &f.error);
    if (f.in == NULL) {
        say(name, path);
        fprintf(stderr, "%s\n", f.error.message);
        return false;
    }
    read_all(r, &f);
    log_input_close(f.in);
    bool bad = report(name, path, &f, &r->file, r->has_nul, may_be_empty);
    r->file.lines += f.too_long;
    r->file.foreign += f.too_long;
    add_counts(total, &r->file);
    return !bad;
}

/* ---- all files ---- */

struct visited {
    struct {
        dev_t dev;
        ino_t ino;
    } * at;
    size_t used, room;
};

/* The same file under two names, or named twice, is read once. */
static bool is_new(struct visited *v, const char *path) {
    struct stat st;
    if (strcmp(path, "-") == 0 || stat(path, &st) != 0 || !S_ISREG(st.st_mode))
        return true;
    for (size_t i = 0; i < v->used; i++)
        if (v->at[i].dev == st.st_dev && v->at[i].ino == st.st_ino)
            return false;
    if (v->used == v->room) {
        void *more = realloc(v->at, (2 * v->room + 16) * sizeof *v->at);
        if (more == NULL)
            return true;
        v->at = more;
        v->room = 2 * v->room + 16;
    }
    v->at[v->used].dev = st.st_dev;
    v->at[v->used++].ino = st.st_ino;
    return true;
}

static bool is_there(const char *path) {
    struct stat st;
    return strcmp(path, "-") == 0 || lstat(path, &st) == 0 || errno != ENOENT;
}

/* A log that rotation has just emptied or taken away is no mistake. */
static bool read_family(const char *name, struct reader *r, const char *path, struct visited *v,
                        struct log_read_counts *counts) {
    struct log_family family;
    bool good = true;
    if (r->reading->alone)
        return !is_new(v, path) || read_file(name, r, path, false, counts);
    if (log_family_find(path, &family) != 0) {
        say(name, path);
        fprintf(stderr, "no memory to read it\n");
        return false;
    }
    for (size_t i = 0; i < family.used; i++) {
        bool rotated = family.used > 1;
        if (rotated && i + 1 == family.used && !is_there(family.paths[i]))
            continue;
        if (is_new(v, family.paths[i]))
            good &= read_file(name, r, family.paths[i], rotated, counts);
    }
    log_family_free(&family);
    return good;
}

static bool start(struct reader *r, struct worker *workers, size_t *started) {
    const struct log_reading *reading = r->reading;
    size_t n = reading->workers < WORKERS_MAX ? reading->workers : WORKERS_MAX;
    pthread_mutex_init(&r->lock, NULL);
    pthread_cond_init(&r->changed, NULL);
    r->blocks_used = 2 * n;
    for (size_t i = 0; i < r->blocks_used; i++) {
        if (!block_grow(&r->blocks[i], BLOCK_SIZE))
            return false;
        r->empty[r->empty_used++] = &r->blocks[i];
    }
    for (size_t i = 0; i < n; i++) {
        workers[i] = (struct worker){.reader = r, .context = reading->contexts[i]};
        if (pthread_create(&workers[i].thread, NULL, work, &workers[i]) != 0)
            break;
        ++*started;
    }
    return *started > 0;
}

static void finish(struct reader *r, struct worker *workers, size_t started) {
    pthread_mutex_lock(&r->lock);
    r->over = true;
    pthread_cond_broadcast(&r->changed);
    pthread_mutex_unlock(&r->lock);
    for (size_t i = 0; i < started; i++)
        pthread_join(workers[i].thread, NULL);
    for (size_t i = 0; i < r->blocks_used; i++)
        free(r->blocks[i].at);
    pthread_cond_destroy(&r->changed);
    pthread_mutex_destroy(&r->lock);
}

int log_read(const char *name, const struct log_reading *reading, struct log_read_counts *counts) {
    struct reader r = {.reading = reading};
    struct worker workers[WORKERS_MAX];
    struct visited visited = {0};
    size_t started = 0;
    bool good = start(&r, workers, &started);
    *counts = (struct log_read_counts){0};
    if (!good)
        fprintf(stderr, "gifvet %s: no memory or no thread to read with\n", name);
    for (size_t i = 0; started > 0 && i < reading->paths_used; i++)
        good &= read_family(name, &r, reading->paths[i], &visited, counts);
    finish(&r, workers, started);
    free(visited.at);
    return good ? 0 : 2;
}

size_t log_workers(void) {
    cpu_set_t set;
    int n = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
    return n < 1 ? 1 : n > WORKERS_MAX ? WORKERS_MAX : (size_t)n;
}

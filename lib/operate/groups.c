/* Rooms: chunks of rows · sources of failures · one record · two into one */
#include "operate/groups.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK_SIZE ((size_t)256 << 10)
#define SOURCES_SLOTS 16384u
#define SOURCES_MAX 8192u

#if defined __GNUC__ && !defined __clang__
/* gcc 12's analyzer takes memory that is kept in an array for lost. */
#pragma GCC diagnostic ignored "-Wanalyzer-malloc-leak"
#endif

/* ---- chunks of rows ---- */

struct chunk {
    struct chunk *next;
    size_t used;
    char at[CHUNK_SIZE - 2 * sizeof(size_t)];
};

static size_t row_size(size_t traits) {
    size_t n = offsetof(struct row, traits) + traits * sizeof(uint16_t);
    return (n + 7) / 8 * 8;
}

static struct row *add_row(struct groups *g, size_t traits) {
    size_t n = row_size(traits);
    if (g->chunks == NULL || g->chunks->used + n > sizeof g->chunks->at) {
        struct chunk *c = malloc(sizeof *c);
        if (c == NULL)
            return NULL;
        c->next = g->chunks;
        c->used = 0;
        g->chunks = c;
    }
    struct row *r = (struct row *)(void *)(g->chunks->at + g->chunks->used);
    g->chunks->used += n;
    return r;
}

void groups_each(const struct groups *g, void (*each)(void *context, const struct row *r),
                 void *context) {
    for (const struct chunk *c = g->chunks; c != NULL; c = c->next)
        for (size_t at = 0; at < c->used;) {
            const struct row *r = (const struct row *)(const void *)(c->at + at);
            each(context, r);
            at += row_size(r->used);
        }
}

static bool is_kept(const unsigned levels[2], uint32_t order, bool failed) {
    return (order & ((1u << levels[failed]) - 1)) == 0;
}

/* Drops the rows that the levels no longer keep. */
static void thin(struct groups *g) {
    struct chunk *from = g->chunks;
    g->chunks = NULL;
    while (from != NULL) {
        struct chunk *next = from->next;
        for (size_t at = 0; at < from->used;) {
            const struct row *r = (const struct row *)(const void *)(from->at + at);
            size_t n = row_size(r->used);
            bool failed = r->failed != 0;
            struct row *to = is_kept(g->levels, r->order, failed) ? add_row(g, r->used) : NULL;
            if (to != NULL)
                memcpy(to, r, n);
            else
                atomic_fetch_sub(&g->budget->bytes[failed], n);
            at += n;
        }
        free(from);
        from = next;
    }
}

static void catch_up(struct groups *g) {
    unsigned now[2] = {atomic_load(&g->budget->levels[0]), atomic_load(&g->budget->levels[1])};
    if (now[0] == g->levels[0] && now[1] == g->levels[1])
        return;
    g->levels[0] = now[0];
    g->levels[1] = now[1];
    thin(g);
}

/* Raises a level when what is kept has grown too large. */
static void keep_within(struct groups *g, size_t added, bool failed) {
    struct groups_budget *b = g->budget;
    size_t of_kind = atomic_fetch_add(&b->bytes[failed], added) + added;
    size_t all = atomic_load(&b->bytes[0]) + atomic_load(&b->bytes[1]);
    if (all > b->most) {
        bool which = failed ? of_kind > b->most / 2 : atomic_load(&b->bytes[1]) > b->most / 2;
        unsigned level = g->levels[which];
        if (level < 30)
            atomic_compare_exchange_strong(&b->levels[which], &level, level + 1);
    }
    catch_up(g);
}

double groups_weight(const struct groups *g, const struct row *r) {
    return (double)(1u << g->levels[r->failed != 0]);
}

/* ---- sources of failures ---- */

static void name_source(struct groups *g, uint64_t hash, struct log_text path) {
    uint32_t slot = (uint32_t)hash % SOURCES_SLOTS;
    if (g->sources_used == SOURCES_MAX || memchr(path.at, '\0', path.n) != NULL)
        return;
    for (; g->sources[slot].path != NULL; slot = (slot + 1) % SOURCES_SLOTS)
        if (g->sources[slot].hash == hash)
            return;
    g->sources[slot].hash = hash;
    g->sources[slot].path = strndup(path.at, path.n);
    g->sources_used += g->sources[slot].path != NULL;
}

const char *groups_source(const struct groups *g, uint64_t hash) {
    uint32_t slot = (uint32_t)hash % SOURCES_SLOTS;
    for (; g->sources[slot].path != NULL; slot = (slot + 1) % SOURCES_SLOTS)
        if (g->sources[slot].hash == hash)
            return g->sources[slot].path;
    return NULL;
}

/* ---- one record ---- */

int groups_begin(struct groups *g, struct groups_budget *budget) {
    *g = (struct groups){.budget = budget, .first_us = INT64_MAX, .last_us = INT64_MIN};
    g->sources = calloc(SOURCES_SLOTS, sizeof *g->sources);
    if (g->sources == NULL || traits_begin(&g->traits) != 0) {
        free(g->sources);
        return ENOMEM;
    }
    return 0;
}

void groups_drop_rows(struct groups *g) {
    while (g->chunks != NULL) {
        struct chunk *next = g->chunks->next;
        free(g->chunks);
        g->chunks = next;
    }
}

void groups_free(struct groups *g) {
    groups_drop_rows(g);
    for (size_t i = 0; g->sources != NULL && i < SOURCES_SLOTS; i++)
        free(g->sources[i].path);
    free(g->sources);
    traits_free(&g->traits);
    *g = (struct groups){0};
}

/* The check of this name, a new one when there is room; GROUPS_CHECKS_MAX when there is not.
 * likely: where it is looked for first. */
static size_t check_of(struct groups *g, struct log_text name, size_t likely) {
    size_t i = 0;
    if (likely < g->checks_used && log_text_is(name, g->checks[likely].name))
        return likely;
    if (name.at == NULL || name.n == 0 || name.n >= sizeof g->checks->name ||
        memchr(name.at, '\0', name.n) != NULL)
        return GROUPS_CHECKS_MAX;
    while (i < g->checks_used && !log_text_is(name, g->checks[i].name))
        i++;
    if (i == g->checks_used && i < GROUPS_CHECKS_MAX) {
        memcpy(g->checks[i].name, name.at, name.n);
        g->checks_used++;
    }
    return i;
}

static void count_distance(uint64_t *distances, double distance) {
    if (distance >= 0 && distance < GROUPS_DISTANCES - 1)
        distances[(size_t)ceil(distance - 1e-9)]++;
    else
        distances[GROUPS_DISTANCES - 1]++;
}

static void note_failure(struct groups *g, const struct log_check *c) {
    if (log_text_is(c->name, "frame_count")) {
        if (isnan(c->ratio_diff))
            g->exact_frames++;
        else
            count_distance(g->ratio_off, c->ratio_diff * 1000);
    } else if (log_text_is(c->name, "color_count")) {
        count_distance(g->colors_off, c->actual - c->expected);
    }
}

struct outcome {
    uint16_t judged, failed;
};

static struct outcome take_checks(struct groups *g, const struct log_record *r) {
    struct outcome o = {0, 0};
    size_t likely = 0;
    for (size_t i = 0; i < r->checks_used; i++) {
        const struct log_check *c = &r->checks[i];
        size_t k = c->is_valid == LOG_UNKNOWN ? GROUPS_CHECKS_MAX : check_of(g, c->name, likely);
        likely = k + 1;
        if (k == GROUPS_CHECKS_MAX || (o.judged >> k & 1))
            continue;
        o.judged |= (uint16_t)(1u << k);
        g->checks[k].judged++;
        if (c->is_valid == LOG_TRUE)
            continue;
        o.failed |= (uint16_t)(1u << k);
        g->checks[k].failed++;
        note_failure(g, c);
    }
    return o;
}

static void count_verdict(struct groups *g, const struct log_record *r) {
    g->verdicts++;
    if (r->passed == LOG_TRUE)
        g->passed++;
    else if (r->passed == LOG_FALSE)
        g->failed++;
    else if (log_text_is(r->type, "judge_fault"))
        g->faults++;
    else if (log_text_is(r->status, "timed out"))
        g->timed_out++;
    else
        g->skipped++;
    if (r->time_us < g->first_us)
        g->first_us = r->time_us;
    if (r->time_us > g->last_us)
        g->last_us = r->time_us;
}

static void keep(struct groups *g, const struct log_record *r, struct outcome o) {
    uint16_t found[TRAITS_OF_RECORD];
    uint32_t order = r->id.at != NULL ? (uint32_t)traits_hash(r->id.at, r->id.n)
                                      : (uint32_t)traits_hash(r->time.at, r->time.n);
    if (!is_kept(g->levels, order, o.failed != 0))
        return;
    double checkpoint =
        g->configurations != NULL ? configurations_number(g->configurations, r) : NAN;
    size_t used = traits_of(&g->traits, r, checkpoint, found);
    struct row *row = add_row(g, used);
    if (row == NULL) {
        g->no_memory = true;
        return;
    }
    uint64_t source =
        r->source.path.at != NULL ? traits_hash(r->source.path.at, r->source.path.n) : 0;
    *row = (struct row){source, order, o.judged, o.failed, (uint16_t)used};
    memcpy(row->traits, found, used * sizeof *found);
    if (o.failed != 0 && source != 0)
        name_source(g, source, r->source.path);
    keep_within(g, row_size(used), o.failed != 0);
}

void groups_take(void *context, const struct log_record *r) {
    struct groups *g = context;
    if (log_text_is(r->type, "control")) {
        g->controls++;
    } else if (log_text_is(r->type, "config_error")) {
        g->config_errors++;
    } else if (log_text_is(r->type, "validation") || log_text_is(r->type, "judge_fault")) {
        count_verdict(g, r);
        struct outcome o = take_checks(g, r);
        if (o.judged != 0)
            keep(g, r, o);
    } else {
        g->others++;
    }
}

/* ---- two into one ---- */

static uint16_t renamed(uint16_t bits, const size_t *check) {
    uint16_t to = 0;
    for (size_t k = 0; k < GROUPS_CHECKS_MAX; k++)
        if (bits >> k & 1 && check[k] < GROUPS_CHECKS_MAX)
            to |= (uint16_t)(1u << check[k]);
    return to;
}

/* Rows of `from` speak `to`'s language afterwards. A trait without a place there has none. */
static void rename_rows(struct groups *from, const size_t *check, const uint16_t *map) {
    for (struct chunk *c = from->chunks; c != NULL; c = c->next)
        for (size_t at = 0; at < c->used;) {
            struct row *r = (struct row *)(void *)(c->at + at);
            r->judged = renamed(r->judged, check);
            r->failed = renamed(r->failed, check);
            for (size_t i = 0; i < r->used; i++)
                r->traits[i] = r->traits[i] == UINT16_MAX ? UINT16_MAX : map[r->traits[i]];
            at += row_size(r->used);
        }
}

static void add_counts(struct groups *to, const struct groups *from) {
    to->verdicts += from->verdicts;
    to->passed += from->passed;
    to->failed += from->failed;
    to->timed_out += from->timed_out;
    to->skipped += from->skipped;
    to->faults += from->faults;
    to->controls += from->controls;
    to->config_errors += from->config_errors;
    to->others += from->others;
    to->exact_frames += from->exact_frames;
    to->no_memory |= from->no_memory;
    for (size_t i = 0; i < GROUPS_DISTANCES; i++) {
        to->ratio_off[i] += from->ratio_off[i];
        to->colors_off[i] += from->colors_off[i];
    }
    if (from->first_us < to->first_us)
        to->first_us = from->first_us;
    if (from->last_us > to->last_us)
        to->last_us = from->last_us;
}

void groups_merge(struct groups *to, struct groups *from) {
    size_t check[GROUPS_CHECKS_MAX] = {0};
    static uint16_t map[TRAITS_MAX];
    catch_up(from);
    catch_up(to);
    for (size_t k = 0; k < from->checks_used; k++) {
        const char *name = from->checks[k].name;
        check[k] = check_of(to, (struct log_text){name, strlen(name)}, k);
        if (check[k] == GROUPS_CHECKS_MAX)
            continue;
        to->checks[check[k]].judged += from->checks[k].judged;
        to->checks[check[k]].failed += from->checks[k].failed;
    }
    traits_merge(&to->traits, &from->traits, map);
    rename_rows(from, check, map);
    struct chunk **last = &from->chunks;
    while (*last != NULL)
        last = &(*last)->next;
    *last = to->chunks;
    to->chunks = from->chunks;
    from->chunks = NULL;
    for (size_t i = 0; i < SOURCES_SLOTS; i++)
        if (from->sources[i].path != NULL)
            name_source(to, from->sources[i].hash,
                        (struct log_text){from->sources[i].path, strlen(from->sources[i].path)});
    add_counts(to, from);
    groups_free(from);
}

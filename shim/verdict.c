/* Rooms: no verdict · under guard · against the sources · the bytes */
#include "shim/verdict.h"

#include "shim/arena.h"
#include "shim/session.h"
#include "shim/sources.h"
#include "sys/sys.h"
#include "text/text.h"

#include <string.h>

#define MIB 1048576.0

/* ---- no verdict ---- */

void verdict_skip(struct verdict_job *j, const char *reason) {
    struct judge_verdict *v = j->verdict;
    *v = (struct judge_verdict){.status = JUDGE_SKIPPED, .sources_used = j->match->used};
    text_print(v->reason, sizeof v->reason, "%s", reason);
}

/* ---- under guard ---- */

/* The judge itself failed, in this output or in its command line: nothing is said about it. The
 * arena in which it worked cannot be trusted; the visit goes on in another. */
static void note_fault(struct verdict_job *j) {
    j->faulted = true;
    (void)arena_use(arena_new());
    *j->verdict = (struct judge_verdict){.status = JUDGE_FAULTED, .sources_used = j->match->used};
    text_print(j->verdict->reason, sizeof j->verdict->reason, "%s", j->fault->reason);
}

/* The judge keeps its budget by itself; a quarter beyond it, and it is ended. */
static int64_t last_resort_ms(void) {
    int64_t budget = session_conf()->limits.validation_timeout_ms;
    return budget > 0 ? budget + budget / 4 + 100 : 0;
}

bool verdict_guarded(struct verdict_job *j, void (*work)(void *context), void *context) {
    if (guard_run(work, context, last_resort_ms(), session_host_stack(), j->fault))
        return true;
    if (j->fault->reason[0] == '\0')
        verdict_skip(j, "no memory under limits.memory_mb");
    else
        note_fault(j);
    return false;
}

/* ---- against the sources ---- */

struct judging {
    const struct judge_case *which;
    struct judge_verdict *verdict;
};

static void judge_case(void *context) {
    const struct judging *it = context;
    judge_run(it->which, it->verdict);
}

static void run_judge(struct verdict_job *j, const uint8_t *bytes, const struct source *const *at,
                      size_t used) {
    struct judge_gif *sources = __wrap_malloc((used + 1) * sizeof *sources);
    if (sources == NULL) {
        verdict_skip(j, "no memory under limits.memory_mb");
        return;
    }
    for (size_t i = 0; i < used; i++)
        sources[i] = (struct judge_gif){.bytes = at[i]->bytes, .used = at[i]->size};
    /* A part of the room is left for the record and for other threads' small needs. */
    j->memory_bytes = arena_room() / 4 * 3;
    const struct judge_case c = {.output = {bytes, (size_t)j->closed->st.st_size},
                                 .sources = sources,
                                 .sources_used = used,
                                 .request = j->request,
                                 .limits = &session_conf()->limits,
                                 .unseen = j->unseen,
                                 .memory_bytes = j->memory_bytes,
                                 .now_us = sys_now_us};
    struct judging it = {&c, j->verdict};
    (void)verdict_guarded(j, judge_case, &it);
}

/* Against the matched sources; a failure against a guess is checked against the other candidates,
 * and the one that explains the output is the match. */
static void judge_matched(struct verdict_job *j, const uint8_t *bytes) {
    run_judge(j, bytes, j->match->at, j->match->used);
    if (j->verdict->status != JUDGE_FAILED || j->match->kind != MATCH_LATEST)
        return;
    struct judge_verdict *first = j->verdict;
    struct judge_verdict *other = __wrap_malloc(sizeof *other);
    bool unsure = other == NULL;
    for (size_t i = 0; other != NULL && i < j->match->others_used; i++) {
        if (j->match->others[i]->bytes == NULL) {
            unsure = true;
            continue;
        }
        j->verdict = other;
        run_judge(j, bytes, &j->match->others[i], 1);
        if (j->faulted)
            return;
        if (other->status == JUDGE_PASSED) {
            j->match->at[0] = j->match->others[i];
            return;
        }
        unsure |= other->status != JUDGE_FAILED;
    }
    j->verdict = first;
    if (unsure)
        verdict_skip(j, "another GIF that was read may be the source, and could not be compared");
}

/* ---- the bytes ---- */

static const char *unreadable_source(const struct match *m) {
    const struct conf *c = session_conf();
    for (size_t i = 0; i < m->used; i++) {
        if ((double)m->at[i]->size > c->limits.max_file_size_mb * MIB)
            return "source is larger than validation.max_file_size_mb";
        if (m->at[i]->bytes == NULL)
            return "source could not be kept within limits.source_mb and limits.memory_mb";
    }
    return NULL;
}

static bool is_still(const struct output_closed *closed, const uint8_t *bytes) {
    const size_t size = (size_t)closed->st.st_size;
    uint8_t *again = __wrap_malloc(size + 1);
    struct stat now;
    bool same = again == NULL || (sys_pread_full(closed->fd, again, size, 0) == (ssize_t)size &&
                                  memcmp(again, bytes, size) == 0);
    __wrap_free(again);
    return same && sys_fstat(closed->fd, &now) == 0 && now.st_size == closed->st.st_size;
}

void verdict_reach(struct verdict_job *j) {
    const struct stat *st = &j->closed->st;
    if (j->faulted)
        return;
    const char *unreadable = unreadable_source(j->match);
    if ((double)st->st_size > session_conf()->limits.max_file_size_mb * MIB) {
        verdict_skip(j, "output is larger than validation.max_file_size_mb");
        return;
    }
    if (unreadable != NULL) {
        verdict_skip(j, unreadable);
        return;
    }
    uint8_t *bytes = __wrap_malloc((size_t)st->st_size + 1);
    ssize_t n = bytes != NULL ? sys_pread_full(j->closed->fd, bytes, (size_t)st->st_size, 0) : -1;
    struct stat now;
    j->bytes = bytes;
    if (bytes == NULL)
        verdict_skip(j, "no memory under limits.memory_mb");
    else if (n != (ssize_t)st->st_size || sys_fstat(j->closed->fd, &now) < 0 ||
             output_state(&now) != output_state(st))
        verdict_skip(j, "output changed or could not be read while it was judged");
    else
        judge_matched(j, bytes);
    /* The clock of file systems ticks too slowly to tell of a change: before an output is blamed
     * its bytes are read once more. */
    if (j->verdict->status == JUDGE_FAILED && (session_blindness() > 0 || sources_missed()))
        verdict_skip(j, "a GIF or descriptor of the process could not be looked at before");
    if (j->verdict->status == JUDGE_FAILED && j->writer_untold)
        verdict_skip(j, "whether this process wrote the output could not be told");
    if (bytes != NULL && j->verdict->status == JUDGE_FAILED && !is_still(j->closed, bytes))
        verdict_skip(j, "output changed or could not be read while it was judged");
}

/* Rooms: which verdicts · the quarantine · the source · acting · the end of the process */
#include "shim/enforce.h"

#include "enforce/restore.h"
#include "shim/arena.h"
#include "shim/rescue.h"
#include "shim/session.h"
#include "store/store.h"
#include "sys/sys.h"
#include "text/problem.h"
#include "text/text.h"

#include <fcntl.h>
#include <limits.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/syscall.h>

#define MIB ((uint64_t)1 << 20)
#define PROBLEMS_SIZE 2048

static atomic_bool rejected;

/* ---- which verdicts ---- */

bool enforce_rejects(const struct judge_verdict *v) {
    const struct conf *c = session_conf();
    if (c->mode != CONF_ENFORCE)
        return false;
    if (judge_passed(v) < 0)
        return c->enforce_fail_closed;
    for (size_t i = 0; i < v->results_used; i++)
        if (v->results[i].outcome == JUDGE_FAIL &&
            text_matches_any(c->enforce_checks, judge_check_name(v->results[i].check)))
            return true;
    return false;
}

/* ---- the quarantine ---- */

/* Keeps the output's bytes; true when they are on the disk there, and path[] says where. */
static bool quarantine(const struct output_closed *output, const char *id, char *path,
                       struct text *problems) {
    const struct conf *c = session_conf();
    const uint64_t most = (uint64_t)c->quarantine_mb * MIB;
    if (c->quarantine[0] == '\0')
        return false;
    if ((uint64_t)output->st.st_size > most) {
        problem_add(problems, "the output is larger than enforce.quarantine_mb", 0);
        return false;
    }
    int store = store_open(c->quarantine, NULL, true);
    int result = store < 0 ? store : store_put(store, id, output->fd, (size_t)output->st.st_size);
    if (result == 0)
        store_bound(store, most, (uint64_t)c->quarantine_files, id);
    if (store >= 0)
        sys_close(store);
    if (result < 0) {
        problem_add(problems, "the output could not be put into the quarantine", result);
        return false;
    }
    text_print(path, PATH_MAX, "%s/%s.gif", c->quarantine, id);
    return true;
}

/* The name of what is in the quarantine now, if it still leads there. */
static void unlink_output(const struct output_closed *output, const char *path,
                          struct text *problems) {
    struct stat now;
    int result = sys_statat(AT_FDCWD, path, &now, AT_SYMLINK_NOFOLLOW);
    if (result == 0 && (now.st_dev != output->st.st_dev || now.st_ino != output->st.st_ino)) {
        problem_add(problems, "another file stands under the output's name", 0);
        return;
    }
    if (result == 0)
        result = (int)sys_call(SYS_unlinkat, AT_FDCWD, (long)path, 0, 0, 0, 0);
    if (result < 0)
        problem_add(problems, "the output could not be removed from its name", result);
    else if (now.st_nlink > 1)
        problem_add(problems, "the output has other names, which still lead to it", 0);
}

/* ---- the source ---- */

static bool bring_back(const struct source *s, const struct output_closed *output, const char *path,
                       const char *id, struct text *problems) {
    char temporary[NAME_MAX];
    int copy = s->bytes == NULL ? rescue_open(&output->st) : -1;
    if ((s->bytes == NULL && copy < 0) || s->attributes == NULL) {
        problem_add(problems, "the source was not kept within limits.source_mb", 0);
        return false;
    }
    text_print(temporary, sizeof temporary, ".gifvet-%s", id);
    const struct restore r = {.path = path,
                              .expect = &output->st,
                              .bytes = s->bytes,
                              .from = copy,
                              .size = s->size,
                              .attributes = s->attributes,
                              .temporary = temporary};
    bool done = restore_file(&r, problems);
    if (copy >= 0)
        sys_close(copy);
    return done;
}

/* ---- acting ---- */

struct acted {
    struct record_enforcement record;
    char quarantined[PATH_MAX], problems[PROBLEMS_SIZE];
};

static bool is_exempt(void) {
    return session_conf()->enforce_exit_status == 0 ||
           text_matches_any(session_conf()->enforce_exempt, session_program());
}

static const struct record_enforcement without_memory = {.problems =
                                                             "no memory under limits.memory_mb"};

const struct record_enforcement *enforce_act(const struct output_closed *output, const char *path,
                                             const struct source *overwritten, const char *id) {
    struct acted *a = __wrap_malloc(sizeof *a);
    atomic_store(&rejected, true);
    if (a == NULL)
        return &without_memory;
    struct text problems = text_over(a->problems, sizeof a->problems);
    a->record = (struct record_enforcement){.problems = a->problems};
    if (!is_exempt())
        a->record.exit_status = (int)session_conf()->enforce_exit_status;
    if (quarantine(output, id, a->quarantined, &problems))
        a->record.quarantined = a->quarantined;
    if (overwritten != NULL) {
        if (bring_back(overwritten, output, path, id, &problems)) {
            a->record.restored = path;
            rescue_drop(&output->st);
        }
    } else if (a->record.quarantined != NULL) {
        unlink_output(output, path, &problems);
    }
    return &a->record;
}

/* ---- the end of the process ---- */

int enforce_status(int status) {
    if (status != 0 || !atomic_load_explicit(&rejected, memory_order_relaxed) ||
        session_is_suspended() || !session_is_owner() || is_exempt() || session_killed())
        return status;
    return (int)session_conf()->enforce_exit_status;
}

void enforce_forget(void) {
    atomic_store(&rejected, false);
}

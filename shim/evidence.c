#include "shim/evidence.h"

#include "evidence/asked.h"
#include "evidence/bundle.h"
#include "shim/arena.h"
#include "shim/session.h"
#include "shim/verdict.h"
#include "text/problem.h"

#include <limits.h>

#define MIB ((uint64_t)1 << 20)
#define INI_SIZE ((size_t)256 << 10)

struct evidence {
    bool begun; /* the bundle */
    struct record_evidence said;
    struct bundle bundle;
    struct text problems;
    char path[PATH_MAX + STORE_ID_SIZE], problems_at[512];
};

bool evidence_wanted(const struct judge_verdict *v) {
    return v->status == JUDGE_FAILED && conf_keeps_evidence(session_conf());
}

/* ---- the parts ---- */

static void add_bytes(struct evidence *e, const struct report *r, const struct match *m,
                      const uint8_t *output) {
    char name[BUNDLE_NAME_SIZE];
    bundle_add(&e->bundle, BUNDLE_OUTPUT, output, (size_t)r->st->st_size, true);
    for (size_t i = 0; i < m->used; i++)
        bundle_add(&e->bundle, text_print(name, sizeof name, BUNDLE_SOURCE, i + 1), m->at[i]->bytes,
                   m->at[i]->size, true);
}

static bool add_request(struct evidence *e, const struct report *r,
                        const struct report_verdict *what) {
    const size_t size = asked_size(&r->process);
    char *buffer = __wrap_malloc(size);
    if (buffer == NULL)
        return false;
    const struct asked asked = {.id = e->bundle.id,
                                .process = &r->process,
                                .request = what->request,
                                .match = match_name(what->match->kind),
                                .sources = what->match->used,
                                .unseen = what->judged->unseen,
                                .memory_bytes = what->judged->memory_bytes};
    struct text t = text_over(buffer, size);
    asked_print(&t, &asked);
    bundle_add(&e->bundle, BUNDLE_REQUEST, t.at, t.used, false);
    __wrap_free(buffer);
    return true;
}

static bool add_configuration(struct evidence *e) {
    char *buffer = __wrap_malloc(INI_SIZE);
    if (buffer == NULL)
        return false;
    struct text t = text_over(buffer, INI_SIZE);
    conf_print_ini(session_conf(), &t);
    bundle_add(&e->bundle, BUNDLE_CONFIG, t.at, t.used, true);
    __wrap_free(buffer);
    return true;
}

/* ---- one bundle ---- */

static uint64_t bytes_of(const struct report *r, const struct match *m) {
    uint64_t bytes = (uint64_t)r->st->st_size;
    for (size_t i = 0; i < m->used; i++)
        bytes += m->at[i]->size;
    return bytes;
}

static const char without_memory[] = "no memory under limits.memory_mb for the evidence";

static void begin(struct evidence *e, const struct report *r, const struct report_verdict *what) {
    const struct conf *c = session_conf();
    char id[RECORD_ID_SIZE];
    if (bytes_of(r, what->match) > (uint64_t)c->evidence_mb * MIB) {
        problem_add(&e->problems, "the evidence is larger than evidence.max_mb", 0);
        return;
    }
    bundle_begin(&e->bundle, c->evidence_directory, record_id(id, &r->process));
    e->begun = true;
    add_bytes(e, r, what->match, what->judged->bytes);
    if (!add_request(e, r, what) || !add_configuration(e))
        bundle_fail(&e->bundle, 0, without_memory);
    text_print(e->path, sizeof e->path, "%s/%s", c->evidence_directory, e->bundle.id);
    e->said.bundle = e->path;
}

struct evidence *evidence_begin(const struct report *r, const struct report_verdict *what) {
    struct evidence *e = evidence_wanted(what->verdict) ? __wrap_calloc(1, sizeof *e) : NULL;
    if (e == NULL)
        return NULL;
    e->problems = text_over(e->problems_at, sizeof e->problems_at);
    e->said.problems = e->problems_at;
    begin(e, r, what);
    return e;
}

const struct record_evidence *evidence_said(const struct evidence *e,
                                            const struct judge_verdict *v) {
    static const struct record_evidence unkept = {.problems = without_memory};
    if (e != NULL)
        return &e->said;
    return evidence_wanted(v) ? &unkept : NULL;
}

bool evidence_end(struct evidence *e, const struct text *record) {
    const struct conf *c = session_conf();
    if (e == NULL || !e->begun)
        return true;
    if (record->cut)
        bundle_fail(&e->bundle, 0, "the record is too long for the evidence");
    else
        bundle_add(&e->bundle, BUNDLE_RECORD, record->at, record->used, false);
    if (bundle_finish(&e->bundle, (uint64_t)c->evidence_mb * MIB, (uint64_t)c->evidence_bundles,
                      &e->problems))
        return true;
    e->said.bundle = NULL;
    return false;
}

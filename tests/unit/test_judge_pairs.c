/* The labelled pairs beside the project, where they are there: no healthy output fails, every
 * damaged one does, and each kind of damage in its own check. Prints what came out by kind. */
#include "judge/judge.h"

#include "fixture.h"
#include "sys/sys.h"

#define PAIRS "../shared/pairs/"
#define KINDS_MAX 80

/* Kinds of damage, and the check that must fail. */
static const struct {
    const char *kind;
    enum judge_check check;
} plain[] = {
    {"truncated", JUDGE_FILE_INTEGRITY},
    {"cut-at-frame", JUDGE_FILE_INTEGRITY},
    {"zero-tail", JUDGE_FILE_INTEGRITY},
    {"empty", JUDGE_FILE_INTEGRITY},
    {"magic", JUDGE_FILE_INTEGRITY},
    {"wrong-format", JUDGE_FILE_INTEGRITY},
    {"no-trailer", JUDGE_FILE_INTEGRITY},
    {"lost-frame", JUDGE_FRAME_COUNT},
    {"dropped", JUDGE_FRAME_COUNT},
    {"collapsed", JUDGE_FRAME_COUNT},
    {"dup", JUDGE_FRAME_COUNT},
    {"noop", JUDGE_FRAME_COUNT},
    {"delays", JUDGE_TIMING_PRESERVATION},
    {"loop", JUDGE_LOOP_COUNT},
    {"canvas", JUDGE_GEOMETRY},
    {"black", JUDGE_QUALITY_DEGRADATION},
    {"order", JUDGE_QUALITY_DEGRADATION},
    {"frozen", JUDGE_QUALITY_DEGRADATION},
    {"palette", JUDGE_QUALITY_DEGRADATION},
    {"noise", JUDGE_QUALITY_DEGRADATION},
    {"disposal", JUDGE_QUALITY_DEGRADATION},
    {"transparency", JUDGE_QUALITY_DEGRADATION},
    {"frames", JUDGE_QUALITY_DEGRADATION}, /* picked out of a delta-coded animation */
};

enum column { ID, SOURCE, OUTPUT, LABEL, KIND, OPERATION, RATIO, COLORS, REQUEST, NOTE, COLUMNS };

static struct {
    char what[64]; /* label and kind */
    unsigned passed, failed, other;
} table[KINDS_MAX];
static size_t kinds;

static void count(const char *const *column, int passed) {
    char what[64];
    size_t i = 0;
    snprintf(what, sizeof what, "%s %s", column[LABEL], column[KIND]);
    while (i < kinds && strcmp(table[i].what, what) != 0)
        i++;
    assert_true(i < KINDS_MAX);
    if (i == kinds)
        strcpy(table[kinds++].what, what);
    table[i].passed += passed == 1;
    table[i].failed += passed == 0;
    table[i].other += passed < 0;
}

/* IN and OUT stand for the names. */
static void with_names(const char *request, char *out, size_t size) {
    size_t n = 0;
    for (const char *p = request; *p != '\0' && n + 8 < size;) {
        bool in = strncmp(p, "IN", 2) == 0, to = strncmp(p, "OUT", 3) == 0;
        if (in || to) {
            n += (size_t)snprintf(out + n, size - n, "%s", in ? "in.gif" : "out.gif");
            p += in ? 2 : 3;
        } else {
            out[n++] = *p++;
        }
    }
    out[n] = '\0';
}

static void judge(const char *const *column, struct judge_verdict *v) {
    const struct judge_limits limits = judge_limits_default();
    char path[512], line[4096];
    snprintf(path, sizeof path, PAIRS "%s", column[SOURCE]);
    struct fixture source = fixture_read(path);
    snprintf(path, sizeof path, PAIRS "%s", column[OUTPUT]);
    struct fixture output = fixture_read(path);
    with_names(column[REQUEST], line, sizeof line);
    size_t argc;
    char **argv = request_split(line, &argc, NULL);
    struct request r = argc > 0 ? request_parse(argc, (const char *const *)argv) : request_none();
    if (argc == 0)
        assert_int_equal(request_override(&r, column[OPERATION], atof(column[RATIO]),
                                          atoi(column[COLORS]), NULL),
                         0);
    const struct judge_gif gif = {source.bytes, source.n};
    judge_run(&(struct judge_case){.output = {output.bytes, output.n},
                                   .sources = &gif,
                                   .sources_used = 1,
                                   .request = &r,
                                   .limits = &limits,
                                   .memory_bytes = 256 << 20,
                                   .now_us = sys_now_us},
              v);
    request_free(&r);
    free(argv);
    free(source.bytes);
    free(output.bytes);
}

/* What is wrong with the verdict; NULL for nothing. */
static const char *wrong(const char *const *column, const struct judge_verdict *v) {
    bool damaged = strcmp(column[LABEL], "damaged") == 0;
    bool asked = column[REQUEST][0] != '\0';
    if (strcmp(column[LABEL], "healthy") == 0)
        return judge_passed(v) == 1 ? NULL : "a healthy output did not pass";
    /* Loops that were asked for are right; delays that only look the same may pass. */
    if (strcmp(column[LABEL], "loop") == 0 && asked)
        return judge_passed(v) == 1 ? NULL : "loops that were asked for did not pass";
    if (!damaged && strcmp(column[LABEL], "loop") != 0 && strcmp(column[KIND], "no-trailer") != 0)
        return NULL;
    if (damaged && judge_passed(v) != 0)
        return "a damaged output did not fail";
    /* Which half of the frames was kept is a question about pictures, not about their number. */
    if (strcmp(column[KIND], "dropped") == 0 && column[RATIO][0] != '\0')
        return NULL;
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        if (strcmp(column[KIND], plain[i].kind) == 0 &&
            v->results[plain[i].check].outcome != JUDGE_FAIL)
            return "the check for this damage did not fail";
    return NULL;
}

static void labelled_pairs(void **state) {
    (void)state;
    static struct judge_verdict v;
    char line[4096];
    unsigned mistakes = 0, pairs = 0;
    FILE *file = fopen(PAIRS "pairs.tsv", "r");
    if (file == NULL) {
        print_message("no " PAIRS "pairs.tsv here: skipped\n");
        skip();
    }
    while (fgets(line, sizeof line, file) != NULL) {
        const char *column[COLUMNS];
        char *rest = line;
        line[strcspn(line, "\n")] = '\0';
        for (int i = 0; i < COLUMNS; i++) {
            const char *at = strsep(&rest, "\t");
            column[i] = at != NULL ? at : "";
        }
        if (strcmp(column[ID], "id") == 0 || strcmp(column[KIND], "missing") == 0)
            continue;
        judge(column, &v);
        count(column, judge_passed(&v));
        pairs++;
        const char *mistake = wrong(column, &v);
        if (mistake == NULL)
            continue;
        mistakes++;
        print_message("%s (%s %s): %s\n", column[ID], column[LABEL], column[KIND], mistake);
        for (size_t i = 0; i < v.results_used; i++)
            if (v.results[i].message[0] != '\0')
                print_message("  %s: %s\n", judge_check_name(v.results[i].check),
                              v.results[i].message);
    }
    fclose(file);
    print_message("%u pairs\n%-28s %6s %6s %6s\n", pairs, "label kind", "passed", "failed",
                  "other");
    for (size_t i = 0; i < kinds; i++)
        print_message("%-28s %6u %6u %6u\n", table[i].what, table[i].passed, table[i].failed,
                      table[i].other);
    assert_int_equal(mistakes, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(labelled_pairs)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

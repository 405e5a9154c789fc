/* Labelled pairs: no healthy output fails, every damaged one does, and each kind of damage in its
 * own check. Takes the directories of pairs (pairs.tsv and the files that it names); prints what
 * came out by kind.
 *
 *     judge_pairs [--verdicts FILE] [--backwards] GENERATED [OTHER…]
 *
 * GENERATED must be there, and hold enough of everything; the others are skipped where they are
 * not. --backwards begins with the last pair of each. --verdicts writes a line per pair with all
 * that was found, figures included: the same for every build of the same judge.
 *
 * Rooms: kinds · the table · one pair · the lines · a directory · enough */
#include "judge/judge.h"

#include "../unit/fixture.h"
#include "sys/sys.h"

#define KINDS_MAX 120
#define SOURCES_MAX 200
#define PAIRS_MAX 10000

/* ---- kinds ---- */

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
    {"undefined-code", JUDGE_FILE_INTEGRITY},
    {"missing-blocks", JUDGE_FILE_INTEGRITY},
    {"bad-index", JUDGE_FILE_INTEGRITY},
    {"no-table", JUDGE_FILE_INTEGRITY},
    {"ends-early", JUDGE_FRAME_COUNT},
    {"lost-frame", JUDGE_FRAME_COUNT},
    {"dropped", JUDGE_FRAME_COUNT},
    {"collapsed", JUDGE_FRAME_COUNT},
    {"dup", JUDGE_FRAME_COUNT},
    {"noop", JUDGE_FRAME_COUNT},
    {"colors-left", JUDGE_COLOR_COUNT},
    {"delays", JUDGE_TIMING_PRESERVATION},
    {"merged", JUDGE_TIMING_PRESERVATION}, /* repeats dropped and their time with them */
    {"loop", JUDGE_LOOP_COUNT},
    {"canvas", JUDGE_GEOMETRY},
    {"black", JUDGE_QUALITY_DEGRADATION},
    {"half-black", JUDGE_QUALITY_DEGRADATION},
    {"scrambled", JUDGE_QUALITY_DEGRADATION},
    {"residue", JUDGE_QUALITY_DEGRADATION},
    {"other-job", JUDGE_QUALITY_DEGRADATION},
    {"offset", JUDGE_QUALITY_DEGRADATION},
    {"interlace", JUDGE_QUALITY_DEGRADATION},
    {"order", JUDGE_QUALITY_DEGRADATION},
    {"frozen", JUDGE_QUALITY_DEGRADATION},
    {"stuck", JUDGE_QUALITY_DEGRADATION},
    {"palette", JUDGE_QUALITY_DEGRADATION},
    {"palette-shift", JUDGE_QUALITY_DEGRADATION},
    {"palette-bgr", JUDGE_QUALITY_DEGRADATION},
    {"palette-invert", JUDGE_QUALITY_DEGRADATION},
    {"palette-dark", JUDGE_QUALITY_DEGRADATION},
    {"palette-entry", JUDGE_QUALITY_DEGRADATION},
    {"noise", JUDGE_QUALITY_DEGRADATION},
    {"disposal", JUDGE_QUALITY_DEGRADATION},
    {"flash", JUDGE_QUALITY_DEGRADATION},
    {"transparency", JUDGE_QUALITY_DEGRADATION},
    {"all-clear", JUDGE_QUALITY_DEGRADATION},
    {"frames", JUDGE_QUALITY_DEGRADATION}, /* picked out of a delta-coded animation */
};

enum column { ID, SOURCE, OUTPUT, LABEL, KIND, OPERATION, RATIO, COLORS, REQUEST, NOTE, COLUMNS };

/* ---- the table ---- */

struct names {
    char at[SOURCES_MAX][64];
    size_t used;
};

static struct row {
    char what[64]; /* label and kind */
    unsigned passed, failed, other;
    struct names sources;
} table[KINDS_MAX];
static size_t kinds;

static void add_name(struct names *names, const char *name) {
    for (size_t i = 0; i < names->used; i++)
        if (strcmp(names->at[i], name) == 0)
            return;
    assert_true(names->used < SOURCES_MAX);
    snprintf(names->at[names->used++], sizeof names->at[0], "%s", name);
}

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
    add_name(&table[i].sources, column[SOURCE]);
}

static void print_table(void) {
    print_message("%-28s %6s %6s %6s\n", "label kind", "passed", "failed", "other");
    for (size_t i = 0; i < kinds; i++)
        print_message("%-28s %6u %6u %6u\n", table[i].what, table[i].passed, table[i].failed,
                      table[i].other);
}

/* ---- one pair ---- */

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

static void judge(const char *top, const char *const *column, struct judge_verdict *v) {
    const struct judge_limits limits = judge_limits_default();
    char path[512], line[4096];
    snprintf(path, sizeof path, "%s/%s", top, column[SOURCE]);
    struct fixture source = fixture_read(path);
    snprintf(path, sizeof path, "%s/%s", top, column[OUTPUT]);
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

static const char *wrong_loops(const char *const *column, const struct judge_verdict *v) {
    if (strstr(column[REQUEST], "loop") != NULL)
        return judge_passed(v) == 1 ? NULL : "loops that were asked for did not pass";
    return v->results[JUDGE_LOOP_COUNT].outcome == JUDGE_FAIL ? NULL
                                                              : "other loops, and loop_count did "
                                                                "not fail";
}

/* What is wrong with the verdict; NULL for nothing. */
static const char *wrong(const char *const *column, const struct judge_verdict *v) {
    const char *label = column[LABEL], *kind = column[KIND];
    bool damaged = strcmp(label, "damaged") == 0;
    if (strcmp(label, "healthy") == 0)
        return judge_passed(v) == 1 ? NULL : "a healthy output did not pass";
    if (strcmp(label, "loop") == 0)
        return wrong_loops(column, v);
    if (strcmp(kind, "trailing") == 0 || strcmp(kind, "superfluous") == 0)
        return judge_passed(v) == 1 && v->results[JUDGE_FILE_INTEGRITY].message[0] != '\0'
                   ? NULL
                   : "did not pass with a note";
    /* Delays that look the same, and frames dropped with their delays kept, may pass or fail. */
    if (!damaged && strcmp(kind, "no-trailer") != 0)
        return NULL;
    if (damaged && judge_passed(v) != 0)
        return "a damaged output did not fail";
    /* Which half of the frames was kept is a question about pictures, not about their number. */
    if (strcmp(kind, "dropped") == 0 && column[RATIO][0] != '\0')
        return NULL;
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        if (strcmp(kind, plain[i].kind) == 0 && v->results[plain[i].check].outcome != JUDGE_FAIL)
            return "the check for this damage did not fail";
    return NULL;
}

/* ---- the lines ---- */

static const char *verdicts_path;
static FILE *verdicts;

static void write_value(const struct judge_value *value) {
    switch (value->kind) {
    case JUDGE_NOTHING:
        fputs("-", verdicts);
        break;
    case JUDGE_REAL:
        fprintf(verdicts, "%.*f", value->decimals, value->real);
        break;
    case JUDGE_TEXT:
        fputs(value->text, verdicts);
        break;
    default:
        fprintf(verdicts, "%lld", (long long)value->integer);
    }
}

/* All that was found but the time that it took. */
static void write_verdict(const char *id, const struct judge_verdict *v) {
    if (verdicts == NULL)
        return;
    fprintf(verdicts, "%s\t%d", id, judge_passed(v));
    for (size_t i = 0; i < v->results_used; i++) {
        const struct judge_result *r = &v->results[i];
        fprintf(verdicts, "\t%s %s [", judge_check_name(r->check), judge_outcome_name(r->outcome));
        write_value(&r->expected);
        fputs("|", verdicts);
        write_value(&r->actual);
        fprintf(verdicts, "] %s", r->message);
        for (size_t k = 0; k < r->details_used; k++) {
            fprintf(verdicts, " %s=", r->details[k].key);
            write_value(&r->details[k].value);
        }
    }
    fputs("\n", verdicts);
}

/* ---- a directory ---- */

static void complain(const char *const *column, const struct judge_verdict *v,
                     const char *mistake) {
    print_message("%s (%s %s): %s\n", column[ID], column[LABEL], column[KIND], mistake);
    if (column[REQUEST][0] != '\0')
        print_message("  request: %s\n", column[REQUEST]);
    for (size_t i = 0; i < v->results_used; i++)
        if (v->results[i].message[0] != '\0')
            print_message("  %s: %s\n", judge_check_name(v->results[i].check),
                          v->results[i].message);
}

static bool is_backwards;

static void judge_line(const char *top, char *line, struct names *sources, unsigned *mistakes) {
    static struct judge_verdict v;
    const char *column[COLUMNS];
    char *rest = line;
    for (int i = 0; i < COLUMNS; i++) {
        const char *at = strsep(&rest, "\t");
        column[i] = at != NULL ? at : "";
    }
    judge(top, column, &v);
    count(column, judge_passed(&v));
    add_name(sources, column[SOURCE]);
    write_verdict(column[ID], &v);
    const char *mistake = wrong(column, &v);
    if (mistake != NULL) {
        ++*mistakes;
        complain(column, &v, mistake);
    }
}

/* The lines of the list but its head, and the one pair that has no output. */
static size_t read_lines(FILE *list, char **lines) {
    char line[4096];
    size_t n = 0;
    while (fgets(line, sizeof line, list) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (strncmp(line, "id\t", 3) == 0 || strstr(line, "\tmissing\t") != NULL)
            continue;
        assert_true(n < PAIRS_MAX);
        lines[n++] = strdup(line);
    }
    return n;
}

struct directory {
    const char *top;
    bool is_generated;
};

/* ---- enough ---- */

/* A generator that lost half of its pairs would let everything pass. */
static unsigned too_few(size_t pairs, const struct names *sources) {
    unsigned lacking = 0;
    if (pairs < 200)
        lacking++, print_message("only %zu pairs, 200 are the least\n", pairs);
    if (sources->used < 12)
        lacking++, print_message("only %zu sources, 12 are the least\n", sources->used);
    for (size_t i = 0; i < kinds; i++)
        if (table[i].sources.used < 3)
            lacking++, print_message("%s: only %zu sources, 3 are the least\n", table[i].what,
                                     table[i].sources.used);
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
        size_t k = 0;
        while (k < kinds && strcmp(strchr(table[k].what, ' ') + 1, plain[i].kind) != 0)
            k++;
        /* The other directories' kind: here it has a name for each damage to the palette. */
        if (k == kinds && strcmp(plain[i].kind, "palette") != 0)
            lacking++, print_message("%s: no pair\n", plain[i].kind);
    }
    return lacking;
}

static void labelled_pairs(void **state) {
    static char *lines[PAIRS_MAX];
    const struct directory *directory = *state;
    static struct names sources;
    char path[512];
    unsigned mistakes = 0;
    memset(&sources, 0, sizeof sources);
    memset(table, 0, sizeof table);
    kinds = 0;
    snprintf(path, sizeof path, "%s/pairs.tsv", directory->top);
    FILE *list = fopen(path, "r");
    if (list == NULL) {
        if (directory->is_generated)
            fail_msg("no %s", path);
        print_message("no %s here: skipped\n", path);
        skip();
    }
    size_t pairs = read_lines(list, lines);
    fclose(list);
    for (size_t i = 0; i < pairs; i++)
        judge_line(directory->top, lines[is_backwards ? pairs - 1 - i : i], &sources, &mistakes);
    for (size_t i = 0; i < pairs; i++)
        free(lines[i]);
    print_message("%s: %zu pairs over %zu sources, %u wrong\n", directory->top, pairs, sources.used,
                  mistakes);
    print_table();
    unsigned lacking = directory->is_generated ? too_few(pairs, &sources) : 0;
    assert_int_equal(mistakes, 0);
    assert_int_equal(lacking, 0);
}

int main(int argc, char **argv) {
    struct directory given[8];
    struct CMUnitTest tests[8];
    size_t n = 0;
    int at = 1;
    if (argc > 2 && strcmp(argv[1], "--verdicts") == 0) {
        verdicts_path = argv[2];
        at = 3;
    }
    if (at < argc && strcmp(argv[at], "--backwards") == 0) {
        is_backwards = true;
        at++;
    }
    for (; at < argc && n < 8; at++, n++) {
        given[n] = (struct directory){argv[at], n == 0};
        tests[n] = (struct CMUnitTest){n == 0 ? "generated_pairs" : "other_pairs", labelled_pairs,
                                       NULL, NULL, &given[n]};
    }
    if (n == 0) {
        fprintf(stderr, "usage: %s [--verdicts FILE] [--backwards] DIRECTORY...\n", argv[0]);
        return 2;
    }
    if (verdicts_path != NULL && (verdicts = fopen(verdicts_path, "w")) == NULL) {
        perror(verdicts_path);
        return 2;
    }
    int failed = _cmocka_run_group_tests("pairs", tests, n, NULL, NULL);
    if (verdicts != NULL && fclose(verdicts) != 0)
        return 2;
    return failed;
}

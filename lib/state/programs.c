/* The 32 busiest programs ("space-saving", Metwally, Agrawal and El Abbadi 2005): a program that
 * has no row takes that of the least weight and inherits the weight, so that every program with
 * more than a 32nd of all outputs has a row in the end. What was counted in the row goes with it:
 * it is then among the others', who are what all rows together lack of the totals, so nothing is
 * ever lost.
 *
 * Rooms: names · finding a row · counting · reading */
#include "state/layout.h"

#include <string.h>

#define NAME_WORDS (STATE_NAME_SIZE / sizeof(uint64_t))
#define TRIES 4

/* ---- names ---- */

struct name {
    uint64_t words[NAME_WORDS]; /* the name, then zeros */
    uint64_t hash;              /* of 52 bits, not 0 */
};

static void hash_name(struct name *n) {
    uint64_t sum = UINT64_C(0xCBF29CE484222325);
    for (size_t i = 0; i < NAME_WORDS; i++) {
        sum = (sum ^ n->words[i]) * UINT64_C(0x9E3779B97F4A7C15);
        sum ^= sum >> 29;
    }
    n->hash = word_value(sum) != 0 ? word_value(sum) : 1;
}

static struct name name_of(const char *program) {
    char text[STATE_NAME_SIZE] = {0};
    struct name n;
    if (program != NULL)
        memcpy(text, program, strnlen(program, sizeof text - 1));
    memcpy(n.words, text, sizeof text);
    hash_name(&n);
    return n;
}

/* ---- finding a row ---- */

struct row {
    size_t i; /* STATE_PROGRAMS: none */
    uint64_t tag;
};

static struct row row_of(size_t i, uint64_t owner) {
    return (struct row){i, word_tag(owner)};
}

/* The first free row is everybody's choice, and a row that was taken is never free again: so no
 * program gets two of them. */
static struct row find(struct state_file *f, uint64_t hash) {
    for (size_t i = 0; i < STATE_PROGRAMS; i++) {
        uint64_t owner = atomic_load(&f->owners[i]), mine = word_pack(1, hash);
        if (owner == 0 && atomic_compare_exchange_strong(&f->owners[i], &owner, mine))
            return row_of(i, mine);
        if (word_value(owner) == hash)
            return row_of(i, owner);
    }
    return (struct row){STATE_PROGRAMS, 0};
}

static struct row displace(struct state_file *f, uint64_t hash) {
    uint64_t least = UINT64_MAX, owner = 0;
    struct row row = {0, 0};
    for (size_t i = 0; i < STATE_PROGRAMS; i++) {
        uint64_t owned = atomic_load(&f->owners[i]);
        uint64_t weight = word_in(&f->programs[i].weight, word_tag(owned));
        if (weight < least) {
            least = weight;
            owner = owned;
            row.i = i;
        }
    }
    row.tag = (word_tag(owner) + 1) % WORD_TAGS;
    if (!atomic_compare_exchange_strong(&f->owners[row.i], &owner, word_pack(row.tag, hash)))
        return (struct row){STATE_PROGRAMS, 0};
    word_add_unless_newer(&f->programs[row.i].weight, row.tag, least);
    return row;
}

/* ---- counting ---- */

/* Whoever was held up since it found the row may write the name of a program that has lost it; the
 * next of the new one puts that right. */
static void write_name(struct state_program_words *p, const struct name *n) {
    for (size_t i = 0; i < NAME_WORDS; i++)
        if (word_read(&p->name[i]) != n->words[i])
            word_write(&p->name[i], n->words[i]);
}

void programs_count(struct state_file *f, const struct state_validation *v) {
    struct name name = name_of(v->program);
    struct row row = find(f, name.hash);
    for (int i = 0; i < TRIES && row.i == STATE_PROGRAMS; i++) {
        row = displace(f, name.hash);
        if (row.i == STATE_PROGRAMS) /* another was faster; perhaps the same program */
            row = find(f, name.hash);
    }
    if (row.i == STATE_PROGRAMS)
        return; /* one of the others */
    struct state_program_words *p = &f->programs[row.i];
    write_name(p, &name);
    word_add_unless_newer(&p->weight, row.tag, 1);
    word_add_unless_newer(&p->outputs, row.tag, 1);
    word_add_unless_newer(&p->passed, row.tag, v->result == STATE_PASSED);
    word_add_unless_newer(&p->failed, row.tag, v->result == STATE_FAILED);
    if (v->result == STATE_CONTROL)
        return;
    word_add_unless_newer(&p->slow, row.tag, v->slow);
    word_add_unless_newer(&p->time_us, row.tag, word_of(v->time_us));
}

/* ---- reading ---- */

static bool read_row(const struct state_file *f, size_t i, struct state_program *p) {
    const struct state_program_words *w = &f->programs[i];
    uint64_t owner = atomic_load(&f->owners[i]), tag = word_tag(owner);
    struct name name;
    for (size_t k = 0; k < NAME_WORDS; k++)
        name.words[k] = word_read(&w->name[k]);
    hash_name(&name);
    if (owner == 0 || name.hash != word_value(owner))
        return false;
    *p = (struct state_program){.outputs = word_in(&w->outputs, tag),
                                .passed = word_in(&w->passed, tag),
                                .failed = word_in(&w->failed, tag),
                                .slow = word_in(&w->slow, tag),
                                .time_us = (int64_t)word_in(&w->time_us, tag)};
    memcpy(p->name, name.words, sizeof p->name);
    p->name[sizeof p->name - 1] = '\0';
    return true;
}

static void add(struct state_program *to, const struct state_program *p) {
    to->outputs += p->outputs;
    to->passed += p->passed;
    to->failed += p->failed;
    to->slow += p->slow;
    to->time_us += p->time_us;
}

/* Two that displaced another at once may have been the same program. */
static void insert(struct state_snapshot *s, const struct state_program *p) {
    size_t i = 0;
    while (i < s->programs_used && strcmp(s->programs[i].name, p->name) != 0)
        i++;
    if (i == s->programs_used)
        s->programs[s->programs_used++] = *p;
    else
        add(&s->programs[i], p);
    /* Up to its place among them. */
    for (; i > 0 && s->programs[i - 1].outputs < s->programs[i].outputs; i--) {
        struct state_program up = s->programs[i];
        s->programs[i] = s->programs[i - 1];
        s->programs[i - 1] = up;
    }
}

static uint64_t less(uint64_t all, uint64_t known) {
    return all > known ? all - known : 0;
}

/* After the rows the totals, which are counted before them: so they are not the less. */
void snapshot_programs(const struct state_file *f, struct state_snapshot *s) {
    struct state_program p, known = {0};
    uint64_t outputs = 0;
    for (size_t i = 0; i < STATE_PROGRAMS; i++)
        if (read_row(f, i, &p)) {
            insert(s, &p);
            add(&known, &p);
        }
    for (int i = 0; i < STATE_RESULTS; i++)
        outputs += word_read(&f->results[i]);
    s->others = (struct state_program){
        .outputs = less(outputs, known.outputs),
        .passed = less(word_read(&f->results[STATE_PASSED]), known.passed),
        .failed = less(word_read(&f->results[STATE_FAILED]), known.failed),
        .slow = less(word_read(&f->slow), known.slow),
        .time_us = (int64_t)word_value(less(word_read(&f->time_us), (uint64_t)known.time_us))};
}

/* The ring of the last validations. A number is drawn first, then its place written: who is held up
 * in between must not write over what came a lap later, and who reads must not take the one of a
 * lap ago for it. */
#include "state/layout.h"

#define RESULT_BITS 4
_Static_assert(STATE_RESULTS <= 1 << RESULT_BITS, "results fit");

static uint64_t lap(uint64_t number) {
    return number / STATE_RING + 1;
}

void recent_put(struct state_file *f, const struct state_validation *v) {
    uint64_t number = atomic_fetch_add(&f->validations, 1), tag = lap(number);
    struct state_recent_words *r = &f->recent[number % STATE_RING];
    uint64_t bytes =
        v->bytes_out < WORD_MOST >> RESULT_BITS ? v->bytes_out : WORD_MOST >> RESULT_BITS;
    word_put_unless_newer(&r->wall_us, tag, word_of(v->wall_us));
    word_put_unless_newer(&r->bytes_in, tag, v->bytes_in);
    word_put_unless_newer(&r->time_us, tag, word_of(v->time_us));
    word_put_unless_newer(&r->out, tag, bytes << RESULT_BITS | (uint64_t)v->result);
}

/* Back to the lap before: what is being written goes on over it. */
void recent_forget(struct state_file *f) {
    uint64_t end = atomic_load(&f->validations);
    for (uint64_t back = 1; back <= STATE_RING && back <= end; back++) {
        state_word *time = &f->recent[(end - back) % STATE_RING].time_us;
        uint64_t tag = lap(end - back), word = word_read(time);
        if (word_tag(word) == tag % WORD_TAGS)
            (void)word_swap(time, &word, word_pack((tag - 1) % WORD_TAGS, 0));
    }
}

bool recent_get(const struct state_file *f, uint64_t number, struct state_recent *r) {
    const struct state_recent_words *w = &f->recent[number % STATE_RING];
    uint64_t tag = lap(number) % WORD_TAGS;
    uint64_t wall = word_read(&w->wall_us), in = word_read(&w->bytes_in),
             time = word_read(&w->time_us), out = word_read(&w->out);
    uint64_t result = word_value(out) % (1 << RESULT_BITS);
    if (word_tag(wall) != tag || word_tag(in) != tag || word_tag(time) != tag ||
        word_tag(out) != tag || result >= STATE_RESULTS)
        return false;
    *r = (struct state_recent){.wall_us = (int64_t)word_value(wall),
                               .result = (enum state_result)result,
                               .bytes_in = word_value(in),
                               .bytes_out = word_value(out) >> RESULT_BITS,
                               .time_us = (int64_t)word_value(time)};
    return true;
}

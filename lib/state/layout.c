#include "state/layout.h"

#include <stddef.h>

#define MEMBER(type, member)                                                                       \
    { offsetof(struct type, member), sizeof(((struct type *)0)->member) }
#define MEMBERS(list, type)                                                                        \
    { list, sizeof list / sizeof *list, sizeof(struct type) }

static const struct state_member head[] = {
    MEMBER(state_head, magic),
    MEMBER(state_head, version),
    MEMBER(state_head, layout),
    MEMBER(state_head, size),
};

static const struct state_member hour[] = {
    MEMBER(state_hour_words, hour),       MEMBER(state_hour_words, results),
    MEMBER(state_hour_words, failed),     MEMBER(state_hour_words, slow),
    MEMBER(state_hour_words, complex),    MEMBER(state_hour_words, bytes_in),
    MEMBER(state_hour_words, bytes_out),  MEMBER(state_hour_words, time_us),
    MEMBER(state_hour_words, longest_us), MEMBER(state_hour_words, arena_bytes),
    MEMBER(state_hour_words, times),
};

static const struct state_member recent[] = {
    MEMBER(state_recent_words, wall_us),
    MEMBER(state_recent_words, bytes_in),
    MEMBER(state_recent_words, time_us),
    MEMBER(state_recent_words, out),
};

static const struct state_member change[] = {
    MEMBER(state_change_words, wall_us),
    MEMBER(state_change_words, mean),
};

static const struct state_member program[] = {
    MEMBER(state_program_words, name),    MEMBER(state_program_words, weight),
    MEMBER(state_program_words, outputs), MEMBER(state_program_words, passed),
    MEMBER(state_program_words, failed),  MEMBER(state_program_words, slow),
    MEMBER(state_program_words, time_us),
};

static const struct state_member file[] = {
    MEMBER(state_file, head),
    MEMBER(state_file, identity),
    MEMBER(state_file, began_us),
    MEMBER(state_file, outputs),
    MEMBER(state_file, results),
    MEMBER(state_file, checks),
    MEMBER(state_file, slow),
    MEMBER(state_file, complex),
    MEMBER(state_file, bytes_in),
    MEMBER(state_file, bytes_out),
    MEMBER(state_file, time_us),
    MEMBER(state_file, longest_us),
    MEMBER(state_file, arena_bytes),
    MEMBER(state_file, consecutive_failures),
    MEMBER(state_file, last_success_us),
    MEMBER(state_file, last_failure_us),
    MEMBER(state_file, last_verdict_us),
    MEMBER(state_file, last_output_us),
    MEMBER(state_file, times),
    MEMBER(state_file, validations),
    MEMBER(state_file, recent),
    MEMBER(state_file, mode),
    MEMBER(state_file, mode_changes),
    MEMBER(state_file, changes_used),
    MEMBER(state_file, changes),
    MEMBER(state_file, window_validations),
    MEMBER(state_file, window_passed),
    MEMBER(state_file, window_failed),
    MEMBER(state_file, owners),
    MEMBER(state_file, programs),
    MEMBER(state_file, hours),
};

const struct state_members state_members[] = {
    MEMBERS(head, state_head),
    MEMBERS(hour, state_hour_words),
    MEMBERS(recent, state_recent_words),
    MEMBERS(change, state_change_words),
    MEMBERS(program, state_program_words),
    MEMBERS(file, state_file),
};
const size_t state_members_used = sizeof state_members / sizeof *state_members;

/* FNV-1a, 64 bits. */
static uint64_t mix(uint64_t sum, uint64_t value) {
    for (int i = 0; i < 8; i++, value >>= 8)
        sum = (sum ^ (value & 0xFF)) * UINT64_C(0x100000001B3);
    return sum;
}

uint64_t state_layout(void) {
    uint64_t sum = UINT64_C(0xCBF29CE484222325);
    for (size_t i = 0; i < state_members_used; i++)
        for (size_t k = 0; k < state_members[i].used; k++)
            sum = mix(mix(sum, state_members[i].members[k].at), state_members[i].members[k].size);
    /* A check that changes its place would get another's counts. */
    for (int i = 0; i < JUDGE_CHECKS; i++)
        for (const char *c = judge_check_name((enum judge_check)i); *c != '\0'; c++)
            sum = mix(sum, (unsigned char)*c);
    return sum;
}

#include "shim/sampling.h"

#include "sys/sys.h"

#include <stdint.h>
#include <string.h>
#include <sys/random.h>
#include <sys/syscall.h>

/* The finaliser of MurmurHash3 (Austin Appleby): every bit of the input reaches every bit. */
static uint64_t mix(uint64_t x) {
    x = (x ^ x >> 33) * UINT64_C(0xff51afd7ed558ccd);
    x = (x ^ x >> 33) * UINT64_C(0xc4ceb9fe1a85ec53);
    return x ^ x >> 33;
}

static uint64_t of_source(const struct source *s) {
    uint64_t hash = mix(s->size);
    size_t n = s->bytes != NULL ? s->size : 0, i = 0;
    for (; i + 8 <= n; i += 8) {
        uint64_t word;
        memcpy(&word, s->bytes + i, sizeof word);
        hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
        hash ^= hash >> 32;
    }
    for (; i < n; i++)
        hash = (hash ^ s->bytes[i]) * UINT64_C(0x100000001b3);
    return mix(hash);
}

static uint64_t by_chance(void) {
    uint64_t word;
    if (sys_call(SYS_getrandom, (long)&word, sizeof word, GRND_NONBLOCK, 0, 0, 0) == sizeof word)
        return word;
    return mix((uint64_t)sys_now_us() ^ (uint64_t)sys_gettid() << 40);
}

bool sampling_takes(double percentage, bool by_source, const struct match *m) {
    if (percentage >= 100)
        return true;
    if (percentage <= 0)
        return false;
    uint64_t draw = by_source && m->used > 0 ? of_source(m->at[0]) : by_chance();
    /* 53 bits: what a double holds exactly. */
    return (double)(draw >> 11) / (double)(UINT64_C(1) << 53) * 100 < percentage;
}

bool sampling_takes_one_of(int64_t every) {
    return every <= 1 || by_chance() % (uint64_t)every == 0;
}

#include "shim/floats.h"

/* Not by fegetenv() and its family: they are libm's. */
#if defined(__x86_64__)
/* Nothing here computes with the x87. */
#define EVERY_PROGRAMS 0x1F80

uint64_t floats_begin(void) {
    uint32_t before, now = EVERY_PROGRAMS;
    __asm__ volatile("stmxcsr %0" : "=m"(before)::"memory");
    __asm__ volatile("ldmxcsr %0" ::"m"(now) : "memory");
    return before;
}

void floats_end(uint64_t before) {
    uint32_t now = (uint32_t)before;
    __asm__ volatile("ldmxcsr %0" ::"m"(now) : "memory");
}
#elif defined(__aarch64__)
static void set(uint64_t control, uint64_t status) {
    __asm__ volatile("msr fpcr, %0\n\tmsr fpsr, %1" ::"r"(control), "r"(status) : "memory");
}

uint64_t floats_begin(void) {
    uint64_t control, status;
    __asm__ volatile("mrs %0, fpcr\n\tmrs %1, fpsr" : "=r"(control), "=r"(status)::"memory");
    set(0, 0);
    return control << 32 | (uint32_t)status;
}

void floats_end(uint64_t before) {
    set(before >> 32, (uint32_t)before);
}
#else
#error "floats_begin is written for x86_64 and aarch64 only"
#endif

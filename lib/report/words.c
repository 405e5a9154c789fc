#include "report/words.h"

#include "command/clock.h"
#include "operate/amount.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

_Static_assert(WORDS_SIZE >= AMOUNT_SIZE, "an amount fits");

char *words_share(char buffer[WORDS_SIZE], double share) {
    double percent = 100 * share;
    if (isnan(share)) {
        snprintf(buffer, WORDS_SIZE, "-");
        return buffer;
    }
    if (share < 1 && percent > 99.99)
        percent = 99.99;
    if (share > 0 && percent < 0.01)
        percent = 0.01;
    snprintf(buffer, WORDS_SIZE, "%.2f %%", percent);
    return buffer;
}

char *words_us(char buffer[WORDS_SIZE], int64_t us, bool is_known) {
    return amount_time(buffer, is_known ? (double)us / 1e6 : (double)NAN);
}

char *words_tick(char buffer[WORDS_SIZE], double us) {
    if (us < 1e3)
        snprintf(buffer, WORDS_SIZE, "%g us", us);
    else if (us < 1e6)
        snprintf(buffer, WORDS_SIZE, "%g ms", us / 1e3);
    else
        snprintf(buffer, WORDS_SIZE, "%g s", us / 1e6);
    return buffer;
}

static char *local(char buffer[WORDS_SIZE], int64_t us, const char *format) {
    struct tm tm;
    time_t seconds = (time_t)(us / 1000000);
    if (localtime_r(&seconds, &tm) == NULL || strftime(buffer, WORDS_SIZE, format, &tm) == 0)
        buffer[0] = '\0';
    return buffer;
}

/* strftime's %z has no colon. */
static void add_offset(char buffer[WORDS_SIZE], int64_t us) {
    struct tm tm;
    time_t seconds = (time_t)(us / 1000000);
    if (localtime_r(&seconds, &tm) == NULL)
        return;
    long minutes = labs(tm.tm_gmtoff) / 60;
    size_t used = strlen(buffer);
    snprintf(buffer + used, WORDS_SIZE - used, "%c%02ld:%02ld", tm.tm_gmtoff < 0 ? '-' : '+',
             minutes / 60 % 100, minutes % 60);
}

char *words_local(char buffer[WORDS_SIZE], int64_t us) {
    return local(buffer, us, "%Y-%m-%d %H:%M:%S");
}

char *words_local_offset(char buffer[WORDS_SIZE], int64_t us) {
    add_offset(local(buffer, us, "%Y-%m-%d %H:%M:%S "), us);
    return buffer;
}

char *words_zone(char buffer[WORDS_SIZE], int64_t us) {
    add_offset(local(buffer, us, "%Z ("), us);
    size_t used = strlen(buffer);
    snprintf(buffer + used, WORDS_SIZE - used, ")");
    return buffer;
}

void words_time(FILE *out, int64_t us, bool with_offset) {
    char utc[CLOCK_SIZE], buffer[WORDS_SIZE];
    fprintf(out, "<time datetime=\"%s\">%s</time>", clock_utc(utc, us),
            with_offset ? words_local_offset(buffer, us) : words_local(buffer, us));
}

void words_number_of(FILE *out, uint64_t n, const char *one) {
    char buffer[AMOUNT_SIZE];
    fprintf(out, "%s %s%s", amount_count(buffer, (double)n), one, n == 1 ? "" : "s");
}

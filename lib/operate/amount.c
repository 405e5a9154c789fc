#include "operate/amount.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

struct unit {
    double size;
    const char *name;
};

static char *text(char buffer[AMOUNT_SIZE], const char *what) {
    snprintf(buffer, AMOUNT_SIZE, "%s", what);
    return buffer;
}

/* Three digits, as far as that says something; two of what is small. */
static int decimals(double n) {
    if (n >= 0.0995 || n <= 0)
        return n >= 99.95 ? 0 : n >= 9.995 ? 1 : 2;
    double places = 1 - floor(log10(n));
    return places < 12 ? (int)places : 12;
}

/* In the largest unit of which there is one at least, rounded as it is printed. */
static char *in_unit(char buffer[AMOUNT_SIZE], double n, const struct unit *units, size_t used) {
    size_t i = used - 1;
    while (i > 0 && n < units[i].size * 0.9995)
        i--;
    double shown = n / units[i].size;
    snprintf(buffer, AMOUNT_SIZE, "%.*f %s", decimals(shown), shown, units[i].name);
    return buffer;
}

#define IN_UNIT(buffer, n, units) in_unit(buffer, n, units, sizeof(units) / sizeof *(units))

char *amount_bytes(char buffer[AMOUNT_SIZE], double bytes) {
    static const struct unit units[] = {{1e3, "KB"},  {1e6, "MB"},  {1e9, "GB"},
                                        {1e12, "TB"}, {1e15, "PB"}, {1e18, "EB"}};
    if (isnan(bytes))
        return text(buffer, "-");
    if (bytes < 999.5) {
        snprintf(buffer, AMOUNT_SIZE, "%.0f B", bytes);
        return buffer;
    }
    return IN_UNIT(buffer, bytes, units);
}

char *amount_time(char buffer[AMOUNT_SIZE], double seconds) {
    static const struct unit units[] = {{1e-6, "us"}, {1e-3, "ms"}, {1, "s"},
                                        {60, "min"},  {3600, "h"},  {86400, "days"}};
    if (isnan(seconds))
        return text(buffer, "-");
    if (isinf(seconds))
        return text(buffer, "for ever");
    return seconds < 5e-9 ? text(buffer, "0 ms") : IN_UNIT(buffer, seconds, units);
}

char *amount_count(char buffer[AMOUNT_SIZE], double n) {
    char digits[AMOUNT_SIZE];
    if (isnan(n))
        return text(buffer, "-");
    if (n < 999.5) {
        snprintf(buffer, AMOUNT_SIZE, "%.*f", n == floor(n) ? 0 : decimals(n), n);
        return buffer;
    }
    size_t used = (size_t)snprintf(digits, sizeof digits, "%.0f", n), at = 0;
    for (size_t i = 0; i < used && at + 2 < AMOUNT_SIZE; i++) {
        if (i > 0 && (used - i) % 3 == 0)
            buffer[at++] = ',';
        buffer[at++] = digits[i];
    }
    buffer[at] = '\0';
    return buffer;
}

char *amount_percent(char buffer[AMOUNT_SIZE], double share) {
    if (isnan(share))
        return text(buffer, "-");
    double n = 100 * share;
    snprintf(buffer, AMOUNT_SIZE, "%.*f %%", fabs(n) >= 99.95 ? 0 : fabs(n) >= 0.995 ? 1 : 2, n);
    return buffer;
}

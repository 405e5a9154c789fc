#include "command/clock.h"

#include <time.h>

static char *print(char *buffer, int64_t wall_us, const char *format) {
    struct tm tm;
    time_t seconds = (time_t)(wall_us / 1000000);
    if (gmtime_r(&seconds, &tm) == NULL || strftime(buffer, CLOCK_SIZE, format, &tm) == 0)
        buffer[0] = '\0';
    return buffer;
}

char *clock_utc(char buffer[CLOCK_SIZE], int64_t wall_us) {
    return print(buffer, wall_us, "%Y-%m-%dT%H:%M:%SZ");
}

char *clock_time(char buffer[CLOCK_SIZE], int64_t wall_us) {
    return print(buffer, wall_us, "%H:%M:%S");
}

#include "command/clock.h"

#include "operate/moment.h"
#include "text/text.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

/* What strftime() calls %z, with a colon. */
static void put_offset(char *to, size_t size, long seconds) {
    char sign = seconds < 0 ? '-' : '+';
    long minutes = (seconds < 0 ? -seconds : seconds) / 60;
    if (minutes == 0)
        text_print(to, size, "Z");
    else
        text_print(to, size, "%c%02ld:%02ld", sign, minutes / 60, minutes % 60);
}

static char *print_local(char *buffer, int64_t wall_us, const char *format) {
    struct tm tm;
    time_t seconds = (time_t)(wall_us / 1000000);
    size_t n = 0;
    tzset();
    if (localtime_r(&seconds, &tm) != NULL)
        n = strftime(buffer, CLOCK_SIZE, format, &tm);
    buffer[n] = '\0';
    if (n > 0)
        put_offset(buffer + n, CLOCK_SIZE - n, tm.tm_gmtoff);
    return buffer;
}

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

char *clock_local(char buffer[CLOCK_SIZE], int64_t wall_us) {
    return print_local(buffer, wall_us, "%Y-%m-%dT%H:%M:%S");
}

char *clock_time(char buffer[CLOCK_SIZE], int64_t wall_us) {
    return print_local(buffer, wall_us, "%H:%M:%S");
}

int64_t clock_offset_us(char name[CLOCK_SIZE], int64_t wall_us) {
    struct tm tm;
    time_t seconds = (time_t)(wall_us / 1000000);
    tzset();
    if (localtime_r(&seconds, &tm) == NULL)
        tm.tm_gmtoff = 0;
    put_offset(name, CLOCK_SIZE, tm.tm_gmtoff);
    return tm.tm_gmtoff * INT64_C(1000000);
}

bool clock_of_record(char buffer[CLOCK_SIZE], const char *time, size_t n) {
    int64_t us;
    buffer[0] = '\0';
    if (!moment_parse_iso(time, n, &us))
        return false;
    return clock_local(buffer, us)[0] != '\0';
}

char *clock_in_place(char *time) {
    char local[CLOCK_SIZE];
    return clock_of_record(local, time, strlen(time)) ? strcpy(time, local) : time;
}

#define UTC_SIZE 20 /* "2026-11-27T02:40:00Z" */

char *clock_in_text(const char *s) {
    char *text = NULL, local[CLOCK_SIZE];
    size_t size;
    FILE *out = open_memstream(&text, &size);
    if (out == NULL)
        return NULL;
    while (s[0] != '\0') {
        bool time = strnlen(s, UTC_SIZE) == UTC_SIZE && s[UTC_SIZE - 1] == 'Z' &&
                    clock_of_record(local, s, UTC_SIZE);
        if (time)
            fputs(local, out);
        else
            putc(s[0], out);
        s += time ? UTC_SIZE : 1;
    }
    fclose(out);
    return text;
}

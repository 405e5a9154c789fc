#include "operate/moment.h"

#include <string.h>

#define SECOND INT64_C(1000000)

/* Exactly `digits` digits at s. */
static bool number(const char *s, size_t n, size_t at, size_t digits, int *value) {
    *value = 0;
    if (at + digits > n)
        return false;
    for (size_t i = at; i < at + digits; i++) {
        if (s[i] < '0' || s[i] > '9')
            return false;
        *value = *value * 10 + (s[i] - '0');
    }
    return true;
}

static bool is(const char *s, size_t n, size_t at, char c) {
    return at < n && s[at] == c;
}

static bool is_leap(int year) {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil. */
static int64_t days_since_1970(int year, int month, int day) {
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t era = y / 400, of_era = y - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

/* "12:00", "12:00:01", "12:00:01.5"; *at moves behind it. */
static bool time_of_day(const char *s, size_t n, size_t *at, int64_t *us) {
    int hour, minute, second = 0;
    if (!number(s, n, *at, 2, &hour) || !is(s, n, *at + 2, ':') ||
        !number(s, n, *at + 3, 2, &minute) || hour > 23 || minute > 59)
        return false;
    *at += 5;
    *us = (hour * INT64_C(3600) + minute * 60) * SECOND;
    if (!is(s, n, *at, ':'))
        return true;
    if (!number(s, n, *at + 1, 2, &second) || second > 60)
        return false;
    *at += 3;
    *us += second * SECOND;
    if (!is(s, n, *at, '.'))
        return true;
    size_t first = ++*at;
    for (int64_t unit = SECOND / 10; *at < n && s[*at] >= '0' && s[*at] <= '9'; unit /= 10)
        *us += (s[(*at)++] - '0') * unit;
    return *at > first;
}

/* "", "Z", "+01:00". */
static bool zone(const char *s, size_t n, size_t at, int64_t *us) {
    int hours, minutes;
    if (at == n || (at + 1 == n && s[at] == 'Z'))
        return true;
    if (at + 6 != n || (s[at] != '+' && s[at] != '-') || !number(s, n, at + 1, 2, &hours) ||
        s[at + 3] != ':' || !number(s, n, at + 4, 2, &minutes) || hours > 23 || minutes > 59)
        return false;
    int64_t offset = (hours * INT64_C(3600) + minutes * 60) * SECOND;
    *us -= s[at] == '+' ? offset : -offset;
    return true;
}

bool moment_parse_iso(const char *s, size_t n, int64_t *us) {
    static const int days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int year, month, day;
    int64_t of_day = 0;
    size_t at = 10;
    if (!number(s, n, 0, 4, &year) || !is(s, n, 4, '-') || !number(s, n, 5, 2, &month) ||
        !is(s, n, 7, '-') || !number(s, n, 8, 2, &day) || month < 1 || month > 12 || day < 1 ||
        day > days[month - 1] || (month == 2 && day == 29 && !is_leap(year)))
        return false;
    *us = days_since_1970(year, month, day) * 86400 * SECOND;
    if (n == 10)
        return true;
    if (s[at] != 'T' && s[at] != ' ')
        return false;
    at++;
    if (!time_of_day(s, n, &at, &of_day))
        return false;
    *us += of_day;
    return zone(s, n, at, us);
}

static int64_t seconds_of(char unit) {
    switch (unit) {
    case 's':
        return 1;
    case 'm':
        return 60;
    case 'h':
        return 3600;
    case 'd':
        return 86400;
    case 'w':
        return 604800;
    default:
        return 0;
    }
}

bool moment_parse_since(const char *s, int64_t now_us, int64_t *us) {
    size_t n = strlen(s), digits = strspn(s, "0123456789");
    int64_t value = 0;
    if (moment_parse_iso(s, n, us))
        return true;
    if (digits == 0 || digits > 11)
        return false;
    for (size_t i = 0; i < digits; i++)
        value = value * 10 + (s[i] - '0');
    if (digits == n) {
        *us = value * SECOND;
        return digits >= 9;
    }
    int64_t unit = seconds_of(s[digits]);
    if (unit == 0 || digits + 1 != n || value > INT64_C(400) * 31557600 / unit)
        return false;
    *us = now_us - value * unit * SECOND;
    return true;
}

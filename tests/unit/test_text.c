/* Formatting and reading numbers agree with the C library, without its locale and allocator. */
#include "text/text.h"

#include "text/error.h"
#include "unit.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define AGREES(...)                                                                                \
    do {                                                                                           \
        char ours[256], theirs[256];                                                               \
        text_print(ours, sizeof ours, __VA_ARGS__);                                                \
        snprintf(theirs, sizeof theirs, __VA_ARGS__);                                              \
        assert_string_equal(ours, theirs);                                                         \
    } while (0)

static void formats_as_printf(void **state) {
    (void)state;
    AGREES("plain");
    AGREES("%d %d %d", 0, -1, 2147483647);
    AGREES("%05d|%5d|%-5d|", -42, 42, 42);
    AGREES("%u %x %08x", 4294967295u, 0xBEEFu, 0xBEEFu);
    AGREES("%ld %lu %lld %llu", -5L, 5UL, -9223372036854775807LL - 1, 18446744073709551615ULL);
    AGREES("%zu %zd %jd", (size_t)7, (ssize_t)-7, (intmax_t)-7);
    AGREES("%s|%8s|%-8s|%.3s|%.*s", "abc", "abc", "abc", "abcdef", 2, "abc");
    AGREES("%c%%%c", 'a', 'b');
    AGREES("%.0f %.1f %.2f %.3f %f", 2.0, 0.05, -1.255, 1234.5678, 0.1);
    AGREES("%.3f %.2f", 0.9996, 99.999);
}

static void cuts_at_the_end_of_the_buffer(void **state) {
    (void)state;
    char small[8];
    memset(small, 'x', sizeof small);
    struct text t = text_over(small, 5);
    text_add(&t, "%s", "abcdefgh");
    assert_string_equal(small, "abcd");
    assert_true(t.cut);
    assert_int_equal(small[5], 'x');
}

static void does_not_follow_the_locale(void **state) {
    (void)state;
    char out[32];
    double x = 0;
    /* Where no such locale is installed, the C one proves less but holds too. */
    (void)setlocale(LC_ALL, "de_DE.UTF-8");
    assert_string_equal(text_print(out, sizeof out, "%.2f", 1.5), "1.50");
    assert_true(text_to_double("1.5", &x));
    assert_true(x == 1.5);
    (void)setlocale(LC_ALL, "C");
}

static void reads_whole_numbers_only(void **state) {
    (void)state;
    double x = 7;
    int64_t n = 7;
    static const char *const bad[] = {"", " 1", "1 ", "1e3", "0x", "--1", "1.2.3", "abc", ".", "+"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(text_to_double(bad[i], &x));
        assert_false(text_to_int(bad[i], true, &n));
    }
    assert_true(x == 7 && n == 7);
    assert_true(text_to_double("-0.25", &x) && x == -0.25);
    assert_true(text_to_double(".5", &x) && x == 0.5);
    assert_true(text_to_double("100", &x) && x == 100);
    assert_true(text_to_int("0x10", true, &n) && n == 16);
    assert_true(text_to_int("010", true, &n) && n == 8);
    assert_true(text_to_int("010", false, &n) && n == 10);
    assert_false(text_to_int("0x10", false, &n));
    assert_true(text_to_int("-9223372036854775808", false, &n) && n == INT64_MIN);
    assert_true(text_to_int("9223372036854775807", false, &n) && n == INT64_MAX);
    assert_false(text_to_int("9223372036854775808", false, &n));
    bool b = false;
    assert_true(text_to_bool("Yes", &b) && b);
    assert_true(text_to_bool("off", &b) && !b);
    assert_false(text_to_bool("2", &b));
}

static void matches_globs(void **state) {
    (void)state;
    static const struct {
        const char *list, *name;
        bool matches;
    } rows[] = {
        {"*", "gifsicle", true},
        {"", "gifsicle", false},
        {"gif*", "gifsicle", true},
        {"gif", "gifsicle", false},
        {"a b, gifsicle", "gifsicle", true},
        {"python3.?", "python3.9", true},
        {"python3.?", "python3.11", false},
        {"[gx]m", "gm", true},
        {"[!g]m", "gm", false},
        {"[a-f]m", "gm", false},
        {"[", "[", true},
        {"*a*b*c", "xaybzc", true},
        {"*a*b*c", "xaybz", false},
        {"[]]", "]", true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (text_matches_any(rows[i].list, rows[i].name) != rows[i].matches)
            fail_msg("'%s' against '%s'", rows[i].list, rows[i].name);
    /* No pattern may cost more than length × length. */
    char stars[2001], name[2001];
    memset(stars, '*', 2000);
    for (int i = 1; i < 2000; i += 2)
        stars[i] = 'a';
    memset(name, 'a', 2000);
    stars[2000] = name[2000] = '\0';
    name[1999] = 'b';
    assert_false(text_matches_any(stars, name) && stars[1999] == 'b');
}

static void names_the_last_part_of_a_path(void **state) {
    (void)state;
    assert_string_equal(text_base_name("/usr/bin/convert"), "convert");
    assert_string_equal(text_base_name("convert"), "convert");
    char directory[16];
    const char *name;
    assert_true(text_directory("/usr/bin/convert", directory, sizeof directory, &name));
    assert_string_equal(directory, "/usr/bin");
    assert_string_equal(name, "convert");
    assert_true(text_directory("/convert", directory, sizeof directory, &name));
    assert_string_equal(directory, "/");
    assert_false(text_directory("convert", directory, sizeof directory, &name));
    assert_false(text_directory("/usr/bin/", directory, sizeof directory, &name));
    assert_true(text_directory("/usr/local/bin/x", directory, sizeof directory, &name));
    assert_false(text_directory("/usr/local/bin1/x", directory, sizeof directory, &name));
}

static void an_error_is_one_line_with_a_code(void **state) {
    (void)state;
    struct error e = {0};
    assert_int_equal(error_set(&e, 22, "%s:%d: %s", "file", 3, "bad"), 22);
    assert_string_equal(e.message, "file:3: bad");
    assert_int_equal(e.code, 22);
    assert_int_equal(error_set(NULL, 5, "x"), 5);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(formats_as_printf),
        cmocka_unit_test(cuts_at_the_end_of_the_buffer),
        cmocka_unit_test(does_not_follow_the_locale),
        cmocka_unit_test(reads_whole_numbers_only),
        cmocka_unit_test(matches_globs),
        cmocka_unit_test(names_the_last_part_of_a_path),
        cmocka_unit_test(an_error_is_one_line_with_a_code),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* lib/operate/danger: each limit, at it and beyond it. */
#include "operate/danger.h"

#include "unit.h"

#include <string.h>

static struct conf conf;

static size_t dangers(void) {
    size_t n = 0;
    for (size_t i = 0; i < DANGERS; i++)
        n += danger_look(&conf, i).is;
    return n;
}

static void set(const char *section, const char *key, const char *value) {
    struct error e = {0};
    assert_int_equal(conf_value_set(conf_find(section, key), value, &conf, &e), 0);
}

static void only_what_is_beyond_its_limit_is_a_danger(void **state) {
    (void)state;
    static const struct {
        const char *key, *at, *beyond;
    } rows[] = {{"frame_ratio_tolerance", "0.5", "0.51"},
                {"fps_tolerance", "0.5", "0.51"},
                {"color_count_tolerance", "50", "51"},
                {"max_file_size_mb", "100", "100.1"},
                {"min_file_size_bytes", "10000", "10001"}};
    const struct conf_input in = {.file = "/dev/null"};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        conf_defaults(&conf, &in);
        assert_int_equal(dangers(), 0);
        set("validation", rows[i].key, rows[i].at);
        assert_int_equal(dangers(), 0);
        set("validation", rows[i].key, rows[i].beyond);
        assert_int_equal(dangers(), 1);
        assert_true(danger_look(&conf, i).is);
        assert_string_equal(danger_look(&conf, i).name, rows[i].key);
        assert_non_null(strstr(danger_look(&conf, i).value, "over"));
    }
}

static void enforce_needs_a_quarantine(void **state) {
    (void)state;
    const struct conf_input in = {.file = "/dev/null"};
    conf_defaults(&conf, &in);
    conf.quarantine[0] = '\0';
    assert_int_equal(dangers(), 0); /* nothing is rejected */
    conf.mode = CONF_ENFORCE;
    assert_int_equal(dangers(), 1);
    assert_true(danger_look(&conf, DANGERS - 1).is);
    strcpy(conf.quarantine, "/q");
    assert_int_equal(dangers(), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_is_beyond_its_limit_is_a_danger),
        cmocka_unit_test(enforce_needs_a_quarantine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

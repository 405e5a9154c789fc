/* conf/: the shipped file is the table, the presets are what they say, and no damage to either does
 * any harm. Run from the top of the tree. */
#include "test_conf.h"

static char *read_whole(const char *name) {
    static char text[65536];
    FILE *f = fopen(name, "r");
    if (f == NULL)
        fail_msg("%s is missing", name);
    text[fread(text, 1, sizeof text - 1, f)] = '\0';
    fclose(f);
    return text;
}

static void the_shipped_file_is_the_table(void **state) {
    (void)state;
    static char printed[65536];
    struct text t = text_over(printed, sizeof printed);
    conf_print_ini(NULL, &t);
    assert_string_equal(printed, read_whole("conf/gifvet.ini"));
    static struct conf defaults;
    const struct conf_input in = {.file = "conf/gifvet.ini", .report = note};
    assert_int_equal(conf_load(&loaded, &in), 0);
    conf_defaults(&defaults, &in);
    strcpy(defaults.file, loaded.file);
    strcpy(defaults.checksum, loaded.checksum);
    assert_memory_equal(&defaults, &loaded, sizeof loaded);
}

static void load_preset(const char *name) {
    char file[64];
    snprintf(file, sizeof file, "conf/%s.ini", name);
    const struct conf_input in = {.file = file, .getenv = fake_getenv, .report = note};
    problems[0] = '\0';
    if (conf_load(&loaded, &in) != 0)
        fail_msg("%s: %s", file, problems);
}

static void presets_are_valid_and_say_what_they_are_for(void **state) {
    (void)state;
    const struct judge_limits *l = &loaded.limits;
    load_preset("shadow");
    assert_true(loaded.mode == CONF_SHADOW && loaded.percentage == 100 && loaded.log_passes);
    load_preset("alert");
    assert_true(loaded.mode == CONF_ALERT && loaded.log_validation_failures);
    load_preset("production");
    assert_true(!loaded.log_validation_failures && l->max_file_size_mb == 10 &&
                l->frame_ratio_tolerance == 0.1 && l->color_count_tolerance == 5);
    load_preset("interactive");
    assert_true(l->validation_timeout_ms > 0 && l->validation_timeout_ms <= 500);
    load_preset("batch");
    assert_true(l->validation_timeout_ms > 5000 && l->max_file_size_mb > 50);
    assert_true((double)loaded.source_mb >= l->max_file_size_mb &&
                loaded.memory_mb > loaded.source_mb);
    load_preset("qa");
    assert_true(l->frame_ratio_tolerance < 0.05 && l->color_count_tolerance == 0 &&
                l->fps_tolerance < 0.1 && l->timing_alignment_accuracy_min > 0.9);
    load_preset("development");
    assert_true(l->frame_ratio_tolerance < 0.05 && l->color_count_tolerance == 0 &&
                l->fps_tolerance < 0.1 && l->timing_alignment_accuracy_min > 0.9);
    assert_true(loaded.log_validation_failures && loaded.log_passes && loaded.log_control &&
                loaded.log_sync);
    load_preset("bluegreen");
    assert_true(loaded.enable_wrapper_validation);
    variables[0] = "DEPLOYMENT_ENV";
    variables[1] = "blue";
    load_preset("bluegreen");
    assert_false(loaded.enable_wrapper_validation);
    variables[1] = "green";
    load_preset("bluegreen");
    assert_true(loaded.enable_wrapper_validation);
}

/* Each round starts from the shipped file with overlays: bytes that mean something to a parser,
 * bytes that mean nothing, and a cut end. */
static size_t mutate(char *text, size_t n, uint32_t *seed) {
    static const char marks[] = "[]=:;#.\n\r\t \0\xEF\xBB\xBF\xFF\f-9e";
    for (int k = 0; k < 12; k++) {
        *seed = *seed * 1664525u + 1013904223u;
        char byte = (char)(*seed >> 24);
        if (k % 4 != 0)
            byte = marks[(*seed >> 26) % (sizeof marks - 1)];
        text[(*seed >> 4) % n] = byte;
    }
    return *seed % 8 == 0 ? (*seed >> 5) % n : n;
}

static void no_mutation_of_the_file_does_harm_or_prints(void **state) {
    (void)state;
    static char text[65536], original[65536];
    snprintf(original, sizeof original, "%s[program:gif*]\nlog.sync = 1\n[environment:e]\n%s",
             read_whole("conf/gifvet.ini"), "log.path = /x ; y\nvalidation.mode: alert\n");
    size_t n = strlen(original);
    uint32_t seed = 3;
    variables[0] = "DEPLOYMENT_ENV";
    variables[1] = "e";
    FILE *out = tmpfile();
    assert_non_null(out);
    fflush(NULL);
    int kept[] = {dup(1), dup(2)};
    dup2(fileno(out), 1);
    dup2(fileno(out), 2);
    bool refused = false, outside = false;
    for (int round = 0; round < 3000; round++) {
        strcpy(text, original);
        (void)load_n(text, mutate(text, n, &seed), "gifsicle");
        refused |= strstr(problems, "INI parser") != NULL;
        for (size_t i = 0; i < conf_settings_count; i++) {
            char value[CONF_PATH_MAX];
            strcpy(value, value_of(&conf_settings[i], &loaded));
            outside |= conf_value_set(&conf_settings[i], value, &loaded, NULL) != 0;
        }
    }
    fflush(NULL);
    for (int i = 0; i < 2; i++) {
        dup2(kept[i], i + 1);
        close(kept[i]);
    }
    assert_int_equal(lseek(fileno(out), 0, SEEK_END), 0);
    fclose(out);
    assert_false(refused || outside);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_shipped_file_is_the_table, reset),
        cmocka_unit_test_setup(presets_are_valid_and_say_what_they_are_for, reset),
        cmocka_unit_test_setup(no_mutation_of_the_file_does_harm_or_prints, reset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

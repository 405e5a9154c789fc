/* The configuration: every layer in its order, every mistake told with its place, nothing lost. */
#include "conf/conf.h"

#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char path[64], problems[65536];
static const char *variables[16]; /* name, value, name, value, …, NULL */

static const char *fake_getenv(const char *name) {
    for (size_t i = 0; variables[i] != NULL; i += 2)
        if (strcmp(variables[i], name) == 0)
            return variables[i + 1];
    return NULL;
}

static void note(void *context, const struct conf_problem *p) {
    (void)context;
    size_t n = strlen(problems);
    snprintf(problems + n, sizeof problems - n, "%s:%d:%s: %s\n", p->file[0] ? "FILE" : "", p->line,
             p->key, p->reason);
}

static void write_ini(const char *text, size_t n) {
    strcpy(path, "/tmp/test_conf_XXXXXX");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, n), n);
    close(fd);
}

static struct conf loaded; /* too large for a stack frame */

/* Loads text as the file; returns the number of problems, told in problems[]. */
static size_t load_n(const char *text, size_t n, const char *program) {
    write_ini(text, n);
    problems[0] = '\0';
    const struct conf_input in = {
        .file = path, .program = program, .getenv = fake_getenv, .report = note};
    size_t found = conf_load(&loaded, &in);
    unlink(path);
    return found;
}

static size_t load(const char *text) {
    return load_n(text, strlen(text), "gifsicle");
}

static int reset(void **state) {
    (void)state;
    memset(variables, 0, sizeof variables);
    return 0;
}

static void defaults_are_as_documented(void **state) {
    (void)state;
    assert_int_equal(load(""), 0);
    const struct judge_limits *l = &loaded.limits;
    assert_true(loaded.enable_wrapper_validation && loaded.log_validation_failures);
    assert_true(!loaded.fail_on_validation_error && loaded.mode == CONF_SHADOW);
    assert_true(l->frame_ratio_tolerance == 0.05 && l->min_frames_required == 1);
    assert_true(l->color_count_tolerance == 2 && l->min_color_reduction_percent == 0.05);
    assert_true(l->fps_tolerance == 0.1 && l->min_fps == 0.1 && l->max_fps == 60);
    assert_true(l->timing_grid_ms == 10 && l->timing_max_drift_ms == 100);
    assert_true(l->timing_duration_diff_ms == 50 && l->timing_alignment_accuracy_min == 0.9);
    assert_true(l->min_file_size_bytes == 100 && l->max_file_size_mb == 50);
    assert_true(l->validation_timeout_ms == 5000);
    assert_true(loaded.percentage == 100 && loaded.sampling_key == CONF_BY_RANDOM);
    assert_true(loaded.log_passes && !loaded.log_control && !loaded.log_syslog && !loaded.log_sync);
    assert_string_equal(loaded.include, "*");
    assert_string_equal(loaded.exclude, "");
    assert_int_equal(loaded.memory_mb, 256);
}

static void each_layer_covers_the_one_before(void **state) {
    (void)state;
    const char *ini = "[validation]\nmin_fps = 1\nmax_fps = 100\ntiming_grid_ms = 1\n"
                      "[sampling]\npercentage = 10\n"
                      "[program:gif*]\nvalidation.max_fps = 300\nsampling.percentage = 30\n"
                      "[environment:green]\nvalidation.min_fps = 2\nvalidation.max_fps = 200\n"
                      "[environment:blue]\nvalidation.min_fps = 9\n"
                      "[program:other]\nvalidation.timing_grid_ms = 9\n";
    variables[0] = "DEPLOYMENT_ENV";
    variables[1] = "green";
    variables[2] = "GIFLAB_VALIDATION_PERCENTAGE";
    variables[3] = "40.5";
    assert_int_equal(load(ini), 0);
    assert_true(loaded.limits.timing_grid_ms == 1);
    assert_true(loaded.limits.min_fps == 2);
    assert_true(loaded.limits.max_fps == 300);
    assert_true(loaded.percentage == 40.5);
    assert_string_equal(loaded.environment, "green");

    static const char *const sets[] = {"sampling.percentage=50", "validation.max_fps=400", NULL};
    write_ini(ini, strlen(ini));
    const struct conf_input in = {
        .file = path, .program = "gifsicle", .sets = sets, .getenv = fake_getenv};
    assert_int_equal(conf_load(&loaded, &in), 0);
    unlink(path);
    assert_true(loaded.percentage == 50 && loaded.limits.max_fps == 400);
}

static void every_variable_counts(void **state) {
    (void)state;
    const char *const all[] = {
        "GIFLAB_VALIDATION_MODE",      "alert",    "GIFLAB_VALIDATION_LOG",       "/x/log",
        "GIFLAB_VALIDATION_STATE_DIR", "/x",       "GIFLAB_VALIDATION_OPERATION", "frame_reduction",
        "GIFLAB_VALIDATION_RATIO",     "0.5",      "GIFLAB_VALIDATION_COLORS",    "32",
        "GIFLAB_VALIDATION_SOURCE",    "/x/in.gif"};
    memcpy(variables, all, sizeof all);
    assert_int_equal(load(""), 0);
    assert_true(loaded.mode == CONF_ALERT && loaded.request_ratio == 0.5);
    assert_true(loaded.request_colors == 32);
    assert_string_equal(loaded.log_path, "/x/log");
    assert_string_equal(loaded.state_dir, "/x");
    assert_string_equal(loaded.request_operation, "frame_reduction");
    assert_string_equal(loaded.request_source, "/x/in.gif");
    variables[1] = "nonsense";
    assert_int_equal(load(""), 1);
    assert_string_equal(problems, ":0:GIFLAB_VALIDATION_MODE: 'nonsense' is none of "
                                  "shadow|alert|enforce\n");
}

static void paths_follow_the_xdg_rules(void **state) {
    (void)state;
    struct conf_input in = {.file = "/dev/null", .getenv = fake_getenv, .superuser = true};
    assert_int_equal(conf_load(&loaded, &in), 0);
    assert_string_equal(loaded.log_path, "/var/lib/gifvet/validation.jsonl");
    in.superuser = false;
    variables[0] = "HOME";
    variables[1] = "/home/me";
    assert_int_equal(conf_load(&loaded, &in), 0);
    assert_string_equal(loaded.state_dir, "/home/me/.local/state/gifvet");
    variables[2] = "XDG_STATE_HOME";
    variables[3] = "/s";
    assert_int_equal(conf_load(&loaded, &in), 0);
    assert_string_equal(loaded.state_dir, "/s/gifvet");
    variables[3] = "relative";
    assert_int_equal(conf_load(&loaded, &in), 0);
    assert_string_equal(loaded.state_dir, "/home/me/.local/state/gifvet");
}

static void the_named_file_comes_first_and_must_be_there(void **state) {
    (void)state;
    variables[0] = "GIFLAB_VALIDATION_CONFIG";
    variables[1] = "/nonexistent/x.ini";
    struct conf_input in = {.getenv = fake_getenv, .report = note};
    problems[0] = '\0';
    assert_int_equal(conf_load(&loaded, &in), 1);
    assert_string_equal(problems, "FILE:0:: no such file\n");
    variables[1] = "/";
    problems[0] = '\0';
    assert_int_equal(conf_load(&loaded, &in), 1);
    assert_string_equal(problems, "FILE:0:: is a directory\n");
    write_ini("[sampling]\npercentage=7\n", 24);
    variables[1] = path;
    assert_int_equal(conf_load(&loaded, &in), 0);
    assert_true(loaded.percentage == 7);
    unlink(path);
}

static void mistakes_are_told_with_their_place(void **state) {
    (void)state;
    static const struct {
        const char *ini, *told;
    } rows[] = {
        {"[nonsense]\nx=1\n", "FILE:2:nonsense.x: no such setting\n"},
        {"[validation]\nno_such = 1\n", "FILE:2:validation.no_such: no such setting\n"},
        {"[validation]\nmin_fps = fast\n", "FILE:2:validation.min_fps: 'fast' is not a number\n"},
        {"[sampling]\n\npercentage = 101\n",
         "FILE:3:sampling.percentage: 101 is out of range: 0 to 100\n"},
        {"[validation]\ntiming_grid_ms = 1.5\n",
         "FILE:2:validation.timing_grid_ms: '1.5' is not a whole number\n"},
        {"[validation]\nmode = loud\n",
         "FILE:2:validation.mode: 'loud' is none of shadow|alert|enforce\n"},
        {"[log]\npasses = maybe\n", "FILE:2:log.passes: 'maybe' is neither true nor false\n"},
        {"[validation]\nmin_fps\n", "FILE:2:: has no '='\n"},
        {"min_fps = 1\n", "FILE:1:min_fps: stands before any section\n"},
        {"[validation\nmin_fps = 1\n", "FILE:1:: begins a section without a closing bracket\n"},
        {"[validation]\nmin_f", "FILE:2:: has no '='\n"},
        {"[program:x]\nmin_fps = 1\n",
         "FILE:2:min_fps: in an overlay keys are written section.key\n"},
        {"[program:x]\nvalidation.min_fps = abc\n",
         "FILE:2:validation.min_fps: 'abc' is not a number\n"},
        {"[validation]\nmin_fps = 1e3\n", "FILE:2:validation.min_fps: '1e3' is not a number\n"},
        {"[aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffff]\nmin_fps=1\n",
         "FILE:1:: has a section name of more than 49 bytes\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(load(rows[i].ini), 1);
        assert_string_equal(problems, rows[i].told);
        assert_true(loaded.limits.min_fps == 0.1 && loaded.percentage == 100);
    }
}

static void strange_bytes_do_no_harm(void **state) {
    (void)state;
    static const char bom[] = "\xEF\xBB\xBF[sampling]\r\npercentage = 5\r\n";
    assert_int_equal(load(bom), 0);
    assert_true(loaded.percentage == 5);
    assert_int_equal(load("[sampling]\n  percentage = 6 ; six\n# x\n; y\n"), 0);
    assert_true(loaded.percentage == 6);
    static const char nul[] = "[sampling]\nperc\0entage = 5\npercentage = 8\n";
    assert_int_equal(load_n(nul, sizeof nul - 1, NULL), 1);
    assert_string_equal(problems, "FILE:2:: holds NUL bytes\n");
    assert_true(loaded.percentage == 8);
}

static void a_line_of_a_megabyte_costs_only_itself(void **state) {
    (void)state;
    size_t n = 1000000;
    char *text = malloc(n + 100);
    strcpy(text, "[sampling]\npercentage = ");
    memset(text + strlen(text), '1', n);
    strcpy(text + n, "\n[log]\nsync = true\n");
    assert_int_equal(load_n(text, strlen(text), NULL), 1);
    assert_string_equal(problems, "FILE:2:: is longer than 8192 bytes\n");
    assert_true(loaded.log_sync && loaded.percentage == 100);
    n = (1 << 20) + 1;
    text = realloc(text, n);
    memset(text, '\n', n);
    assert_int_equal(load_n(text, n, NULL), 1);
    assert_string_equal(problems, "FILE:0:: is larger than 1 MiB and was not read\n");
    free(text);
}

static void fail_on_error_is_enforce_mode(void **state) {
    (void)state;
    assert_int_equal(load("[validation]\nfail_on_validation_error = true\n"), 0);
    assert_int_equal(loaded.mode, CONF_ENFORCE);
    assert_int_equal(load("[validation]\nmode = enforce\n"), 0);
    assert_true(loaded.fail_on_validation_error);
}

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
    assert_memory_equal(&defaults, &loaded, sizeof loaded);
}

static void presets_are_valid_and_say_what_they_are_for(void **state) {
    (void)state;
    static const char *const names[] = {"shadow", "alert",       "production", "development",
                                        "qa",     "interactive", "batch",      "bluegreen"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char file[64];
        snprintf(file, sizeof file, "conf/%s.ini", names[i]);
        const struct conf_input in = {.file = file, .getenv = fake_getenv, .report = note};
        problems[0] = '\0';
        if (conf_load(&loaded, &in) != 0)
            fail_msg("%s: %s", file, problems);
        if (i == 0)
            assert_int_equal(loaded.mode, CONF_SHADOW);
        if (i == 1)
            assert_int_equal(loaded.mode, CONF_ALERT);
        if (i == 2)
            assert_true(!loaded.log_validation_failures && loaded.limits.max_file_size_mb == 10 &&
                        loaded.limits.frame_ratio_tolerance == 0.1 &&
                        loaded.limits.color_count_tolerance == 5);
    }
    variables[0] = "DEPLOYMENT_ENV";
    variables[1] = "blue";
    const struct conf_input in = {.file = "conf/bluegreen.ini", .getenv = fake_getenv};
    assert_int_equal(conf_load(&loaded, &in), 0);
    assert_false(loaded.enable_wrapper_validation);
    variables[1] = "green";
    assert_int_equal(conf_load(&loaded, &in), 0);
    assert_true(loaded.enable_wrapper_validation);
}

static void no_mutation_of_the_file_does_harm(void **state) {
    (void)state;
    static char text[65536];
    strcpy(text, read_whole("conf/gifvet.ini"));
    size_t n = strlen(text);
    uint32_t seed = 3;
    for (int round = 0; round < 400; round++) {
        for (int k = 0; k < 5; k++) {
            seed = seed * 1664525u + 1013904223u;
            text[(seed >> 8) % n] = (char)(seed >> 3);
        }
        (void)load_n(text, n, "gifsicle");
        assert_true(loaded.percentage >= 0 && loaded.percentage <= 100 && loaded.memory_mb >= 16);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(defaults_are_as_documented, reset),
        cmocka_unit_test_setup(each_layer_covers_the_one_before, reset),
        cmocka_unit_test_setup(every_variable_counts, reset),
        cmocka_unit_test_setup(paths_follow_the_xdg_rules, reset),
        cmocka_unit_test_setup(the_named_file_comes_first_and_must_be_there, reset),
        cmocka_unit_test_setup(mistakes_are_told_with_their_place, reset),
        cmocka_unit_test_setup(strange_bytes_do_no_harm, reset),
        cmocka_unit_test_setup(a_line_of_a_megabyte_costs_only_itself, reset),
        cmocka_unit_test_setup(fail_on_error_is_enforce_mode, reset),
        cmocka_unit_test_setup(the_shipped_file_is_the_table, reset),
        cmocka_unit_test_setup(presets_are_valid_and_say_what_they_are_for, reset),
        cmocka_unit_test_setup(no_mutation_of_the_file_does_harm, reset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The configuration: every layer in its order, each setting in its range. */
#include "test_conf.h"

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
    assert_string_equal(loaded.encoders, "");
    assert_int_equal(loaded.memory_mb, 256);
    assert_int_equal(loaded.sources, 64);
    assert_string_equal(loaded.request_operation, "");
    assert_string_equal(loaded.request_source, "");
    assert_true(loaded.request_ratio == 0 && loaded.request_colors == 0);
}

static void performance_modes_are_as_documented(void **state) {
    (void)state;
    static struct conf c;
    assert_int_equal(load(""), 0);
    const struct conf_overlay *d = &loaded.degraded, *e = &loaded.emergency;
    assert_true(!d->log_validation_failures && d->quality_enabled);
    assert_true(d->frame_ratio_tolerance == 0.2 && d->color_count_tolerance == 10);
    assert_true(d->fps_tolerance == 0.3 && d->max_file_size_mb == 5);
    assert_true(!e->log_validation_failures && e->quality_enabled);
    assert_true(e->frame_ratio_tolerance == 0.5 && e->color_count_tolerance == 50);
    assert_true(e->fps_tolerance == 0.8 && e->max_file_size_mb == 1);
    const struct conf_overlay *overlays[] = {d, e};
    for (size_t i = 0; i < 2; i++) {
        const struct conf_overlay *o = overlays[i];
        c = loaded;
        conf_loosen(&c, o);
        assert_true(!c.log_validation_failures && c.limits.quality_enabled);
        assert_true(c.limits.frame_ratio_tolerance == o->frame_ratio_tolerance &&
                    c.limits.color_count_tolerance == o->color_count_tolerance &&
                    c.limits.fps_tolerance == o->fps_tolerance &&
                    c.limits.max_file_size_mb == o->max_file_size_mb);
    }
    /* What is looser already stays so. */
    assert_int_equal(load("[validation]\nframe_ratio_tolerance=0.9\ncolor_count_tolerance=99\n"
                          "fps_tolerance=0.9\nmax_file_size_mb=0.5\n"),
                     0);
    c = loaded;
    conf_loosen(&c, &loaded.emergency);
    loaded.log_validation_failures = false;
    assert_memory_equal(&c, &loaded, sizeof c);
}

static bool accepts(const struct conf_setting *row, const char *value) {
    static struct conf before;
    struct error e = {0};
    before = loaded;
    if (conf_value_set(row, value, &loaded, &e) == 0)
        return true;
    assert_true(e.message[0] != '\0');
    assert_memory_equal(&before, &loaded, sizeof before); /* nothing half done */
    return false;
}

static bool accepts_number(const struct conf_setting *row, double x) {
    char value[64];
    snprintf(value, sizeof value, "%.0f", x);
    return accepts(row, value);
}

static void each_type_takes_its_range_and_nothing_else(void **state) {
    (void)state;
    static char longest[CONF_PATH_MAX];
    assert_int_equal(load(""), 0);
    for (size_t i = 0; i < conf_settings_count; i++) {
        const struct conf_setting *row = &conf_settings[i];
        bool text = row->type == CONF_PATH || row->type == CONF_LIST || row->type == CONF_NAME ||
                    row->type == CONF_TEXT;
        assert_ptr_equal(conf_find(row->section, row->key), row);
        assert_true(accepts(row, row->default_text));
        assert_string_equal(value_of(row, &loaded), row->default_text);
        assert_int_equal(accepts(row, "/a b\x80\xFF*"), text && row->choices == NULL);
        assert_int_equal(accepts(row, ""), text);
        if (row->type == CONF_INT || row->type == CONF_REAL) {
            assert_true(accepts_number(row, row->min) && accepts_number(row, row->max));
            assert_false(accepts_number(row, row->min - 1) || accepts_number(row, row->max + 1));
            static const char *const none[] = {"nan", "inf", "0x10", "1e1",
                                               "1,5", " 1",  "1 ",   "99999999999999999999999",
                                               "-",   "."};
            for (size_t k = 0; k < sizeof none / sizeof *none; k++)
                assert_false(accepts(row, none[k]));
        }
        if (row->type == CONF_BOOL)
            assert_true(accepts(row, "Yes") && accepts(row, "off") && !accepts(row, "2"));
        if (row->choices != NULL)
            assert_false(accepts(row, row->choices) || accepts(row, "shado"));
        size_t room = row->type == CONF_PATH   ? CONF_PATH_MAX - CONF_NAME_MAX
                      : row->type == CONF_TEXT ? CONF_TEXT_MAX
                                               : CONF_LIST_MAX;
        if (!text || row->choices != NULL)
            continue;
        memset(longest, 'x', room);
        longest[0] = '/';
        longest[room] = '\0';
        assert_false(accepts(row, longest));
        longest[room - 1] = '\0';
        assert_true(accepts(row, longest));
    }
    assert_null(conf_find("validation", "min_fp"));
    assert_null(conf_find("log", "min_fps"));
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

static void what_is_wrong_leaves_the_layer_below(void **state) {
    (void)state;
    static const char *const sets[] = {
        "sampling.percentage=x", "log.sync", "nonsense.x=1", "=", ".=", NULL};
    const char *ini = "[sampling]\npercentage = 10\npercentage = -1\n"
                      "[program:gifsicle]\nsampling.percentage = ten\n"
                      "[environment:green]\nsampling.percentage = 1000\n";
    variables[0] = "DEPLOYMENT_ENV";
    variables[1] = "green";
    variables[2] = "GIFLAB_VALIDATION_PERCENTAGE";
    variables[3] = "100.1";
    write_ini(ini, strlen(ini));
    problems[0] = '\0';
    const struct conf_input in = {
        .file = path, .program = "gifsicle", .sets = sets, .getenv = fake_getenv, .report = note};
    assert_int_equal(conf_load(&loaded, &in), 9);
    unlink(path);
    assert_string_equal(problems, "FILE:3:sampling.percentage: -1 is out of range: 0 to 100\n"
                                  "FILE:5:sampling.percentage: 'ten' is not a number\n"
                                  "FILE:7:sampling.percentage: 1000 is out of range: 0 to 100\n"
                                  ":0:GIFLAB_VALIDATION_PERCENTAGE: 100.1 is out of range: 0 to "
                                  "100\n"
                                  ":0:sampling.percentage: 'x' is not a number\n"
                                  ":0:log.sync: is not section.key=value\n"
                                  ":0:nonsense.x: no such setting\n"
                                  ":0:=: is not section.key=value\n"
                                  ":0:.: no such setting\n");
    assert_true(loaded.percentage == 10);
}

static void the_later_of_two_wins(void **state) {
    (void)state;
    assert_int_equal(load("[sampling]\npercentage = 1\n[log]\nsync = true\n[sampling]\n"
                          "percentage = 2\npercentage = 3\n"),
                     0);
    assert_true(loaded.percentage == 3 && loaded.log_sync);
    assert_int_equal(load("[program:gif*]\nsampling.percentage = 4\n"
                          "[program:convert, gifsicl?]\nsampling.percentage = 5\n"
                          "[program:gif]\nsampling.percentage = 6\n"),
                     0);
    assert_true(loaded.percentage == 5);
}

struct tally {
    size_t taken[6], left; /* per layer; overlays for others */
    int line;              /* of the last one */
};

static void tally(void *context, const struct conf_taken *t) {
    struct tally *seen = context;
    if (t->applied)
        seen->taken[t->layer]++;
    else
        seen->left++;
    seen->line = t->line > 0 ? t->line : seen->line;
}

static void each_setting_is_told_once_with_its_layer(void **state) {
    (void)state;
    static const char *const sets[] = {"log.sync=1", NULL};
    const char *ini = "[log]\nsync = 0\npasses = x\ncontrol = 1\n[program:other]\nlog.sync = 1\n"
                      "[program:gif*]\nlog.sync = 1\nlog.nothing = 1\n"
                      "[environment:blue]\nlog.sync = 1\n[environment:green]\nlog.sync = 0\n";
    variables[0] = "DEPLOYMENT_ENV";
    variables[1] = "blue";
    variables[2] = "GIFLAB_VALIDATION_MODE";
    variables[3] = "alert";
    struct tally seen = {0};
    write_ini(ini, strlen(ini));
    const struct conf_input in = {.file = path,
                                  .program = "gifsicle",
                                  .sets = sets,
                                  .getenv = fake_getenv,
                                  .take = tally,
                                  .context = &seen};
    assert_int_equal(conf_load(&loaded, &in), 2);
    unlink(path);
    assert_int_equal(seen.taken[CONF_FROM_FILE], 2);
    assert_int_equal(seen.taken[CONF_FROM_ENVIRONMENT], 1);
    assert_int_equal(seen.taken[CONF_FROM_PROGRAM], 1);
    assert_int_equal(seen.taken[CONF_FROM_VARIABLE], 1);
    assert_int_equal(seen.taken[CONF_FROM_SET], 1);
    assert_int_equal(seen.left, 2);
    assert_int_equal(seen.line, 8);
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
    variables[0] = "HOME";
    variables[1] = "/home/me";
    assert_int_equal(conf_load(&loaded, &in), 0);
    assert_string_equal(loaded.state_dir, "/var/lib/gifvet");
    in.superuser = false;
    assert_int_equal(conf_load(&loaded, &in), 0);
    assert_string_equal(loaded.state_dir, "/home/me/.local/state/gifvet");
    variables[2] = "XDG_STATE_HOME";
    variables[3] = "/s";
    assert_int_equal(conf_load(&loaded, &in), 0);
    assert_string_equal(loaded.state_dir, "/s/gifvet");
    variables[3] = "relative";
    assert_int_equal(conf_load(&loaded, &in), 0);
    assert_string_equal(loaded.state_dir, "/home/me/.local/state/gifvet");
    /* Cut, a long one would be another directory. */
    static char longest[CONF_PATH_MAX];
    memset(longest, 'x', sizeof longest - 1);
    longest[0] = '/';
    variables[3] = longest;
    assert_int_equal(conf_load(&loaded, &in), 0);
    assert_string_equal(loaded.state_dir, "/var/lib/gifvet");
    variables[0] = NULL;
    assert_int_equal(conf_load(&loaded, &in), 0);
    assert_string_equal(loaded.state_dir, "/var/lib/gifvet");
    assert_string_equal(loaded.log_path, "/var/lib/gifvet/validation.jsonl");
}

static void the_file_is_searched_in_the_xdg_directories(void **state) {
    (void)state;
    char top[] = "/tmp/test_conf_XXXXXX", name[128];
    assert_non_null(mkdtemp(top));
    static const char *const made[] = {"x", "x/gifvet", ".config", ".config/gifvet"};
    for (size_t i = 0; i < 4; i++) {
        snprintf(name, sizeof name, "%s/%s", top, made[i]);
        assert_int_equal(mkdir(name, 0700), 0);
    }
    const struct conf_input in = {.getenv = fake_getenv, .report = note};
    variables[0] = "HOME";
    variables[1] = top;
    snprintf(name, sizeof name, "%s/.config/gifvet/gifvet.ini", top);
    write_ini("[sampling]\npercentage=7\n", 24);
    assert_int_equal(rename(path, name), 0);
    assert_int_equal(conf_load(&loaded, &in), 0);
    assert_true(loaded.percentage == 7);
    assert_string_equal(loaded.file, name);
    /* printf '[sampling]\npercentage=7\n' | sha256sum */
    assert_string_equal(loaded.checksum, "574f005a5543afa1");
    static char place[CONF_PATH_MAX];
    conf_place(place, &in);
    assert_string_equal(place, name);
    char xdg[64], in_xdg[128];
    snprintf(xdg, sizeof xdg, "%s/x", top);
    snprintf(in_xdg, sizeof in_xdg, "%s/gifvet/gifvet.ini", xdg);
    write_ini("[sampling]\npercentage=8\n", 24);
    assert_int_equal(rename(path, in_xdg), 0);
    variables[2] = "XDG_CONFIG_HOME";
    variables[3] = xdg;
    assert_int_equal(conf_load(&loaded, &in), 0);
    assert_true(loaded.percentage == 8);
    conf_place(place, &in);
    assert_string_equal(place, in_xdg);
    if (geteuid() == 0) { /* another user's, which HOME led to */
        assert_int_equal(chown(in_xdg, 12345, 12345), 0);
        assert_int_equal(conf_load(&loaded, &in), 0);
        assert_true(loaded.percentage == 100);
    }
    /* It is there, so nothing else is searched, and it is a problem. */
    unlink(in_xdg);
    assert_int_equal(symlink("gifvet.ini", in_xdg), 0);
    problems[0] = '\0';
    assert_int_equal(conf_load(&loaded, &in), 1);
    assert_string_equal(problems, "FILE:0:: too many symbolic links\n");
    assert_true(loaded.percentage == 100);
    assert_string_equal(loaded.file, "");
    variables[3] = "x"; /* not absolute */
    assert_int_equal(conf_load(&loaded, &in), 0);
    assert_true(loaded.percentage == 7);
    unlink(in_xdg);
    unlink(name);
    for (size_t i = 4; i-- > 0;) {
        snprintf(name, sizeof name, "%s/%s", top, made[i]);
        rmdir(name);
    }
    assert_int_equal(rmdir(top), 0);
}

static void what_may_not_be_read_is_told_but_not_another_users_home(void **state) {
    (void)state;
    char home[] = "/tmp/test_conf_XXXXXX";
    const struct conf_input in = {.getenv = fake_getenv, .report = note};
    uid_t before = geteuid();
    assert_non_null(mkdtemp(home));
    assert_int_equal(chmod(home, 0), 0);
    write_ini("[sampling]\npercentage=7\n", 24);
    assert_int_equal(chmod(path, 0), 0);
    if (before == 0) /* whom no mode keeps out */
        assert_int_equal(seteuid(65534), 0);
    problems[0] = '\0';
    variables[0] = "HOME";
    variables[1] = home;
    size_t at_home = conf_load(&loaded, &in);
    variables[2] = "GIFLAB_VALIDATION_CONFIG";
    variables[3] = path;
    size_t at_path = conf_load(&loaded, &in);
    assert_int_equal(seteuid(before), 0);
    unlink(path);
    rmdir(home);
    assert_int_equal(at_home, 0);
    assert_int_equal(at_path, 1);
    assert_string_equal(problems, "FILE:0:: may not be read\n");
    assert_true(loaded.percentage == 100);
}

static void a_pipe_of_the_host_is_not_read(void **state) {
    (void)state;
    int ends[2];
    char name[64], left[16];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], "[log]\n", 6), 6);
    snprintf(name, sizeof name, "/proc/self/fd/%d", ends[0]);
    variables[0] = "GIFLAB_VALIDATION_CONFIG";
    variables[1] = name;
    const struct conf_input in = {.getenv = fake_getenv, .report = note};
    problems[0] = '\0';
    assert_int_equal(conf_load(&loaded, &in), 1);
    assert_string_equal(problems, "FILE:0:: is not a regular file\n");
    assert_int_equal(read(ends[0], left, sizeof left), 6);
    close(ends[0]);
    close(ends[1]);
    variables[1] = "/dev/zero";
    assert_int_equal(conf_load(&loaded, &in), 1);
    variables[1] = "/dev/null";
    assert_int_equal(conf_load(&loaded, &in), 0);
}

static void a_long_environment_name_is_not_cut(void **state) {
    (void)state;
    char name[CONF_NAME_MAX + 1] = {0};
    memset(name, 'e', CONF_NAME_MAX);
    variables[0] = "DEPLOYMENT_ENV";
    variables[1] = name;
    assert_int_equal(load(""), 1);
    assert_string_equal(problems, ":0:DEPLOYMENT_ENV: longer than 63 bytes\n");
    assert_string_equal(loaded.environment, "");
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

static void fail_on_error_is_enforce_mode(void **state) {
    (void)state;
    static const struct {
        const char *ini, *variable;
        const char *set;
        enum conf_mode mode;
    } rows[] = {
        {"[validation]\nfail_on_validation_error = true\n", NULL, NULL, CONF_ENFORCE},
        {"[validation]\nmode = enforce\n", NULL, NULL, CONF_ENFORCE},
        /* the shipped file with one line changed */
        {"[validation]\nmode = shadow\nfail_on_validation_error = true\n", NULL, NULL,
         CONF_ENFORCE},
        {"[validation]\nmode = enforce\nfail_on_validation_error = false\n", NULL, NULL,
         CONF_ENFORCE},
        {"[validation]\nmode = alert\nfail_on_validation_error = false\n", NULL, NULL, CONF_ALERT},
        /* a higher layer, under either name */
        {"[validation]\nfail_on_validation_error = true\n", "shadow", NULL, CONF_SHADOW},
        {"[validation]\nfail_on_validation_error = true\n", "enforce", NULL, CONF_ENFORCE},
        {"[validation]\nmode = alert\n[program:gifsicle]\n"
         "validation.fail_on_validation_error = true\n",
         NULL, NULL, CONF_ENFORCE},
        {"[validation]\nmode = enforce\n[program:gifsicle]\n"
         "validation.fail_on_validation_error = false\n",
         NULL, NULL, CONF_SHADOW},
        {"", "enforce", "validation.mode=alert", CONF_ALERT},
        {"", "enforce", "validation.fail_on_validation_error=false", CONF_SHADOW},
        {"", "alert", "validation.fail_on_validation_error=false", CONF_ALERT},
        {"", "alert", "validation.fail_on_validation_error=true", CONF_ENFORCE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *const sets[] = {rows[i].set, NULL};
        variables[0] = rows[i].variable != NULL ? "GIFLAB_VALIDATION_MODE" : NULL;
        variables[1] = rows[i].variable;
        write_ini(rows[i].ini, strlen(rows[i].ini));
        const struct conf_input in = {
            .file = path, .program = "gifsicle", .sets = sets, .getenv = fake_getenv};
        assert_int_equal(conf_load(&loaded, &in), 0);
        unlink(path);
        assert_int_equal(loaded.mode, rows[i].mode);
        assert_int_equal(loaded.fail_on_validation_error, rows[i].mode == CONF_ENFORCE);
    }
}

static void what_is_printed_loads_as_the_same(void **state) {
    (void)state;
    static struct conf first;
    static char printed[65536];
    assert_int_equal(load("[validation]\nmode = alert\nfps_tolerance = 0.125\n[log]\npath = /l\n"
                          "[programs]\nexclude = a* b\n[state]\ndir = /s\n"
                          "[request]\noperation = merge\nratio = 0.5\n"),
                     0);
    first = loaded;
    struct text t = text_over(printed, sizeof printed);
    conf_print_ini(&first, &t);
    assert_int_equal(load(printed), 0);
    for (size_t i = 0; i < conf_settings_count; i++) {
        char value[CONF_PATH_MAX];
        strcpy(value, value_of(&conf_settings[i], &first));
        assert_string_equal(value, value_of(&conf_settings[i], &loaded));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(defaults_are_as_documented, reset),
        cmocka_unit_test_setup(performance_modes_are_as_documented, reset),
        cmocka_unit_test_setup(each_type_takes_its_range_and_nothing_else, reset),
        cmocka_unit_test_setup(each_layer_covers_the_one_before, reset),
        cmocka_unit_test_setup(what_is_wrong_leaves_the_layer_below, reset),
        cmocka_unit_test_setup(the_later_of_two_wins, reset),
        cmocka_unit_test_setup(each_setting_is_told_once_with_its_layer, reset),
        cmocka_unit_test_setup(every_variable_counts, reset),
        cmocka_unit_test_setup(paths_follow_the_xdg_rules, reset),
        cmocka_unit_test_setup(the_file_is_searched_in_the_xdg_directories, reset),
        cmocka_unit_test_setup(what_may_not_be_read_is_told_but_not_another_users_home, reset),
        cmocka_unit_test_setup(a_pipe_of_the_host_is_not_read, reset),
        cmocka_unit_test_setup(a_long_environment_name_is_not_cut, reset),
        cmocka_unit_test_setup(the_named_file_comes_first_and_must_be_there, reset),
        cmocka_unit_test_setup(fail_on_error_is_enforce_mode, reset),
        cmocka_unit_test_setup(what_is_printed_loads_as_the_same, reset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

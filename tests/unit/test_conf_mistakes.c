/* What is wrong in a configuration is told with its place, and costs nothing else. */
#include "test_conf.h"

static void mistakes_are_told_with_their_place(void **state) {
    (void)state;
    static const struct {
        const char *ini, *told;
    } rows[] = {
        {"[nonsense]\nx=1\n", "FILE:1:nonsense: no such section\n"},
        {"[nonsense]\n", "FILE:1:nonsense: no such section\n"},
        {"[?]\nx=1\n", "FILE:1:?: no such section\n"},
        {"[]\nx=1\n", "FILE:1:: no such section\n"},
        {"[program:]\nsampling.percentage=1\n", "FILE:1:program:: has no name behind the colon\n"},
        {"[environment]\nsampling.percentage=1\n", "FILE:1:environment: no such section\n"},
        {"[validation]\nno_such = 1\n", "FILE:2:validation.no_such: no such setting\n"},
        {"[validation]\nmin_fps = fast\n", "FILE:2:validation.min_fps: 'fast' is not a number\n"},
        {"[sampling]\n\npercentage = 101\n",
         "FILE:3:sampling.percentage: 101 is out of range: 0 to 100\n"},
        {"[validation]\ntiming_grid_ms = 1.5\n",
         "FILE:2:validation.timing_grid_ms: '1.5' is not a whole number\n"},
        {"[validation]\nmode = loud\n",
         "FILE:2:validation.mode: 'loud' is none of shadow|alert|enforce\n"},
        /* Every process has to find the same one. */
        {"[state]\ndir = here\n", "FILE:2:state.dir: 'here' does not begin with /\n"},
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
        /* A header that is wrong must not leave its settings to the section before. */
        {"[validation]\n[program:x ;y]\nmin_fps = 7\n",
         "FILE:2:: begins a section without a closing bracket\n"},
        {"[validation]\n\f[program:x=\nmin_fps = 7\n",
         "FILE:2:: begins a section without a closing bracket\n"},
        {"[validation]\n[aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffff]\nmin_fps=7\n",
         "FILE:2:: has a section name of more than 49 bytes\n"},
        {"[sampling] percentage = 5\n", "FILE:1:: has something behind the closing bracket\n"},
        {"[sampling]\rpercentage = 5\r", "FILE:1:: has something behind the closing bracket\n"},
        {"[sampling]\npercentage ;was = 5\n", "FILE:2:: has no '='\n"},
        {"[sampling]\n key = random\n  and more\n", "FILE:3:: has no '='\n"},
        {"[sampling]\npercentage =", "FILE:2:sampling.percentage: '' is not a number\n"},
        {"[program:other]\nno.such = 1\n", "FILE:2:no.such: no such setting\n"},
        {"[environment:blue]\nsampling.percentage = 101\n",
         "FILE:2:sampling.percentage: 101 is out of range: 0 to 100\n"},
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
    assert_int_equal(load("[log] ; records\r\n\tpath: /\xE4\xFF/a=b;c ; no UTF-8\r\n"), 0);
    assert_string_equal(loaded.log_path, "/\xE4\xFF/a=b;c");
    assert_int_equal(load("\xEF\xBB\xBF\xEF\xBB\xBF[a=b\n[sampling]\npercentage = 4"), 1);
    assert_string_equal(
        problems, "FILE:1:\xEF\xBB\xBF[a: stands before any section\n"); /* one BOM, not two */
    assert_true(loaded.percentage == 4);
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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(mistakes_are_told_with_their_place, reset),
        cmocka_unit_test_setup(strange_bytes_do_no_harm, reset),
        cmocka_unit_test_setup(a_line_of_a_megabyte_costs_only_itself, reset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

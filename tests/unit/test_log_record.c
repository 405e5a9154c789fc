/* What the fast reader of lines and jansson say of a line is the same, whatever the line. */
#include "operate/log_fields.h"
#include "operate/moment.h"
#include "unit.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char whole[] =
    "{\"schema\":1,\"type\":\"validation\",\"time\":\"2026-11-27T02:35:30.187438Z\","
    "\"id\":\"66138e9e15cae-7ffb-1\",\"host\":\"vm\",\"pid\":32763,\"tid\":32763,"
    "\"program\":\"gifsicle\",\"argv\":[\"gifsicle\",\"--lossy=120\",\"in.gif\",\"-o\",\"o.gif\"],"
    "\"environment\":null,\"mode\":\"shadow\",\"arm\":\"test\",\"operation\":\"frame_reduction\","
    "\"request\":{\"program\":\"gifsicle\",\"understood\":true,\"lossless\":false,\"colors\":64,"
    "\"frames\":{\"kind\":\"ratio\",\"ratio\":0.9000}},\"output\":{\"path\":\"/tmp/o.gif\","
    "\"bytes\":2400,\"dev\":65024,\"ino\":10985579,\"width\":160,\"height\":120,\"frames\":2,"
    "\"duration_ms\":200,\"loops\":0,\"colors\":15},\"sources\":[{\"path\":\"/tmp/\xc3\xa4.gif\","
    "\"bytes\":40087,\"width\":160,\"height\":120,\"frames\":20,\"duration_ms\":2000,"
    "\"loops\":null,\"colors\":15},{\"path\":\"/tmp/b.gif\",\"bytes\":1}],\"match\":\"only\","
    "\"validation_passed\":false,\"status\":\"failed\",\"validation_count\":2,\"validations\":["
    "{\"validation_type\":\"frame_count\",\"is_valid\":false,\"outcome\":\"fail\",\"expected\":18,"
    "\"actual\":2,\"error_message\":\"2 of 20 frames\",\"details\":{\"ratio\":0.100,"
    "\"asked_ratio\":0.900,\"ratio_diff\":0.800},\"limits\":{\"ratio_diff\":0.050},\"time_us\":2},"
    "{\"validation_type\":\"geometry\",\"is_valid\":null,\"outcome\":\"pass\","
    "\"expected\":\"160x120\",\"actual\":\"160x120\",\"note\":\"\\\"as "
    "before\\\"\",\"details\":{},\"limits\":{},"
    "\"time_us\":1}],\"validation_us\":571,\"elapsed_us\":8123,\"action\":\"none\","
    "\"backtrace\":[{\"function\":null,\"object\":\"gifsicle\",\"address\":\"0x20101\"},"
    "{\"function\":\"main+0x1\",\"object\":\"libc\",\"address\":\"0x27249\"}]}";

/* ---- a record as text, so that two can be compared ---- */

struct shown {
    char text[16384];
    size_t used;
    int calls;
};

static void put(struct shown *s, const char *at, size_t n) {
    assert_true(s->used + n < sizeof s->text);
    memcpy(s->text + s->used, at, n);
    s->used += n;
}

static void put_text(struct shown *s, struct log_text t) {
    char n[32];
    put(s, n, (size_t)snprintf(n, sizeof n, "|%zd:", t.at != NULL ? (ssize_t)t.n : -1));
    if (t.at != NULL)
        put(s, t.at, t.n);
}

static void put_number(struct shown *s, double d) {
    char n[64];
    d += 0.0; /* one zero */
    put(s, n, (size_t)snprintf(n, sizeof n, isnan(d) ? "|-" : "|%a", d));
}

static void put_file(struct shown *s, const struct log_file *f) {
    const double numbers[] = {f->bytes, f->width, f->height, f->frames, f->duration_ms, f->colors};
    put_text(s, f->path);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        put_number(s, numbers[i]);
}

static void put_checks(struct shown *s, const struct log_record *r) {
    for (size_t i = 0; i < r->checks_used; i++) {
        const struct log_check *c = &r->checks[i];
        put_text(s, c->name);
        put_text(s, c->outcome);
        put_text(s, c->message);
        put_number(s, c->is_valid);
        put_number(s, c->expected);
        put_number(s, c->actual);
        put_number(s, c->ratio_diff);
        put_number(s, c->asked_ratio);
    }
}

static void show(void *context, const struct log_record *r) {
    struct shown *s = context;
    const struct log_text texts[] = {r->type,
                                     r->time,
                                     r->id,
                                     r->host,
                                     r->program,
                                     r->environment,
                                     r->mode,
                                     r->arm,
                                     r->operation,
                                     r->match,
                                     r->status,
                                     r->performance_mode,
                                     r->version,
                                     r->executable,
                                     r->config_checksum,
                                     r->frames_kind,
                                     r->caller.function,
                                     r->caller.object,
                                     r->caller.address};
    const double numbers[] = {r->schema,
                              r->pid,
                              r->validation_us,
                              r->elapsed_us,
                              r->passed,
                              r->slow,
                              r->colors,
                              r->frames_ratio,
                              r->delay_cs,
                              r->duration_factor,
                              r->exit_status,
                              (double)r->time_us,
                              (double)r->sources_used};
    s->calls++;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        put_text(s, texts[i]);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        put_number(s, numbers[i]);
    put_file(s, &r->output);
    put_file(s, &r->source);
    put_checks(s, r);
    for (size_t i = 0; i < r->arguments_used; i++)
        put_text(s, r->arguments[i]);
}

/* ---- the two readers ---- */

static char line[65536];

static size_t lay(const char *text, size_t n) {
    memcpy(line, text, n);
    line[n] = '\n';
    memset(line + n + 1, 'x', LOG_SLACK);
    return n;
}

/* Reads line[0..n) both ways; true when the fast reader vouched for it. */
static bool same(size_t n) {
    static struct shown fast, slow;
    static struct log_record r;
    bool vouched = log_scan(&r, line, n);
    fast.used = slow.used = 0;
    fast.calls = slow.calls = 0;
    enum log_kind a = log_record_read(line, n, show, &fast);
    enum log_kind b = log_record_read_tree(line, n, show, &slow);
    if (a != b || fast.calls != slow.calls || fast.used != slow.used ||
        memcmp(fast.text, slow.text, fast.used) != 0)
        fail_msg("%d, not %d: %.*s\n%.*s\n%.*s", (int)a, (int)b, (int)n, line, (int)fast.used,
                 fast.text, (int)slow.used, slow.text);
    return vouched;
}

static void keep(void *context, const struct log_record *r) {
    *(struct log_record *)context = *r;
}

static void a_record_of_ours_is_read_without_jansson(void **state) {
    (void)state;
    static struct log_record r;
    assert_true(same(lay(whole, sizeof whole - 1)));
    assert_int_equal(log_record_read(line, sizeof whole - 1, keep, &r), LOG_RECORD);
    assert_true(log_text_is(r.program, "gifsicle"));
    assert_true(log_text_is(r.source.path, "/tmp/\xc3\xa4.gif"));
    assert_true(log_text_is(r.caller.address, "0x20101"));
    assert_true(log_text_is(r.arguments[1], "--lossy=120"));
    assert_int_equal(r.sources_used, 2);
    assert_int_equal(r.checks_used, 2);
    assert_true(r.passed == LOG_FALSE && r.checks[1].is_valid == LOG_UNKNOWN);
    assert_true(r.checks[0].expected == 18 && r.checks[0].ratio_diff == 0.8);
    assert_true(isnan(r.checks[1].expected) && r.colors == 64 && r.frames_ratio == 0.9);
    assert_true(r.elapsed_us == 8123);
    assert_true(r.time_us == INT64_C(1795746930187438));
}

static void every_cut_of_a_record_is_none(void **state) {
    (void)state;
    for (size_t n = 0; n < sizeof whole - 1; n++) {
        assert_false(same(lay(whole, n)));
        assert_int_equal(log_record_read(line, n, keep, &(struct log_record){0}), LOG_NO_RECORD);
    }
}

static uint32_t random_state = 1;

static uint32_t random_below(uint32_t n) {
    random_state = random_state * 1664525u + 1013904223u;
    return (uint32_t)((uint64_t)random_state * n >> 32);
}

/* Bytes that mean something in JSON more often than others. */
static char random_byte(void) {
    static const char special[] =
        "\"\\{}[]:,0123456789.-+eEtfnu \t\r\x80\xc3\xa4\xed\xa0\xf4\x90\x1f\x7f";
    return random_below(4) == 0 ? (char)random_below(256) : special[random_below(sizeof special)];
}

static size_t mutate(size_t n) {
    for (uint32_t changes = 1 + random_below(3); changes > 0; changes--) {
        uint32_t at = random_below((uint32_t)n), length = 1 + random_below(12);
        switch (random_below(4)) {
        case 0:
            line[at] = random_byte();
            break;
        case 1:
            memmove(line + at + 1, line + at, n - at);
            line[at] = random_byte();
            n++;
            break;
        case 2:
            if (at + length > n)
                length = (uint32_t)n - at;
            memmove(line + at, line + at + length, n - at - length);
            n -= length;
            break;
        default:
            if (at + length > n)
                length = (uint32_t)n - at;
            memmove(line + at + length, line + at, n - at);
            n += length;
        }
        if (n == 0)
            return 0;
    }
    for (size_t i = 0; i < n; i++)
        if (line[i] == '\n')
            line[i] = ' ';
    line[n] = '\n';
    return n;
}

static void damaged_lines_are_read_alike(void **state) {
    (void)state;
    size_t vouched = 0;
    for (int i = 0; i < 60000; i++)
        vouched += same(mutate(lay(whole, sizeof whole - 1)));
    /* The test is about lines that the fast reader takes, too. */
    assert_true(vouched > 3000);
}

static const char *const thoughtful[] = {"0",
                                         "-0",
                                         "-",
                                         "01",
                                         "1.",
                                         ".5",
                                         "1e5",
                                         "1E+2",
                                         "0.1",
                                         "123456789012345",
                                         "1234567890123456",
                                         "123456789012345678",
                                         "1234567890123456789",
                                         "99999999999999999999",
                                         "1e999",
                                         "-1e-999",
                                         "0.000000000000001",
                                         "0.30000000000000004",
                                         "123.4567890123456789",
                                         "true",
                                         "fals",
                                         "nul",
                                         "null",
                                         "\"\"",
                                         "\"a\\\"b\"",
                                         "\"\\u0041\"",
                                         "\"\\ud800\"",
                                         "\"\\u0000\"",
                                         "\"\\x\"",
                                         "\"\t\"",
                                         "\"\x7f\"",
                                         "\"\xff\"",
                                         "\"\xc3\xa4\"",
                                         "\"\xe2\x82\xac\"",
                                         "\"\xf0\x9f\x98\x80\"",
                                         "\"\xed\xa0\x80\"",
                                         "\"\xc0\x80\"",
                                         "\"\xf4\x90\x80\x80\"",
                                         "\"\xe2\x82\"",
                                         "[]",
                                         "[1,]",
                                         "{}",
                                         "[[[]]]",
                                         "{\"a\":{\"b\":[{}]}}",
                                         "{,}",
                                         "{\"ratio\":1}",
                                         "[{\"path\":\"x\"}]",
                                         "[\"a\",1,\"b\"]",
                                         "[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]",
                                         "1 2",
                                         "NaN",
                                         "Infinity"};

static void values_that_need_thought_are_read_alike(void **state) {
    (void)state;
    static const char *const keys[] = {
        "schema",  "type",   "time",      "pid",         "program",           "argv",
        "request", "output", "sources",   "validations", "validation_passed", "backtrace",
        "unknown", "",       "elapsed_us"};
    char text[512];
    for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
        for (size_t i = 0; i < sizeof thoughtful / sizeof *thoughtful; i++) {
            int n = snprintf(text, sizeof text,
                             "{\"%s\":%s,\"schema\":1,\"type\":\"x\",\"time\":\"2026-11-27\","
                             "\"unknown\":%s}",
                             keys[k], thoughtful[i], thoughtful[i]);
            (void)same(lay(text, (size_t)n));
            n = snprintf(text, sizeof text,
                         " { \"schema\" : 1 ,\t\"type\":\"x\", \"time\": \"2026-11-27\", "
                         "\"request\":{\"colors\":%s},\"output\":{\"bytes\":%s}, \"%s\" : %s } \r",
                         thoughtful[i], thoughtful[i], keys[k], thoughtful[i]);
            (void)same(lay(text, (size_t)n));
        }
}

static void a_later_schema_is_told_from_a_record(void **state) {
    (void)state;
    static const struct {
        const char *text;
        enum log_kind kind;
    } lines[] = {
        {"{\"schema\":1,\"type\":\"x\",\"time\":\"2026-11-27T02:35:30.187438Z\"}", LOG_RECORD},
        {"{\"schema\":2,\"type\":\"x\",\"time\":\"2026-11-27T02:35:30.187438Z\"}", LOG_LATER},
        {"{\"schema\":0,\"type\":\"x\",\"time\":\"2026-11-27T02:35:30.187438Z\"}", LOG_NO_RECORD},
        {"{\"type\":\"x\",\"time\":\"2026-11-27T02:35:30.187438Z\"}", LOG_NO_RECORD},
        {"{\"schema\":1,\"type\":\"x\",\"time\":\"yesterday\"}", LOG_NO_RECORD},
        {"{\"schema\":1,\"time\":\"2026-11-27T02:35:30.187438Z\"}", LOG_NO_RECORD},
        {"[1]", LOG_NO_RECORD},
        {"7", LOG_NO_RECORD},
        {"GIF89a", LOG_NO_RECORD}};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        size_t n = lay(lines[i].text, strlen(lines[i].text));
        (void)same(n);
        assert_int_equal(log_record_read(line, n, keep, &(struct log_record){0}), lines[i].kind);
    }
}

/* ---- times ---- */

static void times_are_read_as_people_write_them(void **state) {
    (void)state;
    static const int64_t now = INT64_C(1795746930000000), day = INT64_C(86400000000);
    static const struct {
        const char *text;
        int64_t us;
    } good[] = {{"1970-01-01", 0},
                {"2026-11-27T02:35:30.187438Z", INT64_C(1795746930187438)},
                {"2026-11-27 02:35", INT64_C(1795746900000000)},
                {"2026-11-27T02:35:30", INT64_C(1795746930000000)},
                {"2026-11-27T03:35:30+01:00", INT64_C(1795746930000000)},
                {"2026-11-26T21:05:30-05:30", INT64_C(1795746930000000)},
                {"2024-02-29", INT64_C(1709164800000000)},
                {"1795746930", INT64_C(1795746930000000)},
                {"24h", now - day},
                {"7d", now - 7 * day},
                {"2w", now - 14 * day},
                {"90s", now - 90 * INT64_C(1000000)},
                {"30m", now - 1800 * INT64_C(1000000)}};
    static const char *const bad[] = {"",
                                      "h",
                                      "24",
                                      "24x",
                                      "-1h",
                                      "1.5h",
                                      "yesterday",
                                      "2026-13-01",
                                      "2026-02-29",
                                      "2026-11-27T",
                                      "2026-11-27T25:00",
                                      "24hh",
                                      "2026-11-27T02:35+1",
                                      "99999999999999999999",
                                      "99999999999w"};
    int64_t us;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        if (!moment_parse_since(good[i].text, now, &us) || us != good[i].us)
            fail_msg("%s", good[i].text);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (moment_parse_since(bad[i], now, &us))
            fail_msg("%s is taken for a time", bad[i]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_of_ours_is_read_without_jansson),
        cmocka_unit_test(every_cut_of_a_record_is_none),
        cmocka_unit_test(damaged_lines_are_read_alike),
        cmocka_unit_test(values_that_need_thought_are_read_alike),
        cmocka_unit_test(a_later_schema_is_told_from_a_record),
        cmocka_unit_test(times_are_read_as_people_write_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Whatever a name holds, the record stays one line of valid JSON. */
#include "record/json.h"

#include "unit.h"

#include <jansson.h>
#include <string.h>

static char buffer[65536];

static void writes_objects_and_arrays(void **state) {
    (void)state;
    struct text t = text_over(buffer, sizeof buffer);
    struct json j = json_over(&t);
    json_put_object(&j, NULL);
    json_put_string(&j, "a", "x");
    json_put_array(&j, "b");
    json_put_int(&j, NULL, -1);
    json_put_bool(&j, NULL, true);
    json_put_null(&j, NULL);
    json_put_object(&j, NULL);
    json_put_object_end(&j);
    json_put_array_end(&j);
    json_put_real(&j, "c", 0.125, 3);
    json_put_string(&j, "d", NULL);
    json_put_real(&j, "e", 0.0 / 0.0, 3);
    json_put_real(&j, "f", 1e300, 3);
    json_put_object_end(&j);
    assert_string_equal(buffer, "{\"a\":\"x\",\"b\":[-1,true,null,{}],\"c\":0.125,\"d\":null,"
                                "\"e\":null,\"f\":null}");
}

static json_t *written(const char *value, size_t n) {
    struct text t = text_over(buffer, sizeof buffer);
    struct json j = json_over(&t);
    json_put_array(&j, NULL);
    json_put_string_n(&j, NULL, value, n);
    json_put_array_end(&j);
    assert_null(strpbrk(buffer, "\n\r\x1b\x7f"));
    json_error_t e;
    json_t *root = json_loads(buffer, JSON_ALLOW_NUL, &e);
    if (root == NULL)
        fail_msg("%s: %s", e.text, buffer);
    return root;
}

static void every_pair_of_bytes_is_valid(void **state) {
    (void)state;
    for (int a = 0; a < 256; a++)
        for (int b = 0; b < 256; b++) {
            char pair[] = {(char)a, (char)b, 'z'};
            json_decref(written(pair, 3));
        }
}

static void good_utf8_is_kept_and_bad_is_replaced(void **state) {
    (void)state;
    static const struct {
        const char *in, *out;
    } rows[] = {
        {"plain", "plain"},
        {"Ünïcødé \xF0\x9F\x8E\x89", "Ünïcødé \xF0\x9F\x8E\x89"},
        {"\"\\\n\t\x1b[31m", "\"\\\n\t\x1b[31m"},
        {"\xC0\xAF", "\xEF\xBF\xBD\xEF\xBF\xBD"},                 /* overlong */
        {"\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"}, /* surrogate */
        {"a\xFFz", "a\xEF\xBF\xBDz"},
        {"cut \xE2\x82", "cut \xEF\xBF\xBD\xEF\xBF\xBD"},
        {"\xE2\x80\xAE", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"}, /* right-to-left override */
        {"\xC2\x9B", "\xEF\xBF\xBD\xEF\xBF\xBD"},                 /* C1 control */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        json_t *root = written(rows[i].in, strlen(rows[i].in));
        assert_string_equal(json_string_value(json_array_get(root, 0)), rows[i].out);
        json_decref(root);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes_objects_and_arrays),
        cmocka_unit_test(every_pair_of_bytes_is_valid),
        cmocka_unit_test(good_utf8_is_kept_and_bad_is_replaced),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

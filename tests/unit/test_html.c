/* What strangers wrote stays text in a page. */
#include "report/html.h"

#include "unit.h"

#include <stdlib.h>
#include <string.h>

static char *page;
static size_t page_size;

static FILE *begin(void) {
    FILE *out = open_memstream(&page, &page_size);
    assert_non_null(out);
    return out;
}

static void holds(FILE *out, const char *expected) {
    assert_int_equal(fclose(out), 0);
    assert_string_equal(page, expected);
    free(page);
}

static void markup_and_what_moves_the_cursor_is_shown(void **state) {
    (void)state;
    static const struct {
        const char *text, *html;
    } rows[] = {
        {"", ""},
        {NULL, ""},
        {"plain é 日本 😀", "plain é 日本 😀"},
        {"<script>alert(\"1\" & '2')</script>",
         "&lt;script&gt;alert(&quot;1&quot; &amp; &#39;2&#39;)&lt;/script&gt;"},
        {"a\nb\033[31m\x7F", "a\\x0ab\\x1b[31m\\x7f"},
        {"gif\u202Egpj.exe \u2066\u061C", "gif\\u202egpj.exe \\u2066\\u061c"},
        {"\xFF\xC0\xAF<\xED\xA0\x80>\xE2\x80", "\\xff\\xc0\\xaf&lt;\\xed\\xa0\\x80&gt;\\xe2\\x80"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        FILE *out = begin();
        html_text(out, rows[i].text);
        holds(out, rows[i].html);
    }
    FILE *out = begin();
    html_text_n(out, "a\0b", 3);
    holds(out, "a\\x00b");
}

/* RFC 4648, section 10. */
static void base64_as_the_rfc_has_it(void **state) {
    (void)state;
    static const char *const coded[] = {"",         "Zg==",     "Zm8=",    "Zm9v",
                                        "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"};
    for (size_t n = 0; n <= 6; n++) {
        FILE *out = begin();
        html_base64(out, (const uint8_t *)"foobar", n);
        holds(out, coded[n]);
    }
    FILE *out = begin();
    html_base64(out, (const uint8_t *)"\xFB\xFF\xFE", 3);
    holds(out, "+//+");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(markup_and_what_moves_the_cursor_is_shown),
        cmocka_unit_test(base64_as_the_rfc_has_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

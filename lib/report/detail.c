/* Rooms: values · what failed · what was asked for · figures · who closed it · all of it */
#include "report/detail.h"

#include "operate/amount.h"
#include "report/html.h"
#include "report/words.h"
#include "text/text.h"

#include <stdlib.h>
#include <string.h>

/* ---- values ---- */

/* Bytes of one value, or of all words of a command line: a page with hundreds of details has to
 * stay one that opens. The log has them all. */
#define SHOWN ((size_t)4096)

static void write_bytes(FILE *out, const char *s, size_t n) {
    size_t shown = n < SHOWN ? n : SHOWN;
    while (shown < n && shown > 0 && ((unsigned char)s[shown] & 0xC0) == 0x80)
        shown--; /* not inside a character */
    html_text_n(out, s, shown);
    if (shown < n)
        fprintf(out, " … (%zu bytes more: gifvet log --json)", n - shown);
}

static void write_string(FILE *out, const json_t *s) {
    if (json_is_string(s))
        write_bytes(out, json_string_value(s), json_string_length(s));
}

static void write_value(FILE *out, const json_t *v) {
    if (json_is_string(v)) {
        write_string(out, v);
        return;
    }
    char *text = v != NULL ? json_dumps(v, JSON_ENCODE_ANY | JSON_REAL_PRECISION(9)) : NULL;
    const char *shown = text != NULL && !json_is_null(v) ? text : "-";
    write_bytes(out, shown, strlen(shown));
    free(text);
}

static bool is_plain(const char *s, size_t n) {
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "@%_-+=:,./";
    for (size_t i = 0; i < n; i++)
        if (memchr(plain, s[i], sizeof plain - 1) == NULL)
            return false;
    return n > 0;
}

/* As a shell takes it as one word. */
static void write_word(FILE *out, const char *s, size_t n) {
    if (is_plain(s, n)) {
        html_text_n(out, s, n);
        return;
    }
    html_text(out, "'");
    for (size_t i = 0; i < n;) {
        const char *quote = memchr(s + i, '\'', n - i);
        size_t run = quote != NULL ? (size_t)(quote - s) - i : n - i;
        html_text_n(out, s + i, run);
        html_text(out, quote != NULL ? "'\\''" : "");
        i += run + (quote != NULL);
    }
    html_text(out, "'");
}

static void write_words(FILE *out, const json_t *words) {
    size_t i, left = SHOWN;
    json_t *w;
    json_array_foreach(words, i, w) {
        size_t n = json_string_length(w);
        fprintf(out, "%s", i > 0 ? " " : "");
        if (n > left) {
            fprintf(out, "… (%zu words more: gifvet log --json)", json_array_size(words) - i);
            return;
        }
        left -= n;
        if (json_is_string(w))
            write_word(out, json_string_value(w), n);
    }
}

/* ---- what failed ---- */

/* The words of the first check that failed. */
static const json_t *first_message(const json_t *record) {
    size_t i;
    json_t *v;
    json_array_foreach(json_object_get(record, "validations"), i, v) {
        if (json_is_false(json_object_get(v, "is_valid")))
            return json_object_get(v, "error_message");
    }
    return NULL;
}

static void write_messages(FILE *out, const json_t *record) {
    size_t i;
    json_t *v;
    fprintf(out, "<ul class=\"messages\">");
    json_array_foreach(json_object_get(record, "validations"), i, v) {
        if (!json_is_false(json_object_get(v, "is_valid")))
            continue;
        fprintf(out, "<li><b>");
        write_string(out, json_object_get(v, "validation_type"));
        fprintf(out, "</b> ");
        write_string(out, json_object_get(v, "error_message"));
        fprintf(out, "</li>");
    }
    fprintf(out, "</ul>");
}

/* ---- what was asked for ---- */

static void begin_fact(FILE *out, const char *name) {
    fprintf(out, "<div><dt>%s</dt><dd>", name);
}

static void end_fact(FILE *out) {
    fprintf(out, "</dd></div>");
}

static void write_fact(FILE *out, const char *name, const json_t *value) {
    if (value == NULL || json_is_null(value))
        return;
    begin_fact(out, name);
    write_value(out, value);
    end_fact(out);
}

static void write_file(FILE *out, const char *name, const json_t *file) {
    char bytes[AMOUNT_SIZE];
    const json_t *frames = json_object_get(file, "frames");
    begin_fact(out, name);
    write_string(out, json_object_get(file, "path"));
    fprintf(out, " <span class=\"note\">%s",
            amount_bytes(bytes, json_number_value(json_object_get(file, "bytes"))));
    if (json_is_number(frames))
        fprintf(out, ", %.0f \xC3\x97 %.0f, %.0f frames, %.2f s",
                json_number_value(json_object_get(file, "width")),
                json_number_value(json_object_get(file, "height")), json_number_value(frames),
                json_number_value(json_object_get(file, "duration_ms")) / 1000);
    fprintf(out, "</span>");
    end_fact(out);
}

#define SOURCES_SHOWN 4

static void write_files(FILE *out, const json_t *record) {
    const json_t *sources = json_object_get(record, "sources");
    size_t i, n = json_array_size(sources);
    json_t *s;
    write_file(out, "Output", json_object_get(record, "output"));
    json_array_foreach(sources, i, s) {
        if (i < SOURCES_SHOWN)
            write_file(out, "Source", s);
    }
    if (n > SOURCES_SHOWN) {
        begin_fact(out, "Sources");
        words_number_of(out, n - SOURCES_SHOWN, "more source");
        end_fact(out);
    }
}

static void write_request(FILE *out, const json_t *record, int64_t time_us) {
    fprintf(out, "<dl class=\"facts record\">");
    begin_fact(out, "Command");
    fprintf(out, "<code>");
    write_words(out, json_object_get(record, "argv"));
    fprintf(out, "</code>%s", json_is_true(json_object_get(record, "argv_cut")) ? " (cut)" : "");
    end_fact(out);
    write_fact(out, "Request", json_object_get(record, "request"));
    write_files(out, record);
    static const struct {
        const char *name, *key;
    } rows[] = {{"Asked for", "operation"}, {"Source found by", "match"}, {"Host", "host"},
                {"Mode", "mode"},           {"Action", "action"},         {"Record", "id"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        write_fact(out, rows[i].name, json_object_get(record, rows[i].key));
    begin_fact(out, "Time");
    words_time(out, time_us, true);
    end_fact(out);
    const json_t *enforcement = json_object_get(record, "enforcement");
    write_fact(out, "Quarantined", json_object_get(enforcement, "quarantined"));
    write_fact(out, "Restored", json_object_get(enforcement, "restored"));
    fprintf(out, "</dl>");
}

/* ---- figures ---- */

static void write_row(FILE *out, const char *name, const json_t *value, const json_t *limit) {
    fprintf(out, "<tr><th scope=\"row\">");
    html_text(out, name);
    fprintf(out, "</th><td>");
    write_value(out, value);
    fprintf(out, "</td><td>");
    write_value(out, limit);
    fprintf(out, "</td></tr>");
}

static void write_check(FILE *out, json_t *check) {
    const json_t *limits = json_object_get(check, "limits");
    const char *key;
    json_t *value;
    fprintf(out, "<tbody><tr><th colspan=\"3\" scope=\"rowgroup\">");
    write_string(out, json_object_get(check, "validation_type"));
    fprintf(out, "</th></tr>");
    write_row(out, "actual, expected", json_object_get(check, "actual"),
              json_object_get(check, "expected"));
    json_object_foreach(json_object_get(check, "details"), key, value) {
        write_row(out, key, value, json_object_get(limits, key));
    }
    fprintf(out, "</tbody>");
}

static void write_figures(FILE *out, const json_t *record) {
    size_t i;
    json_t *v;
    fprintf(out, "<details class=\"quiet\"><summary>Figures against their limits</summary><div "
                 "class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Figures against "
                 "their limits\"><table class=\"figures values\"><thead><tr><th "
                 "scope=\"col\">Figure</th><th scope=\"col\">Value</th><th "
                 "scope=\"col\">Limit</th></tr></thead>");
    json_array_foreach(json_object_get(record, "validations"), i, v) {
        if (json_is_false(json_object_get(v, "is_valid")))
            write_check(out, v);
    }
    fprintf(out, "</table></div></details>");
}

/* ---- who closed it ---- */

static void write_backtrace(FILE *out, const json_t *record) {
    const json_t *backtrace = json_object_get(record, "backtrace");
    size_t i;
    json_t *c;
    if (json_array_size(backtrace) == 0)
        return;
    fprintf(out, "<details class=\"quiet\"><summary>Closed by</summary><ol class=\"backtrace\">");
    json_array_foreach(backtrace, i, c) {
        const json_t *function = json_object_get(c, "function");
        fprintf(out, "<li><code>");
        write_string(out, json_is_string(function) ? function : json_object_get(c, "address"));
        fprintf(out, "</code> in ");
        write_string(out, json_object_get(c, "object"));
        fprintf(out, "</li>");
    }
    fprintf(out, "</ol></details>");
}

/* ---- all of it ---- */

const char *detail_bundle(const json_t *record) {
    return json_string_value(json_object_get(json_object_get(record, "evidence"), "bundle"));
}

static void write_replay(FILE *out, const json_t *record) {
    const char *bundle = detail_bundle(record);
    if (bundle == NULL) {
        fprintf(out, "<p class=\"note\">No evidence was kept: it cannot be judged again.</p>");
        return;
    }
    fprintf(out, "<p class=\"replay\">Judge it again: <code>gifvet replay ");
    write_word(out, bundle, strlen(bundle));
    fprintf(out, "</code></p>");
}

static void write_summary(FILE *out, const json_t *record, int64_t time_us) {
    const char *path =
        json_string_value(json_object_get(json_object_get(record, "output"), "path"));
    fprintf(out, "<summary><h4>");
    words_time(out, time_us, false);
    fprintf(out, " <b>");
    write_string(out, json_object_get(record, "program"));
    fprintf(out, "</b> <span>");
    html_text(out, path != NULL ? text_base_name(path) : "");
    fprintf(out, "</span> <span class=\"words\">");
    write_string(out, first_message(record));
    fprintf(out, "</span></h4></summary>");
}

void detail_write(FILE *out, const json_t *record, int64_t time_us, const char *pictures,
                  size_t pictures_used) {
    fprintf(out, "<details class=\"failure\">");
    write_summary(out, record, time_us);
    fprintf(out, "<div class=\"body\">");
    write_messages(out, record);
    if (pictures != NULL)
        fwrite(pictures, 1, pictures_used, out);
    write_request(out, record, time_us);
    write_figures(out, record);
    write_backtrace(out, record);
    write_replay(out, record);
    fprintf(out, "</div></details>\n");
}

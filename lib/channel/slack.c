/* Slack's incoming webhooks: one attachment with a colour, and fields below the text. */
#include "channel/http.h"
#include "channel/words.h"
#include "text/text.h"

#include <jansson.h>
#include <string.h>

int slack_check(const struct channel_setup *s, struct error *e) {
    return http_check("slack_webhook", s->secrets->values[SECRET_SLACK], false, e);
}

/* &, < and > begin Slack's own marks; everything else is switched off by mrkdwn_in. */
static json_t *escaped(const char *s) {
    char buffer[2 * WORDS_BODY_SIZE];
    struct text t = text_over(buffer, sizeof buffer);
    for (; *s != '\0' && t.used + 8 < sizeof buffer; s++) {
        if (*s == '&')
            text_add(&t, "&amp;");
        else if (*s == '<')
            text_add(&t, "&lt;");
        else if (*s == '>')
            text_add(&t, "&gt;");
        else
            text_add_bytes(&t, s, 1);
    }
    return json_string_nocheck(buffer);
}

static json_t *fields(const struct alert_message *m) {
    json_t *all = json_array();
    for (enum words_field f = 0; f < WORDS_FIELDS; f++) {
        char value[WORDS_FIELD_SIZE];
        json_array_append_new(all,
                              json_pack("{s:s, s:o, s:b}", "title", words_field_name(f), "value",
                                        escaped(words_field(value, f, m)), "short", 1));
    }
    return all;
}

struct channel_result slack_send(const struct channel_setup *s, const struct alert_message *m,
                                 const char *late) {
    char title[WORDS_TITLE_SIZE], body[WORDS_BODY_SIZE];
    words_title(title, m);
    words_body(body, m, late);
    json_t *j = json_pack("{s:[{s:s, s:o, s:o, s:o, s:o, s:[]}]}", "attachments", "color",
                          words_colour(m->severity), "title", escaped(title), "fallback",
                          escaped(title), "text", escaped(body), "fields", fields(m), "mrkdwn_in");
    return http_post(s, s->secrets->values[SECRET_SLACK], j);
}

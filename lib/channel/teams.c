/* Teams' webhooks: an Adaptive Card. What comes from strangers stands in TextRuns, which know no
 * Markdown. */
#include "channel/http.h"
#include "channel/words.h"

#include <jansson.h>
#include <string.h>

int teams_check(const struct channel_setup *s, struct error *e) {
    return http_check("teams_webhook", s->secrets->values[SECRET_TEAMS], false, e);
}

/* A paragraph; weight and colour are the card's names for them. */
static json_t *paragraph(const char *text, size_t n, const char *weight, const char *colour) {
    return json_pack("{s:s, s:[{s:s, s:s%, s:s, s:s}]}", "type", "RichTextBlock", "inlines", "type",
                     "TextRun", "text", text, n, "weight", weight, "color", colour);
}

static const char *colour_of(enum alert_severity s) {
    return s >= ALERT_HIGH ? "attention" : s == ALERT_MEDIUM ? "warning" : "accent";
}

static json_t *facts(const struct alert_message *m) {
    json_t *all = json_array();
    for (enum words_field f = 0; f < WORDS_FIELDS; f++) {
        char value[WORDS_FIELD_SIZE];
        json_array_append_new(all, json_pack("{s:s, s:s}", "title", words_field_name(f), "value",
                                             words_field(value, f, m)));
    }
    return json_pack("{s:s, s:o}", "type", "FactSet", "facts", all);
}

static json_t *card(const struct alert_message *m, const char *late) {
    char title[WORDS_TITLE_SIZE], body[WORDS_BODY_SIZE];
    json_t *parts = json_array();
    words_title(title, m);
    json_array_append_new(parts, paragraph(title, strlen(title), "bolder", colour_of(m->severity)));
    for (const char *line = words_body(body, m, late); *line != '\0';) {
        size_t n = strcspn(line, "\n");
        if (n > 0)
            json_array_append_new(parts, paragraph(line, n, "default", "default"));
        line += n + (line[n] == '\n');
    }
    json_array_append_new(parts, facts(m));
    return json_pack("{s:s, s:s, s:s, s:{s:s}, s:o}", "$schema",
                     "http://adaptivecards.io/schemas/adaptive-card.json", "type", "AdaptiveCard",
                     "version", "1.4", "msteams", "width", "Full", "body", parts);
}

struct channel_result teams_send(const struct channel_setup *s, const struct alert_message *m,
                                 const char *late) {
    json_t *j = json_pack("{s:s, s:[{s:s, s:n, s:o}]}", "type", "message", "attachments",
                          "contentType", "application/vnd.microsoft.card.adaptive", "contentUrl",
                          "content", card(m, late));
    return http_post(s, s->secrets->values[SECRET_TEAMS], j);
}

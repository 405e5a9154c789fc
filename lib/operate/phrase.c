#include "operate/phrase.h"

#include "record/record.h"

#include <math.h>

/* before: what stands before a trait; unit: what a number is of. */
static const struct words {
    const char *name, *before, *behind;
} words[FEATURE_KINDS] = {
    [FEATURE_OPTION] = {"option", "with ", ""},
    [FEATURE_OPTION_NUMBER] = {"option", "", ""},
    [FEATURE_OPTION_WORD] = {"option", "", ""},
    [FEATURE_PROGRAM] = {"program", "", ""},
    [FEATURE_CHECKPOINT] = {"checkpoint", "checkpoint ", ""},
    [FEATURE_OPERATION] = {"operation", "operation ", ""},
    [FEATURE_FRAMES_ASKED] = {"frames_asked", "frames asked for by ", ""},
    [FEATURE_FRAMES_RATIO] = {"ratio_asked", "ratio asked for ", ""},
    [FEATURE_COLORS_ASKED] = {"colors_asked", "colours asked for ", ""},
    [FEATURE_DELAY_ASKED] = {"delay_asked_cs", "delay asked for ", " cs"},
    [FEATURE_SPEED_ASKED] = {"duration_factor_asked", "factor of duration asked for ", ""},
    [FEATURE_VERSION] = {"version", "version ", ""},
    [FEATURE_EXECUTABLE] = {"executable", "executable ", ""},
    [FEATURE_CONFIG] = {"config_checksum", "configuration ", ""},
    [FEATURE_ENVIRONMENT] = {"environment", "environment ", ""},
    [FEATURE_MODE] = {"mode", "mode ", ""},
    [FEATURE_PERFORMANCE] = {"performance_mode", "performance mode ", ""},
    [FEATURE_HOST] = {"host", "host ", ""},
    [FEATURE_DIRECTORY] = {"directory", "sources in ", ""},
    [FEATURE_SOURCE] = {"source", "source ", ""},
    [FEATURE_MATCH] = {"match", "matched as ", ""},
    [FEATURE_SOURCES] = {"sources", "number of sources ", ""},
    [FEATURE_FRAMES] = {"source_frames", "source frames ", ""},
    [FEATURE_PIXELS] = {"source_pixels", "canvas ", " pixels"},
    [FEATURE_WIDTH] = {"source_width", "canvas width ", " pixels"},
    [FEATURE_HEIGHT] = {"source_height", "canvas height ", " pixels"},
    [FEATURE_COLORS] = {"source_colors", "source colours ", ""},
    [FEATURE_DURATION] = {"source_duration_ms", "source duration ", " ms"},
    [FEATURE_BYTES] = {"source_bytes", "source size ", " bytes"},
    [FEATURE_TIME] = {"time", "", ""},
    [FEATURE_HOUR] = {"hour", "hour ", " UTC"},
    [FEATURE_CALLER] = {"caller", "closed by ", ""},
};

const char *phrase_feature(enum feature_kind kind) {
    return words[kind].name;
}

static void hour(FILE *out, const char *word, double hours) {
    char at[64];
    struct text t = text_over(at, sizeof at);
    record_time(&t, (int64_t)(hours * 3600e6));
    fprintf(out, "%s %.16sZ", word, at);
}

static void trait(FILE *out, const struct groups *g, uint32_t i) {
    const struct trait *t = &g->traits.at[i];
    const struct feature *f = &g->traits.features[t->feature];
    fprintf(out, "%s", words[f->kind].before);
    if (f->kind == FEATURE_OPTION)
        fprintf(out, "%s", f->name);
    else if (f->kind == FEATURE_OPTION_WORD)
        fprintf(out, "%s %s", f->name, t->text);
    else
        fprintf(out, "%s", t->text != NULL ? t->text : "");
    fprintf(out, "%s", words[f->kind].behind);
}

void phrase_trait(FILE *out, const struct groups *g, uint32_t i) {
    trait(out, g, i);
}

static void number(FILE *out, const struct groups *g, const struct condition *c) {
    const struct feature *f = &g->traits.features[c->feature];
    bool over = c->kind == CONDITION_OVER;
    if (f->kind == FEATURE_TIME)
        hour(out, over ? "since" : "until", over ? c->next : c->from + 1);
    else if (f->kind == FEATURE_CHECKPOINT)
        fprintf(out, "%s checkpoint %.15g", over ? "since" : "until", over ? c->next : c->from);
    else
        fprintf(out, "%s%s%s%s %.15g%s", words[f->kind].before, f->name,
                f->name[0] != '\0' ? " " : "", over ? "over" : "up to", c->from,
                words[f->kind].behind);
}

/* The program first, the time last, the rest as it was found. */
static int place(const struct groups *g, const struct condition *c) {
    enum feature_kind kind = g->traits.features[c->feature].kind;
    return kind == FEATURE_PROGRAM ? 0 : kind == FEATURE_TIME || kind == FEATURE_CHECKPOINT ? 2 : 1;
}

void phrase_conditions(FILE *out, const struct groups *g, const struct condition *c, size_t n) {
    const char *separator = "";
    for (int at = 0; at < 3; at++)
        for (size_t i = 0; i < n; i++) {
            if (place(g, &c[i]) != at)
                continue;
            fprintf(out, "%s", separator);
            if (c[i].kind != CONDITION_IS)
                number(out, g, &c[i]);
            else if (c[i].trait == UINT32_MAX)
                fprintf(out, "%s%s", words[FEATURE_SOURCE].before, groups_source(g, c[i].source));
            else
                trait(out, g, c[i].trait);
            separator = ", ";
        }
}

/* One setting between text and struct conf: each type's parsing, checking and printing. */
#include "conf/conf.h"

#include <errno.h>
#include <string.h>

static void *place(const struct conf_setting *s, struct conf *c) {
    return (char *)c + s->offset;
}

static const void *place_in(const struct conf_setting *s, const struct conf *c) {
    return (const char *)c + s->offset;
}

/* A path leaves room for the name of a file below it. */
static size_t room(const struct conf_setting *s) {
    return s->type == CONF_PATH   ? CONF_PATH_MAX - CONF_NAME_MAX
           : s->type == CONF_LIST ? CONF_LIST_MAX
           : s->type == CONF_TEXT ? CONF_TEXT_MAX
                                  : CONF_NAME_MAX;
}

/* The number of a choice in "a|b|c", -1 when it is none. */
static int choice_of(const char *choices, const char *value) {
    int number = 0;
    for (const char *c = choices;; number++) {
        size_t n = strcspn(c, "|");
        if (strlen(value) == n && memcmp(c, value, n) == 0)
            return number;
        if (c[n] == '\0')
            return -1;
        c += n + 1;
    }
}

static int set_int(const struct conf_setting *s, const char *value, struct conf *c,
                   struct error *e) {
    int64_t n;
    if (!text_to_int(value, false, &n))
        return error_set(e, EINVAL, "'%.60s' is not a whole number", value);
    if ((double)n < s->min || (double)n > s->max)
        return error_set(e, EINVAL, "%.60s is out of range: %.0f to %.0f", value, s->min, s->max);
    memcpy(place(s, c), &n, sizeof n);
    return 0;
}

static int set_real(const struct conf_setting *s, const char *value, struct conf *c,
                    struct error *e) {
    double x;
    if (!text_to_double(value, &x))
        return error_set(e, EINVAL, "'%.60s' is not a number", value);
    if (x < s->min || x > s->max)
        return error_set(e, EINVAL, "%.60s is out of range: %.0f to %.0f", value, s->min, s->max);
    memcpy(place(s, c), &x, sizeof x);
    return 0;
}

static int set_choice(const struct conf_setting *s, const char *value, struct conf *c,
                      struct error *e) {
    int number = choice_of(s->choices, value);
    if (number < 0)
        return error_set(e, EINVAL, "'%.60s' is none of %s", value, s->choices);
    _Static_assert(
        sizeof(enum conf_mode) == sizeof(int) && sizeof(enum conf_sampling_key) == sizeof(int) &&
            sizeof(enum conf_keep) == sizeof(int) && sizeof(enum conf_tls) == sizeof(int),
        "choices are stored as int");
    memcpy(place(s, c), &number, sizeof number);
    return 0;
}

static int set_list(const struct conf_setting *s, const char *value, struct conf *c,
                    struct error *e) {
    char word[CONF_NAME_MAX];
    for (const char *at = value; s->choices != NULL && *at != '\0';) {
        at += strspn(at, " \t,");
        size_t n = strcspn(at, " \t,");
        text_print(word, sizeof word, "%.*s", (int)(n < sizeof word ? n : sizeof word - 1), at);
        if (n > 0 && choice_of(s->choices, word) < 0)
            return error_set(e, EINVAL, "'%s' is none of %s", word, s->choices);
        at += n;
    }
    memcpy(place(s, c), value, strlen(value) + 1);
    return 0;
}

static int set_text(const struct conf_setting *s, const char *value, struct conf *c,
                    struct error *e) {
    if (strlen(value) >= room(s))
        return error_set(e, EINVAL, "longer than %zu bytes", room(s) - 1);
    if (s->type == CONF_LIST)
        return set_list(s, value, c, e);
    if (s->choices != NULL && value[0] != '\0' && choice_of(s->choices, value) < 0)
        return error_set(e, EINVAL, "'%.60s' is none of %s", value, s->choices);
    /* One directory for all processes of the host, whatever theirs is: a kill switch that only
     * those see that were started in one place is none. */
    if (s->offset == offsetof(struct conf, state_dir) && value[0] != '\0' && value[0] != '/')
        return error_set(e, EINVAL, "'%.60s' does not begin with /", value);
    memcpy(place(s, c), value, strlen(value) + 1);
    return 0;
}

int conf_value_set(const struct conf_setting *s, const char *value, struct conf *c,
                   struct error *e) {
    bool truth;
    switch (s->type) {
    case CONF_BOOL:
        if (!text_to_bool(value, &truth))
            return error_set(e, EINVAL, "'%.60s' is neither true nor false", value);
        memcpy(place(s, c), &truth, sizeof truth);
        return 0;
    case CONF_INT:
        return set_int(s, value, c, e);
    case CONF_REAL:
        return set_real(s, value, c, e);
    case CONF_CHOICE:
        return set_choice(s, value, c, e);
    case CONF_PATH:
    case CONF_LIST:
    case CONF_NAME:
    case CONF_TEXT:
        return set_text(s, value, c, e);
    }
    return error_set(e, EINVAL, "unknown type");
}

/* As few decimals as the value needs, at most six. */
static void print_real(double x, struct text *t) {
    char digits[64];
    struct text d = text_over(digits, sizeof digits);
    text_add(&d, "%.6f", x);
    while (d.used > 1 && digits[d.used - 1] == '0')
        digits[--d.used] = '\0';
    if (digits[d.used - 1] == '.')
        digits[--d.used] = '\0';
    text_add(t, "%s", digits);
}

void conf_value_print(const struct conf_setting *s, const struct conf *c, struct text *t) {
    const void *at = place_in(s, c);
    int64_t n;
    double x;
    int number;
    bool truth;
    switch (s->type) {
    case CONF_BOOL:
        memcpy(&truth, at, sizeof truth);
        text_add(t, "%s", truth ? "true" : "false");
        break;
    case CONF_INT:
        memcpy(&n, at, sizeof n);
        text_add(t, "%jd", (intmax_t)n);
        break;
    case CONF_REAL:
        memcpy(&x, at, sizeof x);
        print_real(x, t);
        break;
    case CONF_CHOICE: {
        memcpy(&number, at, sizeof number);
        const char *choice = s->choices;
        while (number-- > 0)
            choice += strcspn(choice, "|") + 1;
        text_add(t, "%.*s", (int)strcspn(choice, "|"), choice);
        break;
    }
    case CONF_PATH:
    case CONF_LIST:
    case CONF_NAME:
    case CONF_TEXT:
        text_add(t, "%s", (const char *)at);
        break;
    }
}

static void print_range(const struct conf_setting *s, struct text *t) {
    static const char *const words[] = {"true or false", "", "",    "", "a path",
                                        "shell globs",   "", "text"};
    if (s->choices != NULL)
        text_add(t, "%s", s->choices);
    else if (s->type == CONF_INT || s->type == CONF_REAL)
        text_add(t, "%.0f to %.0f", s->min, s->max);
    else
        text_add(t, "%s", words[s->type]);
}

/* Would the INI parser give this value back as it is? */
static bool is_plain(const char *value) {
    size_t n = strlen(value);
    bool after_blank = true;
    for (const char *p = value; *p != '\0'; p++) {
        if (*p == '\n' || (*p == ';' && after_blank))
            return false;
        after_blank = *p == ' ' || (*p >= '\t' && *p <= '\r');
    }
    return n == 0 || (!after_blank && value[0] != ' ' && (value[0] < '\t' || value[0] > '\r'));
}

void conf_print_ini(const struct conf *c, struct text *t) {
    text_add(t, "# gifvet: every setting, with its range and meaning. See gifvet.ini(5).\n"
                "# [environment:NAME] (NAME is DEPLOYMENT_ENV) and [program:NAME] overlay any of\n"
                "# them, written as section.key = value.\n");
    for (size_t i = 0; i < conf_settings_count; i++) {
        const struct conf_setting *s = &conf_settings[i];
        if (i == 0 || strcmp(s->section, conf_settings[i - 1].section) != 0)
            text_add(t, "\n[%s]\n", s->section);
        text_add(t, "# %s (", s->help);
        print_range(s, t);
        if (s->environment != NULL)
            text_add(t, "; variable %s", s->environment);
        text_add(t, ")\n");
        char value[CONF_PATH_MAX];
        struct text v = text_over(value, sizeof value);
        if (c != NULL)
            conf_value_print(s, c, &v);
        else
            text_add(&v, "%s", s->default_text);
        if (is_plain(value))
            text_add(t, "%s =%s%s\n", s->key, v.used > 0 ? " " : "", value);
        else
            text_add(t, "# %s has a value that an INI file cannot hold\n", s->key);
    }
}

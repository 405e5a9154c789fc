/* One configuration. Lines at the beginning that start with "$" are variables of the environment
 * ("$NAME=value"), with "+" what `--set` says, with "!" the program's name; the rest is the file.
 *
 * Loaded twice it is the same; what it sets is in range; printed and read again nothing changes;
 * and every line of the file is either taken or told. */
#include "conf/conf.h"
#include "conf/ini.h"
#include "tests/fuzz/fuzz.h"

#include <sys/mman.h>
#include <unistd.h>

#define GIVEN_MOST 32

static struct {
    const char *variables[GIVEN_MOST + 1], *sets[GIVEN_MOST + 1];
    size_t variables_used, sets_used;
    const char *program;
} given;

static const char *variable(const char *name) {
    size_t n = strlen(name);
    for (size_t i = 0; i < given.variables_used; i++)
        if (strncmp(given.variables[i], name, n) == 0 && given.variables[i][n] == '=')
            return given.variables[i] + n + 1;
    return NULL;
}

/* Takes the lines before the file, ends them with NUL, and returns where the file begins. */
static char *take_given(char *text, char *end) {
    memset(&given, 0, sizeof given);
    while (text < end && (*text == '$' || *text == '+' || *text == '!')) {
        char *stop = memchr(text, '\n', (size_t)(end - text));
        if (stop == NULL)
            return text;
        *stop = '\0';
        if (*text == '!')
            given.program = text + 1;
        else if (*text == '$' && given.variables_used < GIVEN_MOST)
            given.variables[given.variables_used++] = text + 1;
        else if (*text == '+' && given.sets_used < GIVEN_MOST)
            given.sets[given.sets_used++] = text + 1;
        text = stop + 1;
    }
    return text;
}

/* ---- loading ---- */

static size_t told, taken;

static void tell(void *context, const struct conf_problem *problem) {
    (void)context;
    HOLDS(problem->file != NULL && problem->key != NULL && problem->line >= 0);
    HOLDS(problem->reason != NULL && problem->reason[0] != '\0');
    told++;
}

static void take(void *context, const struct conf_taken *it) {
    (void)context;
    HOLDS(it->setting >= conf_settings && it->setting < conf_settings + conf_settings_count);
    HOLDS(it->layer > CONF_FROM_DEFAULT && it->layer <= CONF_FROM_SET);
    taken++;
}

/* Returns how many problems there are. */
static size_t load(const char *bytes, size_t n, bool with_given, struct conf *c) {
    char path[64];
    int fd = memfd_create("ini", MFD_CLOEXEC);
    HOLDS(fd >= 0 && write(fd, bytes, n) == (ssize_t)n);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    struct conf_input in = {
        .file = path, .program = "gifsicle", .superuser = true, .report = tell, .take = take};
    if (with_given) {
        in.program = given.program;
        in.sets = given.sets;
        in.getenv = variable;
        in.superuser = false;
    }
    told = taken = 0;
    size_t problems = conf_load(c, &in);
    HOLDS(problems == told);
    HOLDS(strcmp(c->file, n <= (size_t)1 << 20 ? path : "") == 0);
    close(fd);
    return problems;
}

/* ---- values ---- */

static bool ends_within(const char *s, size_t room) {
    return strnlen(s, room) < room;
}

static size_t words(const char *choices) {
    size_t n = 1;
    for (; *choices != '\0'; choices++)
        n += *choices == '|';
    return n;
}

static void hold_in_range(const struct conf_setting *s, const struct conf *c) {
    const char *at = (const char *)c + s->offset;
    int64_t n;
    double x;
    int choice;
    switch (s->type) {
    case CONF_BOOL:
        HOLDS(*at == 0 || *at == 1);
        break;
    case CONF_INT:
        memcpy(&n, at, sizeof n);
        HOLDS((double)n >= s->min && (double)n <= s->max);
        break;
    case CONF_REAL:
        memcpy(&x, at, sizeof x);
        HOLDS(x >= s->min && x <= s->max);
        break;
    case CONF_CHOICE:
        memcpy(&choice, at, sizeof choice);
        HOLDS(choice >= 0 && (size_t)choice < words(s->choices));
        break;
    case CONF_PATH:
        HOLDS(ends_within(at, CONF_PATH_MAX));
        break;
    case CONF_LIST:
        HOLDS(ends_within(at, CONF_LIST_MAX));
        break;
    case CONF_NAME:
        HOLDS(ends_within(at, CONF_NAME_MAX));
        break;
    case CONF_TEXT:
        HOLDS(ends_within(at, CONF_TEXT_MAX));
        break;
    }
}

static void hold_sound(const struct conf *c) {
    for (size_t i = 0; i < conf_settings_count; i++)
        hold_in_range(&conf_settings[i], c);
    HOLDS(c->log_path[0] != '\0' && c->state_dir[0] != '\0');
    HOLDS(c->fail_on_validation_error == (c->mode == CONF_ENFORCE));
    HOLDS(ends_within(c->environment, sizeof c->environment));
}

static const char *print(const struct conf_setting *s, const struct conf *c, char *to,
                         size_t size) {
    struct text t = text_over(to, size);
    conf_value_print(s, c, &t);
    HOLDS(!t.cut);
    return to;
}

static void hold_same(const struct conf *a, const struct conf *b, bool (*left_out)(const char *)) {
    static char one[CONF_PATH_MAX], other[CONF_PATH_MAX];
    for (size_t i = 0; i < conf_settings_count; i++) {
        const char *value = print(&conf_settings[i], a, one, sizeof one);
        if (left_out == NULL || !left_out(value))
            HOLDS(strcmp(value, print(&conf_settings[i], b, other, sizeof other)) == 0);
    }
}

static bool is_blank(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* An INI has no way to say these: blanks at the ends, a new line, what looks like a comment; and
 * the path below another that comes out too long to be a setting itself. */
static bool is_no_ini_value(const char *value) {
    size_t n = strlen(value);
    if (n == 0)
        return false;
    if (is_blank(value[0]) || is_blank(value[n - 1]) || value[0] == ';')
        return true;
    for (size_t i = 1; i < n; i++)
        if (value[i] == '\n' || (value[i] == ';' && is_blank(value[i - 1])))
            return true;
    return n >= CONF_PATH_MAX - CONF_NAME_MAX;
}

static void hold_printed(const struct conf *c) {
    static struct conf again;
    static char printed[1 << 18];
    struct text t = text_over(printed, sizeof printed);
    conf_print_ini(c, &t);
    HOLDS(!t.cut);
    (void)load(t.at, t.used, false, &again);
    hold_same(c, &again, is_no_ini_value);
}

/* ---- lines ---- */

struct lines {
    char section[64];
    bool known;
    int line;
    size_t events;
};

static void hold_next(struct lines *l, int line) {
    HOLDS(line > l->line);
    l->line = line;
    l->events++;
}

static bool on_section(void *context, const char *section, int line) {
    struct lines *l = context;
    hold_next(l, line);
    HOLDS(strlen(section) < sizeof l->section);
    memcpy(l->section, section, strlen(section) + 1);
    l->known = strchr(section, 'x') == NULL;
    return l->known;
}

static void on_setting(void *context, const char *section, const char *key, const char *value,
                       int line) {
    struct lines *l = context;
    hold_next(l, line);
    HOLDS(l->known && strcmp(section, l->section) == 0);
    HOLDS(key != NULL && value != NULL);
}

static void on_mistake(void *context, int line, const char *reason) {
    struct lines *l = context;
    hold_next(l, line);
    HOLDS(reason[0] != '\0');
}

/* Every line that says something, outside of a section that nobody knows, has its event. */
static void hold_told(const char *text, size_t n) {
    struct lines l = {.known = true};
    const struct ini_reader reader = {on_section, on_setting, on_mistake, &l};
    HOLDS(ini_read(text, n, &reader) == 0);
    size_t saying = 0;
    bool brackets = memchr(text, '[', n) != NULL;
    for (const char *at = text, *end = text + n, *stop; at < end; at = stop + 1) {
        stop = memchr(at, '\n', (size_t)(end - at));
        if (stop == NULL)
            stop = end;
        if (at == text && stop - at >= 3 && memcmp(at, "\xEF\xBB\xBF", 3) == 0)
            at += 3;
        while (at < stop && is_blank(*at))
            at++;
        bool nul = memchr(at, '\0', (size_t)(stop - at)) != NULL;
        saying += at < stop && ((*at != '#' && *at != ';') || nul || stop - at > 8192);
    }
    HOLDS(brackets || l.events == saying);
    HOLDS(l.events <= saying);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
    static struct conf c, again;
    char *bytes = (char *)fuzz_copy(data, n), *file = take_given(bytes, bytes + n);
    size_t used = (size_t)(bytes + n - file);
    size_t problems = load(file, used, true, &c), settings = taken;
    hold_sound(&c);
    HOLDS(load(file, used, true, &again) == problems && taken == settings);
    hold_same(&c, &again, NULL);
    hold_printed(&c);
    hold_told(file, used);
    free(bytes);
    return 0;
}

/* Rooms: the dictionary · values of a record · its command line */
#include "operate/traits.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SLOTS 131072u /* a power of two, over twice TRAITS_MAX */
#define FEATURE_SLOTS 8192u
#define VALUES_MAX 8192u

#if defined __GNUC__ && !defined __clang__
/* gcc 12's analyzer takes memory that is kept in an array for lost. */
#pragma GCC diagnostic ignored "-Wanalyzer-malloc-leak"
#endif

/* ---- the dictionary ---- */

#define NONE UINT32_MAX

static uint32_t feature_of(struct traits *t, enum feature_kind kind, struct log_text name);

static uint64_t mixed(uint64_t h) {
    h ^= h >> 32;
    h *= 0xd6e8feb86659fd93u;
    return h ^ h >> 32;
}

uint64_t traits_hash(const char *at, size_t n) {
    uint64_t h = 0xcbf29ce484222325u;
    for (size_t i = 0; i < n; i++)
        h = (h ^ (unsigned char)at[i]) * 0x100000001b3u;
    return mixed(h);
}

int traits_begin(struct traits *t) {
    *t = (struct traits){0};
    t->slots = calloc(SLOTS, sizeof *t->slots);
    t->feature_slots = calloc(FEATURE_SLOTS, sizeof *t->feature_slots);
    if (t->slots != NULL && t->feature_slots != NULL &&
        feature_of(t, FEATURE_SOURCE, (struct log_text){"", 0}) == TRAITS_SOURCE)
        return 0;
    traits_free(t);
    return ENOMEM;
}

void traits_free(struct traits *t) {
    for (size_t i = 0; i < t->used; i++)
        free(t->at[i].text);
    for (size_t i = 0; i < t->features_used; i++)
        free(t->features[i].name);
    free(t->at);
    free(t->slots);
    free(t->feature_slots);
    *t = (struct traits){0};
}

static bool is_text(const char *s, struct log_text t) {
    return strncmp(s, t.at, t.n) == 0 && s[t.n] == '\0';
}

/* The feature of this kind and name; NONE when there is no place for it. */
static uint32_t named_feature(struct traits *t, enum feature_kind kind, struct log_text name) {
    uint32_t slot = (uint32_t)(traits_hash(name.at, name.n) + kind * 0x9e3779b9u) % FEATURE_SLOTS;
    for (; t->feature_slots[slot] != 0; slot = (slot + 1) % FEATURE_SLOTS) {
        uint32_t i = t->feature_slots[slot] - 1;
        if (t->features[i].kind == kind && is_text(t->features[i].name, name))
            return i;
    }
    struct feature *new = &t->features[t->features_used];
    if (t->features_used == FEATURES_MAX)
        return NONE;
    new->kind = kind;
    new->name = strndup(name.at, name.n);
    if (new->name == NULL)
        return NONE;
    t->feature_slots[slot] = (uint32_t)++t->features_used;
    return (uint32_t)t->features_used - 1;
}

/* Most features have no name: they are found without a look at the table. */
static uint32_t feature_of(struct traits *t, enum feature_kind kind, struct log_text name) {
    if (name.n > 0)
        return named_feature(t, kind, name);
    if (t->unnamed[kind] == 0)
        t->unnamed[kind] = named_feature(t, kind, name) + 1; /* NONE becomes 0 */
    return t->unnamed[kind] - 1;
}

static bool has_place(struct traits *t, uint32_t feature) {
    if (t->used == TRAITS_MAX || t->values[feature] == VALUES_MAX)
        return false;
    if (t->used < t->room)
        return true;
    size_t room = t->room == 0 ? 256 : 2 * t->room;
    struct trait *more = realloc(t->at, room * sizeof *more);
    if (more == NULL)
        return false;
    t->at = more;
    t->room = room;
    return true;
}

static uint32_t add(struct traits *t, uint32_t slot, struct trait new) {
    t->at[t->used] = new;
    t->values[new.feature]++;
    t->slots[slot] = (uint32_t)++t->used;
    return (uint32_t)t->used - 1;
}

static uint32_t text_trait(struct traits *t, uint32_t feature, struct log_text value) {
    if (value.n > TRAIT_TEXT_MAX)
        value.n = TRAIT_TEXT_MAX;
    /* No half of a character at the end. */
    while (value.n == TRAIT_TEXT_MAX && value.n > 0 &&
           ((unsigned char)value.at[value.n] & 0xC0) == 0x80)
        value.n--;
    uint32_t slot = (uint32_t)(traits_hash(value.at, value.n) + feature * 0x9e3779b9u) % SLOTS;
    for (; t->slots[slot] != 0; slot = (slot + 1) % SLOTS) {
        const struct trait *x = &t->at[t->slots[slot] - 1];
        if (x->feature == feature && !x->is_number && is_text(x->text, value))
            return t->slots[slot] - 1;
    }
    char *copy = has_place(t, feature) ? strndup(value.at, value.n) : NULL;
    if (copy == NULL)
        return NONE;
    return add(t, slot, (struct trait){.feature = feature, .text = copy});
}

static uint32_t nearest(const struct traits *t, uint32_t feature, double value) {
    uint32_t best = NONE;
    for (uint32_t i = 0; i < t->used; i++)
        if (t->at[i].feature == feature && t->at[i].is_number &&
            (best == NONE || fabs(t->at[i].number - value) < fabs(t->at[best].number - value)))
            best = i;
    return best;
}

/* Whole numbers up to 1,024 stay as they are, all others keep three digits: a threshold needs no
 * more. */
static double coarse(double value) {
    if (fabs(value) <= 1024 && value == floor(value))
        return value;
    double unit = pow(10, floor(log10(fabs(value))) - 2);
    return round(value / unit) * unit;
}

static uint32_t number_trait(struct traits *t, uint32_t feature, double value) {
    uint64_t bits;
    value += 0.0; /* there is one zero */
    memcpy(&bits, &value, sizeof bits);
    uint32_t slot = (uint32_t)(mixed(bits) + feature * 0x9e3779b9u) % SLOTS;
    for (; t->slots[slot] != 0; slot = (slot + 1) % SLOTS) {
        const struct trait *x = &t->at[t->slots[slot] - 1];
        if (x->feature == feature && x->is_number && x->number == value)
            return t->slots[slot] - 1;
    }
    if (!has_place(t, feature))
        return nearest(t, feature, value);
    return add(t, slot, (struct trait){.feature = feature, .is_number = true, .number = value});
}

void traits_merge(struct traits *to, const struct traits *from, uint16_t *map) {
    to->left_out += from->left_out;
    for (size_t i = 0; i < from->used; i++) {
        const struct trait *x = &from->at[i];
        const struct feature *f = &from->features[x->feature];
        uint32_t feature = feature_of(to, f->kind, (struct log_text){f->name, strlen(f->name)});
        uint32_t is = feature == NONE ? NONE
                      : x->is_number
                          ? number_trait(to, feature, x->number)
                          : text_trait(to, feature, (struct log_text){x->text, strlen(x->text)});
        map[i] = is == NONE ? UINT16_MAX : (uint16_t)is;
    }
}

/* ---- values of a record ---- */

struct finding {
    struct traits *traits;
    uint16_t *found;
    size_t used;
};

static bool has_feature(const struct finding *f, uint32_t feature) {
    for (size_t i = 0; i < f->used; i++)
        if (f->traits->at[f->found[i]].feature == feature)
            return true;
    return false;
}

/* Only an option can be there twice: then the first one counts. */
static void put(struct finding *f, uint32_t feature, uint32_t trait) {
    if (trait == NONE)
        f->traits->left_out++;
    else if (f->used < TRAITS_OF_RECORD &&
             (f->traits->features[feature].kind > FEATURE_OPTION_WORD || !has_feature(f, feature)))
        f->found[f->used++] = (uint16_t)trait;
}

static const struct log_text unnamed = {"", 0};

static void put_text(struct finding *f, enum feature_kind kind, struct log_text name,
                     struct log_text value) {
    if (value.at == NULL || memchr(value.at, '\0', value.n) != NULL)
        return;
    uint32_t feature = feature_of(f->traits, kind, name);
    if (feature != NONE)
        put(f, feature, text_trait(f->traits, feature, value));
    else
        f->traits->left_out++;
}

static void put_number(struct finding *f, enum feature_kind kind, struct log_text name,
                       double value) {
    if (!isfinite(value) || fabs(value) > 1e18)
        return;
    uint32_t feature = feature_of(f->traits, kind, name);
    if (feature != NONE)
        put(f, feature, number_trait(f->traits, feature, coarse(value)));
    else
        f->traits->left_out++;
}

static struct log_text directory_of(struct log_text path) {
    size_t n = path.n;
    while (n > 0 && path.at[n - 1] != '/')
        n--;
    if (n > 1)
        n--;
    return (struct log_text){n > 0 ? path.at : NULL, n};
}

static void put_texts(struct finding *f, const struct log_record *r) {
    const struct {
        enum feature_kind kind;
        struct log_text value;
    } texts[] = {
        {FEATURE_PROGRAM, r->program},
        {FEATURE_OPERATION, r->operation},
        {FEATURE_FRAMES_ASKED, r->frames_kind},
        {FEATURE_VERSION, r->version},
        {FEATURE_EXECUTABLE, r->executable},
        {FEATURE_CONFIG, r->config_checksum},
        {FEATURE_ENVIRONMENT, r->environment},
        {FEATURE_MODE, r->mode},
        {FEATURE_PERFORMANCE, r->performance_mode},
        {FEATURE_HOST, r->host},
        {FEATURE_DIRECTORY, directory_of(r->source.path)},
        {FEATURE_MATCH, r->match},
        {FEATURE_CALLER, r->caller.function.at != NULL ? r->caller.function : r->caller.address},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        put_text(f, texts[i].kind, unnamed, texts[i].value);
}

static void put_numbers(struct finding *f, const struct log_record *r, double checkpoint) {
    double hours = floor((double)r->time_us / 3600e6);
    const struct {
        enum feature_kind kind;
        double value;
    } numbers[] = {
        {FEATURE_CHECKPOINT, checkpoint},
        {FEATURE_FRAMES_RATIO, r->frames_ratio},
        {FEATURE_COLORS_ASKED, r->colors},
        {FEATURE_DELAY_ASKED, r->delay_cs},
        {FEATURE_SPEED_ASKED, r->duration_factor},
        {FEATURE_SOURCES, (double)r->sources_used},
        {FEATURE_FRAMES, r->source.frames},
        {FEATURE_PIXELS, r->source.width * r->source.height},
        {FEATURE_WIDTH, r->source.width},
        {FEATURE_HEIGHT, r->source.height},
        {FEATURE_COLORS, r->source.colors},
        {FEATURE_DURATION, r->source.duration_ms},
        {FEATURE_BYTES, r->source.bytes},
    };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        put_number(f, numbers[i].kind, unnamed, numbers[i].value);
    /* Hours are more than three digits. */
    uint32_t time = feature_of(f->traits, FEATURE_TIME, unnamed);
    if (time != NONE)
        put(f, time, number_trait(f->traits, time, hours));
    char hour[3] = {(char)('0' + (int)fmod(hours, 24) / 10),
                    (char)('0' + (int)fmod(hours, 24) % 10), '\0'};
    put_text(f, FEATURE_HOUR, unnamed, (struct log_text){hour, 2});
}

/* ---- its command line ---- */

/* A plain decimal number, no more: 120, -1, 0.5. */
static bool is_number(struct log_text t, double *value) {
    char digits[24], *end;
    size_t i = t.n > 1 && t.at[0] == '-' ? 1 : 0, dots = 0;
    if (t.n == i || t.n >= sizeof digits || t.at[i] == '.')
        return false;
    for (; i < t.n; i++) {
        dots += t.at[i] == '.';
        if ((t.at[i] < '0' || t.at[i] > '9') && (t.at[i] != '.' || dots > 1))
            return false;
    }
    memcpy(digits, t.at, t.n);
    digits[t.n] = '\0';
    *value = strtod(digits, &end);
    return true;
}

/* A value that is the name of something ("optimize", "bayer:bayer_scale=3"), hardly of a file. */
static bool is_word(struct log_text t) {
    if (t.n == 0 || t.n > 40 || t.at[0] == '-' || t.at[0] == '+' || t.at[0] == '#')
        return false;
    for (size_t i = 0; i < t.n; i++)
        if (t.at[i] == '/' || t.at[i] == '.' || (unsigned char)t.at[i] <= ' ' ||
            (unsigned char)t.at[i] >= 0x7f)
            return false;
    return true;
}

static bool is_option(struct log_text t) {
    double number;
    return t.n >= 2 && t.n <= 200 && (t.at[0] == '-' || t.at[0] == '+') && !is_number(t, &number) &&
           !(t.n == 2 && t.at[1] == '-') && memchr(t.at, '\0', t.n) == NULL;
}

static void put_value(struct finding *f, struct log_text name, struct log_text value) {
    double number;
    if (is_number(value, &number))
        put_number(f, FEATURE_OPTION_NUMBER, name, number);
    else if (is_word(value))
        put_text(f, FEATURE_OPTION_WORD, name, value);
}

/* "--lossy=80", "-O3", "-k 64", "-layers optimize", "--careful". What follows an option may be a
 * file or another option's business: then it is no number, or names nothing that many share. */
static void put_option(struct finding *f, struct log_text t, const struct log_text *next) {
    const char *equals = memchr(t.at, '=', t.n);
    struct log_text name = t, value = {NULL, 0};
    double number;
    if (equals != NULL && equals > t.at + 1) {
        name.n = (size_t)(equals - t.at);
        value = (struct log_text){equals + 1, t.n - name.n - 1};
    } else if (t.at[0] == '-' && t.at[1] != '-' && t.n > 2 &&
               is_number((struct log_text){t.at + 2, t.n - 2}, &number)) {
        name.n = 2;
        value = (struct log_text){t.at + 2, t.n - 2};
    } else if (next != NULL && !is_option(*next)) {
        value = *next;
    }
    put_text(f, FEATURE_OPTION, name, unnamed);
    if (value.at != NULL)
        put_value(f, name, value);
}

static void put_options(struct finding *f, const struct log_record *r) {
    for (size_t i = 1; i < r->arguments_used; i++)
        if (is_option(r->arguments[i]))
            put_option(f, r->arguments[i], i + 1 < r->arguments_used ? &r->arguments[i + 1] : NULL);
}

size_t traits_of(struct traits *t, const struct log_record *r, double checkpoint,
                 uint16_t found[TRAITS_OF_RECORD]) {
    struct finding f = {t, found, 0};
    put_texts(&f, r);
    put_numbers(&f, r, checkpoint);
    put_options(&f, r);
    return f.used;
}

/* Rooms: files · the list of checksums · what is in them · what was asked for */
#include "command/bundle.h"

#include "command/file.h"
#include "evidence/bundle.h"
#include "evidence/sha256.h"
#include "text/text.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A tree of values takes up to fifty times its text. Twice what a record may be (RECORD_SIZE), and
 * arguments have (ARG_MAX). */
#define JSON_MOST ((size_t)4 << 20)

/* ---- files ---- */

static int read_one(struct kept *k, const char *name, const uint8_t **bytes, size_t *used,
                    struct error *e) {
    char path[PATH_MAX];
    struct text t = text_over(path, sizeof path);
    uint8_t *at;
    text_add(&t, "%s/%s", k->path, name);
    if (t.cut)
        return error_set(e, ENAMETOOLONG, "%s: its name is too long", k->path);
    int result = file_read(path, k->left, &at, used, e);
    if (result != 0)
        return result;
    k->left -= *used;
    k->owned[k->owned_used++] = at;
    *bytes = at;
    return 0;
}

/* ---- the list of checksums ---- */

/* A line of sha256sum(1), cut into its two words; false when it is none. */
static bool cut(char *line, const char **hash, const char **name) {
    const size_t n = SHA256_SIZE - 1;
    if (strspn(line, "0123456789abcdef") != n || strncmp(line + n, "  ", 2) != 0)
        return false;
    line[n] = '\0';
    *hash = line;
    *name = line + n + 2;
    return true;
}

static int take(struct kept *k, const char *name, const uint8_t *bytes, size_t used,
                struct error *e) {
    char source[BUNDLE_NAME_SIZE];
    json_error_t why;
    text_print(source, sizeof source, BUNDLE_SOURCE, k->sources_used + 1);
    bool record = strcmp(name, BUNDLE_RECORD) == 0;
    if ((record || strcmp(name, BUNDLE_REQUEST) == 0) && used > JSON_MOST)
        return error_set(e, EFBIG, "%s/%s: %zu bytes, more than are ever written", k->path, name,
                         used);
    if (strcmp(name, BUNDLE_OUTPUT) == 0 && k->output.bytes == NULL) {
        k->output = (struct judge_gif){bytes, used};
    } else if (strcmp(name, source) == 0 && k->sources_used < JUDGE_SOURCES_MAX) {
        k->sources[k->sources_used++] = (struct judge_gif){bytes, used};
    } else if (strcmp(name, BUNDLE_CONFIG) == 0 && k->config_path[0] == '\0') {
        text_print(k->config_path, sizeof k->config_path, "%s/%s", k->path, name);
    } else if ((record && k->record == NULL) ||
               (strcmp(name, BUNDLE_REQUEST) == 0 && k->request == NULL)) {
        json_t **to = record ? &k->record : &k->request;
        *to = json_loadb((const char *)bytes, used, JSON_ALLOW_NUL, &why);
        if (!json_is_object(*to))
            return error_set(e, EINVAL, "%s/%s: is no JSON object", k->path, name);
    } else {
        return error_set(e, EINVAL, "%s/%s: names %s, which belongs to no bundle there", k->path,
                         BUNDLE_SUMS, name);
    }
    return 0;
}

static int take_line(struct kept *k, char *line, int number, struct error *e) {
    const char *hash, *name;
    const uint8_t *bytes = NULL;
    size_t used = 0;
    char now[SHA256_SIZE];
    if (!cut(line, &hash, &name) || strchr(name, '/') != NULL || strlen(name) >= BUNDLE_NAME_SIZE ||
        k->owned_used == sizeof k->owned / sizeof *k->owned)
        return error_set(e, EINVAL, "%s/%s:%d: is no line of a bundle's checksums", k->path,
                         BUNDLE_SUMS, number);
    int result = read_one(k, name, &bytes, &used, e);
    if (result != 0)
        return result;
    if (strcmp(sha256(bytes, used, now), hash) != 0)
        return error_set(e, EINVAL, "%s/%s: is damaged: not the bytes that were kept", k->path,
                         name);
    return take(k, name, bytes, used, e);
}

static int take_all(struct kept *k, struct error *e) {
    const uint8_t *sums = NULL;
    size_t used = 0;
    int result = read_one(k, BUNDLE_SUMS, &sums, &used, e);
    if (result != 0)
        return result;
    char *line = (char *)(uintptr_t)sums;
    if (used == 0 || used > BUNDLE_SUMS_SIZE || strlen(line) != used)
        return error_set(e, EINVAL, "%s/%s: is no list of a bundle's checksums", k->path,
                         BUNDLE_SUMS);
    for (int number = 1; result == 0 && *line != '\0'; number++) {
        char *end = strchr(line, '\n');
        if (end == NULL)
            return error_set(e, EINVAL, "%s/%s:%d: is cut short", k->path, BUNDLE_SUMS, number);
        *end = '\0';
        result = take_line(k, line, number, e);
        line = end + 1;
    }
    return result;
}

/* ---- what is in them ---- */

static const char *string_of(const json_t *object, const char *key) {
    const char *s = json_string_value(json_object_get(object, key));
    return s != NULL ? s : "";
}

static int look(const struct kept *k, struct error *e) {
    const char *missing = k->output.bytes == NULL     ? BUNDLE_OUTPUT
                          : k->record == NULL         ? BUNDLE_RECORD
                          : k->request == NULL        ? BUNDLE_REQUEST
                          : k->config_path[0] == '\0' ? BUNDLE_CONFIG
                                                      : NULL;
    if (missing != NULL)
        return error_set(e, EINVAL, "%s/%s: does not name %s: the bundle is not whole", k->path,
                         BUNDLE_SUMS, missing);
    if (strcmp(string_of(k->record, "type"), "validation") != 0 ||
        !json_is_array(json_object_get(k->record, "validations")))
        return error_set(e, EINVAL, "%s/%s: is not the record of a verdict", k->path,
                         BUNDLE_RECORD);
    if (strcmp(string_of(k->request, "type"), "request") != 0 ||
        !json_is_array(json_object_get(k->request, "argv")))
        return error_set(e, EINVAL, "%s/%s: is not the request of a verdict", k->path,
                         BUNDLE_REQUEST);
    if (strcmp(string_of(k->record, "id"), string_of(k->request, "id")) != 0)
        return error_set(e, EINVAL, "%s/%s: is not that of %s: the ids differ", k->path,
                         BUNDLE_REQUEST, BUNDLE_RECORD);
    if (json_integer_value(json_object_get(k->request, "sources")) != (json_int_t)k->sources_used)
        return error_set(e, EINVAL, "%s: has %zu sources, %lld were judged", k->path,
                         k->sources_used,
                         (long long)json_integer_value(json_object_get(k->request, "sources")));
    return 0;
}

int kept_read_within(struct kept *k, const char *path, size_t most, struct error *e) {
    struct stat st;
    *k = (struct kept){.left = most};
    if (strlen(path) >= sizeof k->path)
        return error_set(e, ENAMETOOLONG, "%s: its name is too long", path);
    text_print(k->path, sizeof k->path, "%s", path);
    if (stat(path, &st) != 0)
        return error_set(e, errno, "%s: %s", path, strerror(errno));
    if (!S_ISDIR(st.st_mode))
        return error_set(e, EINVAL, "%s: not a directory", path);
    int result = take_all(k, e);
    return result != 0 ? result : look(k, e);
}

int kept_read(struct kept *k, const char *path, struct error *e) {
    return kept_read_within(k, path, SIZE_MAX / 2, e);
}

void kept_free(struct kept *k) {
    json_decref(k->record);
    json_decref(k->request);
    while (k->owned_used > 0)
        free(k->owned[--k->owned_used]);
}

/* ---- what was asked for ---- */

/* The file alone: it is what was in force, with everything that lay over it. */
void kept_conf(const struct kept *k, struct conf *then, conf_report report, void *context) {
    const struct conf_input in = {
        .file = k->config_path, .report = report, .context = context, .superuser = geteuid() == 0};
    (void)conf_load(then, &in);
}

int kept_request(const struct kept *k, const struct conf *then, struct request *request,
                 const char ***argv, struct error *e) {
    const json_t *words = json_object_get(k->request, "argv");
    const size_t argc = json_array_size(words);
    *request = request_none();
    *argv = calloc(argc + 1, sizeof **argv);
    if (*argv == NULL)
        return error_set(e, ENOMEM, "%s: no memory", k->path);
    for (size_t i = 0; i < argc; i++) {
        (*argv)[i] = json_string_value(json_array_get(words, i));
        if ((*argv)[i] == NULL)
            return error_set(e, EINVAL, "%s: has an argument that is no text", k->path);
    }
    *request = request_parse(argc, *argv);
    const char *operation = then->request_operation;
    return request_override(request, operation[0] != '\0' ? operation : NULL, then->request_ratio,
                            then->request_colors, e);
}

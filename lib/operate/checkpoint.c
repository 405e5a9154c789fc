/* Rooms: names · notes · finding · opening · keeping · reading */
#include "operate/checkpoint.h"

#include "record/json.h"
#include "record/record.h"
#include "store/entries.h"
#include "sys/place.h"
#include "sys/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define NAME_SIZE 32
#define NOTE_SIZE ((size_t)64 << 10)
#define NUMBER_MOST 999999999u

/* ---- names ---- */

static const char *name_of(char name[NAME_SIZE], unsigned number, const char *suffix) {
    return text_print(name, NAME_SIZE, "%u%s", number, suffix);
}

/* "12.ini" with ".ini": 12; 0: no such name. */
static unsigned number_of(const char *name, const char *suffix) {
    size_t digits = strspn(name, "0123456789");
    unsigned number = 0;
    if (digits == 0 || digits > 9 || name[0] == '0' || strcmp(name + digits, suffix) != 0)
        return 0;
    for (size_t i = 0; i < digits; i++)
        number = number * 10 + (unsigned)(name[i] - '0');
    return number;
}

/* ---- notes ---- */

static void put_note(struct text *t, const struct checkpoint *k) {
    char time[40];
    struct text at = text_over(time, sizeof time);
    struct json j = json_over(t);
    record_time(&at, k->wall_us);
    json_put_object(&j, NULL);
    json_put_int(&j, "number", k->number);
    json_put_string(&j, "time", time);
    json_put_int(&j, "time_us", k->wall_us);
    json_put_int(&j, "uid", k->uid);
    json_put_string(&j, "user", k->user);
    json_put_string(&j, "sudo_user", k->sudo_user);
    json_put_string(&j, "description", k->description);
    json_put_string(&j, "file", k->file);
    json_put_string(&j, "file_sha256", k->file_name);
    json_put_int(&j, "permissions", k->permissions);
    json_put_int(&j, "bytes", (int64_t)k->bytes);
    json_put_string(&j, "sha256", k->checksum);
    json_put_object_end(&j);
    text_add(t, "\n");
}

static bool take_text(const json_t *note, const char *key, char *to, size_t size) {
    const char *s = json_string_value(json_object_get(note, key));
    if (s == NULL || strlen(s) >= size)
        return false;
    memcpy(to, s, strlen(s) + 1);
    return true;
}

static bool take_note(const json_t *note, struct checkpoint *k) {
    const json_t *time = json_object_get(note, "time_us"), *uid = json_object_get(note, "uid"),
                 *permissions = json_object_get(note, "permissions");
    if (!json_is_integer(time) || !json_is_integer(uid) || !json_is_integer(permissions))
        return false;
    k->wall_us = json_integer_value(time);
    k->uid = (unsigned)json_integer_value(uid);
    k->permissions = (unsigned)json_integer_value(permissions) & 0777;
    return take_text(note, "user", k->user, sizeof k->user) &&
           take_text(note, "sudo_user", k->sudo_user, sizeof k->sudo_user) &&
           take_text(note, "description", k->description, sizeof k->description) &&
           take_text(note, "file", k->file, sizeof k->file) &&
           take_text(note, "file_sha256", k->file_name, sizeof k->file_name) &&
           take_text(note, "sha256", k->checksum, sizeof k->checksum);
}

/* All of a file below the directory; free() it. NULL with *error a negative errno. */
static uint8_t *read_all(int directory, const char *name, size_t most, size_t *n, int *error) {
    struct stat st;
    int fd = place_file(directory, name, SYS_READING, &st);
    uint8_t *bytes = NULL;
    *error = fd < 0 ? fd : (uint64_t)st.st_size > most ? -EFBIG : 0;
    if (*error == 0 && (bytes = malloc((size_t)st.st_size + 1)) == NULL)
        *error = -ENOMEM;
    if (*error == 0) {
        ssize_t got = sys_pread_full(fd, bytes, (size_t)st.st_size, 0);
        *n = got > 0 ? (size_t)got : 0;
        bytes[*n] = '\0';
        *error = got < 0 ? (int)got : 0;
    }
    if (fd >= 0)
        sys_close(fd);
    if (*error == 0)
        return bytes;
    free(bytes);
    return NULL;
}

static void read_note(int directory, struct checkpoint *k) {
    char name[NAME_SIZE];
    size_t n = 0;
    int error;
    uint8_t *bytes = read_all(directory, name_of(name, k->number, ".json"), NOTE_SIZE, &n, &error);
    json_t *note = bytes != NULL ? json_loadb((const char *)bytes, n, 0, NULL) : NULL;
    if (!take_note(note, k))
        *k = (struct checkpoint){.number = k->number, .bytes = k->bytes, .is_damaged = true};
    json_decref(note);
    free(bytes);
}

/* ---- finding ---- */

/* The newest of them, the newest first. */
struct numbers {
    unsigned at[CHECKPOINTS_KEPT + 1];
    size_t used;
};

static bool note_number(void *context, const char *name) {
    struct numbers *n = context;
    const size_t room = sizeof n->at / sizeof *n->at;
    unsigned number = number_of(name, ".ini");
    size_t at = 0;
    while (at < n->used && n->at[at] > number)
        at++;
    if (number == 0 || at == room)
        return true;
    n->used += n->used < room;
    memmove(&n->at[at + 1], &n->at[at], (n->used - at - 1) * sizeof *n->at);
    n->at[at] = number;
    return true;
}

static void find_all(struct checkpoints *c) {
    struct numbers found = {.used = 0};
    char name[NAME_SIZE];
    struct stat st;
    entries_each(c->directory, note_number, &found);
    c->used = 0;
    for (size_t i = 0; i < found.used; i++) {
        struct checkpoint *k = &c->at[c->used];
        *k = (struct checkpoint){.number = found.at[i]};
        /* Gone since: somebody else has dropped it. */
        if (sys_statat(c->directory, name_of(name, k->number, ".ini"), &st, AT_SYMLINK_NOFOLLOW) <
            0)
            continue;
        k->bytes = (uint64_t)st.st_size;
        read_note(c->directory, k);
        c->used++;
    }
}

/* ---- opening ---- */

static int fail(struct error *e, int result, const char *path, const char *what) {
    if (result == -EPERM)
        return error_set(e, EPERM,
                         "%s: refused: it belongs to another user, or everybody may write in it",
                         path);
    const char *reason = strerrordesc_np(-result);
    return error_set(e, -result, "%s: %s%s", path, what, reason != NULL ? reason : "error");
}

static int lock(int directory, void (*waiting)(void)) {
    if (flock(directory, LOCK_EX | LOCK_NB) == 0)
        return 0;
    if (errno != EWOULDBLOCK)
        return -errno;
    if (waiting != NULL)
        waiting();
    while (flock(directory, LOCK_EX) != 0)
        if (errno != EINTR)
            return -errno;
    return 0;
}

int checkpoints_open(struct checkpoints *c, const char *state_dir, bool to_change,
                     void (*waiting)(void), struct error *e) {
    struct text t = text_over(c->path, sizeof c->path);
    c->directory = -1;
    c->used = 0;
    text_add(&t, "%s/checkpoints", state_dir);
    if (t.cut)
        return error_set(e, ENAMETOOLONG, "%s: the path is too long", state_dir);
    int fd = place_directory(c->path, to_change);
    if (fd < 0)
        return fail(e, fd, c->path, "");
    int result = to_change ? lock(fd, waiting) : 0;
    if (result < 0) {
        sys_close(fd);
        return fail(e, result, c->path, "cannot be locked: ");
    }
    c->directory = fd;
    find_all(c);
    return 0;
}

void checkpoints_close(struct checkpoints *c) {
    if (c->directory >= 0)
        sys_close(c->directory);
    c->directory = -1;
}

const struct checkpoint *checkpoints_find(const struct checkpoints *c, unsigned number) {
    for (size_t i = 0; i < c->used; i++)
        if (c->at[i].number == number)
            return &c->at[i];
    return NULL;
}

/* ---- keeping ---- */

static int write_one(int directory, const char *name, const void *bytes, size_t n) {
    char part[NAME_SIZE + 8];
    struct stat st;
    text_print(part, sizeof part, ".%s.part", name);
    entries_unlink(directory, part); /* of a killed process: the lock is ours */
    int fd = place_file(directory, part, O_WRONLY | O_CREAT | O_EXCL, &st);
    return fd < 0 ? fd : entries_finish(directory, fd, place_write(fd, bytes, n), part, name);
}

/* The one that was given up last goes first, the bytes before their note. */
struct dropping {
    int directory;
    unsigned oldest; /* that is kept */
};

static bool drop_one(void *context, const char *name) {
    const struct dropping *d = context;
    char other[NAME_SIZE];
    struct stat st;
    unsigned number = number_of(name, ".ini"), note = number_of(name, ".json");
    if (number > 0 && number < d->oldest) {
        entries_unlink(d->directory, name);
        entries_unlink(d->directory, name_of(other, number, ".json"));
    } else if (note > 0 && sys_statat(d->directory, name_of(other, note, ".ini"), &st,
                                      AT_SYMLINK_NOFOLLOW) == -ENOENT) {
        entries_unlink(d->directory, name); /* a killed process got no further */
    }
    return true;
}

int checkpoints_add(struct checkpoints *c, struct checkpoint *new, const void *bytes, size_t n,
                    struct error *e) {
    char name[NAME_SIZE], *buffer = malloc(NOTE_SIZE);
    if (buffer == NULL)
        return error_set(e, ENOMEM, "%s: no memory", c->path);
    new->number = c->used > 0 ? c->at[0].number + 1 : 1;
    new->bytes = n;
    new->is_damaged = false;
    sha256(bytes, n, new->checksum);
    struct text t = text_over(buffer, NOTE_SIZE);
    put_note(&t, new);
    int result = new->number > NUMBER_MOST ? -EOVERFLOW : t.cut ? -ENAMETOOLONG : 0;
    if (result == 0)
        result = write_one(c->directory, name_of(name, new->number, ".json"), t.at, t.used);
    free(buffer);
    if (result == 0) {
        result = write_one(c->directory, name_of(name, new->number, ".ini"), bytes, n);
        if (result < 0)
            entries_unlink(c->directory, name_of(name, new->number, ".json"));
    }
    if (result < 0)
        return fail(e, result, c->path, "a checkpoint cannot be written: ");
    c->used += c->used < sizeof c->at / sizeof *c->at;
    memmove(&c->at[1], &c->at[0], (c->used - 1) * sizeof *c->at);
    c->at[0] = *new;
    c->used = c->used < CHECKPOINTS_KEPT ? c->used : CHECKPOINTS_KEPT;
    struct dropping d = {c->directory, c->at[c->used - 1].number};
    entries_each(c->directory, drop_one, &d);
    return 0;
}

/* ---- reading ---- */

int checkpoints_read(const struct checkpoints *c, const struct checkpoint *which, uint8_t **bytes,
                     size_t *n, struct error *e) {
    char name[NAME_SIZE], path[PATH_MAX + NAME_SIZE], checksum[SHA256_SIZE];
    int error;
    checkpoints_path(c, which, path, sizeof path);
    *bytes =
        read_all(c->directory, name_of(name, which->number, ".ini"), CHECKPOINT_MOST, n, &error);
    if (*bytes == NULL)
        return fail(e, error, path, "");
    if (!which->is_damaged && strcmp(sha256(*bytes, *n, checksum), which->checksum) == 0)
        return 0;
    free(*bytes);
    *bytes = NULL;
    return error_set(e, EBADMSG, "%s: checkpoint %u is damaged: %s", path, which->number,
                     which->is_damaged ? "its note cannot be read"
                                       : "the bytes are not those of its checksum");
}

char *checkpoints_path(const struct checkpoints *c, const struct checkpoint *which, char *buffer,
                       size_t size) {
    return text_print(buffer, size, "%s/%u.ini", c->path, which->number);
}

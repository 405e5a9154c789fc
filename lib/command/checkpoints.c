/* Rooms: complaints · the configuration in force · beginning · validating · replacing · checkpoint
 * · list · diff · rollback · install */
#include "command/checkpoints.h"

#include "command/clock.h"
#include "command/file.h"
#include "command/journal.h"
#include "command/line_diff.h"
#include "command/operator.h"
#include "command/settings.h"
#include "command/terminal.h"
#include "operate/checkpoint.h"
#include "operate/emergency.h"
#include "operate/replace.h"
#include "record/json.h"
#include "sys/sys.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MOST ((size_t)1 << 20) /* as conf_load() reads */

struct work {
    struct conf c;
    char file[PATH_MAX]; /* the configuration in force, symbolic links resolved */
    bool is_there;
    unsigned permissions;
    uint8_t *bytes; /* its; none when it is not there */
    size_t n;
    struct checkpoints kept;
    struct journal journal;
    struct record_operator who;
};

/* ---- complaints ---- */

static int complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* One line, whatever is in it. */
static int complain(const char *format, ...) {
    char *line = NULL;
    va_list args;
    va_start(args, format);
    if (vasprintf(&line, format, args) < 0)
        line = NULL;
    va_end(args);
    fprintf(stderr, "gifvet config: ");
    terminal_print(stderr, line != NULL ? line : "no memory", SIZE_MAX);
    fputc('\n', stderr);
    free(line);
    return 2;
}

static void waiting(void) {
    fprintf(stderr, "gifvet config: waiting for another gifvet config\n");
}

/* ---- the configuration in force ---- */

static const char *environment(const char *name) {
    return getenv(name);
}

/* Where a symbolic link leads is what is replaced. A file that is not there yet is in a directory
 * that may be. */
static void resolve(const char *path, char *resolved) {
    char directory[PATH_MAX];
    if (realpath(path, resolved) != NULL)
        return;
    const char *name = text_base_name(path);
    text_print(directory, sizeof directory, "%.*s", (int)(name - path), path);
    if (realpath(name == path ? "." : directory, resolved) != NULL && strlen(resolved) > 1)
        (void)strncat(strcat(resolved, "/"), name, PATH_MAX - strlen(resolved) - 2);
    else
        text_print(resolved, PATH_MAX, "%s", path);
}

static int find_file(struct work *w) {
    char path[CONF_PATH_MAX];
    struct stat st;
    struct error e = {0};
    const struct conf_input in = {.getenv = environment, .superuser = geteuid() == 0};
    conf_place(path, &in);
    if (path[0] == '\0')
        return complain(
            "no place for a configuration: neither HOME nor GIFLAB_VALIDATION_CONFIG is "
            "set");
    resolve(path, w->file);
    w->permissions = 0644;
    w->is_there = lstat(w->file, &st) == 0 || errno != ENOENT;
    if (!w->is_there)
        return 0;
    if (file_read(w->file, CHECKPOINT_MOST, &w->bytes, &w->n, &e) != 0)
        return complain("%s", e.message);
    w->permissions = st.st_mode & 0777;
    return 0;
}

/* ---- beginning ---- */

static void end(struct work *w) {
    checkpoints_close(&w->kept);
    journal_end(&w->journal);
    free(w->bytes);
    w->bytes = NULL;
}

/* The configuration is read once the lock is ours: what it was before may be somebody else's by
 * now. */
static int begin_change(struct work *w, int argc, char **argv) {
    struct error e = {0};
    (void)settings_load(&w->c, "config", NULL, NULL);
    w->kept.directory = -1;
    w->who = operator_now();
    if (!journal_begin(&w->journal, &w->c, "config", argc, argv))
        return 2;
    int result = checkpoints_open(&w->kept, w->c.state_dir, true, waiting, &e);
    result = result != 0 ? complain("%s", e.message) : find_file(w);
    if (result != 0)
        end(w);
    return result;
}

/* Without a directory there are none. */
static int begin_looking(struct work *w) {
    struct error e = {0};
    const struct conf_input in = {.getenv = environment, .superuser = geteuid() == 0};
    (void)conf_load(&w->c, &in);
    w->kept.directory = -1;
    int result = checkpoints_open(&w->kept, w->c.state_dir, false, NULL, &e);
    if (result != 0 && result != ENOENT)
        return complain("%s", e.message);
    result = find_file(w);
    if (result != 0)
        end(w);
    return result;
}

static int finish(struct work *w, int result) {
    end(w);
    if (fflush(stdout) == 0 && !ferror(stdout))
        return result;
    return complain("cannot print: %s", strerror(errno));
}

static bool is_of_this_file(const struct work *w, const struct checkpoint *k) {
    char name[SHA256_SIZE];
    return !k->is_damaged && strcmp(k->file_name, sha256(w->file, strlen(w->file), name)) == 0;
}

static bool is_in_force(const struct work *w, const struct checkpoint *k) {
    char checksum[SHA256_SIZE];
    return is_of_this_file(w, k) && k->bytes == w->n &&
           strcmp(k->checksum, sha256(w->bytes, w->n, checksum)) == 0;
}

/* A number that somebody typed; 0, said on stderr, when it is none. */
static unsigned number_in(const char *text) {
    int64_t number;
    if (text_to_int(text, false, &number) && number >= 1 && number <= 999999999)
        return (unsigned)number;
    complain("'%s' is no number of a checkpoint", text);
    return 0;
}

static const struct checkpoint *find(const struct work *w, unsigned number) {
    const struct checkpoint *k = checkpoints_find(&w->kept, number);
    if (k == NULL && w->kept.used == 0)
        complain("there is no checkpoint %u: none was ever made in %s", number, w->kept.path);
    else if (k == NULL)
        complain("there is no checkpoint %u: those from %u to %u are kept", number,
                 w->kept.at[w->kept.used - 1].number, w->kept.at[0].number);
    return k;
}

static bool is_reason(const char *text) {
    if (text[0] != '\0' && text[0] != '-' && strlen(text) < CHECKPOINT_TEXT_MAX)
        return true;
    complain(text[0] == '\0'  ? "the description is empty"
             : text[0] == '-' ? "a description does not begin with a hyphen"
                              : "the description is longer than 511 bytes");
    return false;
}

/* ---- validating ---- */

static void print_mistake(void *context, const struct conf_problem *p) {
    const char *name = context, *colon = p->key[0] != '\0' ? ": " : "";
    if (p->line > 0)
        complain("%s:%d: %s%s%s", name, p->line, p->key, colon, p->reason);
    else
        complain("%s: %s%s%s", name, p->key, colon, p->reason);
}

/* As gifvet config check sees the file; name is what it is called. */
static size_t mistakes_in(const char *path, const char *name) {
    static struct conf c;
    const struct conf_input in = {.file = path,
                                  .superuser = geteuid() == 0,
                                  .report = print_mistake,
                                  .context = (void *)(uintptr_t)name};
    return conf_load(&c, &in);
}

/* ---- replacing ---- */

static int keep(struct work *w, const char *description, const void *bytes, size_t n,
                unsigned *number) {
    static struct checkpoint new;
    struct error e = {0};
    char name[SHA256_SIZE];
    new = (struct checkpoint){
        .wall_us = sys_wall_us(), .uid = w->who.uid, .permissions = w->permissions};
    text_print(new.user, sizeof new.user, "%s", w->who.user);
    text_print(new.sudo_user, sizeof new.sudo_user, "%s",
               w->who.sudo_user != NULL ? w->who.sudo_user : "");
    text_print(new.description, CHECKPOINT_TEXT_MAX, "%s", description);
    text_print(new.file, sizeof new.file, "%s", w->file);
    text_print(new.file_name, sizeof new.file_name, "%s", sha256(w->file, strlen(w->file), name));
    if (checkpoints_add(&w->kept, &new, bytes, n, &e) != 0)
        return complain("%s", e.message);
    *number = new.number;
    return 0;
}

/* What is about to go is kept first, unless it is already the newest. */
static int keep_present(struct work *w, const char *before, unsigned *number) {
    char description[CHECKPOINT_TEXT_MAX];
    if (w->kept.used > 0 && is_in_force(w, &w->kept.at[0])) {
        *number = w->kept.at[0].number;
        return 0;
    }
    text_print(description, sizeof description, "before %s%s", before,
               w->is_there ? "" : " (there was no file)");
    return keep(w, description, w->bytes != NULL ? (const char *)w->bytes : "", w->n, number);
}

/* The directories above the file, as others may read them. */
static void make_above(const char *file) {
    char path[PATH_MAX];
    text_print(path, sizeof path, "%s", file);
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        (void)mkdir(path, 0755);
        *slash = '/';
    }
}

struct change {
    const char *action, *before;
    const char *path;        /* where the new bytes are */
    const char *description; /* of the checkpoint that is made of the new bytes */
    const char *reason;
    const void *bytes;
    size_t n;
};

/* With another state directory validation would be on again, unseen. */
static int carry_switch(const struct work *w, const struct change *x) {
    static struct conf c;
    static struct emergency found, carried;
    char text[256];
    bool is_empty;
    struct error e = {0};
    const struct conf_input in = {
        .file = x->path, .getenv = environment, .superuser = geteuid() == 0};
    (void)conf_load(&c, &in);
    if (strcmp(c.state_dir, w->c.state_dir) == 0)
        return 0;
    complain("the state directory becomes %s; log, counts and checkpoints stay in %s", c.state_dir,
             w->c.state_dir);
    if (emergency_look(w->c.state_dir, &found) == ENOENT ||
        emergency_look(c.state_dir, &carried) != ENOENT)
        return 0;
    text_print(text, sizeof text, "time: %s\nuser: %s\nreason: %.100s\n", found.time, found.user,
               found.reason);
    if (emergency_set(c.state_dir, text, &is_empty, &e) != 0)
        return complain("validation is switched off, and would be on: %s", e.message);
    complain("validation is switched off there as well");
    return 0;
}

static int replace(struct work *w, const struct change *x) {
    char problems[1024], from[CONF_CHECKSUM_SIZE], to[CONF_CHECKSUM_SIZE];
    struct text p = text_over(problems, sizeof problems);
    struct error e = {0};
    struct record_config_change r = {.action = x->action, .file = w->file, .reason = x->reason};
    if (carry_switch(w, x) != 0 || keep_present(w, x->before, &r.replaced) != 0)
        return complain("%s stays as it is", w->file);
    if (!w->is_there)
        make_above(w->file);
    if (replace_file(w->file, w->permissions, x->bytes, x->n, &p, &e) != 0)
        return complain("%s", e.message);
    if (p.used > 0)
        complain("%s: %s", w->file, problems);
    r.from = w->is_there ? conf_checksum(w->bytes, w->n, from) : NULL;
    r.to = conf_checksum(x->bytes, x->n, to);
    (void)keep(w, x->description, x->bytes, x->n, &r.checkpoint);
    record_config_change(journal_record(&w->journal), &w->journal.process, &w->who, &r);
    (void)journal_send(&w->journal);
    terminal_print(stdout, w->file, SIZE_MAX);
    printf(": %s, now %s (checkpoint %u); what was there is checkpoint %u\n", x->action, to,
           r.checkpoint, r.replaced);
    return 0;
}

/* ---- checkpoint ---- */

int checkpoints_make(int argc, char **argv) {
    static struct work w;
    char sum[CONF_CHECKSUM_SIZE];
    struct record_config_change r = {.action = "checkpoint", .file = w.file};
    if (argc != 2)
        return complain("checkpoint takes one description");
    if (!is_reason(argv[1]) || begin_change(&w, argc, argv) != 0)
        return 2;
    const char *bytes = w.bytes != NULL ? (const char *)w.bytes : "";
    if (keep(&w, argv[1], bytes, w.n, &r.checkpoint) != 0)
        return finish(&w, 2);
    r.reason = argv[1];
    r.from = r.to = conf_checksum(bytes, w.n, sum);
    record_config_change(journal_record(&w.journal), &w.journal.process, &w.who, &r);
    (void)journal_send(&w.journal);
    printf("checkpoint %u: %s ", r.checkpoint, sum);
    terminal_print(stdout, w.file, SIZE_MAX);
    printf("%s\n", w.is_there ? "" : " (is not there: kept as an empty one)");
    return finish(&w, 0);
}

/* ---- list ---- */

static void print_who(const struct checkpoint *k) {
    if (k->user[0] != '\0')
        terminal_print(stdout, k->user, SIZE_MAX);
    else
        printf("%u", k->uid);
    if (k->sudo_user[0] != '\0') {
        printf(" (");
        terminal_print(stdout, k->sudo_user, SIZE_MAX);
        putchar(')');
    }
}

static void print_one(const struct work *w, const struct checkpoint *k) {
    char time[CLOCK_SIZE];
    printf("%5u %c ", k->number, is_in_force(w, k) ? '*' : ' ');
    if (k->is_damaged) {
        printf("damaged: its note cannot be read\n");
        return;
    }
    printf("%s  %.16s  ", clock_utc(time, k->wall_us), k->checksum);
    print_who(k);
    printf("  ");
    terminal_print(stdout, k->description, SIZE_MAX);
    if (!is_of_this_file(w, k)) {
        printf("  [");
        terminal_print(stdout, k->file, SIZE_MAX);
        putchar(']');
    }
    putchar('\n');
}

static void put_one(struct json *j, const struct work *w, const struct checkpoint *k) {
    char time[CLOCK_SIZE];
    json_put_object(j, NULL);
    json_put_int(j, "number", k->number);
    json_put_bool(j, "damaged", k->is_damaged);
    json_put_bool(j, "in_force", is_in_force(w, k));
    if (!k->is_damaged) {
        json_put_string(j, "time", clock_utc(time, k->wall_us));
        json_put_int(j, "uid", k->uid);
        json_put_string(j, "user", k->user);
        json_put_string(j, "sudo_user", k->sudo_user[0] != '\0' ? k->sudo_user : NULL);
        json_put_string(j, "description", k->description);
        json_put_string(j, "file", k->file);
        json_put_int(j, "bytes", (int64_t)k->bytes);
        json_put_string(j, "sha256", k->checksum);
    }
    json_put_object_end(j);
}

static int print_json(const struct work *w) {
    const size_t size = (size_t)1 << 20;
    char *buffer = malloc(size), sum[CONF_CHECKSUM_SIZE];
    if (buffer == NULL)
        return complain("no memory");
    struct text t = text_over(buffer, size);
    struct json j = json_over(&t);
    json_put_object(&j, NULL);
    json_put_string(&j, "file", w->file);
    json_put_string(&j, "config_checksum", w->is_there ? conf_checksum(w->bytes, w->n, sum) : NULL);
    json_put_array(&j, "checkpoints");
    for (size_t i = 0; i < w->kept.used; i++)
        put_one(&j, w, &w->kept.at[i]);
    json_put_array_end(&j);
    json_put_object_end(&j);
    puts(buffer);
    free(buffer);
    return 0;
}

int checkpoints_list(int argc, char **argv) {
    static struct work w;
    bool json = argc == 2 && strcmp(argv[1], "--json") == 0;
    if (argc > 2 || (argc == 2 && !json))
        return complain("list takes nothing, or --json");
    if (begin_looking(&w) != 0)
        return 2;
    if (json)
        return finish(&w, print_json(&w));
    for (size_t i = 0; i < w.kept.used; i++)
        print_one(&w, &w.kept.at[i]);
    if (w.kept.used == 0)
        printf("no checkpoints yet (gifvet config checkpoint makes one)\n");
    return finish(&w, 0);
}

/* ---- diff ---- */

struct side {
    char name[3 * PATH_MAX + 64];
    uint8_t *bytes;
    size_t n;
};

static int take_side(const struct work *w, const struct checkpoint *k, struct side *s) {
    char time[CLOCK_SIZE];
    struct error e = {0};
    text_print(s->name, sizeof s->name, "checkpoint %u  %s  %s", k->number,
               clock_utc(time, k->wall_us), k->file);
    if (checkpoints_read(&w->kept, k, &s->bytes, &s->n, &e) == 0)
        return 0;
    return complain("%s", e.message);
}

static int print_diff(const struct side *from, const struct side *to) {
    const struct line_diff_side a = {from->name, (const char *)from->bytes, from->n},
                                b = {to->name, (const char *)to->bytes, to->n};
    int result = line_diff_print(stdout, &a, &b);
    return result >= 0 ? result : complain("no memory");
}

static int diff(const struct work *w, const struct checkpoint *from, const struct checkpoint *to) {
    static struct side a, b;
    a = (struct side){0};
    b = (struct side){0};
    int result = take_side(w, from, &a);
    if (result == 0 && to != NULL) {
        result = take_side(w, to, &b);
    } else if (result == 0) {
        text_print(b.name, sizeof b.name, "%s%s", w->file, w->is_there ? "" : " (is not there)");
        b.n = w->n;
        b.bytes = calloc(1, w->n + 1);
        if (b.bytes != NULL && w->n > 0)
            memcpy(b.bytes, w->bytes, w->n);
        result = b.bytes != NULL ? 0 : complain("no memory");
    }
    if (result == 0)
        result = print_diff(&a, &b);
    free(a.bytes);
    free(b.bytes);
    return result;
}

/* The newest checkpoint of the configuration in force, and that one not equal to it; or NULL. */
static const struct checkpoint *newest(const struct work *w, bool other) {
    for (size_t i = 0; i < w->kept.used; i++)
        if (is_of_this_file(w, &w->kept.at[i]) && (!other || !is_in_force(w, &w->kept.at[i])))
            return &w->kept.at[i];
    return NULL;
}

static int no_checkpoint(const struct work *w, const char *what) {
    return complain("there is no checkpoint of %s%s in %s", w->file, what, w->kept.path);
}

int checkpoints_diff(int argc, char **argv) {
    static struct work w;
    const struct checkpoint *at[2] = {NULL, NULL};
    unsigned numbers[2] = {0, 0};
    if (argc > 3)
        return complain("diff takes at most two numbers");
    for (int i = 1; i < argc; i++)
        if ((numbers[i - 1] = number_in(argv[i])) == 0)
            return 2;
    if (begin_looking(&w) != 0)
        return 2;
    for (int i = 0; i < 2; i++)
        if (numbers[i] > 0 && (at[i] = find(&w, numbers[i])) == NULL)
            return finish(&w, 2);
    if (at[0] == NULL)
        at[0] = newest(&w, false);
    return finish(&w, at[0] != NULL ? diff(&w, at[0], at[1]) : no_checkpoint(&w, ""));
}

/* ---- rollback ---- */

static const struct checkpoint *choose(const struct work *w, unsigned number) {
    const struct checkpoint *k = number > 0 ? find(w, number) : newest(w, true);
    if (k == NULL) {
        if (number == 0)
            no_checkpoint(w, newest(w, false) != NULL ? " other than what is in force" : "");
        return NULL;
    }
    if (k->is_damaged || is_of_this_file(w, k))
        return k;
    complain("checkpoint %u is of another configuration, %s, not of %s", k->number, k->file,
             w->file);
    return NULL;
}

static int roll_back_to(struct work *w, const struct checkpoint *k, const char *reason) {
    char path[PATH_MAX + 32], before[64], description[CHECKPOINT_TEXT_MAX], name[64];
    struct error e = {0};
    struct change x = {
        .action = "rollback", .before = before, .description = description, .reason = description};
    uint8_t *bytes;
    if (checkpoints_read(&w->kept, k, &bytes, &x.n, &e) != 0)
        return complain("%s", e.message);
    x.bytes = bytes;
    x.path = checkpoints_path(&w->kept, k, path, sizeof path);
    text_print(before, sizeof before, "rollback to %u", k->number);
    text_print(description, sizeof description, "rollback to %u: %s", k->number,
               reason != NULL ? reason : k->description);
    text_print(name, sizeof name, "checkpoint %u", k->number);
    int result = 0;
    if (is_in_force(w, k) && w->is_there) {
        terminal_print(stdout, w->file, SIZE_MAX);
        printf(": is checkpoint %u already\n", k->number);
    } else if (mistakes_in(path, name) > 0) {
        complain("%s stays as it is: checkpoint %u has mistakes", w->file, k->number);
        result = 1;
    } else {
        result = replace(w, &x);
    }
    free(bytes);
    return result;
}

int checkpoints_rollback(int argc, char **argv) {
    static struct work w;
    unsigned number = 0;
    const char *reason = NULL;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--reason") == 0 && i + 1 < argc && reason == NULL) {
            reason = argv[++i];
            if (!is_reason(reason))
                return 2;
        } else if (argv[i][0] == '-' || number > 0) {
            return complain("rollback takes at most one number, and --reason R");
        } else if ((number = number_in(argv[i])) == 0) {
            return 2;
        }
    }
    if (begin_change(&w, argc, argv) != 0)
        return 2;
    const struct checkpoint *k = choose(&w, number);
    return finish(&w, k != NULL ? roll_back_to(&w, k, reason) : 2);
}

/* ---- install ---- */

int checkpoints_install(int argc, char **argv) {
    static struct work w;
    struct error e = {0};
    uint8_t *bytes;
    size_t n;
    if (argc != 3)
        return complain("install takes a FILE and a description");
    if (!is_reason(argv[2]))
        return 2;
    if (file_read(argv[1], FILE_MOST, &bytes, &n, &e) != 0)
        return complain("%s", e.message);
    if (mistakes_in(argv[1], argv[1]) > 0) {
        free(bytes);
        return 1;
    }
    int result = begin_change(&w, argc, argv);
    if (result == 0) {
        const struct change x = {.action = "install",
                                 .before = "install",
                                 .path = argv[1],
                                 .description = argv[2],
                                 .reason = argv[2],
                                 .bytes = bytes,
                                 .n = n};
        if (w.is_there && w.n == n && memcmp(w.bytes, bytes, n) == 0) {
            terminal_print(stdout, w.file, SIZE_MAX);
            printf(": is what %s holds already\n", argv[1]);
        } else {
            result = replace(&w, &x);
        }
        result = finish(&w, result);
    }
    free(bytes);
    return result;
}

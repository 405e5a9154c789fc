/* Rooms: validating · replacing · checkpoint · rollback · install */
#include "command/checkpoints.h"
#include "command/checkpoints_work.h"
#include "command/file.h"
#include "command/terminal.h"
#include "operate/emergency.h"
#include "operate/replace.h"
#include "sys/sys.h"
#include "text/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MOST ((size_t)1 << 20) /* as conf_load() reads */

static const char *environment(const char *name) {
    return getenv(name);
}

/* ---- validating ---- */

static void print_mistake(void *context, const struct conf_problem *p) {
    const char *name = context, *colon = p->key[0] != '\0' ? ": " : "";
    if (p->line > 0)
        checkpoints_complain("%s:%d: %s%s%s", name, p->line, p->key, colon, p->reason);
    else
        checkpoints_complain("%s: %s%s%s", name, p->key, colon, p->reason);
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

static int keep(struct checkpoints_work *w, const char *description, const void *bytes, size_t n,
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
        return checkpoints_complain("%s", e.message);
    *number = new.number;
    return 0;
}

/* What is about to go is kept first, unless it is already the newest. */
static int keep_present(struct checkpoints_work *w, const char *before, unsigned *number) {
    char description[CHECKPOINT_TEXT_MAX];
    if (w->kept.used > 0 && checkpoints_is_in_force(w, &w->kept.at[0])) {
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
static int carry_switch(const struct checkpoints_work *w, const struct change *x) {
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
    checkpoints_complain("the state directory becomes %s; log, counts and checkpoints stay in %s",
                         c.state_dir, w->c.state_dir);
    if (emergency_look(w->c.state_dir, &found) == ENOENT ||
        emergency_look(c.state_dir, &carried) != ENOENT)
        return 0;
    text_print(text, sizeof text, "time: %s\nuser: %s\nreason: %.100s\n", found.time, found.user,
               found.reason);
    if (emergency_set(c.state_dir, text, &is_empty, &e) != 0)
        return checkpoints_complain("validation is switched off, and would be on: %s", e.message);
    checkpoints_complain("validation is switched off there as well");
    return 0;
}

static int replace(struct checkpoints_work *w, const struct change *x) {
    char problems[1024], from[CONF_CHECKSUM_SIZE], to[CONF_CHECKSUM_SIZE];
    struct text p = text_over(problems, sizeof problems);
    struct error e = {0};
    struct record_config_change r = {.action = x->action, .file = w->file, .reason = x->reason};
    if (carry_switch(w, x) != 0 || keep_present(w, x->before, &r.replaced) != 0)
        return checkpoints_complain("%s stays as it is", w->file);
    if (!w->is_there)
        make_above(w->file);
    if (replace_file(w->file, w->permissions, x->bytes, x->n, &p, &e) != 0)
        return checkpoints_complain("%s", e.message);
    if (p.used > 0)
        checkpoints_complain("%s: %s", w->file, problems);
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
    static struct checkpoints_work w;
    char sum[CONF_CHECKSUM_SIZE];
    struct record_config_change r = {.action = "checkpoint", .file = w.file};
    if (argc != 2)
        return checkpoints_complain("checkpoint takes one description");
    if (!checkpoints_is_reason(argv[1]) || checkpoints_begin_change(&w, argc, argv) != 0)
        return 2;
    const char *bytes = w.bytes != NULL ? (const char *)w.bytes : "";
    if (keep(&w, argv[1], bytes, w.n, &r.checkpoint) != 0)
        return checkpoints_finish(&w, 2);
    r.reason = argv[1];
    r.from = r.to = conf_checksum(bytes, w.n, sum);
    record_config_change(journal_record(&w.journal), &w.journal.process, &w.who, &r);
    (void)journal_send(&w.journal);
    printf("checkpoint %u: %s ", r.checkpoint, sum);
    terminal_print(stdout, w.file, SIZE_MAX);
    printf("%s\n", w.is_there ? "" : " (is not there: kept as an empty one)");
    return checkpoints_finish(&w, 0);
}

/* ---- rollback ---- */

static const struct checkpoint *choose(const struct checkpoints_work *w, unsigned number) {
    const struct checkpoint *k =
        number > 0 ? checkpoints_find_number(w, number) : checkpoints_newest(w, true);
    if (k == NULL) {
        if (number == 0)
            checkpoints_no_checkpoint(
                w, checkpoints_newest(w, false) != NULL ? " other than what is in force" : "");
        return NULL;
    }
    if (k->is_damaged || checkpoints_is_of_this_file(w, k))
        return k;
    checkpoints_complain("checkpoint %u is of another configuration, %s, not of %s", k->number,
                         k->file, w->file);
    return NULL;
}

static int roll_back_to(struct checkpoints_work *w, const struct checkpoint *k,
                        const char *reason) {
    char path[PATH_MAX + 32], before[64], description[CHECKPOINT_TEXT_MAX], name[64];
    struct error e = {0};
    struct change x = {
        .action = "rollback", .before = before, .description = description, .reason = description};
    uint8_t *bytes;
    if (checkpoints_read(&w->kept, k, &bytes, &x.n, &e) != 0)
        return checkpoints_complain("%s", e.message);
    x.bytes = bytes;
    x.path = checkpoints_path(&w->kept, k, path, sizeof path);
    text_print(before, sizeof before, "rollback to %u", k->number);
    text_print(description, sizeof description, "rollback to %u: %s", k->number,
               reason != NULL ? reason : k->description);
    text_print(name, sizeof name, "checkpoint %u", k->number);
    int result = 0;
    if (checkpoints_is_in_force(w, k) && w->is_there) {
        terminal_print(stdout, w->file, SIZE_MAX);
        printf(": is checkpoint %u already\n", k->number);
    } else if (mistakes_in(path, name) > 0) {
        checkpoints_complain("%s stays as it is: checkpoint %u has mistakes", w->file, k->number);
        result = 1;
    } else {
        result = replace(w, &x);
    }
    free(bytes);
    return result;
}

int checkpoints_rollback(int argc, char **argv) {
    static struct checkpoints_work w;
    unsigned number = 0;
    const char *reason = NULL;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--reason") == 0 && i + 1 < argc && reason == NULL) {
            reason = argv[++i];
            if (!checkpoints_is_reason(reason))
                return 2;
        } else if (argv[i][0] == '-' || number > 0) {
            return checkpoints_complain("rollback takes at most one number, and --reason R");
        } else if ((number = checkpoints_number_in(argv[i])) == 0) {
            return 2;
        }
    }
    if (checkpoints_begin_change(&w, argc, argv) != 0)
        return 2;
    const struct checkpoint *k = choose(&w, number);
    return checkpoints_finish(&w, k != NULL ? roll_back_to(&w, k, reason) : 2);
}

/* ---- install ---- */

int checkpoints_install(int argc, char **argv) {
    static struct checkpoints_work w;
    struct error e = {0};
    uint8_t *bytes;
    size_t n;
    if (argc != 3)
        return checkpoints_complain("install takes a FILE and a description");
    if (!checkpoints_is_reason(argv[2]))
        return 2;
    if (file_read(argv[1], FILE_MOST, &bytes, &n, &e) != 0)
        return checkpoints_complain("%s", e.message);
    if (mistakes_in(argv[1], argv[1]) > 0) {
        free(bytes);
        return 1;
    }
    int result = checkpoints_begin_change(&w, argc, argv);
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
        result = checkpoints_finish(&w, result);
    }
    free(bytes);
    return result;
}

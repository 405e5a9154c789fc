/* Rooms: complaints · the configuration in force · beginning and ending · questions */
#include "command/checkpoints_work.h"

#include "command/file.h"
#include "command/operator.h"
#include "command/settings.h"
#include "command/terminal.h"
#include "text/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- complaints ---- */

/* One line, whatever is in it. */
int checkpoints_complain(const char *format, ...) {
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

static int find_file(struct checkpoints_work *w) {
    char path[CONF_PATH_MAX];
    struct stat st;
    struct error e = {0};
    const struct conf_input in = {.getenv = environment, .superuser = geteuid() == 0};
    conf_place(path, &in);
    if (path[0] == '\0')
        return checkpoints_complain(
            "no place for a configuration: neither HOME nor GIFLAB_VALIDATION_CONFIG is "
            "set");
    resolve(path, w->file);
    w->permissions = 0644;
    w->is_there = lstat(w->file, &st) == 0 || errno != ENOENT;
    if (!w->is_there)
        return 0;
    if (file_read(w->file, CHECKPOINT_MOST, &w->bytes, &w->n, &e) != 0)
        return checkpoints_complain("%s", e.message);
    w->permissions = st.st_mode & 0777;
    return 0;
}

/* ---- beginning and ending ---- */

static void end(struct checkpoints_work *w) {
    checkpoints_close(&w->kept);
    journal_end(&w->journal);
    free(w->bytes);
    w->bytes = NULL;
}

/* The configuration is read once the lock is ours: what it was before may be somebody else's by
 * now. */
int checkpoints_begin_change(struct checkpoints_work *w, int argc, char **argv) {
    struct error e = {0};
    (void)settings_load(&w->c, "config", NULL, NULL);
    w->kept.directory = -1;
    w->who = operator_now();
    if (!journal_begin(&w->journal, &w->c, "config", argc, argv))
        return 2;
    int result = checkpoints_open(&w->kept, w->c.state_dir, true, waiting, &e);
    result = result != 0 ? checkpoints_complain("%s", e.message) : find_file(w);
    if (result != 0)
        end(w);
    return result;
}

/* Without a directory there are none. */
int checkpoints_begin_looking(struct checkpoints_work *w) {
    struct error e = {0};
    const struct conf_input in = {.getenv = environment, .superuser = geteuid() == 0};
    (void)conf_load(&w->c, &in);
    w->kept.directory = -1;
    int result = checkpoints_open(&w->kept, w->c.state_dir, false, NULL, &e);
    if (result != 0 && result != ENOENT)
        return checkpoints_complain("%s", e.message);
    result = find_file(w);
    if (result != 0)
        end(w);
    return result;
}

int checkpoints_finish(struct checkpoints_work *w, int result) {
    end(w);
    if (fflush(stdout) == 0 && !ferror(stdout))
        return result;
    return checkpoints_complain("cannot print: %s", strerror(errno));
}

/* ---- questions ---- */

bool checkpoints_is_of_this_file(const struct checkpoints_work *w, const struct checkpoint *k) {
    char name[SHA256_SIZE];
    return !k->is_damaged && strcmp(k->file_name, sha256(w->file, strlen(w->file), name)) == 0;
}

bool checkpoints_is_in_force(const struct checkpoints_work *w, const struct checkpoint *k) {
    char checksum[SHA256_SIZE];
    return checkpoints_is_of_this_file(w, k) && k->bytes == w->n &&
           strcmp(k->checksum, sha256(w->bytes, w->n, checksum)) == 0;
}

/* A number that somebody typed; 0, said on stderr, when it is none. */
unsigned checkpoints_number_in(const char *text) {
    int64_t number;
    if (text_to_int(text, false, &number) && number >= 1 && number <= 999999999)
        return (unsigned)number;
    checkpoints_complain("'%s' is no number of a checkpoint", text);
    return 0;
}

const struct checkpoint *checkpoints_find_number(const struct checkpoints_work *w,
                                                 unsigned number) {
    const struct checkpoint *k = checkpoints_find(&w->kept, number);
    if (k == NULL && w->kept.used == 0)
        checkpoints_complain("there is no checkpoint %u: none was ever made in %s", number,
                             w->kept.path);
    else if (k == NULL)
        checkpoints_complain("there is no checkpoint %u: those from %u to %u are kept", number,
                             w->kept.at[w->kept.used - 1].number, w->kept.at[0].number);
    return k;
}

bool checkpoints_is_reason(const char *text) {
    if (text[0] != '\0' && text[0] != '-' && strlen(text) < CHECKPOINT_TEXT_MAX)
        return true;
    checkpoints_complain(text[0] == '\0'  ? "the description is empty"
                         : text[0] == '-' ? "a description does not begin with a hyphen"
                                          : "the description is longer than 511 bytes");
    return false;
}

/* The newest checkpoint of the configuration in force, and that one not equal to it; or NULL. */
const struct checkpoint *checkpoints_newest(const struct checkpoints_work *w, bool other) {
    for (size_t i = 0; i < w->kept.used; i++)
        if (checkpoints_is_of_this_file(w, &w->kept.at[i]) &&
            (!other || !checkpoints_is_in_force(w, &w->kept.at[i])))
            return &w->kept.at[i];
    return NULL;
}

int checkpoints_no_checkpoint(const struct checkpoints_work *w, const char *what) {
    return checkpoints_complain("there is no checkpoint of %s%s in %s", w->file, what,
                                w->kept.path);
}

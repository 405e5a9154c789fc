/* gifvet disable and enable: the kill switch.
 *
 * Rooms: words · disable · enable */
#include "operate/emergency.h"

#include "command/clock.h"
#include "command/command.h"
#include "command/journal.h"
#include "command/operator.h"
#include "command/settings.h"
#include "command/terminal.h"
#include "sys/sys.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define REASON_MOST 1000

/* ---- words ---- */

static int complain(const char *name, const char *message) {
    fprintf(stderr, "gifvet %s: ", name);
    terminal_print(stderr, message, SIZE_MAX);
    fputc('\n', stderr);
    return 2;
}

static void say_where(const char *state_dir) {
    terminal_print(stdout, state_dir, SIZE_MAX);
    printf("/" EMERGENCY_NAME);
}

static int finish(const char *name, int result) {
    if (fflush(stdout) == 0 && !ferror(stdout))
        return result;
    return complain(name, "cannot print");
}

static void record(const struct conf *c, const char *name, int argc, char **argv,
                   const char *reason) {
    const struct record_operator who = operator_now();
    struct journal j;
    char message[REASON_MOST + 128];
    bool is_off = strcmp(name, "disable") == 0;
    if (!journal_begin(&j, c, name, argc, argv))
        return;
    record_emergency(journal_record(&j), &j.process, &who, name, reason);
    if (journal_send(&j) && is_off) {
        text_print(message, sizeof message, "validation is switched off on this host%s%s",
                   reason != NULL ? ": " : "", reason != NULL ? reason : "");
        record_host_alert(journal_record(&j), &j.process, "CRITICAL", message);
        (void)journal_send(&j);
    }
    journal_end(&j);
}

/* ---- disable ---- */

/* What goes into the file: one line each, nothing that steers a terminal. free() it. */
static char *words_of(const char *reason) {
    const struct record_operator who = operator_now();
    char *text = NULL, time[CLOCK_SIZE];
    size_t n = 0;
    FILE *out = open_memstream(&text, &n);
    if (out == NULL)
        return NULL;
    fprintf(out, "time: %s\nuser: ", clock_utc(time, sys_wall_us()));
    terminal_print(out, who.user, SIZE_MAX);
    fprintf(out, " (%u)", who.uid);
    if (who.sudo_user != NULL) {
        fprintf(out, ", by sudo from ");
        terminal_print(out, who.sudo_user, SIZE_MAX);
    }
    fputc('\n', out);
    if (reason != NULL) {
        fprintf(out, "reason: ");
        terminal_print(out, reason, SIZE_MAX);
        fputc('\n', out);
    }
    if (fclose(out) == 0)
        return text;
    free(text);
    return NULL;
}

static void print_found(const struct emergency *found) {
    static char words[sizeof *found];
    struct emergency here = *found;
    clock_in_place(here.time);
    terminal_print(stdout, emergency_words(&here, words, sizeof words), SIZE_MAX);
}

/* Overlays may name other state directories, which have switches of their own. */
static void note_overlay(void *context, const struct conf_taken *t) {
    if (strcmp(t->setting->section, "state") == 0 && !t->applied)
        *(int *)context = t->line;
}

static const char *environment(const char *name) {
    return getenv(name);
}

static void warn_of_overlays(const char *name) {
    static struct conf c;
    int line = 0;
    const struct conf_input in = {
        .getenv = environment, .superuser = geteuid() == 0, .take = note_overlay, .context = &line};
    (void)conf_load(&c, &in);
    if (line == 0)
        return;
    fprintf(stderr, "gifvet %s: ", name);
    terminal_print(stderr, c.file, SIZE_MAX);
    fprintf(stderr,
            ":%d: processes under this overlay have another state directory and go on as before; "
            "for each: GIFLAB_VALIDATION_STATE_DIR=DIR gifvet %s\n",
            line, name);
}

static const char *reason_in(int argc, char **argv, int *result) {
    *result = 0;
    if (argc == 1)
        return NULL;
    if (argc != 3 || strcmp(argv[1], "--reason") != 0)
        *result = complain("disable", "takes nothing, or --reason R");
    else if (argv[2][0] == '\0')
        *result = complain("disable", "the reason is empty");
    else if (strlen(argv[2]) > REASON_MOST)
        *result = complain("disable", "the reason is longer than 1000 bytes");
    return argc == 3 ? argv[2] : NULL;
}

int command_disable(int argc, char **argv) {
    static struct conf c;
    static struct emergency found;
    struct error e = {0};
    int wrong;
    bool is_empty;
    const char *reason = reason_in(argc, argv, &wrong);
    if (wrong != 0)
        return wrong;
    (void)settings_load(&c, "disable", NULL, NULL);
    char *text = words_of(reason);
    int result = emergency_set(c.state_dir, text != NULL ? text : "", &is_empty, &e);
    free(text);
    if (result != 0 && result != EEXIST) {
        complain("disable", e.message);
        complain("disable",
                 "not disabled; in the environment of each process instead: " EMERGENCY_VARIABLE
                 "=1");
        return 2;
    }
    if (result == EEXIST)
        (void)emergency_look(c.state_dir, &found);
    printf(result == EEXIST ? "already disabled: " : "disabled: ");
    say_where(c.state_dir);
    print_found(&found);
    printf(is_empty ? " (empty: there was no room for who, when and why)\n" : "\n");
    (void)fflush(stdout);
    if (result == 0)
        record(&c, "disable", argc, argv, reason);
    warn_of_overlays("disable");
    return finish("disable", 0);
}

/* ---- enable ---- */

int command_enable(int argc, char **argv) {
    static struct conf c;
    static struct emergency found;
    struct error e = {0};
    const char *variable = getenv(EMERGENCY_VARIABLE);
    if (argc != 1)
        return complain("enable", "takes nothing");
    (void)settings_load(&c, "enable", NULL, NULL);
    (void)emergency_look(c.state_dir, &found);
    int result = emergency_clear(c.state_dir, &e);
    if (result != 0 && result != ENOENT) {
        complain("enable", e.message);
        return 2;
    }
    printf(result == ENOENT ? "was not disabled: no " : "enabled: removed ");
    say_where(c.state_dir);
    print_found(&found);
    putchar('\n');
    (void)fflush(stdout);
    if (result == 0)
        record(&c, "enable", argc, argv, NULL);
    if (variable != NULL && variable[0] != '\0')
        complain("enable", EMERGENCY_VARIABLE " is set here: whatever runs with it stays disabled");
    warn_of_overlays("enable");
    return finish("enable", 0);
}

/* gifvet status: is validation on here, and by which configuration. */
#include "command/clock.h"
#include "command/command.h"
#include "command/schema.h"
#include "command/settings.h"
#include "command/style.h"
#include "command/terminal.h"
#include "operate/checkpoint.h"
#include "operate/emergency.h"
#include "record/json.h"
#include "state/state.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define JSON_SIZE ((size_t)64 << 10)

struct status {
    bool json;
    struct conf c;
    const char *off_by; /* variable, file, configuration; NULL: validation is on */
    char why[sizeof(struct emergency) + CONF_PATH_MAX]; /* one line, bytes of strangers in it */
    unsigned checkpoint; /* the newest one that is what is in force; 0: none */
    const char *performance;
};

static const char *const modes[] = {"shadow", "alert", "enforce"};

/* ---- asking ---- */

static void ask_switches(struct status *s) {
    static struct emergency found;
    static char words[sizeof found];
    const char *variable = getenv(EMERGENCY_VARIABLE);
    int result = emergency_look(s->c.state_dir, &found);
    struct text t = text_over(s->why, sizeof s->why);
    if (result != ENOENT) {
        s->off_by = "file";
        text_add(&t, "%s/" EMERGENCY_NAME, s->c.state_dir);
        if (result == 0 && !s->json)
            clock_in_place(found.time);
        if (result == 0)
            text_add(&t, " exists%s", emergency_words(&found, words, sizeof words));
        else
            text_add(&t, " cannot be looked at: %s", strerror(result));
    } else if (variable != NULL && variable[0] != '\0') {
        s->off_by = "variable";
        text_add(&t, EMERGENCY_VARIABLE " is set here");
    } else if (!s->c.enable_wrapper_validation || !(s->c.percentage > 0)) {
        s->off_by = "configuration";
        text_add(&t, "%s",
                 s->c.enable_wrapper_validation ? "[sampling] percentage = 0"
                                                : "enable_wrapper_validation = false");
    }
}

static void ask_checkpoint(struct status *s) {
    static struct checkpoints kept;
    const size_t n = CONF_CHECKSUM_SIZE - 1;
    if (s->c.checksum[0] == '\0' || checkpoints_open(&kept, s->c.state_dir, false, NULL, NULL) != 0)
        return;
    for (size_t i = 0; i < kept.used && s->checkpoint == 0; i++)
        if (strncmp(kept.at[i].checksum, s->c.checksum, n) == 0)
            s->checkpoint = kept.at[i].number;
    checkpoints_close(&kept);
}

static void ask_performance(struct status *s) {
    struct state_snapshot *snapshot = malloc(sizeof *snapshot);
    struct error e = {0};
    if (snapshot != NULL && state_read(s->c.state_dir, snapshot, &e) == 0)
        s->performance = state_mode_name(snapshot->mode);
    free(snapshot);
}

/* ---- printing ---- */

static void print_text(const struct status *s) {
    printf("validation     ");
    style_print(stdout, s->off_by != NULL ? STYLE_BAD : STYLE_GOOD,
                s->off_by != NULL ? "OFF" : "on");
    printf("%s", s->off_by != NULL ? ": " : "");
    if (s->off_by != NULL)
        terminal_print(stdout, s->why, SIZE_MAX);
    else
        printf(", mode %s, %g %% of the outputs", modes[s->c.mode], s->c.percentage);
    printf("\nconfiguration  ");
    if (s->c.file[0] != '\0') {
        terminal_print(stdout, s->c.file, SIZE_MAX);
        printf(", %s", s->c.checksum);
    } else {
        printf("built-in defaults");
    }
    if (s->checkpoint > 0)
        printf(", checkpoint %u", s->checkpoint);
    printf("\nstate          ");
    terminal_print(stdout, s->c.state_dir, SIZE_MAX);
    printf("\nperformance    %s\n", s->performance != NULL ? s->performance : "not known yet");
}

static int print_json(const struct status *s) {
    char *buffer = malloc(JSON_SIZE);
    if (buffer == NULL)
        return -1;
    struct text t = text_over(buffer, JSON_SIZE);
    struct json j = json_over(&t);
    json_put_object(&j, NULL);
    schema_put(&j, "status");
    json_put_bool(&j, "enabled", s->off_by == NULL);
    json_put_string(&j, "disabled_by", s->off_by);
    json_put_string(&j, "why", s->off_by != NULL ? s->why : NULL);
    json_put_string(&j, "mode", modes[s->c.mode]);
    json_put_real(&j, "percentage", s->c.percentage, 6);
    json_put_string(&j, "file", s->c.file[0] != '\0' ? s->c.file : NULL);
    json_put_string(&j, "config_checksum", s->c.checksum[0] != '\0' ? s->c.checksum : NULL);
    if (s->checkpoint > 0)
        json_put_int(&j, "checkpoint", s->checkpoint);
    else
        json_put_null(&j, "checkpoint");
    json_put_string(&j, "state_dir", s->c.state_dir);
    json_put_string(&j, "performance_mode", s->performance);
    json_put_object_end(&j);
    puts(buffer);
    free(buffer);
    return 0;
}

int command_status(int argc, char **argv) {
    static struct status s;
    bool json = argc == 2 && strcmp(argv[1], "--json") == 0;
    if (argc > 2 || (argc == 2 && !json)) {
        fprintf(stderr, "gifvet status: takes nothing, or --json\n");
        return 2;
    }
    s.json = json;
    (void)settings_load(&s.c, "status", NULL, NULL);
    ask_switches(&s);
    ask_checkpoint(&s);
    ask_performance(&s);
    int result = 0;
    if (json)
        result = print_json(&s);
    else
        print_text(&s);
    if (result == 0 && fflush(stdout) == 0 && !ferror(stdout))
        return s.off_by != NULL ? 1 : 0;
    fprintf(stderr, "gifvet status: cannot print: %s\n", strerror(errno));
    return 2;
}

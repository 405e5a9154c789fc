/* gifvet config: check, show and print configurations; their checkpoints are in checkpoints.c.
 *
 * Rooms: usage · printing · check · show · defaults */
#include "channel/channel.h"
#include "command/checkpoints.h"
#include "command/command.h"
#include "command/schema.h"
#include "conf/conf.h"
#include "record/json.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define INI_SIZE ((size_t)256 << 10)

/* ---- usage ---- */

static int usage(const char *message) {
    fprintf(stderr, "gifvet config: %s (see gifvet config --help)\n", message);
    return 2;
}

static int print_help(void) {
    printf(
        "Usage: gifvet config check FILE [--json] | show [--program NAME] [--json] | defaults |\n"
        "       checkpoint \"WHY\" | list [--json] | diff [N] [M] | rollback [N] [--reason R] |\n"
        "       install FILE \"WHY\"\n\n"
        "check       print everything that is wrong with FILE, one line each, or that it is ok\n"
        "show        print the settings in force here, each with the place it comes from, for\n"
        "            the program NAME; $GIFLAB_VALIDATION_EMERGENCY_DISABLE and the kill-switch\n"
        "            file stand over all of them (gifvet doctor tells)\n"
        "defaults    print every setting with its range, default and meaning, as an INI file\n"
        "checkpoint  keep the configuration file in force; the last 10 are kept\n"
        "list        print them, the newest first; * is equal to what is in force\n"
        "diff        print how checkpoint N (the newest) and M (what is in force) differ\n"
        "rollback    put checkpoint N in force (the newest that differs from what is);\n"
        "            before and after are checkpoints then\n"
        "install     put FILE in force, in the same way\n\n"
        "Exit status: 0 fine or done, 1 something is wrong with the configuration (nothing was\n"
        "done) or diff found differences, 2 usage, or it could not be done.\n");
    return 0;
}

/* ---- printing ---- */

/* What comes from a file or a variable, without what would steer a terminal. */
static void print_safe(FILE *to, const char *s) {
    for (; *s != '\0'; s++)
        if ((unsigned char)*s < 0x20 || *s == 0x7f)
            fprintf(to, "\\x%02x", (unsigned char)*s);
        else
            putc(*s, to);
}

static void print_problem(FILE *to, const struct conf_problem *p) {
    print_safe(to, p->file[0] != '\0' ? p->file : "environment");
    if (p->line > 0)
        fprintf(to, ":%d", p->line);
    fputs(": ", to);
    print_safe(to, p->key);
    fputs(p->key[0] != '\0' ? ": " : "", to);
    print_safe(to, p->reason);
    putc('\n', to);
}

/* result, unless what was printed did not arrive. */
static int printed(int result) {
    if (fflush(stdout) == 0 && !ferror(stdout))
        return result;
    fprintf(stderr, "gifvet config: cannot print: %s\n", strerror(errno));
    return 2;
}

/* ---- check ---- */

struct checking {
    size_t settings;
    int *lines; /* one per row of conf_settings */
    bool json;
    size_t told; /* problems, of which each is an object of the array then */
};

#define TEXT_SIZE ((size_t)6 * CONF_PATH_MAX + 1024)

static void print_problem_json(struct checking *k, const struct conf_problem *p) {
    char buffer[TEXT_SIZE];
    struct text t = text_over(buffer, sizeof buffer);
    struct json j = json_over(&t);
    json_put_object(&j, NULL);
    if (p->line > 0)
        json_put_int(&j, "line", p->line);
    else
        json_put_null(&j, "line");
    json_put_string_n(&j, "key", p->key, strnlen(p->key, CONF_PATH_MAX / 2));
    json_put_string_n(&j, "reason", p->reason, strnlen(p->reason, CONF_PATH_MAX / 2));
    json_put_object_end(&j);
    printf("%s%s", k->told++ > 0 ? "," : "", buffer);
}

static void print_mistake(void *context, const struct conf_problem *p) {
    struct checking *k = context;
    if (k->json)
        print_problem_json(k, p);
    else
        print_problem(stdout, p);
}

static void begin_json(const char *file) {
    char buffer[TEXT_SIZE];
    struct text t = text_over(buffer, sizeof buffer);
    struct json j = json_over(&t);
    json_put_object(&j, NULL);
    schema_put(&j, "config_check");
    json_put_string_n(&j, "file", file, strnlen(file, CONF_PATH_MAX));
    json_put_array(&j, "problems");
    fputs(buffer, stdout);
}

static void count(void *context, const struct conf_taken *taken) {
    struct checking *k = context;
    k->settings++;
    if (taken->applied)
        k->lines[taken->setting - conf_settings] = taken->line;
}

/* What the settings of [alerts] mean together. Secrets are not in the file: they are taken for
 * known.
 */
static size_t check_alerts(const struct conf *c, const char *file, struct checking *k) {
    static struct channel_secrets secrets;
    const struct channel_setup setup = {&c->alerts, &secrets};
    size_t problems = 0;
    text_print(secrets.values[SECRET_SMTP_PASSWORD], SECRET_SIZE, "known");
    for (enum alert_channel i = 0; i < ALERT_CHANNELS; i++) {
        struct error e = {0};
        if (!channel_wanted(i, &setup) || channel_check(i, &setup, &e) == 0)
            continue;
        char name[CONF_NAME_MAX], key[2 * CONF_NAME_MAX];
        const size_t n = strcspn(e.message, ":");
        text_print(name, sizeof name, "%.*s", (int)n, e.message);
        text_print(key, sizeof key, "alerts.%s", name);
        const struct conf_setting *s = conf_find("alerts", name);
        print_mistake(k, &(struct conf_problem){.file = file,
                                                .line = s != NULL ? k->lines[s - conf_settings] : 0,
                                                .key = key,
                                                .reason = e.message + n + 2});
        problems++;
    }
    return problems;
}

/* The file alone: no variable counts, no overlay is applied, all are checked. */
static int check(const char *file, bool json) {
    static struct conf c;
    struct checking k = {.lines = calloc(conf_settings_count, sizeof *k.lines), .json = json};
    if (k.lines == NULL)
        return usage("no memory");
    const struct conf_input in = {.file = file,
                                  .superuser = geteuid() == 0,
                                  .report = print_mistake,
                                  .take = count,
                                  .context = &k};
    if (json)
        begin_json(file);
    size_t problems = conf_load(&c, &in);
    problems += check_alerts(&c, file, &k);
    if (json) {
        printf("],\"settings\":%zu}\n", k.settings);
    } else if (problems == 0) {
        print_safe(stdout, file);
        printf(": ok, %zu settings\n", k.settings);
    }
    free(k.lines);
    return printed(problems > 0 ? 1 : 0);
}

static int check_call(int argc, char **argv) {
    const char *file = NULL;
    bool json = false;
    for (int i = 0; i < argc; i++) {
        if (strcmp(argv[i], "--json") == 0)
            json = true;
        else if (file == NULL)
            file = argv[i];
        else
            return usage("check takes one FILE, and --json");
    }
    return file != NULL ? check(file, json) : usage("check takes one FILE, and --json");
}

/* ---- show ---- */

struct origin {
    enum conf_layer layer;
    int line;
    bool enforces; /* what mode or fail_on_validation_error said when it was set there */
};

struct showing {
    struct conf c;
    struct origin *origins; /* one per row of conf_settings */
};

static const char *environment(const char *name) {
    return getenv(name);
}

static void print_trouble(void *context, const struct conf_problem *p) {
    (void)context;
    fputs("gifvet config: ", stderr);
    print_problem(stderr, p);
}

static void note_origin(void *context, const struct conf_taken *t) {
    struct showing *s = context;
    bool mode = strcmp(t->setting->key, "mode") == 0;
    if (t->applied)
        s->origins[t->setting - conf_settings] = (struct origin){
            t->layer, t->line, mode ? s->c.mode == CONF_ENFORCE : s->c.fail_on_validation_error};
}

/* The other name of one setting, when that is where its value comes from; else NULL. */
static const char *synonym(const struct showing *s, const struct conf_setting *row) {
    bool mode = strcmp(row->key, "mode") == 0;
    if (!mode && strcmp(row->key, "fail_on_validation_error") != 0)
        return NULL;
    if (s->origins[row - conf_settings].enforces == s->c.fail_on_validation_error)
        return NULL;
    return mode ? "fail_on_validation_error" : "mode";
}

static void print_origin(FILE *to, const struct showing *s, const struct conf_setting *row) {
    const struct origin *o = &s->origins[row - conf_settings];
    const char *other = synonym(s, row);
    if (other != NULL) {
        fprintf(to, "by %s", other);
        return;
    }
    if (o->line > 0) {
        print_safe(to, s->c.file);
        fprintf(to, ":%d", o->line);
    }
    if (o->layer == CONF_FROM_ENVIRONMENT) {
        fprintf(to, ", [environment:");
        print_safe(to, s->c.environment);
        putc(']', to);
    }
    if (o->layer == CONF_FROM_PROGRAM)
        fprintf(to, ", [program:...]");
    if (o->layer == CONF_FROM_VARIABLE)
        fprintf(to, "$%s", row->environment);
    if (o->layer == CONF_FROM_DEFAULT)
        fprintf(to, "default");
}

/* An INI again: the origin is a comment behind the value. */
static void print_settings(const struct showing *s) {
    for (size_t i = 0; i < conf_settings_count; i++) {
        const struct conf_setting *row = &conf_settings[i];
        char value[CONF_PATH_MAX];
        struct text t = text_over(value, sizeof value);
        if (i == 0 || strcmp(row->section, conf_settings[i - 1].section) != 0)
            printf("\n[%s]\n", row->section);
        conf_value_print(row, &s->c, &t);
        printf("%s = ", row->key);
        print_safe(stdout, value);
        printf("%s; ", value[0] != '\0' ? " " : "");
        print_origin(stdout, s, row);
        putchar('\n');
    }
}

static void put_setting(struct json *j, const struct showing *s, const struct conf_setting *row) {
    char value[CONF_PATH_MAX], *origin = NULL;
    size_t n;
    struct text t = text_over(value, sizeof value);
    FILE *to = open_memstream(&origin, &n);
    if (to != NULL) {
        print_origin(to, s, row);
        fclose(to);
    }
    conf_value_print(row, &s->c, &t);
    json_put_object(j, NULL);
    json_put_string(j, "section", row->section);
    json_put_string(j, "key", row->key);
    json_put_string(j, "value", value);
    json_put_string(j, "from", origin);
    json_put_object_end(j);
    free(origin);
}

static void print_settings_json(const struct showing *s, const char *program) {
    char *buffer = malloc(INI_SIZE);
    if (buffer == NULL)
        return;
    struct text t = text_over(buffer, INI_SIZE);
    struct json j = json_over(&t);
    json_put_object(&j, NULL);
    schema_put(&j, "config");
    json_put_string(&j, "file", s->c.file[0] != '\0' ? s->c.file : NULL);
    json_put_string(&j, "environment", s->c.environment[0] != '\0' ? s->c.environment : NULL);
    json_put_string(&j, "program", program);
    json_put_array(&j, "settings");
    for (size_t i = 0; i < conf_settings_count; i++)
        put_setting(&j, s, &conf_settings[i]);
    json_put_array_end(&j);
    json_put_object_end(&j);
    puts(buffer);
    free(buffer);
}

static void print_settings_text(const struct showing *s, const char *program) {
    printf("# from ");
    print_safe(stdout, s->c.file[0] != '\0' ? s->c.file : "the built-in defaults");
    if (s->c.environment[0] != '\0') {
        printf(", environment ");
        print_safe(stdout, s->c.environment);
    }
    if (program != NULL) {
        printf(", program ");
        print_safe(stdout, program);
    }
    putchar('\n');
    print_settings(s);
}

static int show(int argc, char **argv) {
    static struct showing s;
    const char *program = NULL;
    bool json = false;
    for (int i = 0; i < argc; i++) {
        if (strcmp(argv[i], "--json") == 0)
            json = true;
        else if (strcmp(argv[i], "--program") == 0 && i + 1 < argc && program == NULL)
            program = text_base_name(argv[++i]);
        else
            return usage("show takes --program NAME and --json");
    }
    s.origins = calloc(conf_settings_count, sizeof *s.origins);
    if (s.origins == NULL)
        return usage("no memory");
    const struct conf_input in = {.program = program,
                                  .getenv = environment,
                                  .superuser = geteuid() == 0,
                                  .report = print_trouble,
                                  .take = note_origin,
                                  .context = &s};
    size_t problems = conf_load(&s.c, &in);
    if (json)
        print_settings_json(&s, program);
    else
        print_settings_text(&s, program);
    free(s.origins);
    return printed(problems > 0 ? 1 : 0);
}

/* ---- defaults ---- */

static int defaults(void) {
    char *buffer = malloc(INI_SIZE);
    if (buffer == NULL)
        return usage("no memory");
    struct text t = text_over(buffer, INI_SIZE);
    conf_print_ini(NULL, &t);
    fputs(buffer, stdout);
    free(buffer);
    return printed(0);
}

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
} checkpoints[] = {
    {"checkpoint", checkpoints_make}, {"list", checkpoints_list},
    {"diff", checkpoints_diff},       {"rollback", checkpoints_rollback},
    {"install", checkpoints_install},
};

int command_config(int argc, char **argv) {
    const char *what = argc >= 2 ? argv[1] : "";
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return print_help();
    if (strcmp(what, "check") == 0)
        return check_call(argc - 2, argv + 2);
    if (strcmp(what, "show") == 0)
        return show(argc - 2, argv + 2);
    if (strcmp(what, "defaults") == 0)
        return argc == 2 ? defaults() : usage("defaults takes nothing");
    for (size_t i = 0; i < sizeof checkpoints / sizeof *checkpoints; i++)
        if (strcmp(what, checkpoints[i].name) == 0)
            return checkpoints[i].run(argc - 1, argv + 1);
    return usage("takes check, show, defaults, checkpoint, list, diff, rollback or install");
}

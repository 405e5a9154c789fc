/* gifvet preflight: the checklist before a deployment, and after it, gone through for real.
 *
 * Rooms: the command line · the head · the report · the command */
#include "command/preflight.h"

#include "command/clock.h"
#include "command/command.h"
#include "command/settings.h"
#include "operate/textfile.h"
#include "sys/sys.h"

#include <errno.h>
#include <gif_lib.h>
#include <gnu/libc-version.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#define REPORT_SIZE ((size_t)256 << 10)

/* ---- the command line ---- */

static int complain(const char *option, const char *wants) {
    fprintf(stderr, "gifvet preflight: %s takes %s\n", option, wants);
    return 2;
}

static bool is_known(const char *name) {
    for (size_t i = 0; i < trial_programs_count; i++)
        if (strcmp(trial_programs[i].name, name) == 0)
            return true;
    return false;
}

static int take(struct preflight *p, const char *option, const char *value) {
    const char *text = value != NULL ? value : "";
    if (strcmp(option, "--report") == 0) {
        p->report = value;
        return text_base_name(text)[0] != '\0' ? 0 : complain(option, "a file");
    }
    if (strcmp(option, "--days") == 0)
        return text_to_int(text, false, &p->days) && p->days >= 1 && p->days <= 3650
                   ? 0
                   : complain(option, "a number, 1 to 3650");
    if (strcmp(option, "--parallel") == 0)
        return text_to_int(text, false, &p->parallel) && p->parallel >= 1 && p->parallel <= 256
                   ? 0
                   : complain(option, "a number, 1 to 256");
    if (strcmp(option, "--timeout") == 0)
        return text_to_int(text, false, &p->timeout_s) && p->timeout_s >= 1 && p->timeout_s <= 3600
                   ? 0
                   : complain(option, "seconds, 1 to 3600");
    if (strcmp(option, "--compressor") == 0) {
        if (!is_known(text) || p->wanted_used == PREFLIGHT_PROGRAMS)
            return complain(option, "gifsicle, convert, magick, gm, ffmpeg or vips");
        p->wanted[p->wanted_used++] = value;
        return 0;
    }
    fprintf(stderr, "gifvet preflight: unknown option %s\n", option);
    return 2;
}

static int parse(struct preflight *p, int argc, char **argv) {
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    p->days = 30;
    p->timeout_s = 60;
    p->parallel = processors < 1 ? 1 : processors > 64 ? 64 : processors;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--after") == 0) {
            p->after = true;
        } else if (strcmp(argv[i], "--json") == 0) {
            p->json = true;
        } else {
            int result = take(p, argv[i], argv[i + 1]);
            if (result != 0)
                return result;
            i++;
        }
    }
    return 0;
}

/* ---- the head ---- */

static const char *user(void) {
    const struct passwd *pw = getpwuid(geteuid());
    static char number[32];
    text_print(number, sizeof number, "uid %u", (unsigned)geteuid());
    return pw != NULL ? pw->pw_name : number;
}

static struct sheet_head head_of(const struct preflight *p, struct utsname *u) {
    static char versions[256], when[CLOCK_SIZE];
    (void)uname(u);
    text_print(versions, sizeof versions, "gifvet %s, giflib %d.%d.%d, glibc %s, %s %s %s",
               GIFVET_VERSION, GIFLIB_MAJOR, GIFLIB_MINOR, GIFLIB_RELEASE, gnu_get_libc_version(),
               u->sysname, u->release, u->machine);
    return (struct sheet_head){
        .title = p->after ? "gifvet: after the deployment" : "gifvet: before the deployment",
        .host = u->nodename,
        .user = user(),
        .time = p->json ? clock_utc(when, p->wall_us) : clock_local(when, p->wall_us),
        .versions = versions,
        .configuration = p->conf.file[0] != '\0' ? p->conf.file : "built-in defaults",
    };
}

/* ---- the report ---- */

static int write_report(const struct preflight *p, const struct text *t) {
    char directory[PATH_MAX];
    const char *name = text_base_name(p->report);
    struct error e = {0};
    text_print(directory, sizeof directory, "%.*s", (int)(name - p->report), p->report);
    if (textfile_replace(directory[0] != '\0' ? directory : ".", name, t->at, t->used, &e) == 0)
        return 0;
    fprintf(stderr, "gifvet preflight: %s\n", e.message);
    return 2;
}

static int finish(const struct preflight *p) {
    struct utsname u = {0};
    const struct sheet_head h = head_of(p, &u);
    char *buffer = malloc(REPORT_SIZE);
    int result = sheet_count(&p->sheet, SHEET_FAILED) == 0 ? 0 : 1;
    if (buffer == NULL) {
        fprintf(stderr, "gifvet preflight: no memory\n");
        return 2;
    }
    struct text t = text_over(buffer, REPORT_SIZE);
    if (p->json) {
        sheet_json(&p->sheet, &h, &t);
        fputs(t.at, stdout);
    } else {
        sheet_print_end(&p->sheet);
    }
    t = text_over(buffer, REPORT_SIZE);
    sheet_markdown(&p->sheet, &h, &t);
    if (p->report != NULL && write_report(p, &t) != 0)
        result = 2;
    free(buffer);
    return result;
}

/* ---- the command ---- */

static void before(struct preflight *p) {
    preflight_system(p);
    preflight_configuration(p);
    preflight_resources(p);
    preflight_trial(p);
    preflight_metrics(p);
    preflight_alerts(p);
    preflight_rollback(p);
}

static void after(struct preflight *p) {
    preflight_configuration(p);
    preflight_running(p);
    preflight_metrics(p);
    preflight_alerts(p);
}

int command_preflight(int argc, char **argv) {
    static struct preflight p;
    int result = parse(&p, argc, argv);
    if (result != 0)
        return result;
    p.snapshot = calloc(1, sizeof *p.snapshot);
    if (p.snapshot == NULL) {
        fprintf(stderr, "gifvet preflight: no memory\n");
        return 2;
    }
    p.wall_us = sys_wall_us();
    p.sheet.live = !p.json;
    p.problems = settings_load(&p.conf, "preflight", NULL, NULL);
    surroundings_ask(&p.surroundings, &p.conf, p.problems, p.snapshot, p.wall_us);
    if (p.after)
        after(&p);
    else
        before(&p);
    result = finish(&p);
    free(p.snapshot);
    if (fflush(stdout) == 0 && !ferror(stdout))
        return result;
    fprintf(stderr, "gifvet preflight: cannot print: %s\n", strerror(errno));
    return 2;
}

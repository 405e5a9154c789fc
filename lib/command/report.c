/* gifvet report: one page for whoever was paged, and for the team's Monday.
 *
 * Rooms: the command line · where it goes · the command */
#include "command/command.h"
#include "command/settings.h"
#include "command/terminal.h"
#include "operate/moment.h"
#include "operate/textfile.h"
#include "report/page.h"
#include "sys/sys.h"
#include "text/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MB 1000000

/* ---- the command line ---- */

struct call {
    const char **paths;
    size_t paths_used;
    const char *output; /* NULL: standard output */
    int64_t since_us, max_mb;
    char directory[PATH_MAX];
    const char *name; /* of output in it */
};

static int complain(const char *what, const char *about) {
    fprintf(stderr, "gifvet report: %s", what);
    terminal_print(stderr, about, SIZE_MAX);
    fputc('\n', stderr);
    return 2;
}

static int take_since(struct call *c, const char *value) {
    if (moment_parse_since(value, sys_wall_us(), &c->since_us))
        return 0;
    return complain("--since takes a time (2026-11-24T13:00, in UTC), how long ago (24h, 7d) or "
                    "seconds since 1970, not ",
                    value);
}

static int take_option(struct call *c, const char *name, const char *value) {
    if (strcmp(name, "--since") == 0)
        return take_since(c, value);
    if (strcmp(name, "--output") == 0) {
        c->output = value;
        return 0;
    }
    if (text_to_int(value, false, &c->max_mb) && c->max_mb >= 0 && c->max_mb <= 1000)
        return 0;
    return complain("--max-mb takes a number of megabytes, 0 to 1000, not ", value);
}

/* "--name VALUE" or "--name=VALUE"; what is no option of ours is said. */
static int parse_option(struct call *c, char **argv, int *i) {
    static const char *const names[] = {"--since", "--output", "--max-mb"};
    const char *option = argv[*i];
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        size_t n = strlen(names[k]);
        if (strncmp(option, names[k], n) != 0 || (option[n] != '\0' && option[n] != '='))
            continue;
        const char *value = option[n] == '=' ? option + n + 1 : argv[++*i];
        return value != NULL ? take_option(c, names[k], value)
                             : complain(names[k], " needs a value");
    }
    return complain("unknown option ", option);
}

static int parse(struct call *c, int argc, char **argv) {
    bool files_only = false;
    for (int i = 1; i < argc; i++) {
        if (files_only || argv[i][0] != '-' || argv[i][1] == '\0')
            c->paths[c->paths_used++] = argv[i];
        else if (strcmp(argv[i], "--") == 0)
            files_only = true;
        else if (parse_option(c, argv, &i) != 0)
            return 2;
    }
    return 0;
}

/* ---- where it goes ---- */

/* The file is replaced by another of its name, so what is none stays as it is: a device, say. */
static int look_at_output(struct call *c) {
    struct stat st;
    char message[PATH_MAX + 128];
    if (c->output == NULL)
        return isatty(STDOUT_FILENO)
                   ? complain("standard output is a terminal: --output FILE.html takes the page",
                              "")
                   : 0;
    c->name = c->output;
    text_print(c->directory, sizeof c->directory, ".");
    if (strchr(c->output, '/') != NULL &&
        !text_directory(c->output, c->directory, sizeof c->directory, &c->name))
        return complain("--output takes a file, not ", c->output);
    int result = lstat(c->output, &st) == 0 ? 0 : errno;
    if (result == 0 && !S_ISREG(st.st_mode))
        return complain(text_print(message, sizeof message, "%s is %s", c->output,
                                   S_ISDIR(st.st_mode) ? "a directory" : "no regular file"),
                        "");
    if (result != 0 && result != ENOENT)
        return complain(text_print(message, sizeof message, "%s: %s", c->output, strerror(result)),
                        "");
    if (access(c->directory, W_OK | X_OK) != 0)
        return complain(
            text_print(message, sizeof message, "%s: %s", c->directory, strerror(errno)), "");
    return 0;
}

/* Whole or not at all, for its owner alone as the log is. */
static int replace_output(const struct call *c, const char *page, size_t n) {
    char message[PATH_MAX + 128];
    int fd = open(c->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int result = fd < 0 ? errno : textfile_replace_at(fd, c->name, page, n, 0600);
    if (fd >= 0)
        close(fd);
    if (result == 0)
        return 0;
    return complain(text_print(message, sizeof message, "%s cannot be written: %s", c->output,
                               strerror(result)),
                    "");
}

static int write_page(const struct call *c, const struct report *r) {
    char *page = NULL;
    size_t n = 0;
    if (c->output == NULL) {
        page_write(stdout, r);
        return fflush(stdout) == 0 && !ferror(stdout) ? 0
                                                      : complain("cannot print: ", strerror(errno));
    }
    FILE *out = open_memstream(&page, &n);
    if (out == NULL)
        return complain("no memory", "");
    page_write(out, r);
    bool is_whole = !ferror(out);
    is_whole = fclose(out) == 0 && is_whole;
    int result = is_whole ? replace_output(c, page, n) : complain("no memory for the page", "");
    free(page);
    return result;
}

/* A slip of a completed name must not cost a log. */
static bool is_a_log(const struct call *c) {
    struct stat log, output;
    if (c->output == NULL || stat(c->output, &output) != 0)
        return false;
    for (size_t i = 0; i < c->paths_used; i++)
        if (stat(c->paths[i], &log) == 0 && log.st_dev == output.st_dev &&
            log.st_ino == output.st_ino)
            return true;
    return false;
}

/* ---- the command ---- */

struct asked {
    struct conf conf;
    struct surroundings around;
    struct health health;
    struct gathered data;
    char host[256];
};

static void ask_host(struct asked *a, struct state_snapshot *snapshot, int64_t wall_us) {
    size_t problems = settings_load(&a->conf, "report", NULL, NULL);
    surroundings_ask(&a->around, &a->conf, problems, snapshot, wall_us);
    health_judge(&a->around.facts, &a->health);
    if (gethostname(a->host, sizeof a->host - 1) != 0)
        a->host[0] = '\0';
}

static int report(struct call *c, struct asked *a, struct state_snapshot *snapshot) {
    bool is_of_this_host = c->paths_used == 0;
    struct report r = {.data = &a->data,
                       .around = &a->around,
                       .health = &a->health,
                       .conf = &a->conf,
                       .host = a->host,
                       .wall_us = sys_wall_us(),
                       .since_us = c->since_us,
                       .is_of_this_host = is_of_this_host,
                       .picture_bytes = (uint64_t)c->max_mb * MB};
    ask_host(a, snapshot, r.wall_us);
    if (is_of_this_host)
        c->paths[c->paths_used++] = a->conf.log_path;
    /* As long before --since as it is since then. */
    const int64_t before_us = c->since_us == INT64_MIN ? INT64_MIN : 2 * c->since_us - r.wall_us;
    if (is_a_log(c))
        return complain("--output is a log that is read: ", c->output);
    const struct gather_wanted wanted = {c->paths, c->paths_used, c->since_us, before_us,
                                         r.wall_us + HOUR_US};
    int result = gather(&wanted, &a->data);
    if (a->data.found.counts.files == 0 && !is_of_this_host)
        return 2;
    if (is_of_this_host && a->around.facts.state != NULL)
        report_add_state(&a->data, snapshot, c->since_us, before_us);
    r.is_incomplete = result != 0;
    int written = write_page(c, &r);
    return written != 0 ? written : result;
}

int command_report(int argc, char **argv) {
    static struct asked a;
    struct call c = {.since_us = INT64_MIN, .max_mb = 20};
    c.paths = calloc((size_t)argc + 1, sizeof *c.paths);
    struct state_snapshot *snapshot = calloc(1, sizeof *snapshot);
    int result = 2;
    if (c.paths == NULL || snapshot == NULL)
        complain("no memory", "");
    else if (parse(&c, argc, argv) == 0 && look_at_output(&c) == 0)
        result = report(&c, &a, snapshot);
    gather_free(&a.data);
    free(snapshot);
    free(c.paths);
    return result;
}

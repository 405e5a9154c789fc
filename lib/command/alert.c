/* gifvet alert: tells somebody when something is wrong.
 *
 * Rooms: the configuration · one look · the test · waiting · the command line */
#include "channel/deliver.h"
#include "command/command.h"
#include "command/settings.h"
#include "command/terminal.h"
#include "operate/surroundings.h"
#include "sys/sys.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <unistd.h>

#define MINUTE_US INT64_C(60000000)

struct alert {
    bool watch, test;
    int64_t interval_s, count;

    struct conf conf;
    size_t problems;
    bool misconfigured; /* settings, secrets or a channel */
    struct channel_secrets secrets;
    struct channel_setup setup;
    struct delivering delivering;
    char wrong[ALERT_CHANNELS][480];
    char host[ALERT_NAME_SIZE];

    struct surroundings surroundings;
    struct health health;
    struct state_snapshot snapshot;
    struct alert_groups groups;
    struct alert_messages messages;
    struct alert_memory memory;
    bool stop;
};

static int complain(const char *message) {
    fprintf(stderr, "gifvet alert: ");
    terminal_print(stderr, message, SIZE_MAX);
    fputc('\n', stderr);
    return 2;
}

/* ---- the configuration ---- */

/* "smtp_from: ..." becomes "FILE:LINE: alerts.smtp_from: ...". */
static void say_wrong(struct alert *a, const int *lines, const char *what) {
    char key[CONF_NAME_MAX], where[CONF_PATH_MAX + 32];
    text_print(key, sizeof key, "%.*s", (int)strcspn(what, ":"), what);
    const struct conf_setting *s = conf_find("alerts", key);
    struct text t = text_over(where, sizeof where);
    if (s == NULL)
        text_add(&t, "secrets: ");
    else if (lines[s - conf_settings] > 0)
        text_add(&t, "%s:%d: alerts.", a->conf.file, lines[s - conf_settings]);
    else
        text_add(&t, "%s%salerts.", a->conf.file, a->conf.file[0] != '\0' ? ": " : "");
    text_add(&t, "%s", what);
    complain(where);
}

/* A channel that cannot be used does not keep the others from their work. */
static void check_channels(struct alert *a, const int *lines) {
    for (enum alert_channel c = 0; c < ALERT_CHANNELS; c++) {
        struct error e = {0};
        if (!channel_wanted(c, &a->setup) || channel_check(c, &a->setup, &e) == 0)
            continue;
        text_print(a->wrong[c], sizeof a->wrong[c], "%s", e.message);
        a->delivering.wrong[c] = a->wrong[c];
        a->misconfigured = true;
        say_wrong(a, lines, e.message);
    }
}

static int load(struct alert *a) {
    struct error e = {0};
    int *lines = calloc(conf_settings_count, sizeof *lines);
    if (lines == NULL)
        return complain("no memory");
    a->problems = settings_load_lines(&a->conf, "alert", NULL, NULL, lines);
    a->misconfigured = a->problems > 0;
    if (secrets_load(&a->secrets, a->conf.alerts.secrets, &e) != 0) {
        complain(e.message);
        a->misconfigured = true;
    }
    a->setup = (struct channel_setup){&a->conf.alerts, &a->secrets};
    a->delivering.setup = &a->setup;
    a->delivering.memory = &a->memory;
    check_channels(a, lines);
    free(lines);
    if (gethostname(a->host, sizeof a->host) != 0 || a->host[0] == '\0')
        text_print(a->host, sizeof a->host, "localhost");
    a->host[sizeof a->host - 1] = '\0';
    return 0;
}

/* ---- one look ---- */

static struct alert_facts look(struct alert *a, struct alert_window *window) {
    const int64_t wall_us = sys_wall_us();
    const struct conf_alerts *limits = &a->conf.alerts;
    struct alert_facts f = {
        .conf = &a->conf, .health = &a->health, .host = a->host, .wall_us = wall_us};
    if (getrandom(&f.run, sizeof f.run, GRND_NONBLOCK) != sizeof f.run)
        f.run = (uint64_t)sys_now_us();
    surroundings_ask(&a->surroundings, &a->conf, a->problems, &a->snapshot, wall_us);
    health_judge(&a->surroundings.facts, &a->health);
    if (a->surroundings.state_error.code == ENOENT)
        memset(&a->snapshot, 0, sizeof a->snapshot);
    else if (a->surroundings.state_error.code != 0)
        return f;
    *window = alert_window(&a->snapshot, &a->memory.looks, limits->window_minutes * MINUTE_US,
                           a->conf.slow_ms * 1000, wall_us);
    f.window = window;
    f.state = &a->snapshot;
    return f;
}

/* 0, or 2 with a line. */
static int judge(struct alert *a) {
    struct alert_window window;
    struct error e = {0};
    int result = 0;
    struct alert_facts f = look(a, &window);
    const int64_t window_us = a->conf.alerts.window_minutes * MINUTE_US;
    if (f.state == NULL)
        result = complain(a->surroundings.state_error.message);
    else
        alert_looks_add(&a->memory.looks, f.state, window_us, f.wall_us);
    if (a->conf.alerts.records && !a->conf.log_syslog) {
        if (alert_records_read(a->conf.log_path, &a->memory.log, f.wall_us - window_us, f.wall_us,
                               &a->groups, &e) == 0)
            f.groups = &a->groups;
        else
            result = complain(e.message);
    }
    alerts_judge(&f, &a->memory.said, &a->messages);
    return result;
}

static void print_message(const struct alert_message *m) {
    printf("%s [%s] ", alert_event_name(m->event), alert_severity_name(m->severity));
    terminal_print(stdout, m->title, SIZE_MAX);
    printf(": ");
    for (const char *line = m->text; *line != '\0';) {
        size_t n = strcspn(line, "\n");
        terminal_print(stdout, line, n);
        line += n + (line[n] == '\n');
        printf("%s", *line != '\0' ? " " : "");
    }
    putchar('\n');
}

static void queue(struct alert *a) {
    bool wanted[ALERT_CHANNELS];
    for (enum alert_channel c = 0; c < ALERT_CHANNELS; c++)
        wanted[c] = channel_wanted(c, &a->setup);
    for (size_t i = 0; i < a->messages.used; i++)
        alert_memory_queue(&a->memory, &a->messages.at[i], wanted);
}

/* What is to be said is written down before it is sent: were it not, and the run killed, it would
 * be said twice. Where it cannot be written down nothing is sent, and the next run sees it again.
 */
static int work(struct alert *a, const struct alert_memory_place *place) {
    struct error e = {0};
    int result = 0, loaded = alert_memory_load(place, &a->memory, &e);
    if (loaded != 0)
        result = complain(e.message);
    if (loaded != 0 && loaded != EBADMSG)
        return result;
    if (judge(a) != 0)
        result = 2;
    queue(a);
    if (alert_memory_save(place, &a->memory, &e) != 0)
        return complain(e.message);
    for (size_t i = 0; i < a->messages.used; i++)
        print_message(&a->messages.at[i]);
    a->delivering.place = place;
    deliver_all(&a->delivering);
    if (a->delivering.error.code != 0)
        result = complain(a->delivering.error.message);
    if (a->delivering.waiting > 0)
        fprintf(stderr, "gifvet alert: %zu to be delivered at a later run\n",
                a->delivering.waiting);
    fflush(stdout);
    return result != 0 ? result : a->delivering.waiting > 0 ? 1 : 0;
}

static int once(struct alert *a) {
    struct alert_memory_place place;
    struct error e = {0};
    int result = alert_memory_lock(&place, a->conf.state_dir, &e);
    if (result == EWOULDBLOCK) {
        printf("another gifvet alert is at work with %s\n", a->conf.state_dir);
        return 0;
    }
    if (result != 0)
        return complain(e.message);
    result = work(a, &place);
    alert_memory_unlock(&place);
    return a->misconfigured ? 2 : result;
}

/* ---- the test ---- */

static bool test_channel(struct alert *a, enum alert_channel c, const struct alert_message *m) {
    const int64_t began_us = sys_now_us();
    printf("%-8s ", channel_name(c));
    fflush(stdout);
    struct channel_result r = a->delivering.wrong[c] != NULL
                                  ? channel_failed(CHANNEL_REFUSED, "%s", a->delivering.wrong[c])
                                  : deliver_one(&a->delivering, c, m, "");
    if (r.outcome == CHANNEL_DELIVERED)
        printf("delivered in %.1f s%s", (double)(sys_now_us() - began_us) / 1e6,
               r.why[0] != '\0' ? ", but " : "");
    else
        printf("FAILED: ");
    terminal_print(stdout, r.why, SIZE_MAX);
    putchar('\n');
    return r.outcome == CHANNEL_DELIVERED;
}

static int test(struct alert *a) {
    struct alert_window window;
    struct alert_facts f = look(a, &window);
    const struct alert_message m = alerts_test(&f);
    size_t configured = 0, failed = 0;
    for (enum alert_channel c = 0; c < ALERT_CHANNELS; c++) {
        if (!channel_wanted(c, &a->setup)) {
            printf("%-8s not configured\n", channel_name(c));
            continue;
        }
        configured++;
        failed += !test_channel(a, c, &m);
    }
    if (configured == 0 && !a->misconfigured)
        return complain("no channel is configured ([alerts], gifvet.ini(5))");
    return a->misconfigured ? 2 : failed > 0 ? 1 : 0;
}

/* ---- waiting ---- */

static void end(int signal) {
    (void)signal;
}

/* The signals that end it are only heard here. */
static bool wait_ms(void *context, int64_t ms) {
    struct alert *a = context;
    const struct timespec t = {ms / 1000, ms % 1000 * 1000000};
    sigset_t none;
    sigemptyset(&none);
    if (ppoll(NULL, 0, &t, a->watch ? &none : NULL) < 0 && errno == EINTR)
        a->stop = true;
    return !a->stop;
}

static int watch(struct alert *a) {
    const struct sigaction action = {.sa_handler = end};
    sigset_t ends;
    int result = 0;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    sigprocmask(SIG_BLOCK, &ends, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    for (int64_t looks = 1;; looks++) {
        result = once(a);
        if (a->stop || looks == a->count || !wait_ms(a, a->interval_s * 1000))
            return result;
    }
}

/* ---- the command line ---- */

static int parse(struct alert *a, int argc, char **argv) {
    bool is_once = false, timed = false;
    a->interval_s = 60;
    for (int i = 1; i < argc; i++) {
        int64_t *number = strcmp(argv[i], "--interval") == 0 ? &a->interval_s
                          : strcmp(argv[i], "--count") == 0  ? &a->count
                                                             : NULL;
        if (strcmp(argv[i], "--once") == 0)
            is_once = true;
        else if (strcmp(argv[i], "--watch") == 0)
            a->watch = true;
        else if (strcmp(argv[i], "--test") == 0)
            a->test = true;
        else if (number == NULL)
            return complain("takes --once, --watch [--interval SECONDS] [--count N], or --test");
        else if (i + 1 == argc || !text_to_int(argv[++i], false, number) || *number < 1 ||
                 (number == &a->interval_s && *number > 3600))
            return complain("--interval takes seconds, 1 to 3600, --count a number from 1 on");
        else
            timed = true;
    }
    if (is_once + a->watch + a->test > 1)
        return complain("takes only one of --once, --watch and --test");
    return timed && !a->watch ? complain("--interval and --count go with --watch") : 0;
}

int command_alert(int argc, char **argv) {
    struct alert *a = calloc(1, sizeof *a);
    if (a == NULL)
        return complain("no memory");
    /* No core file and no other process of this user gets to see the secrets. */
    (void)prctl(PR_SET_DUMPABLE, 0);
    (void)signal(SIGPIPE, SIG_IGN);
    a->delivering.wait = wait_ms;
    a->delivering.context = a;
    int result = parse(a, argc, argv);
    if (result == 0)
        result = load(a);
    if (result == 0)
        result = a->test ? test(a) : a->watch ? watch(a) : once(a);
    secrets_forget(&a->secrets);
    free(a);
    return result;
}

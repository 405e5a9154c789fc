/* What an operator relies on: metrics, alerts, rollback; and after the deployment, whether it
 * works.
 *
 * Rooms: running ourselves · metrics, alerts, rollback · after the deployment */
#include "command/child.h"
#include "command/clock.h"
#include "command/command.h"
#include "command/preflight.h"
#include "operate/amount.h"
#include "operate/summary.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

/* ---- running ourselves ---- */

/* A subcommand of this very program. */
static char *run_self(const char *command, const char *option, int *status) {
    const char *const argv[] = {"gifvet", command, option, NULL};
    char self[PATH_MAX];
    return child_self(self, sizeof self) ? child_said(self, argv, environ, status) : NULL;
}

static int lines_that_begin(const char *text, const char *with) {
    int n = 0;
    for (const char *line = text; line != NULL; line = strchr(line, '\n')) {
        line += *line == '\n';
        n += strncmp(line, with, strlen(with)) == 0;
    }
    return n;
}

/* The last line that says something. */
static const char *last_line(char *text) {
    size_t n = strlen(text);
    while (n > 0 && text[n - 1] == '\n')
        text[--n] = '\0';
    char *newline = strrchr(text, '\n');
    return newline != NULL ? newline + 1 : text;
}

/* ---- metrics, alerts, rollback ---- */

void preflight_metrics(struct preflight *p) {
    int status = 127;
    char *said = run_self("metrics", NULL, &status);
    int lines = said != NULL ? lines_that_begin(said, "gifvet_") : 0;
    if (status == 0 && lines > 0)
        sheet_add(&p->sheet, SHEET_OK, "operation", "metrics", "%d figures", lines);
    else
        sheet_add(&p->sheet, SHEET_FAILED, "operation", "metrics", "exit status %d: %s", status,
                  said != NULL ? last_line(said) : strerror(errno));
    free(said);
}

/* Is this setting of that section made? */
static bool is_set(const struct conf *c, const char *key) {
    char value[CONF_PATH_MAX];
    struct text t = text_over(value, sizeof value);
    const struct conf_setting *s = conf_find("alerts", key);
    if (s == NULL)
        return false;
    conf_value_print(s, c, &t);
    return t.used > 0;
}

static bool has_channel(const struct conf *c) {
    static const char *const settings[] = {"smtp_url", "secrets", "syslog", "command"};
    static const char *const variables[] = {"GIFVET_ALERT_SLACK_WEBHOOK",
                                            "GIFVET_ALERT_TEAMS_WEBHOOK", "GIFVET_ALERT_WEBHOOK"};
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        if (is_set(c, settings[i]))
            return true;
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
        if (getenv(variables[i]) != NULL)
            return true;
    return false;
}

/* Its lines as one, without the channels that there are not. */
static char *add_channels(char to[320], char *said) {
    struct text t = text_over(to, 320);
    char *rest = NULL;
    for (char *line = strtok_r(said, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest))
        if (strstr(line, " not configured") == NULL)
            text_add(&t, "%s%s", t.used > 0 ? "; " : "", line);
    return to;
}

void preflight_alerts(struct preflight *p) {
    char channels[320];
    int status = 127;
    if (!has_channel(&p->conf)) {
        sheet_add(&p->sheet, SHEET_NOT_APPLICABLE, "operation", "alert channels",
                  "no channel is configured in [alerts]");
        return;
    }
    char *said = run_self("alert", "--test", &status);
    sheet_add(&p->sheet, status == 0 ? SHEET_OK : SHEET_FAILED, "operation", "alert channels", "%s",
              said != NULL ? add_channels(channels, said) : strerror(errno));
    free(said);
}

/* Beside this program: of the build tree, or installed. */
static bool find_script(char path[PATH_MAX + 64]) {
    static const char *const places[] = {"../scripts/rollback", "../share/gifvet/scripts/rollback"};
    char self[PATH_MAX];
    if (!child_self(self, sizeof self))
        return false;
    int directory = (int)(text_base_name(self) - self);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        text_print(path, PATH_MAX + 64, "%.*s%s", directory, self, places[i]);
        if (access(path, X_OK) == 0)
            return true;
    }
    return false;
}

void preflight_rollback(struct preflight *p) {
    char path[PATH_MAX + 64], self[PATH_MAX];
    int status = 127;
    if (!child_self(self, sizeof self) || !find_script(path)) {
        sheet_add(&p->sheet, SHEET_NOT_APPLICABLE, "operation", "rollback dry run",
                  "there is no scripts/rollback beside this gifvet");
        return;
    }
    const char *const argv[] = {path, "--dry-run", NULL};
    (void)setenv("GIFVET", self, 1); /* the gifvet that it is to use */
    char *said = child_said(path, argv, environ, &status);
    sheet_add(&p->sheet, status == 0 ? SHEET_OK : SHEET_FAILED, "operation", "rollback dry run",
              "%s --dry-run: %d things would be done%s%s", path,
              said != NULL ? lines_that_begin(said, "would") : 0,
              status != 0 ? ", and fails: " : "",
              status == 0    ? ""
              : said != NULL ? last_line(said)
                             : strerror(errno));
    free(said);
}

/* ---- after the deployment ---- */

static void judged_now(struct preflight *p) {
    const struct state_snapshot *s = p->surroundings.facts.state;
    char when[CLOCK_SIZE], ago[AMOUNT_SIZE];
    int64_t limit_s = p->conf.health_stale_after > 0 ? p->conf.health_stale_after : 3600;
    if (s == NULL || s->last_verdict_us == 0) {
        sheet_add(&p->sheet, SHEET_FAILED, "deployment", "outputs are judged",
                  "there has never been a verdict%s%s", s == NULL ? ": " : "",
                  s == NULL ? p->surroundings.state_error.message : "");
        return;
    }
    double seconds = (double)(p->wall_us - s->last_verdict_us) / 1e6;
    sheet_add(&p->sheet, seconds <= (double)limit_s ? SHEET_OK : SHEET_FAILED, "deployment",
              "outputs are judged",
              "the last verdict was %s ago (%s), %" PRIu64 " since the beginning",
              amount_time(ago, seconds > 0 ? seconds : 0),
              p->json ? clock_utc(when, s->last_verdict_us) : clock_local(when, s->last_verdict_us),
              s->results[STATE_PASSED] + s->results[STATE_FAILED]);
}

static void health(struct preflight *p) {
    static struct health h;
    health_judge(&p->surroundings.facts, &h);
    const char *first = h.used > 0             ? h.issues[0].message
                        : h.unknown[0] != '\0' ? h.unknown
                                               : "no issues";
    sheet_add(&p->sheet, h.status == HEALTH_HEALTHY ? SHEET_OK : SHEET_FAILED, "deployment",
              "health", "%s: %s", health_status_name(h.status), first);
}

static void success(struct preflight *p) {
    const struct state_snapshot *s = p->surroundings.facts.state;
    struct state_hour day = {0};
    char rate[AMOUNT_SIZE];
    size_t hours = s != NULL ? summary_hours(s, p->wall_us, 24) : 0;
    for (size_t i = 0; i < hours; i++)
        summary_add(&day, &s->hours[i]);
    const struct summary_row row = summary_row(&day);
    if (row.verdicts == 0)
        sheet_add(&p->sheet, SHEET_FAILED, "deployment", "success, 24 hours", "no verdict");
    else
        sheet_add(&p->sheet,
                  1 - row.success_rate <= p->conf.alert_threshold ? SHEET_OK : SHEET_FAILED,
                  "deployment", "success, 24 hours", "%s of %llu; failures may be %g %%",
                  amount_percent(rate, row.success_rate), (unsigned long long)row.verdicts,
                  100 * p->conf.alert_threshold);
}

/* As fast as it grows, would it fill its disk within the days asked for? */
static void log_growth(struct preflight *p) {
    const struct preflight_growth g = preflight_growth(p);
    char rate[AMOUNT_SIZE], left[AMOUNT_SIZE], each[AMOUNT_SIZE];
    int64_t free_bytes = p->surroundings.facts.log.free_bytes;
    if (p->conf.log_syslog) {
        sheet_add(&p->sheet, SHEET_NOT_APPLICABLE, "deployment", "log growth",
                  "records go to the syslog");
        return;
    }
    if (g.records == 0) {
        sheet_add(&p->sheet, p->conf.log_passes ? SHEET_FAILED : SHEET_NOT_APPLICABLE, "deployment",
                  "log growth", "no record in the last 24 hours%s",
                  p->conf.log_passes ? "" : "; passes are not recorded (log.passes)");
        return;
    }
    double days = (double)free_bytes / g.bytes_day;
    sheet_add(&p->sheet, days >= (double)p->days ? SHEET_OK : SHEET_FAILED, "deployment",
              "log growth", "%llu records of %s in 24 hours, %s a day; its disk is full in %s",
              (unsigned long long)g.records,
              amount_bytes(each, (double)g.bytes / (double)g.records),
              amount_bytes(rate, g.bytes_day), amount_time(left, 86400 * days));
}

void preflight_running(struct preflight *p) {
    judged_now(p);
    success(p);
    health(p);
    log_growth(p);
}

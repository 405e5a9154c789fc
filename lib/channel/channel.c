#include "channel/channel.h"

#include "text/text.h"

#include <stdarg.h>

static const struct {
    const char *name;
    int (*check)(const struct channel_setup *s, struct error *e);
    channel_sending *send;
} channels[ALERT_CHANNELS] = {
    [ALERT_SMTP] = {"smtp", smtp_check, smtp_send},
    [ALERT_SLACK] = {"slack", slack_check, slack_send},
    [ALERT_TEAMS] = {"teams", teams_check, teams_send},
    [ALERT_WEBHOOK] = {"webhook", webhook_check, webhook_send},
    [ALERT_SYSLOG] = {"syslog", syslog_check, syslog_send},
    [ALERT_COMMAND] = {"command", command_channel_check, command_channel_send},
};

bool channel_wanted(enum alert_channel c, const struct channel_setup *s) {
    const struct conf_alerts *a = s->conf;
    switch (c) {
    case ALERT_SMTP:
        return a->smtp_url[0] != '\0';
    case ALERT_SLACK:
        return s->secrets->values[SECRET_SLACK][0] != '\0';
    case ALERT_TEAMS:
        return s->secrets->values[SECRET_TEAMS][0] != '\0';
    case ALERT_WEBHOOK:
        return s->secrets->values[SECRET_WEBHOOK][0] != '\0';
    case ALERT_SYSLOG:
        return a->syslog[0] != '\0';
    case ALERT_COMMAND:
        return a->command[0] != '\0';
    case ALERT_CHANNELS:
        break;
    }
    return false;
}

int channel_check(enum alert_channel c, const struct channel_setup *s, struct error *e) {
    return channels[c].check(s, e);
}

struct channel_result channel_send(enum alert_channel c, const struct channel_setup *s,
                                   const struct alert_message *m, const char *late) {
    return channels[c].send(s, m, late);
}

const char *channel_name(enum alert_channel c) {
    return channels[c].name;
}

struct channel_result channel_failed(enum channel_outcome outcome, const char *format, ...) {
    struct channel_result r = {.outcome = outcome};
    struct text t = text_over(r.why, sizeof r.why);
    va_list args;
    va_start(args, format);
    text_addv(&t, format, args);
    va_end(args);
    return r;
}

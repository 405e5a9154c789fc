/* The local syslog: one datagram, RFC 5424. */
#include "channel/channel.h"
#include "channel/words.h"
#include "record/record.h"
#include "text/text.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int syslog_check(const struct channel_setup *s, struct error *e) {
    if (s->conf->syslog[0] != '/')
        return error_set(e, EINVAL, "syslog: is no absolute path");
    if (strlen(s->conf->syslog) >= sizeof((struct sockaddr_un *)0)->sun_path)
        return error_set(e, EINVAL, "syslog: is longer than a socket's path may be");
    return 0;
}

/* Facility daemon (3). What is over is no more than a notice. */
static int priority(const struct alert_message *m) {
    static const int severities[ALERT_SEVERITIES] = {5, 4, 3, 2};
    return 3 * 8 + (m->event == ALERT_ENDS ? 5 : severities[m->severity]);
}

struct channel_result syslog_send(const struct channel_setup *s, const struct alert_message *m,
                                  const char *late) {
    char line[WORDS_TITLE_SIZE + WORDS_BODY_SIZE + 256], title[WORDS_TITLE_SIZE],
        body[WORDS_BODY_SIZE], host[ALERT_NAME_SIZE];
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct text t = text_over(line, sizeof line);
    memcpy(address.sun_path, s->conf->syslog, strlen(s->conf->syslog) + 1);
    text_print(host, sizeof host, "%s", m->host[0] != '\0' ? m->host : "-");
    for (char *c = host; *c != '\0'; c++)
        if (*c <= ' ' || *c > '~')
            *c = '?';
    text_add(&t, "<%d>1 ", priority(m));
    record_time(&t, m->wall_us);
    text_add(&t, " %s gifvet %d alert - ", host, (int)getpid());
    text_add(&t, "%s: %s", words_title(title, m), words_body(body, m, late));
    for (char *c = line; *c != '\0'; c++)
        if (*c == '\n')
            *c = ' ';
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    ssize_t sent = fd < 0 ? -1
                          : sendto(fd, line, t.used, MSG_NOSIGNAL,
                                   (const struct sockaddr *)&address, sizeof address);
    int error = errno;
    if (fd >= 0)
        close(fd);
    if (sent < 0)
        return channel_failed(CHANNEL_LATER, "%s: %s", s->conf->syslog, strerror(error));
    return (struct channel_result){.outcome = CHANNEL_DELIVERED};
}

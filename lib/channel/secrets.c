#include "channel/secrets.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MAX 65536

static const struct {
    const char *name, *variable;
} names[SECRETS] = {
    [SECRET_SMTP_PASSWORD] = {"smtp_password", "GIFVET_ALERT_SMTP_PASSWORD"},
    [SECRET_SLACK] = {"slack_webhook", "GIFVET_ALERT_SLACK_WEBHOOK"},
    [SECRET_TEAMS] = {"teams_webhook", "GIFVET_ALERT_TEAMS_WEBHOOK"},
    [SECRET_WEBHOOK] = {"webhook", "GIFVET_ALERT_WEBHOOK"},
};

/* ---- the file ---- */

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r';
}

static char *trim(char *s) {
    while (is_blank(*s))
        s++;
    size_t n = strlen(s);
    while (n > 0 && is_blank(s[n - 1]))
        s[--n] = '\0';
    return s;
}

/* Why the line is none, or NULL. */
static const char *take_line(struct channel_secrets *s, char *line) {
    line = trim(line);
    if (line[0] == '\0' || line[0] == '#')
        return NULL;
    char *value = strchr(line, '=');
    if (value == NULL)
        return "is no \"name = value\"";
    *value++ = '\0';
    value = trim(value);
    const char *name = trim(line);
    for (size_t i = 0; i < SECRETS; i++)
        if (strcmp(name, names[i].name) == 0) {
            if (strlen(value) >= SECRET_SIZE)
                return "is too long";
            memcpy(s->values[i], value, strlen(value) + 1);
            return NULL;
        }
    return "names none of smtp_password, slack_webhook, teams_webhook, webhook";
}

static int take_lines(struct channel_secrets *s, const char *path, char *text, struct error *e) {
    int number = 0, result = 0;
    for (char *line = text, *next; line != NULL; line = next) {
        next = strchr(line, '\n');
        if (next != NULL)
            *next++ = '\0';
        number++;
        const char *wrong = take_line(s, line);
        if (wrong != NULL && result == 0)
            result = error_set(e, EINVAL, "%s:%d: the line %s", path, number, wrong);
    }
    return result;
}

/* Symbolic links are followed: that is how credentials are often mounted. What they lead to counts.
 */
static int open_file(const char *path, struct error *e) {
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0 || fstat(fd, &st) != 0)
        error_set(e, errno, "%s: %s", path, strerror(errno));
    else if (!S_ISREG(st.st_mode))
        error_set(e, EINVAL, "%s: is no regular file", path);
    else if (st.st_uid != geteuid() && st.st_uid != 0)
        error_set(e, EPERM, "%s: belongs to another user", path);
    else if ((st.st_mode & 077) != 0)
        error_set(e, EPERM, "%s: refused, others than its owner may use it (mode %04o; chmod 600)",
                  path, (unsigned)st.st_mode & 07777);
    else if (st.st_size >= FILE_MAX)
        error_set(e, EFBIG, "%s: is too large", path);
    else
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

static int load_file(struct channel_secrets *s, const char *path, struct error *e) {
    static char text[FILE_MAX];
    int fd = open_file(path, e);
    if (fd < 0)
        return e->code;
    size_t used = 0;
    ssize_t n = 1;
    while (n > 0 && used < sizeof text - 1) {
        n = read(fd, text + used, sizeof text - 1 - used);
        used += n > 0 ? (size_t)n : 0;
    }
    int result = n < 0 ? error_set(e, errno, "%s: %s", path, strerror(errno)) : 0;
    text[used] = '\0';
    close(fd);
    if (result == 0 && strlen(text) != used)
        result = error_set(e, EINVAL, "%s: holds binary data", path);
    if (result == 0)
        result = take_lines(s, path, text, e);
    explicit_bzero(text, sizeof text);
    return result;
}

/* ---- the environment ---- */

static int take_variable(struct channel_secrets *s, size_t i, struct error *e) {
    char *value = getenv(names[i].variable);
    int result = 0;
    if (value == NULL)
        return 0;
    size_t n = strlen(value);
    if (n < SECRET_SIZE)
        memcpy(s->values[i], value, n + 1);
    else
        result = error_set(e, EINVAL, "environment: %s: is too long", names[i].variable);
    explicit_bzero(value, n);
    unsetenv(names[i].variable);
    return result;
}

int secrets_load(struct channel_secrets *s, const char *path, struct error *e) {
    *s = (struct channel_secrets){0};
    int result = path[0] != '\0' ? load_file(s, path, e) : 0;
    for (size_t i = 0; i < SECRETS; i++) {
        int wrong = take_variable(s, i, result == 0 ? e : NULL);
        result = result != 0 ? result : wrong;
    }
    return result;
}

void secrets_forget(struct channel_secrets *s) {
    explicit_bzero(s, sizeof *s);
}

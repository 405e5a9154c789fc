/* Mail, through a server that is told to use TLS. */
#include "channel/channel.h"
#include "channel/curl.h"
#include "channel/mail.h"
#include "text/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- the settings ---- */

static int check_url(const struct conf_alerts *a, bool *implicit, struct error *e) {
    const char *url = a->smtp_url, *host;
    *implicit = strncmp(url, "smtps://", 8) == 0;
    if (*implicit)
        host = url + 8;
    else if (strncmp(url, "smtp://", 7) == 0)
        host = url + 7;
    else
        return error_set(e, EINVAL, "smtp_url: is no smtp:// or smtps:// address");
    if (strchr(host, '@') != NULL)
        return error_set(e, EINVAL,
                         "smtp_url: a name or password does not belong here "
                         "(smtp_user, and smtp_password among the secrets)");
    for (const char *c = host; *c != '\0'; c++)
        if (*c <= ' ' || *c > '~' || *c == '?' || *c == '#')
            return error_set(e, EINVAL, "smtp_url: has characters that no address has");
    return host[0] != '\0' && host[0] != '/' && host[0] != ':'
               ? 0
               : error_set(e, EINVAL, "smtp_url: names no host");
}

static int check_addresses(const struct conf_alerts *a, struct error *e) {
    size_t used = 0;
    if (!mail_address(a->smtp_from, strlen(a->smtp_from)))
        return error_set(e, EINVAL, "smtp_from: '%.60s' is no mail address", a->smtp_from);
    for (const char *to = a->smtp_to + strspn(a->smtp_to, " \t,"); *to != '\0';
         to += strspn(to, " \t,")) {
        size_t n = strcspn(to, " \t,");
        if (!mail_address(to, n))
            return error_set(e, EINVAL, "smtp_to: '%.*s' is no mail address",
                             (int)(n < 60 ? n : 60), to);
        to += n;
        used++;
    }
    return used > 0 ? 0 : error_set(e, EINVAL, "smtp_to: names nobody");
}

int smtp_check(const struct channel_setup *s, struct error *e) {
    const struct conf_alerts *a = s->conf;
    bool implicit;
    int result = check_url(a, &implicit, e);
    if (result == 0)
        result = check_addresses(a, e);
    if (result != 0 || a->smtp_user[0] == '\0')
        return result;
    if (s->secrets->values[SECRET_SMTP_PASSWORD][0] == '\0')
        return error_set(e, EINVAL, "smtp_user: there is no smtp_password among the secrets");
    if (!implicit && a->smtp_tls != CONF_TLS_REQUIRED)
        return error_set(e, EINVAL, "smtp_tls: must be required where smtp_user logs in");
    return 0;
}

/* ---- sending ---- */

/* Libcurl asks for the bytes piece by piece. */
struct upload {
    const char *at;
    size_t left;
};

static size_t give(char *to, size_t size, size_t n, void *context) {
    struct upload *u = context;
    size_t most = size * n < u->left ? size * n : u->left;
    memcpy(to, u->at, most);
    u->at += most;
    u->left -= most;
    return most;
}

/* The server's lines: how many recipients it refused. Those are the answers of 5xx and 4xx that do
 * not make the transfer fail. */
static size_t hear(char *line, size_t size, size_t n, void *context) {
    long *refusals = context;
    if (size * n >= 4 && (line[0] == '4' || line[0] == '5') && line[3] == ' ')
        ++*refusals;
    return size * n;
}

static struct curl_slist *recipients(const struct curl_calls *curl, const char *to) {
    struct curl_slist *list = NULL;
    for (to += strspn(to, " \t,"); *to != '\0'; to += strspn(to, " \t,")) {
        char address[260];
        size_t n = strcspn(to, " \t,");
        text_print(address, sizeof address, "<%.*s>", (int)n, to);
        struct curl_slist *more = curl->slist_append(list, address);
        if (more == NULL) {
            curl->slist_free_all(list);
            return NULL;
        }
        list = more;
        to += n;
    }
    return list;
}

static struct channel_result outcome(const struct curl_calls *curl, CURL *c, CURLcode code,
                                     long refusals) {
    long answer = 0;
    curl->easy_getinfo(c, CURLINFO_RESPONSE_CODE, &answer);
    if (code == CURLE_OK) {
        struct channel_result r = {.outcome = CHANNEL_DELIVERED};
        if (refusals > 0)
            text_print(r.why, sizeof r.why, "%ld of the recipients refused by the server",
                       refusals);
        return r;
    }
    const bool lasting = code == CURLE_LOGIN_DENIED || code == CURLE_USE_SSL_FAILED ||
                         code == CURLE_PEER_FAILED_VERIFICATION ||
                         code == CURLE_SSL_CACERT_BADFILE || (answer >= 500 && answer < 600);
    if (answer >= 400)
        return channel_failed(lasting ? CHANNEL_REFUSED : CHANNEL_LATER, "%s (the server said %ld)",
                              curl->easy_strerror(code), answer);
    return channel_failed(lasting ? CHANNEL_REFUSED : CHANNEL_LATER, "%s",
                          curl->easy_strerror(code));
}

static bool log_in(const struct curl_calls *curl, CURL *c, const struct channel_setup *s) {
    return s->conf->smtp_user[0] == '\0' ||
           (curl->easy_setopt(c, CURLOPT_USERNAME, s->conf->smtp_user) == CURLE_OK &&
            curl->easy_setopt(c, CURLOPT_PASSWORD, s->secrets->values[SECRET_SMTP_PASSWORD]) ==
                CURLE_OK);
}

static struct channel_result send_mail(const struct curl_calls *curl, const struct channel_setup *s,
                                       const char *mail, size_t n) {
    static const long tls[] = {CURLUSESSL_ALL, CURLUSESSL_TRY, CURLUSESSL_NONE};
    const struct conf_alerts *a = s->conf;
    CURL *c = curl_begin(curl, "smtp,smtps", (long)a->timeout_seconds, a->ca_file);
    struct curl_slist *to = recipients(curl, a->smtp_to);
    struct upload upload = {mail, n};
    struct channel_result r = channel_failed(CHANNEL_LATER, "no memory");
    char from[260];
    long refusals = 0;
    text_print(from, sizeof from, "<%s>", a->smtp_from);
    if (c != NULL && to != NULL && curl->easy_setopt(c, CURLOPT_URL, a->smtp_url) == CURLE_OK &&
        curl->easy_setopt(c, CURLOPT_USE_SSL, tls[a->smtp_tls]) == CURLE_OK &&
        curl->easy_setopt(c, CURLOPT_MAIL_FROM, from) == CURLE_OK &&
        curl->easy_setopt(c, CURLOPT_MAIL_RCPT, to) == CURLE_OK &&
        curl->easy_setopt(c, CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1L) == CURLE_OK &&
        curl->easy_setopt(c, CURLOPT_UPLOAD, 1L) == CURLE_OK &&
        curl->easy_setopt(c, CURLOPT_READFUNCTION, give) == CURLE_OK &&
        curl->easy_setopt(c, CURLOPT_READDATA, &upload) == CURLE_OK &&
        curl->easy_setopt(c, CURLOPT_HEADERFUNCTION, hear) == CURLE_OK &&
        curl->easy_setopt(c, CURLOPT_HEADERDATA, &refusals) == CURLE_OK && log_in(curl, c, s)) {
        CURLcode code = curl->easy_perform(c);
        r = outcome(curl, c, code, refusals);
    }
    curl->slist_free_all(to);
    if (c != NULL)
        curl->easy_cleanup(c);
    return r;
}

struct channel_result smtp_send(const struct channel_setup *s, const struct alert_message *m,
                                const char *late) {
    struct error e = {0};
    const struct curl_calls *curl = curl_load(&e);
    char *mail = malloc(MAIL_SIZE);
    struct channel_result r = channel_failed(CHANNEL_LATER, "no memory");
    if (curl == NULL) {
        r = channel_failed(CHANNEL_REFUSED, "%s", e.message);
    } else if (mail != NULL) {
        struct text t = text_over(mail, MAIL_SIZE);
        mail_print(&t, m, late, s->conf->smtp_from, s->conf->smtp_to);
        r = send_mail(curl, s, mail, t.used);
    }
    free(mail);
    return r;
}

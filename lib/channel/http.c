#include "channel/http.h"

#include "channel/curl.h"
#include "text/text.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

int http_check(const char *name, const char *url, bool plain, struct error *e) {
    const char *host = NULL;
    if (strncmp(url, "https://", 8) == 0)
        host = url + 8;
    else if (plain && strncmp(url, "http://", 7) == 0)
        host = url + 7;
    if (host == NULL || host[0] == '\0' || host[0] == '/')
        return error_set(e, EINVAL, "%s: is no %s address", name,
                         plain ? "https:// or http://" : "https://");
    for (const char *c = url; *c != '\0'; c++)
        if ((unsigned char)*c <= ' ' || (unsigned char)*c >= 0x7f)
            return error_set(e, EINVAL, "%s: has blanks or other bytes that no address has", name);
    return 0;
}

/* What it says is of no use to anybody, and may repeat what was sent. */
static size_t drop(char *bytes, size_t size, size_t n, void *context) {
    (void)bytes;
    (void)context;
    return size * n;
}

static struct channel_result answered(const struct curl_calls *curl, CURL *c) {
    long status = 0;
    curl_off_t wait = 0;
    curl->easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
    curl->easy_getinfo(c, CURLINFO_RETRY_AFTER, &wait);
    if (status >= 200 && status < 300)
        return (struct channel_result){.outcome = CHANNEL_DELIVERED};
    if (status >= 300 && status < 400)
        return channel_failed(CHANNEL_REFUSED, "HTTP %ld, a redirect, which is not followed",
                              status);
    bool later = status >= 500 || status == 408 || status == 425 || status == 429;
    struct channel_result r =
        channel_failed(later ? CHANNEL_LATER : CHANNEL_REFUSED, "HTTP %ld", status);
    if (later && wait > 0)
        r.wait_s = wait;
    return r;
}

/* In libcurl's words for its number: its longer messages may hold the address. */
static struct channel_result not_sent(const struct curl_calls *curl, CURLcode code) {
    switch (code) {
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
        return channel_failed(CHANNEL_REFUSED, "%s", curl->easy_strerror(code));
    default:
        return channel_failed(CHANNEL_LATER, "%s", curl->easy_strerror(code));
    }
}

static struct channel_result post(const struct curl_calls *curl, const struct channel_setup *s,
                                  const char *url, const char *body) {
    CURL *c = curl_begin(curl, "https,http", (long)s->conf->timeout_seconds, s->conf->ca_file);
    struct curl_slist *headers =
        curl->slist_append(NULL, "Content-Type: application/json; charset=utf-8");
    struct channel_result r = channel_failed(CHANNEL_LATER, "no memory");
    if (c != NULL && headers != NULL && curl->easy_setopt(c, CURLOPT_URL, url) == CURLE_OK &&
        curl->easy_setopt(c, CURLOPT_HTTPHEADER, headers) == CURLE_OK &&
        curl->easy_setopt(c, CURLOPT_USERAGENT, "gifvet/" GIFVET_VERSION) == CURLE_OK &&
        curl->easy_setopt(c, CURLOPT_WRITEFUNCTION, drop) == CURLE_OK &&
        curl->easy_setopt(c, CURLOPT_POSTFIELDSIZE, (long)strlen(body)) == CURLE_OK &&
        curl->easy_setopt(c, CURLOPT_POSTFIELDS, body) == CURLE_OK) {
        CURLcode code = curl->easy_perform(c);
        r = code == CURLE_OK ? answered(curl, c) : not_sent(curl, code);
    }
    curl->slist_free_all(headers);
    if (c != NULL)
        curl->easy_cleanup(c);
    return r;
}

struct channel_result http_post(const struct channel_setup *s, const char *url, json_t *body) {
    struct error e = {0};
    const struct curl_calls *curl = curl_load(&e);
    char *text = body != NULL ? json_dumps(body, JSON_COMPACT) : NULL;
    json_decref(body);
    struct channel_result r = curl == NULL   ? channel_failed(CHANNEL_REFUSED, "%s", e.message)
                              : text == NULL ? channel_failed(CHANNEL_LATER, "no memory")
                                             : post(curl, s, url, text);
    free(text);
    return r;
}

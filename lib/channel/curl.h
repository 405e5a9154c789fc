/* libcurl, loaded when something is to be sent: it and what it needs would cost every start of
 * gifvet, gifvet run among them, some milliseconds, and a host without it still has all the rest.
 */
#ifndef GIFVET_CHANNEL_CURL_H
#define GIFVET_CHANNEL_CURL_H

#include "text/error.h"

#include <stdbool.h>

#include <curl/curl.h>

struct curl_calls {
    CURLcode (*global_init)(long flags);
    CURL *(*easy_init)(void);
    CURLcode (*easy_setopt)(CURL *curl, CURLoption option, ...);
    CURLcode (*easy_perform)(CURL *curl);
    CURLcode (*easy_getinfo)(CURL *curl, CURLINFO info, ...);
    const char *(*easy_strerror)(CURLcode code);
    void (*easy_cleanup)(CURL *curl);
    struct curl_slist *(*slist_append)(struct curl_slist *list, const char *string);
    void (*slist_free_all)(struct curl_slist *list);
};

/* The calls, loaded once; NULL with e where libcurl is not there. */
const struct curl_calls *curl_load(struct error *e);

/* A handle with what all transfers have in common: time-outs, checks of certificates, TLS 1.2 at
 * least, no signals, no redirects, no other protocols than those of the list. NULL: no memory. */
CURL *curl_begin(const struct curl_calls *curl, const char *protocols, long timeout_s,
                 const char *ca_file);

#endif

#include "channel/curl.h"

#include <dlfcn.h>
#include <errno.h>
#include <stddef.h>
#include <string.h>

#define LIBRARY "libcurl.so.4"

static const struct {
    const char *name;
    size_t offset;
} symbols[] = {
    {"curl_global_init", offsetof(struct curl_calls, global_init)},
    {"curl_easy_init", offsetof(struct curl_calls, easy_init)},
    {"curl_easy_setopt", offsetof(struct curl_calls, easy_setopt)},
    {"curl_easy_perform", offsetof(struct curl_calls, easy_perform)},
    {"curl_easy_getinfo", offsetof(struct curl_calls, easy_getinfo)},
    {"curl_easy_strerror", offsetof(struct curl_calls, easy_strerror)},
    {"curl_easy_cleanup", offsetof(struct curl_calls, easy_cleanup)},
    {"curl_slist_append", offsetof(struct curl_calls, slist_append)},
    {"curl_slist_free_all", offsetof(struct curl_calls, slist_free_all)},
};

const struct curl_calls *curl_load(struct error *e) {
    static struct curl_calls calls;
    static bool loaded;
    if (loaded)
        return &calls;
    void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL)
        return error_set(e, ENOENT, LIBRARY " cannot be loaded (Debian: libcurl4)"), NULL;
    for (size_t i = 0; i < sizeof symbols / sizeof *symbols; i++) {
        void *symbol = dlsym(library, symbols[i].name);
        if (symbol == NULL)
            return error_set(e, ENOENT, LIBRARY " has no %s", symbols[i].name), NULL;
        memcpy((char *)&calls + symbols[i].offset, &symbol, sizeof symbol);
    }
    if (calls.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return error_set(e, EIO, LIBRARY " cannot be initialised"), NULL;
    loaded = true;
    return &calls;
}

CURL *curl_begin(const struct curl_calls *curl, const char *protocols, long timeout_s,
                 const char *ca_file) {
    CURL *c = curl->easy_init();
    if (c == NULL)
        return NULL;
    long connect_s = timeout_s < 5 ? timeout_s : 5;
    bool good = curl->easy_setopt(c, CURLOPT_PROTOCOLS_STR, protocols) == CURLE_OK &&
                curl->easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
                curl->easy_setopt(c, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
                curl->easy_setopt(c, CURLOPT_TIMEOUT, timeout_s) == CURLE_OK &&
                curl->easy_setopt(c, CURLOPT_CONNECTTIMEOUT, connect_s) == CURLE_OK &&
                curl->easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK &&
                curl->easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK &&
                curl->easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) == CURLE_OK;
    if (good && ca_file[0] != '\0')
        good = curl->easy_setopt(c, CURLOPT_CAINFO, ca_file) == CURLE_OK &&
               curl->easy_setopt(c, CURLOPT_CAPATH, NULL) == CURLE_OK;
    if (good)
        return c;
    curl->easy_cleanup(c);
    return NULL;
}

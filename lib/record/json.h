/* JSON written into a text, one object or array at a time. Commas are placed by the writer.
 *
 * Strings may hold any bytes: quotes, control characters and DEL are escaped, invalid UTF-8 becomes
 * U+FFFD, so that one value can never end a line or an object. Safe as text.h is. */
#ifndef GIFVET_RECORD_JSON_H
#define GIFVET_RECORD_JSON_H

#include "text/text.h"

struct json {
    struct text *out;
    bool comma; /* the next value needs a comma before it */
};

struct json json_over(struct text *out);

/* key is NULL inside arrays; it is written as it stands and must need no escaping. */
void json_put_object(struct json *j, const char *key);
void json_put_object_end(struct json *j);
void json_put_array(struct json *j, const char *key);
void json_put_array_end(struct json *j);
void json_put_string(struct json *j, const char *key, const char *value); /* NULL becomes null */
void json_put_string_n(struct json *j, const char *key, const char *value, size_t n);
void json_put_int(struct json *j, const char *key, int64_t value);
void json_put_real(struct json *j, const char *key, double value, int decimals); /* NaN: null */
void json_put_bool(struct json *j, const char *key, bool value);
void json_put_null(struct json *j, const char *key);

#endif

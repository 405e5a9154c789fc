#include "audit/pattern.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define DIR "{dir}"
#define NAME "{name}"

static bool begins(const char *s, const char *with) {
    return strncmp(s, with, strlen(with)) == 0;
}

static bool goes_up(const char *path) {
    for (const char *part = path; part != NULL; part = strchr(part, '/')) {
        part += part[0] == '/';
        if (begins(part, "..") && (part[2] == '/' || part[2] == '\0'))
            return true;
    }
    return false;
}

bool pattern_leads_out(const char *path) {
    return path[0] == '/' || goes_up(path);
}

int pattern_check(const char *pattern, struct error *e) {
    size_t n = strlen(pattern);
    if (strstr(pattern, NAME) == NULL)
        return error_set(e, EINVAL, "--map: '%s' has no {name} in it", pattern);
    for (const char *s = strpbrk(pattern, "{}"); s != NULL; s = strpbrk(s, "{}")) {
        if (!begins(s, DIR) && !begins(s, NAME))
            return error_set(e, EINVAL, "--map: '%s' is neither {dir} nor {name}", s);
        s = strchr(s, '}') + 1;
    }
    if (pattern_leads_out(pattern))
        return error_set(e, EINVAL, "--map: '%s' leads out of the outputs", pattern);
    if (n < 4 || strcasecmp(pattern + n - 4, ".gif") != 0)
        return error_set(e, EINVAL, "--map: '%s' does not end in .gif", pattern);
    return 0;
}

/* Writes what stands at s, returns what comes behind it. */
static const char *put(FILE *out, const char *s, const char *source, const char *name) {
    if (begins(s, NAME)) {
        fwrite(name, 1, strlen(name) - strlen(".gif"), out);
        return s + strlen(NAME);
    }
    if (begins(s, DIR)) {
        s += strlen(DIR);
        if (name > source)
            fwrite(source, 1, (size_t)(name - source) - 1, out);
        else if (s[0] == '/')
            s++;
        return s;
    }
    putc(s[0], out);
    return s + 1;
}

char *pattern_apply(const char *pattern, const char *source) {
    const char *slash = strrchr(source, '/'), *name = slash != NULL ? slash + 1 : source;
    char *output = NULL;
    size_t size;
    if (pattern == NULL)
        return strdup(source);
    FILE *out = open_memstream(&output, &size);
    if (out == NULL)
        return NULL;
    for (const char *s = pattern; s[0] != '\0';)
        s = put(out, s, source, name);
    if (fclose(out) == 0)
        return output;
    free(output);
    return NULL;
}

/* One line of a log, and what a person is shown of it: nothing that a terminal would obey, and no
 * more lines than the record has things to say. */
#include "command/log_line.h"
#include "tests/fuzz/fuzz.h"

#include <jansson.h>

static size_t things_in(const json_t *r, const char *list) {
    return json_array_size(json_object_get(r, list));
}

/* Head, reason, what was quarantined and restored; and one for every member of a list. */
static size_t most_lines(const char *line, size_t n) {
    json_t *r = json_loadb(line, n, JSON_ALLOW_NUL, NULL);
    size_t most = 4 + things_in(r, "validations") + things_in(r, "backtrace") +
                  things_in(r, "problems") +
                  things_in(json_object_get(r, "enforcement"), "problems");
    json_decref(r);
    return most;
}

static void show(const char *line, size_t n, bool failed_only) {
    char *shown = NULL;
    size_t size = 0, lines = 0;
    FILE *out = open_memstream(&shown, &size);
    HOLDS(out != NULL);
    bool record = log_line_print(out, line, n, failed_only);
    HOLDS(fclose(out) == 0);
    for (size_t i = 0; i < size; i++)
        lines += shown[i] == '\n';
    HOLDS(record || size == 0);
    HOLDS(size == 0 || shown[size - 1] == '\n');
    HOLDS(size == 0 || lines <= most_lines(line, n));
    fuzz_holds_plain(shown, size);
    free(shown);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
    char *line = (char *)fuzz_copy(data, n);
    show(line, n, false);
    show(line, n, true);
    free(line);
    return 0;
}

/* One line of a log, and what a person is shown of it: nothing that a terminal would obey. */
#include "command/log_line.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
    char *line = (char *)fuzz_copy(data, n), *shown = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&shown, &size);
    HOLDS(out != NULL);
    (void)log_line_print(out, line, n, n > 0 && data[0] == '[');
    fclose(out);
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)shown[i];
        HOLDS(c == '\n' || (c >= 0x20 && c != 0x7F));
        /* C1 in UTF-8, and the marks that turn the direction of writing. */
        HOLDS(i == 0 || (unsigned char)shown[i - 1] != 0xC2 || c >= 0xA0);
        HOLDS(i < 2 || memcmp(shown + i - 2, "\xE2\x80", 2) != 0 || c < 0xAA || c > 0xAE);
    }
    free(shown);
    free(line);
    return 0;
}

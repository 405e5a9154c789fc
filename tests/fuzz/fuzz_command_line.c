/* One command line, words ended by NUL, the first byte naming the program. */
#include "request/request.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
    static const char *const programs[] = {"gifsicle", "convert",   "gm",     "ffmpeg",
                                           "mogrify",  "gifski",    "vips",   "vipsthumbnail",
                                           "giftool",  "animately", "giffix", "nothing"};
    const char *argv[260];
    size_t argc = 1;
    if (n < 1)
        return 0;
    char *words = (char *)fuzz_copy(data, n);
    words[n - 1] = '\0';
    argv[0] = programs[data[0] % 12];
    for (char *at = words + 1; at < words + n && argc < 256; at += strlen(at) + 1)
        argv[argc++] = at;
    argv[argc] = NULL;
    struct request r = request_parse(argc, argv);
    HOLDS(request_operation_name(r.operation) != NULL);
    HOLDS(r.colors.ask != REQUEST_ASKED || r.colors.max >= 0);
    for (size_t i = 0; i < r.inputs.used; i++)
        HOLDS(strlen(r.inputs.at[i]) < n + 16);
    request_free(&r);
    size_t used = 0;
    struct error e = {0};
    char **split = request_split(words, &used, &e);
    HOLDS(split == NULL || split[used] == NULL);
    free(split);
    free(words);
    return 0;
}

/* Names and arguments of any bytes in a record: it is one line, valid JSON, plain ASCII controls
 * escaped. */
#include "record/record.h"
#include "tests/fuzz/fuzz.h"

#include <jansson.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n) {
    static char line[RECORD_SIZE];
    static struct judge_verdict v;
    const char *argv[64];
    size_t argc = 0;
    char *words = (char *)fuzz_copy(data, n + 1 > n ? n : 0);
    if (n == 0) {
        free(words);
        return 0;
    }
    words[n - 1] = '\0';
    for (char *at = words; at < words + n && argc < 64; at += strlen(at) + 1)
        argv[argc++] = at;
    struct request request = request_none();
    const struct record_process p = {.host = argv[argc - 1],
                                     .program = argv[0],
                                     .argc = argc,
                                     .argv = argv,
                                     .environment = argv[argc / 2],
                                     .mode = "enforce"};
    const struct record_file file = {.path = argv[0]};
    const struct record_enforcement e = {.quarantined = argv[0], .problems = argv[argc - 1]};
    v = (struct judge_verdict){.status = JUDGE_FAILED, .sources_used = 1, .results_used = 1};
    memcpy(v.reason, words, n < sizeof v.reason ? n : sizeof v.reason - 1);
    const struct record_verdict r = {.process = &p,
                                     .output = &file,
                                     .sources = &file,
                                     .match = "only",
                                     .request = &request,
                                     .verdict = &v,
                                     .enforcement = &e};
    struct text t = text_over(line, sizeof line);
    record_verdict(&t, &r);
    HOLDS(t.cut || (t.used > 0 && line[t.used - 1] == '\n'));
    for (size_t i = 0; i + 1 < t.used; i++)
        HOLDS((unsigned char)line[i] >= 0x20 && line[i] != 0x7F);
    json_t *parsed = t.cut ? NULL : json_loadb(line, t.used, JSON_ALLOW_NUL, NULL);
    HOLDS(t.cut || parsed != NULL);
    json_decref(parsed);
    request_free(&request);
    free(words);
    return 0;
}

/* failurepage BYTES BUNDLE...: a bare page with what a report shows of each bundle's evidence
 * (report/failure.h), under the report's Content-Security-Policy; for at most so many bytes of
 * them. Says on standard error what was written of each, and how many were dropped. */
#include "evidence/sha256.h"
#include "report/failure.h"
#include "report/html.h"

#include <stdlib.h>
#include <string.h>

/* What the report's page brings of its own. */
static const char page_css[] =
    "body{margin:1rem;font:15px/1.5 system-ui,sans-serif}main{max-width:1120px;margin:auto}"
    "@media(prefers-color-scheme:dark){body{background:#0d1117;color:#e6edf3}}";

/* 'sha256-…' of a style or script. */
static void put_hash(const char *bytes) {
    char hex[SHA256_SIZE];
    uint8_t raw[32];
    sha256((const uint8_t *)bytes, strlen(bytes), hex);
    for (size_t i = 0; i < sizeof raw; i++) {
        const char two[] = {hex[2 * i], hex[2 * i + 1], '\0'};
        raw[i] = (uint8_t)strtoul(two, NULL, 16);
    }
    fputs("'sha256-", stdout);
    html_base64(stdout, raw, sizeof raw);
    putchar('\'');
}

static void put_head(void) {
    printf("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
           "<meta name=\"viewport\" content=\"width=device-width\">\n"
           "<meta name=\"color-scheme\" content=\"light dark\">\n"
           "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
           "img-src data:; style-src ");
    put_hash(page_css);
    putchar(' ');
    put_hash(failure_css);
    printf("; script-src ");
    put_hash(failure_js);
    printf("\">\n<title>Failures</title>\n<style>%s</style>\n<style>%s</style>\n</head>\n"
           "<body>\n<main>\n<h1>Failures</h1>\n",
           page_css, failure_css);
}

int main(int argc, char **argv) {
    struct failure_pictures_budget budget = {0};
    if (argc < 3) {
        fputs("usage: failurepage BYTES BUNDLE...\n", stderr);
        return 2;
    }
    budget.left_bytes = strtoull(argv[1], NULL, 10);
    put_head();
    for (int i = 2; i < argc; i++) {
        char id[32];
        snprintf(id, sizeof id, "f%d", i - 1);
        printf("<section>\n<h2>Failure %d</h2>\n<h3>Pictures</h3>\n", i - 1);
        bool written = failure_pictures(stdout, argv[i], id, &budget);
        printf("</section>\n");
        fprintf(stderr, "%s %s\n", id, written ? "written" : "not written");
    }
    fprintf(stderr, "%llu dropped\n", (unsigned long long)budget.dropped);
    printf("</main>\n<script>%s</script>\n</body>\n</html>\n", failure_js);
    return fflush(stdout) == 0 ? 0 : 1;
}

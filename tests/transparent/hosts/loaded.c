/* A host that loads a library (library.c) while it runs, and unloads it or leaves that to the end.
 */
#include "plain.c" /* NOLINT(bugprone-suspicious-include) */

#include <dlfcn.h>

static void *library;

static void begin_output(void) {
    void (*begin)(void);
    library = dlopen("library", RTLD_NOW);
    need(library != NULL, "load the library");
    *(void **)&begin = dlsym(library, "library_begin_output");
    begin();
}

static int unloads(void) {
    begin_output();
    said("dlclose", dlclose(library));
    return 0;
}

static int leaves(void) {
    begin_output();
    return 0;
}

/* What the host asks the loader about its own mistake must be about its own mistake. */
static int mistakes(void) {
    said("close", close(half("half1.gif")));
    const char *reason = dlerror();
    say("%s", reason != NULL ? reason : "no reason");
    library = dlopen("missing.so", RTLD_NOW);
    said("close", close(half("half2.gif")));
    reason = dlerror();
    say("%s", reason != NULL ? reason : "no reason");
    return 0;
}

int main(int argc, char **argv) {
    static const struct way ways[] = {
        {"unloads", unloads}, {"leaves", leaves}, {"mistakes", mistakes}, {NULL, NULL}};
    read_source("in.gif");
    return run_way(ways, argc, argv);
}

/* A host whose library (library.c) is there from the start: its constructor runs before those of
 * preloaded objects, its destructor after theirs. */
#include "plain.c" /* NOLINT(bugprone-suspicious-include) */

extern void library_begin_output(void);

static int opens(void) {
    library_begin_output();
    return 0;
}

static int leaves_alone(void) {
    return 0;
}

int main(int argc, char **argv) {
    static const struct way ways[] = {
        {"opens", opens}, {"leaves_alone", leaves_alone}, {NULL, NULL}};
    read_source("in.gif");
    said("main", close(whole("main.gif")));
    return run_way(ways, argc, argv);
}

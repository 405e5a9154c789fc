/* A shared library that writes one GIF while it is loaded and another while it is unloaded; the
 * host asks for the first half of that one in between. */
#include "plain.c" /* NOLINT(bugprone-suspicious-include) */

extern void library_begin_output(void);

static int unfinished = -1;

__attribute__((constructor)) static void enter(void) {
    read_source("in.gif");
    said("constructor", close(whole("constructor.gif")));
}

__attribute__((visibility("default"))) void library_begin_output(void) {
    unfinished = half("destructor.gif");
}

__attribute__((destructor)) static void leave(void) {
    if (unfinished < 0)
        return;
    put_rest(unfinished);
    said("destructor", close(unfinished));
    say_state();
}

#include "text/problem.h"

#include <string.h>

void problem_add(struct text *problems, const char *what, int error) {
    if (problems->used > 0)
        text_add(problems, "\n");
    text_add(problems, "%s", what);
    if (error == 0)
        return;
    /* Not strerror(), which allocates and asks the locale. */
    const char *reason = strerrordesc_np(-error);
    if (reason != NULL)
        text_add(problems, ": %s", reason);
    else
        text_add(problems, ": error %d", -error);
}

/* Where the loader enters and leaves. */
#include "shim/ending.h"
#include "shim/real.h"
#include "shim/session.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

__attribute__((constructor)) static void begin(int argc, char **argv, char **envp) {
    real_resolve();
    session_begin(argc, argv, envp);
    if (!atomic_load(&session_active))
        return;
    (void)pthread_atfork(NULL, NULL, session_forked);
    /* Registered before all others, they are called last: after the host's own handlers and after
     * the destructors of all libraries, which may still write. */
    (void)on_exit(ending_at_exit, NULL);
    (void)at_quick_exit(ending_quickly);
}

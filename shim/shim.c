/* Where the loader enters and leaves. */
#include "shim/ending.h"
#include "shim/real.h"
#include "shim/session.h"

#include <pthread.h>
#include <stdatomic.h>

__attribute__((constructor)) static void begin(int argc, char **argv, char **envp) {
    real_resolve();
    session_begin(argc, argv, envp);
    if (atomic_load(&session_active))
        (void)pthread_atfork(NULL, NULL, session_forked);
}

__attribute__((destructor)) static void finish(void) {
    if (session_acts())
        ending_judge(true);
    session_stop();
}

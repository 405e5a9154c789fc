#include "command/heard.h"

void heard_signals(sigset_t *set, const int *signals, size_t n) {
    sigemptyset(set);
    for (size_t i = 0; i < n; i++) {
        struct sigaction now;
        if (sigaction(signals[i], NULL, &now) == 0 && now.sa_handler != SIG_IGN)
            sigaddset(set, signals[i]);
    }
}

/* Rooms: taking and giving back · showing · waiting */
#include "command/screen.h"

#include "command/heard.h"
#include "sys/sys.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#define ENTER "\033[?1049h\033[?25l\033[?7l" /* other screen, no cursor, no wrapping */
#define LEAVE "\033[?7h\033[?25h\033[?1049l"

/* ---- taking and giving back ---- */

static void enter(struct screen *s) {
    struct termios now = s->was;
    if (s->keys) {
        now.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
        now.c_cc[VMIN] = 1;
        now.c_cc[VTIME] = 0;
        (void)tcsetattr(STDIN_FILENO, TCSADRAIN, &now);
    }
    if (s->drawn) {
        fputs(ENTER, stdout);
        fflush(stdout);
    }
}

static void leave(struct screen *s) {
    if (s->drawn) {
        fputs(LEAVE, stdout);
        fflush(stdout);
    }
    if (s->keys)
        (void)tcsetattr(STDIN_FILENO, TCSADRAIN, &s->was);
}

int screen_take(struct screen *s, bool draw) {
    static const int taken[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGWINCH};
    const char *term = getenv("TERM");
    sigset_t set;
    heard_signals(&set, taken, sizeof taken / sizeof *taken);
    *s = (struct screen){.signals = -1};
    s->drawn = draw && isatty(STDOUT_FILENO) && term != NULL && strcmp(term, "dumb") != 0;
    s->keys = s->drawn && tcgetattr(STDIN_FILENO, &s->was) == 0;
    if (sigprocmask(SIG_BLOCK, &set, NULL) != 0)
        return errno;
    s->signals = signalfd(-1, &set, SFD_CLOEXEC);
    if (s->signals < 0)
        return errno;
    enter(s);
    return 0;
}

void screen_give_back(struct screen *s) {
    leave(s);
    close(s->signals);
}

/* ---- showing ---- */

void screen_size(size_t *rows, size_t *columns) {
    struct winsize w = {0};
    bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 && w.ws_row > 0 && w.ws_col > 0;
    *rows = known ? w.ws_row : 24;
    *columns = known ? w.ws_col : 80;
}

void screen_show(const struct screen *s, const char *text) {
    if (!s->drawn) {
        fputs(text, stdout);
        fflush(stdout);
        return;
    }
    size_t rows, columns;
    screen_size(&rows, &columns);
    fputs("\033[H", stdout);
    for (size_t row = 0; row < rows && *text != '\0'; row++) {
        size_t n = strcspn(text, "\n");
        printf("%s%.*s\033[K", row > 0 ? "\r\n" : "", (int)n, text);
        text += n + (text[n] == '\n');
    }
    fputs("\033[J", stdout);
    fflush(stdout);
}

/* ---- waiting ---- */

static enum screen_event of_signal(struct screen *s) {
    struct signalfd_siginfo got;
    if (read(s->signals, &got, sizeof got) != (ssize_t)sizeof got)
        return SCREEN_END;
    if (got.ssi_signo == SIGWINCH)
        return SCREEN_REDRAW;
    if (got.ssi_signo != SIGTSTP)
        return SCREEN_END;
    leave(s);
    (void)kill(getpid(), SIGSTOP);
    enter(s);
    return SCREEN_REDRAW;
}

/* An end of the terminal's input is no end of the view. */
static bool asks_to_end(struct screen *s) {
    char key;
    ssize_t n = read(STDIN_FILENO, &key, 1);
    if (n == 1)
        return key == 'q' || key == 'Q' || key == 4;
    if (n == 0 || errno != EINTR)
        s->deaf = true;
    return false;
}

enum screen_event screen_wait(struct screen *s, int64_t us) {
    const int64_t end = sys_now_us() + us;
    for (;;) {
        int64_t left = end - sys_now_us();
        if (left <= 0)
            return SCREEN_TIME;
        struct pollfd p[] = {{.fd = s->signals, .events = POLLIN},
                             {.fd = s->keys && !s->deaf ? STDIN_FILENO : -1, .events = POLLIN}};
        if (poll(p, 2, (int)((left + 999) / 1000)) < 0 && errno != EINTR)
            return SCREEN_END;
        if (p[0].revents != 0)
            return of_signal(s);
        if (p[1].revents != 0 && asks_to_end(s))
            return SCREEN_END;
    }
}

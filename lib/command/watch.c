/* gifvet watch: the state of this host, looked at again and again.
 *
 * Rooms: the log's end · one look · the command */
#include "command/command.h"
#include "command/log_line.h"
#include "command/screen.h"
#include "command/settings.h"
#include "command/view.h"
#include "operate/surroundings.h"
#include "sys/sys.h"
#include "text/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TAIL ((size_t)256 << 10)
#define SECOND_US 1000000

struct watch {
    bool json;       /* an object at each look */
    double interval; /* seconds */
    int64_t count;   /* looks; 0: until it is ended */
    struct conf conf;
    size_t problems; /* of conf */
    struct surroundings surroundings;
    struct health health;
    struct state_snapshot snapshot;
    struct view view;
    struct screen screen;
};

/* ---- the log's end ---- */

/* The bytes at the end of the log from the first whole line on; NULL when there are none. */
static char *tail(const char *path, size_t *n) {
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    char *bytes = malloc(TAIL + 1);
    ssize_t got = -1;
    off_t from = 0;
    if (fd >= 0 && bytes != NULL && fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
        from = st.st_size > (off_t)TAIL ? st.st_size - (off_t)TAIL : 0;
        got = pread(fd, bytes, TAIL, from);
    }
    if (fd >= 0)
        close(fd);
    if (got <= 0) {
        free(bytes);
        return NULL;
    }
    bytes[got] = '\0';
    char *first = from > 0 ? memchr(bytes, '\n', (size_t)got) : NULL;
    size_t skipped = first != NULL ? (size_t)(first + 1 - bytes) : 0;
    memmove(bytes, bytes + skipped, (size_t)got - skipped + 1);
    *n = (size_t)got - skipped;
    return bytes;
}

/* The call chain that gifvet log prints under a failure is too long for a view. */
static bool is_chain(const char *line) {
    return strncmp(line, "    closed by", 13) == 0 || strncmp(line, "     ", 5) == 0;
}

static void drop_chains(char *text) {
    char *to = text;
    while (*text != '\0') {
        size_t n = strcspn(text, "\n");
        n += text[n] == '\n';
        if (!is_chain(text)) {
            memmove(to, text, n);
            to += n;
        }
        text += n;
    }
    *to = '\0';
}

/* What gifvet log --failed says of them, to be freed; NULL when there is nothing, or no memory. */
static char *failures(const struct watch *w) {
    size_t n = 0, size;
    char *text = NULL, *bytes = tail(w->conf.log_path, &n);
    FILE *out = bytes != NULL ? open_memstream(&text, &size) : NULL;
    if (out == NULL) {
        free(bytes);
        return NULL;
    }
    for (char *at = bytes; at < bytes + n;) {
        char *end = memchr(at, '\n', (size_t)(bytes + n - at));
        if (end == NULL)
            break;
        (void)log_line_print(out, at, (size_t)(end - at), true);
        at = end + 1;
    }
    fclose(out);
    free(bytes);
    if (text != NULL)
        drop_chains(text);
    return text;
}

/* ---- one look ---- */

static void look(struct watch *w) {
    surroundings_ask(&w->surroundings, &w->conf, w->problems, &w->snapshot, sys_wall_us());
    health_judge(&w->surroundings.facts, &w->health);
    w->view.surroundings = &w->surroundings;
    w->view.health = &w->health;
    w->view.snapshot = w->surroundings.facts.state;
    view_look(&w->view);
}

/* What is to be shown, to be freed; NULL: no memory. */
static char *draw(const struct watch *w) {
    char *text = NULL;
    size_t n, rows, columns;
    FILE *out = open_memstream(&text, &n);
    if (out == NULL)
        return NULL;
    screen_size(&rows, &columns);
    if (w->json) {
        view_json(&w->view, out);
    } else if (w->screen.drawn) {
        char *below = failures(w);
        view_screen(&w->view, out, rows, columns, below != NULL ? below : "");
        free(below);
    } else {
        view_line(&w->view, out);
    }
    fclose(out);
    return text;
}

/* 0, or an errno. */
static int show(struct watch *w) {
    char *text = draw(w);
    if (text == NULL)
        return ENOMEM;
    screen_show(&w->screen, text);
    free(text);
    return ferror(stdout) ? EIO : 0;
}

/* ---- the command ---- */

static int run(struct watch *w) {
    int result = 0;
    for (int64_t looks = 1; result == 0; looks++) {
        look(w);
        result = show(w);
        if (looks == w->count || result != 0)
            return result;
        enum screen_event event = screen_wait(&w->screen, (int64_t)(w->interval * SECOND_US));
        if (event == SCREEN_END)
            return 0;
    }
    return result;
}

static int parse(struct watch *w, int argc, char **argv) {
    w->interval = 1;
    for (int i = 1; i < argc; i += 2) {
        if (strcmp(argv[i], "--json") == 0) {
            w->json = true;
            i--;
            continue;
        }
        bool interval = strcmp(argv[i], "--interval") == 0, count = strcmp(argv[i], "--count") == 0;
        const char *value = i + 1 < argc ? argv[i + 1] : "";
        if (!interval && !count) {
            fprintf(stderr,
                    "gifvet watch: takes --interval SECONDS, --count N and --json, not %s\n",
                    argv[i]);
            return 2;
        }
        if (interval &&
            (!text_to_double(value, &w->interval) || !(w->interval >= 0.1) || w->interval > 3600)) {
            fprintf(stderr, "gifvet watch: --interval takes seconds, 0.1 to 3600\n");
            return 2;
        }
        if (count && (!text_to_int(value, false, &w->count) || w->count < 1)) {
            fprintf(stderr, "gifvet watch: --count takes a number from 1 on\n");
            return 2;
        }
    }
    return 0;
}

int command_watch(int argc, char **argv) {
    struct watch *w = calloc(1, sizeof *w);
    if (w == NULL) {
        fprintf(stderr, "gifvet watch: no memory\n");
        return 2;
    }
    int result = parse(w, argc, argv);
    if (result == 0) {
        w->problems = settings_load(&w->conf, "watch", NULL, NULL);
        int error = screen_take(&w->screen, !w->json);
        if (error == 0) {
            error = run(w);
            screen_give_back(&w->screen);
        }
        if (error != 0) {
            fprintf(stderr, "gifvet watch: cannot show: %s\n", strerror(error));
            result = 2;
        }
    }
    free(w);
    return result;
}

/* gifvet reset: what an operator begins anew. */
#include "command/command.h"
#include "command/journal.h"
#include "command/settings.h"
#include "command/terminal.h"
#include "evidence/bundle.h"
#include "state/state.h"
#include "store/store.h"
#include "sys/sys.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int complain(const char *message) {
    fprintf(stderr, "gifvet reset: ");
    terminal_print(stderr, message, SIZE_MAX);
    fputc('\n', stderr);
    return 2;
}

static int complain_of(const char *path, int error) {
    char line[CONF_PATH_MAX + 128];
    text_print(line, sizeof line, "%s: %s", path,
               error == -EPERM ? "refused: it belongs to another user, or others may write in it"
                               : strerror(-error));
    return complain(line);
}

/* ---- performance ---- */

static void record(const struct conf *c, int argc, char **argv, const struct state_change *change) {
    struct journal j;
    const struct record_change what = {state_mode_name(change->from), state_mode_name(change->to),
                                       change->mean_ms};
    if (!journal_begin(&j, c, "reset", argc, argv))
        return;
    record_performance_mode(journal_record(&j), &j.process, &what);
    (void)journal_send(&j);
    journal_end(&j);
}

static int reset(const struct conf *c, int argc, char **argv) {
    static struct state s;
    struct state_change change = {0};
    int result = state_open(&s, c->state_dir);
    if (result == 0)
        result = state_performance_reset(&s, sys_wall_us(), &change);
    state_detach(&s);
    if (result < 0)
        return complain_of(s.path, result);
    if (result == 0) {
        printf("performance mode: was normal; the last times are forgotten\n");
        return 0;
    }
    printf("performance mode: was %s, is normal\n", state_mode_name(change.from));
    record(c, argc, argv, &change);
    return 0;
}

/* Where there is no state there is nothing to reset, and none is made for it. */
static int performance(const struct conf *c, bool is_dry, int argc, char **argv) {
    struct error e = {0};
    struct state_snapshot *snapshot = malloc(sizeof *snapshot);
    if (snapshot == NULL)
        return complain("no memory");
    int result = state_read(c->state_dir, snapshot, &e);
    enum state_mode mode = snapshot->mode;
    free(snapshot);
    if (result == ENOENT) {
        printf("performance mode: there is no state yet\n");
        return 0;
    }
    if (result != 0)
        return complain(e.message);
    if (!is_dry)
        return reset(c, argc, argv);
    printf("performance mode: is %s, would be normal\n", state_mode_name(mode));
    return 0;
}

/* ---- evidence ---- */

static int evidence(const struct conf *c, bool is_dry) {
    const char *path = c->evidence_directory;
    int store = path[0] != '\0' ? store_open(path, NULL, false) : -ENOENT;
    if (store < 0 && store != -ENOENT)
        return complain_of(path, store);
    size_t found = store >= 0 ? bundle_sweep(store, is_dry) : 0;
    if (store >= 0)
        close(store);
    printf("evidence: %zu unfinished %s%s\n", found, found == 1 ? "bundle" : "bundles",
           found == 0 ? ""
           : is_dry   ? " would be removed"
                      : " removed");
    return 0;
}

int command_reset(int argc, char **argv) {
    static struct conf c;
    bool is_dry = argc == 3 && strcmp(argv[1], "--dry-run") == 0;
    const char *what = argc == 2 || is_dry ? argv[argc - 1] : "";
    bool mode = strcmp(what, "performance") == 0;
    if (!mode && strcmp(what, "evidence") != 0)
        return complain("takes performance or evidence, and --dry-run before it");
    (void)settings_load(&c, "reset", NULL, NULL);
    int result = mode ? performance(&c, is_dry, argc, argv) : evidence(&c, is_dry);
    if (fflush(stdout) == 0 && !ferror(stdout))
        return result;
    return complain("cannot print");
}

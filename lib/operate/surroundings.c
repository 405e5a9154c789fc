#include "operate/surroundings.h"

#include "operate/emergency.h"
#include "operate/writable.h"
#include "sys/place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

static int64_t free_bytes(const char *path) {
    struct statvfs v;
    if (statvfs(path, &v) != 0)
        return -1;
    return (int64_t)(v.f_bavail * v.f_frsize);
}

/* error: why the file cannot be written as it is. Where it is not there yet, the directory above
 * decides. */
static struct health_place place_of(const char *path, int error) {
    char above[CONF_PATH_MAX];
    bool makable = writable_above(path, above, sizeof above);
    int why = makable ? 0 : errno;
    return (struct health_place){path, error == ENOENT ? why : error, free_bytes(above)};
}

/* What is no state of ours is renamed aside; what may not be opened stays in the way. */
static int ask_state_file(const char *path) {
    struct stat st;
    const char *name;
    int directory = place_parent(path, false, &name);
    if (directory < 0)
        return -directory;
    int result = faccessat(directory, ".", W_OK | X_OK, AT_EACCESS) == 0 ? 0 : errno;
    int fd = place_file(directory, name, O_RDWR, &st);
    if (result == 0 && (fd == -EACCES || fd == -EROFS))
        result = -fd;
    if (fd >= 0)
        close(fd);
    close(directory);
    return result;
}

static struct health_place ask_log(const struct conf *c) {
    if (!c->log_syslog)
        return place_of(c->log_path, -writable_file(c->log_path));
    struct health_place p = {.path = "/dev/log", .free_bytes = -1};
    p.error = access(p.path, W_OK) == 0 ? 0 : errno;
    return p;
}

void surroundings_ask(struct surroundings *s, const struct conf *c, size_t problems,
                      struct state_snapshot *snapshot, int64_t wall_us) {
    struct emergency found;
    *s = (struct surroundings){0};
    int kill_switch = emergency_look(c->state_dir, &found);
    emergency_words(&found, s->kill_switch_says, sizeof s->kill_switch_says);
    text_print(s->state_path, sizeof s->state_path, "%s/%s", c->state_dir, STATE_NAME);
    s->facts =
        (struct health_facts){.conf = c,
                              .configuration_problems = problems,
                              .variable = getenv("GIFLAB_VALIDATION_EMERGENCY_DISABLE"),
                              .kill_switch = kill_switch,
                              .kill_switch_says = s->kill_switch_says,
                              .state_file = place_of(s->state_path, ask_state_file(s->state_path)),
                              .log = ask_log(c),
                              .wall_us = wall_us};
    if (state_read(c->state_dir, snapshot, &s->state_error) == 0)
        s->facts.state = snapshot;
    s->facts.state_problem = s->state_error.message;
    s->facts.no_state_yet = s->state_error.code == ENOENT;
    /* What may not even be looked at is another user's, and so are the compressors: what they could
     * write cannot be told. */
    if (s->state_error.code == EACCES)
        s->facts.state_file.error = s->facts.log.error = 0;
}

/* Rooms: files · the stage · one run · comparing · what was kept */
#include "tests/fault/stage.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define HANGS_AFTER_MS 20000

static void die(const char *what) {
    perror(what);
    exit(2);
}

/* ---- files ---- */

char *stage_read(const char *path, size_t *n) {
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0 || fstat(fd, &st) < 0)
        return NULL;
    char *bytes = malloc((size_t)st.st_size + 1);
    ssize_t got = bytes != NULL ? read(fd, bytes, (size_t)st.st_size) : -1;
    close(fd);
    if (got < 0)
        die(path);
    bytes[got] = '\0';
    *n = (size_t)got;
    return bytes;
}

static void write_bytes(const char *path, const char *bytes, size_t n, unsigned mode) {
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    if (fd < 0 || write(fd, bytes, n) != (ssize_t)n)
        die(path);
    close(fd);
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *place) {
    (void)st;
    (void)flag;
    return place->level > 0 ? remove(path) : 0;
}

static void empty_directory(const char *path) {
    (void)nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    if (mkdir(path, 0755) < 0 && access(path, W_OK) < 0)
        die(path);
}

static void add_file(struct stage_files *all, const char *name, const char *path) {
    struct stat st;
    if (all->used == STAGE_FILES || lstat(path, &st) < 0)
        die(path);
    struct stage_file *f = &all->at[all->used++];
    snprintf(f->name, sizeof f->name, "%s", name);
    f->mode = st.st_mode;
    f->bytes = S_ISREG(st.st_mode) ? stage_read(path, &f->n) : NULL;
}

static int by_name(const void *a, const void *b) {
    return strcmp(((const struct stage_file *)a)->name, ((const struct stage_file *)b)->name);
}

/* A directory's files, by name. */
static void add_files(struct stage_files *all, const char *directory) {
    char path[PATH_MAX];
    size_t first = all->used;
    DIR *d = opendir(directory);
    if (d == NULL)
        die(directory);
    for (struct dirent *e; (e = readdir(d)) != NULL;) {
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        snprintf(path, sizeof path, "%s/%s", directory, e->d_name);
        add_file(all, e->d_name, path);
    }
    closedir(d);
    qsort(all->at + first, all->used - first, sizeof *all->at, by_name);
}

/* ---- the stage ---- */

static const char *in_stage(const struct stage *s, const char *name, char *path) {
    snprintf(path, PATH_MAX, "%s/%s", s->directory, name);
    return path;
}

/* text with the directory in the place of every @. */
static void put_directory(const struct stage *s, const char *text, char *to, size_t size) {
    size_t used = 0;
    to[0] = '\0';
    for (; *text != '\0' && used + 1 < size; text++) {
        if (*text == '@')
            used += (size_t)snprintf(to + used, size - used, "%s", s->directory);
        else
            to[used++] = *text;
        if (used < size)
            to[used] = '\0';
    }
}

static void open_page(struct stage *s) {
    char path[PATH_MAX];
    int fd = open(in_stage(s, "page", path), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0 || ftruncate(fd, sizeof *s->page) < 0)
        die(path);
    s->page = mmap(NULL, sizeof *s->page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    if (s->page == MAP_FAILED)
        die(path);
}

static void open_syslog(struct stage *s) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%.90s/syslog", s->directory);
    s->syslog = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (s->syslog < 0 || bind(s->syslog, (struct sockaddr *)&address, sizeof address) < 0)
        die(address.sun_path);
}

void stage_open(struct stage *s, const struct stage_plan *plan, const char *directory) {
    char path[PATH_MAX], text[4096];
    *s = (struct stage){.plan = plan};
    snprintf(s->directory, sizeof s->directory, "%s", directory);
    if (mkdir(s->directory, 0755) < 0)
        die(s->directory);
    add_files(&s->fixtures, plan->fixtures);
    open_page(s);
    open_syslog(s);
    put_directory(s, plan->ini != NULL ? plan->ini : "", text, sizeof text);
    write_bytes(in_stage(s, "gifvet.ini", path), text, strlen(text), 0644);
}

/* ---- one run ---- */

static void set(const struct stage *s, const char *setting) {
    static char texts[STAGE_SETTINGS + 8][PATH_MAX];
    static size_t used;
    if (used == sizeof texts / sizeof *texts)
        _exit(126);
    put_directory(s, setting, texts[used], sizeof *texts);
    (void)putenv(texts[used++]);
}

/* In the child. Pipes, because whether gifvet looks at a regular file as standard output depends on
 * whether that was made in the same tick of the clock in which the host began. */
static void play(const struct stage *s, const char *fault, const int *out) {
    char setting[PATH_MAX];
    int in = open("/dev/null", O_RDONLY);
    if (dup2(in, 0) < 0 || dup2(out[0], 1) < 0 || dup2(out[1], 2) < 0 || chdir(s->directory) < 0 ||
        chdir("x") < 0)
        _exit(126);
    close_range(3, ~0u, 0);
    (void)setpgid(0, 0);
    set(s, "GIFLAB_VALIDATION_STATE_DIR=@/state");
    set(s, "GIFLAB_VALIDATION_CONFIG=@/gifvet.ini");
    set(s, "GIFVET_FAULT_PAGE=@/page");
    set(s, "GIFVET_FAULT_SYSLOG=@/syslog");
    for (size_t i = 0; i < s->plan->settings_used; i++)
        set(s, s->plan->settings[i]);
    if (fault != NULL) {
        snprintf(setting, sizeof setting, "GIFVET_FAULT=%s", fault);
        set(s, setting);
        snprintf(setting, sizeof setting, "LD_PRELOAD=%s", s->plan->object);
        set(s, setting);
    }
    execvp(s->plan->argv[0], s->plan->argv);
    _exit(127);
}

static void wait_for(pid_t pid, struct stage_outcome *o) {
    struct pollfd ended = {.fd = pidfd_open(pid, 0), .events = POLLIN};
    if (ended.fd < 0)
        die("pidfd_open");
    o->hung = poll(&ended, 1, HANGS_AFTER_MS) == 0;
    if (o->hung)
        kill(-pid, SIGKILL);
    (void)waitpid(pid, &o->status, 0);
    close(ended.fd);
}

/* What a host wrote to a pipe, which holds all that these hosts say. */
static void add_said(struct stage_files *all, const char *name, int from) {
    static char text[1 << 16];
    struct stage_file *f = &all->at[all->used++];
    ssize_t n = read(from, text, sizeof text);
    snprintf(f->name, sizeof f->name, "%s", name);
    f->n = n > 0 ? (size_t)n : 0;
    f->bytes = malloc(f->n + 1);
    if (f->bytes == NULL)
        die(name);
    memcpy(f->bytes, text, f->n);
    close(from);
}

static void begin(struct stage *s) {
    char path[PATH_MAX];
    empty_directory(in_stage(s, "x", path));
    empty_directory(in_stage(s, "state", path));
    for (size_t i = 0; i < s->fixtures.used; i++) {
        const struct stage_file *f = &s->fixtures.at[i];
        snprintf(path, sizeof path, "%s/x/%s", s->directory, f->name);
        write_bytes(path, f->bytes, f->n, f->mode & 0777);
    }
    memset(s->page, 0, sizeof *s->page);
}

struct stage_outcome stage_run(struct stage *s, const char *fault) {
    char path[PATH_MAX];
    int out[2], err[2];
    struct stage_outcome o = {0};
    begin(s);
    if (pipe2(out, O_CLOEXEC | O_NONBLOCK) < 0 || pipe2(err, O_CLOEXEC | O_NONBLOCK) < 0)
        die("pipe");
    /* Only our ends must not block. */
    (void)fcntl(out[1], F_SETFL, 0);
    (void)fcntl(err[1], F_SETFL, 0);
    pid_t pid = fork();
    if (pid < 0)
        die("fork");
    if (pid == 0)
        play(s, fault, (const int[]){out[1], err[1]});
    close(out[1]);
    close(err[1]);
    wait_for(pid, &o);
    add_said(&o.files, "standard output", out[0]);
    add_said(&o.files, "standard error", err[0]);
    add_files(&o.files, in_stage(s, "x", path));
    return o;
}

void stage_forget(struct stage_outcome *o) {
    for (size_t i = 0; i < o->files.used; i++)
        free(o->files.at[i].bytes);
    o->files.used = 0;
}

/* ---- comparing ---- */

static bool say(char *why, size_t size, const char *what, const char *name) {
    snprintf(why, size, "%s%s", what, name);
    return true;
}

bool stage_differ(const struct stage_outcome *a, const struct stage_outcome *b, char *why,
                  size_t size) {
    if (b->hung)
        return say(why, size, "it hangs", "");
    if (a->status != b->status) {
        snprintf(why, size, "wait status %#x, not %#x", (unsigned)b->status, (unsigned)a->status);
        return true;
    }
    if (a->files.used != b->files.used)
        return say(why, size, "other files", "");
    for (size_t i = 0; i < a->files.used; i++) {
        const struct stage_file *f = &a->files.at[i], *g = &b->files.at[i];
        if (strcmp(f->name, g->name) != 0 || f->mode != g->mode)
            return say(why, size, "another name or mode: ", g->name);
        if (f->n != g->n || (f->n > 0 && memcmp(f->bytes, g->bytes, f->n) != 0))
            return say(why, size, "other bytes: ", g->name);
    }
    return false;
}

/* ---- what was kept ---- */

static struct {
    const struct stage_file *file;
    bool found;
} wanted;

static int look_at(const char *path, const struct stat *st, int flag, struct FTW *place) {
    size_t n = 0;
    (void)place;
    if (flag != FTW_F || (size_t)st->st_size != wanted.file->n)
        return 0;
    char *bytes = stage_read(path, &n);
    wanted.found |=
        bytes != NULL && n == wanted.file->n && memcmp(bytes, wanted.file->bytes, n) == 0;
    free(bytes);
    return 0;
}

bool stage_keeps(const struct stage *s, const char *name) {
    char path[PATH_MAX];
    wanted.found = false;
    for (size_t i = 0; i < s->fixtures.used; i++)
        if (strcmp(s->fixtures.at[i].name, name) == 0)
            wanted.file = &s->fixtures.at[i];
    snprintf(path, sizeof path, "%s/x/%s", s->directory, name);
    (void)nftw(path, look_at, 1, FTW_PHYS);
    (void)nftw(in_stage(s, "state", path), look_at, 16, FTW_PHYS);
    return wanted.found;
}

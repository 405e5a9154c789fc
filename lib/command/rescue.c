/* gifvet rescue: sources that mode enforce kept because a program was about to overwrite them, and
 * that the program did not live to have judged. */
#include "command/command.h"
#include "command/file.h"
#include "command/settings.h"
#include "command/terminal.h"
#include "enforce/restore.h"
#include "judge/judge.h"
#include "record/json.h"
#include "store/store.h"
#include "sys/sys.h"
#include "text/text.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define IDS_MAX 10000

struct rescue {
    bool restore, json;
    size_t told; /* copies, of which each is an object of the array then */
    const struct conf *conf;
    char **ids; /* named on the command line; NULL-terminated */
    char directory[CONF_PATH_MAX + 8];
    int store;
    char (*found)[STORE_ID_SIZE];
    size_t used;
    size_t remaining;
};

/* One copy and what is under its name now. */
enum now { RUNNING, ELSEWHERE, MISSING, BROKEN, SAME, GOOD, UNSURE };
static const char *const now_words[] = {
    "its program still runs",         "kept by another host",  "nothing is there",
    "what is there fails validation", "it is there unchanged", "a good output is there",
    "what is there cannot be judged"};

struct copy {
    const char *id;
    json_t *note;
    const char *path;
    uint8_t *bytes;
    size_t size;
};

static bool collect(void *context, const char *id, uint64_t bytes) {
    struct rescue *r = context;
    (void)bytes;
    if (r->used < IDS_MAX)
        text_print(r->found[r->used++], STORE_ID_SIZE, "%s", id);
    return r->used < IDS_MAX;
}

static int by_name(const void *a, const void *b) {
    return strcmp(a, b);
}

static long long integer(const json_t *note, const char *key) {
    return (long long)json_integer_value(json_object_get(note, key));
}

/* The note's process, not another that got its number. */
static bool runs(const json_t *note) {
    char path[64], text[1024];
    snprintf(path, sizeof path, "/proc/%lld/stat", integer(note, "pid"));
    FILE *f = fopen(path, "re");
    if (f == NULL)
        return false;
    size_t n = fread(text, 1, sizeof text - 1, f);
    fclose(f);
    text[n] = '\0';
    const char *at = strrchr(text, ')');
    for (int word = 2; at != NULL && word < 22; word++) {
        at = strchr(at, ' ');
        at = at != NULL ? at + 1 : NULL;
    }
    return at != NULL && strtoll(at, NULL, 10) == integer(note, "start");
}

/* The command line of the program that was to write it, NULL-terminated; free() the list. */
static const char **arguments(const json_t *note, size_t *argc) {
    const json_t *argv = json_object_get(note, "argv");
    const char **list = calloc(json_array_size(argv) + 1, sizeof *list);
    *argc = 0;
    for (size_t i = 0; list != NULL && i < json_array_size(argv); i++) {
        const char *word = json_string_value(json_array_get(argv, i));
        list[(*argc)++] = word != NULL ? word : "";
    }
    return list;
}

/* Is what stands there now what the program was asked to make of the source? */
static enum now judge(const struct rescue *r, const struct copy *c, const uint8_t *bytes,
                      size_t n) {
    static struct judge_verdict v;
    const struct judge_gif source = {c->bytes, c->size};
    size_t argc;
    const char **argv = arguments(c->note, &argc);
    struct request request = argv != NULL ? request_parse(argc, argv) : request_none();
    const struct judge_case judged = {.output = {bytes, n},
                                      .sources = &source,
                                      .sources_used = 1,
                                      .request = &request,
                                      .limits = &r->conf->limits,
                                      .memory_bytes = (size_t)1 << 30,
                                      .now_us = sys_now_us};
    judge_run(&judged, &v);
    request_free(&request);
    free(argv);
    int passed = judge_passed(&v);
    return passed == 1 ? GOOD : passed == 0 ? BROKEN : UNSURE;
}

static enum now look(const struct rescue *r, const struct copy *c) {
    char host[256] = "";
    struct error e = {0};
    uint8_t *bytes;
    size_t n;
    (void)gethostname(host, sizeof host - 1);
    const char *of = json_string_value(json_object_get(c->note, "host"));
    if (of == NULL || strcmp(of, host) != 0)
        return ELSEWHERE;
    if (runs(c->note))
        return RUNNING;
    if (access(c->path, F_OK) != 0)
        return MISSING;
    if (file_read(c->path, SIZE_MAX, &bytes, &n, &e) != 0)
        return BROKEN;
    enum now is = n == c->size && memcmp(bytes, c->bytes, n) == 0 ? SAME : judge(r, c, bytes, n);
    free(bytes);
    return is;
}

static struct timespec time_of(const json_t *note, const char *key) {
    long long ns = integer(note, key);
    return (struct timespec){ns / 1000000000, ns % 1000000000};
}

static bool put_back(const struct copy *c) {
    static struct attributes a;
    struct stat now;
    char problems[1024], temporary[STORE_ID_SIZE + 16];
    struct text p = text_over(problems, sizeof problems);
    const bool there = lstat(c->path, &now) == 0;
    int fd = there ? open(c->path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC) : -1;
    a = (struct attributes){.st.st_mode = (mode_t)integer(c->note, "permissions"),
                            .st.st_uid = (uid_t)integer(c->note, "uid"),
                            .st.st_gid = (gid_t)integer(c->note, "gid"),
                            .st.st_atim = time_of(c->note, "atime_ns"),
                            .st.st_mtim = time_of(c->note, "mtime_ns")};
    if (fd >= 0) {
        const struct stat was = a.st;
        attributes_read(fd, &was, &a);
        close(fd);
    }
    snprintf(temporary, sizeof temporary, ".gifvet-%s", c->id);
    const struct restore r = {.path = c->path,
                              .expect = there ? &now : NULL,
                              .bytes = c->bytes,
                              .size = c->size,
                              .attributes = &a,
                              .temporary = temporary};
    bool done = restore_file(&r, &p);
    if (p.used > 0) {
        fprintf(stderr, "gifvet rescue: ");
        terminal_print(stderr, c->path, SIZE_MAX);
        fprintf(stderr, ": %s\n", problems);
    }
    return done;
}

/* A program that was killed in the instant of putting a source back leaves it beside the name, as
 * .gifvet-TIME-PID-SERIAL (restore.h, record_id()). */
static void remove_leftovers(const struct copy *c) {
    char pid[24], path[CONF_PATH_MAX + NAME_MAX + 2];
    const size_t n = (size_t)(text_base_name(c->path) - c->path);
    snprintf(pid, sizeof pid, "-%llx-", (unsigned long long)integer(c->note, "pid"));
    /* Another program may have that number by now. */
    if (kill((pid_t)integer(c->note, "pid"), 0) == 0 || errno != ESRCH)
        return;
    snprintf(path, sizeof path, "%.*s", (int)n, c->path);
    DIR *directory = opendir(path);
    if (directory == NULL)
        return;
    for (const struct dirent *e = readdir(directory); e != NULL; e = readdir(directory)) {
        if (strncmp(e->d_name, ".gifvet-", 8) != 0 || strstr(e->d_name + 8, pid) == NULL)
            continue;
        snprintf(path, sizeof path, "%.*s%s", (int)n, c->path, e->d_name);
        if (unlink(path) != 0) {
            fprintf(stderr, "gifvet rescue: ");
            terminal_print(stderr, path, SIZE_MAX);
            fprintf(stderr, ": %s\n", strerror(errno));
        }
    }
    closedir(directory);
}

static bool is_named(const struct rescue *r, const char *id) {
    for (char **i = r->ids; *i != NULL; i++)
        if (strcmp(*i, id) == 0)
            return true;
    return false;
}

static void print_text(const struct copy *c, enum now is, bool done) {
    printf("%s  ", c->id);
    terminal_print(stdout, c->path, SIZE_MAX);
    printf("  %zu bytes: %s%s\n", c->size, now_words[is], done ? "; put back" : "");
}

static void print_json(struct rescue *r, const struct copy *c, enum now is, bool done) {
    size_t size = 6 * strlen(c->path) + 1024;
    char *copy = malloc(size);
    if (copy == NULL)
        return;
    struct text t = text_over(copy, size);
    struct json j = json_over(&t);
    json_put_object(&j, NULL);
    json_put_string(&j, "id", c->id);
    json_put_string(&j, "path", c->path);
    json_put_int(&j, "bytes", (int64_t)c->size);
    json_put_string(&j, "now", now_words[is]);
    json_put_bool(&j, "restored", done);
    json_put_object_end(&j);
    printf("%s%s", r->told++ > 0 ? "," : "", copy);
    free(copy);
}

static void handle(struct rescue *r, const struct copy *c) {
    enum now is = look(r, c);
    bool named = is_named(r, c->id);
    if (r->ids[0] != NULL && !named)
        return;
    bool wanted = r->restore && (is == MISSING || is == BROKEN || (named && is != SAME));
    bool done = wanted && put_back(c);
    if (r->json)
        print_json(r, c, is, done);
    else
        print_text(c, is, done);
    if (done || (r->restore && (is == SAME || is == GOOD))) {
        remove_leftovers(c);
        store_remove(r->store, c->id);
    } else {
        r->remaining++;
    }
}

static void each(struct rescue *r, const char *id) {
    char path[CONF_PATH_MAX + 8 + STORE_ID_SIZE + 8];
    struct error e = {0};
    struct copy c = {.id = id};
    snprintf(path, sizeof path, "%s/%s.json", r->directory, id);
    c.note = json_load_file(path, JSON_ALLOW_NUL, NULL);
    c.path = json_string_value(json_object_get(json_object_get(c.note, "source"), "path"));
    snprintf(path, sizeof path, "%s/%s.gif", r->directory, id);
    if (c.path == NULL || c.path[0] != '/') {
        fprintf(stderr, "gifvet rescue: %s: its note %s.json cannot be read\n", path, id);
        r->remaining++;
    } else if (file_read(path, SIZE_MAX, &c.bytes, &c.size, &e) != 0) {
        fprintf(stderr, "gifvet rescue: %s\n", e.message);
        r->remaining++;
    } else {
        handle(r, &c);
        free(c.bytes);
    }
    json_decref(c.note);
}

/* Whoever asks for one by its ID must not take silence for success. */
static int complain_of_strangers(const struct rescue *r) {
    int result = 0;
    for (char **i = r->ids; *i != NULL; i++) {
        bool known =
            r->used > 0 && bsearch(*i, r->found, r->used, sizeof *r->found, by_name) != NULL;
        if (known)
            continue;
        fprintf(stderr, "gifvet rescue: ");
        terminal_print(stderr, *i, SIZE_MAX);
        fprintf(stderr, ": no such copy in %s\n", r->directory);
        result = 2;
    }
    return result;
}

static int parse(struct rescue *r, int argc, char **argv) {
    r->ids = argv + argc;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--restore") == 0 && r->ids == argv + argc) {
            r->restore = true;
        } else if (strcmp(argv[i], "--json") == 0 && r->ids == argv + argc) {
            r->json = true;
        } else if (argv[i][0] == '-') {
            fprintf(stderr, "gifvet rescue: unknown option %s\n", argv[i]);
            return 2;
        } else if (r->ids == argv + argc) {
            r->ids = argv + i;
        }
    }
    return 0;
}

int command_rescue(int argc, char **argv) {
    static struct conf c;
    struct rescue r = {.conf = &c};
    if (parse(&r, argc, argv) != 0)
        return 2;
    (void)settings_load(&c, "rescue", NULL, NULL);
    snprintf(r.directory, sizeof r.directory, "%s/rescue",
             c.quarantine[0] != '\0' ? c.quarantine : c.state_dir);
    r.store = store_open(r.directory, NULL, false);
    if (r.json && (r.store >= 0 || r.store == -ENOENT))
        printf("{\"schema\":1,\"type\":\"rescue\",\"copies\":[");
    if (r.json && r.store == -ENOENT)
        puts("]}");
    if (r.store == -ENOENT)
        return complain_of_strangers(&r);
    if (r.store < 0) {
        fprintf(stderr, "gifvet rescue: %s: %s\n", r.directory, strerror(-r.store));
        return 2;
    }
    r.found = malloc(sizeof *r.found * IDS_MAX);
    if (r.found == NULL) {
        fprintf(stderr, "gifvet rescue: no memory\n");
        return 2;
    }
    store_each(r.store, collect, &r);
    qsort(r.found, r.used, sizeof *r.found, by_name);
    for (size_t i = 0; i < r.used; i++)
        each(&r, r.found[i]);
    if (r.json)
        puts("]}");
    int result = complain_of_strangers(&r);
    free(r.found);
    close(r.store);
    return result != 0 ? result : r.remaining > 0 ? 1 : 0;
}

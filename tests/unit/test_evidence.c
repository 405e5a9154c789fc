/* What is kept of a failed verdict: the hash that names it, what is written of the request and the
 * configuration, and the bound. */
#include "conf/conf.h"
#include "evidence/asked.h"
#include "evidence/bundle.h"
#include "evidence/sha256.h"
#include "store/store.h"
#include "unit.h"

#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char directory[64];

static int make_directory(void **state) {
    (void)state;
    /* Memory is quicker than a disk: more is tried at the same time. */
    strcpy(directory, access("/dev/shm", W_OK) == 0 ? "/dev/shm/test_evidence_XXXXXX"
                                                    : "/tmp/test_evidence_XXXXXX");
    return mkdtemp(directory) == NULL;
}

static int remove_directory(void **state) {
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", directory);
    return system(command);
}

/* FIPS 180-4's examples and NIST's, and every length around the ends of a block against what
 * sha256sum(1) says. */
static void hash_is_sha256(void **state) {
    (void)state;
    char hex[SHA256_SIZE];
    assert_string_equal(sha256("", 0, hex),
                        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_string_equal(sha256("abc", 3, hex),
                        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_string_equal(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56, hex),
                        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    assert_string_equal(sha256("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
                               "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
                               112, hex),
                        "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1");
    char *million = malloc(1000000);
    assert_non_null(million);
    memset(million, 'a', 1000000);
    assert_string_equal(sha256(million, 1000000, hex),
                        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    free(million);
}

static void hash_agrees_with_sha256sum(void **state) {
    (void)state;
    char command[256], hex[SHA256_SIZE], theirs[SHA256_SIZE];
    for (int n = 50; n <= 140; n++) {
        char bytes[200];
        memset(bytes, 'x', sizeof bytes);
        snprintf(command, sizeof command, "head -c %d /dev/zero | tr '\\0' x | sha256sum", n);
        FILE *p = popen(command, "r");
        assert_non_null(p);
        assert_int_equal(fscanf(p, "%64s", theirs), 1);
        pclose(p);
        assert_string_equal(sha256(bytes, (size_t)n, hex), theirs);
    }
}

/* ---- the configuration ---- */

static char reported[1024];

static void note(void *context, const struct conf_problem *p) {
    (void)context;
    snprintf(reported, sizeof reported, "%s:%d: %s: %s", p->file, p->line, p->key, p->reason);
}

/* What no INI file can hold is left out of it, and spoils nothing else. */
static void configuration_is_read_back(void **state) {
    (void)state;
    static const char *const paths[] = {"/plain/path",  "/a\nmode = enforce", "/a ; b",   ";a",
                                        "/with;inside", " /before",           "/behind ", "/a = b"};
    static struct conf c, back;
    static char ini[262144];
    char path[128];
    const struct conf_setting *s = conf_find("log", "path");
    snprintf(path, sizeof path, "%s/config.ini", directory);
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        const struct conf_input in = {.file = path, .report = note};
        conf_defaults(&c, &in);
        c.limits.max_fps = 12.5;
        assert_int_equal(conf_value_set(s, paths[i], &c, NULL), 0);
        struct text t = text_over(ini, sizeof ini);
        conf_print_ini(&c, &t);
        FILE *f = fopen(path, "w");
        assert_non_null(f);
        fputs(ini, f);
        fclose(f);
        reported[0] = '\0';
        assert_int_equal(conf_load(&back, &in), 0);
        assert_string_equal(reported, "");
        assert_true(back.limits.max_fps == 12.5);
        assert_int_equal(back.mode, CONF_SHADOW);
        bool fits = strpbrk(paths[i], "\n") == NULL && strstr(paths[i], " ;") == NULL &&
                    paths[i][0] == '/' && paths[i][strlen(paths[i]) - 1] != ' ';
        if (fits)
            assert_string_equal(back.log_path, paths[i]);
        else
            assert_non_null(strstr(ini, "# path has a value that an INI file cannot hold"));
    }
}

static void kept_by_mode_unless_said(void **state) {
    (void)state;
    static const struct {
        const char *mode, *keep, *where;
        bool kept;
    } rows[] = {{"shadow", "by_mode", "evidence", false}, {"alert", "by_mode", "evidence", true},
                {"enforce", "by_mode", "evidence", true}, {"shadow", "true", "evidence", true},
                {"alert", "false", "evidence", false},    {"alert", "true", "", false}};
    static struct conf c;
    const struct conf_input in = {0};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        conf_defaults(&c, &in);
        assert_string_equal(c.evidence_directory, "/var/lib/gifvet/evidence");
        (void)conf_value_set(conf_find("validation", "mode"), rows[i].mode, &c, NULL);
        (void)conf_value_set(conf_find("evidence", "keep"), rows[i].keep, &c, NULL);
        (void)conf_value_set(conf_find("evidence", "directory"), rows[i].where, &c, NULL);
        assert_int_equal(conf_keeps_evidence(&c), rows[i].kept);
    }
}

/* ---- the request ---- */

static void request_has_every_argument(void **state) {
    (void)state;
    enum { ARGUMENTS = 3000 };
    static const char *argv[ARGUMENTS];
    for (size_t i = 0; i < ARGUMENTS; i++)
        argv[i] = i % 2 == 0 ? "\x01\x02\x03\"\\ and more than sixty-four kilobytes of it" : "";
    argv[0] = "gifsicle";
    struct request request = request_none();
    const struct record_process p = {.program = "gifsicle",
                                     .executable = "",
                                     .version = "",
                                     .argc = ARGUMENTS,
                                     .argv = argv,
                                     .environment = "blue"};
    const struct asked asked = {.id = "66118e6349baf-13a3-1",
                                .process = &p,
                                .request = &request,
                                .match = "merged",
                                .sources = 2,
                                .unseen = NULL,
                                .memory_bytes = 1234567};
    const size_t size = asked_size(&p);
    char *buffer = malloc(size);
    assert_non_null(buffer);
    struct text t = text_over(buffer, size);
    asked_print(&t, &asked);
    assert_false(t.cut);
    json_t *read = json_loadb(t.at, t.used, 0, NULL);
    assert_non_null(read);
    const json_t *words = json_object_get(read, "argv");
    assert_int_equal(json_array_size(words), ARGUMENTS);
    for (size_t i = 0; i < ARGUMENTS; i++)
        assert_string_equal(json_string_value(json_array_get(words, i)), argv[i]);
    assert_int_equal(json_integer_value(json_object_get(read, "memory_bytes")), 1234567);
    assert_string_equal(json_string_value(json_object_get(read, "environment")), "blue");
    json_decref(read);
    free(buffer);
}

/* ---- what another process does at the worst moment ---- */

long __real_sys_call(long number, long a, long b, long c, long d, long e, long f);
long __wrap_sys_call(long number, long a, long b, long c, long d, long e, long f);

/* Once, before the first such call. */
static long before_call = -1;
static void (*before)(void);

/* So much further on the clock is, each time that it is asked. */
static long leap_s, leapt_s;

long __wrap_sys_call(long number, long a, long b, long c, long d, long e, long f) {
    if (number == before_call) {
        before_call = -1;
        before();
    }
    long result = __real_sys_call(number, a, b, c, d, e, f);
    if (number == SYS_clock_gettime)
        ((struct timespec *)b)->tv_sec += leapt_s += leap_s;
    return result;
}

static void meanwhile(long call, void (*what)(void)) {
    before = what;
    before_call = call;
}

/* ---- bundles ---- */

static const char *id_of(unsigned n) {
    static char id[STORE_ID_SIZE];
    return text_print(id, sizeof id, "%012x-1-1", 0x66118e00 + n);
}

static bool is_there(const char *where, unsigned n) {
    char path[256];
    return access(text_print(path, sizeof path, "%s/%s/" BUNDLE_SUMS, where, id_of(n)), F_OK) == 0;
}

/* One of 10,000 bytes of its own, and 10,000 that every third shares. */
static bool keep(const char *where, unsigned n, uint64_t most_bytes, uint64_t most) {
    static struct bundle b;
    static uint8_t own[10000], shared[10000];
    char why[256];
    struct text problems = text_over(why, sizeof why);
    memset(own, (int)n, sizeof own);
    memset(shared, (int)(100 + n % 3), sizeof shared);
    bundle_begin(&b, where, id_of(n));
    bundle_add(&b, BUNDLE_OUTPUT, own, sizeof own, true);
    bundle_add(&b, "source-1.gif", shared, sizeof shared, true);
    if (bundle_finish(&b, most_bytes, most, &problems))
        return true;
    fprintf(stderr, "%s: %s\n", b.id, why);
    return false;
}

static void oldest_out_first_by_count(void **state) {
    (void)state;
    char where[128];
    snprintf(where, sizeof where, "%s/count", directory);
    for (unsigned n = 0; n < 60; n++)
        assert_true(keep(where, n, UINT64_MAX, 100));
    assert_true(keep(where, 60, UINT64_MAX, 7)); /* more than one pass finds */
    for (unsigned n = 0; n <= 60; n++)
        assert_int_equal(is_there(where, n), n > 53);
}

/* A host does not wait until thousands are gone: what is over the bound is left to the next one. */
static void takes_no_longer_than_a_second(void **state) {
    (void)state;
    char where[128];
    unsigned left = 0;
    snprintf(where, sizeof where, "%s/time", directory);
    for (unsigned n = 0; n < 60; n++)
        assert_true(keep(where, n, UINT64_MAX, 100));
    leap_s = 1;
    assert_true(keep(where, 60, UINT64_MAX, 7));
    for (unsigned n = 0; n <= 60; n++)
        left += is_there(where, n);
    assert_in_range(left, 8, 59);
    assert_true(is_there(where, 60));
    assert_true(keep(where, 61, UINT64_MAX, 7));
    leap_s = 0;
    for (unsigned n = 0; n <= 61; n++)
        assert_int_equal(is_there(where, n), n > 54);
}

/* The clock went back: what has just been written is not what goes. */
static void latest_stays(void **state) {
    (void)state;
    char where[128];
    snprintf(where, sizeof where, "%s/latest", directory);
    for (unsigned n = 10; n < 13; n++)
        assert_true(keep(where, n, UINT64_MAX, 3));
    assert_true(keep(where, 0, UINT64_MAX, 3));
    assert_true(is_there(where, 0));
    assert_false(is_there(where, 10));
    assert_true(keep(where, 1, 1, 3)); /* larger than the bound, alone */
    for (unsigned n = 0; n < 13; n++)
        assert_int_equal(is_there(where, n), n == 1);
}

/* A directory that was another's before: hashes and dates are names of files, too. */
static void names_of_others_are_left_alone(void **state) {
    (void)state;
    static const char *const names[] = {"d41d8cd98f00b204e9800998ecf8427e",
                                        "da39a3ee5e6b4b0d3255bfef95601890afd80709",
                                        "202611290000",
                                        "202611290000-1",
                                        "550e8400-e29b-41d4-a716-446655440000",
                                        "66118e6349baf-13a3-1-7",
                                        "66118e6349baf--1",
                                        "66118e6349baf-13a3-"};
    char where[128], path[256];
    snprintf(where, sizeof where, "%s/others", directory);
    assert_int_equal(mkdir(where, 0700), 0);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", where, names[i]);
        assert_int_equal(mkdir(path, 0700), 0);
        snprintf(path, sizeof path, "%s/%s.gif", where, names[i]);
        assert_int_equal(close(creat(path, 0600)), 0);
    }
    assert_true(keep(where, 0, UINT64_MAX, 1));
    assert_true(keep(where, 1, UINT64_MAX, 1));
    int store = store_open(where, NULL, false);
    store_bound(store, 1, 1, NULL);
    close(store);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", where, names[i]);
        assert_int_equal(access(path, F_OK), 0);
        snprintf(path, sizeof path, "%s/%s.gif", where, names[i]);
        assert_int_equal(access(path, F_OK), 0);
    }
    assert_false(is_there(where, 0));
    assert_true(is_there(where, 1));
}

static void shared_bytes_count_once(void **state) {
    (void)state;
    char where[128];
    const uint64_t sums = 2 * 79 - 1 + 2; /* about what a list of checksums takes */
    snprintf(where, sizeof where, "%s/bytes", directory);
    /* 9 outputs and 3 sources: 120,000 bytes and the lists. */
    for (unsigned n = 0; n < 9; n++)
        assert_true(keep(where, n, 120000 + 9 * (sums + 10), 100));
    for (unsigned n = 0; n < 9; n++)
        assert_true(is_there(where, n));
    /* Room for five of them: 5 outputs, 3 sources. */
    int store = store_open(where, NULL, false);
    assert_true(store >= 0);
    bundle_bound(store, 80000 + 5 * (sums + 10), 100, NULL);
    for (unsigned n = 0; n < 9; n++)
        assert_int_equal(is_there(where, n), n > 3);
    bundle_bound(store, 25000, 100, NULL); /* one */
    for (unsigned n = 0; n < 9; n++)
        assert_int_equal(is_there(where, n), n > 7);
    char command[256];
    snprintf(command, sizeof command, "test $(ls %s/objects | wc -l) = 2", where);
    assert_int_equal(system(command), 0);
    close(store);
}

/* Bytes under the name of their hash that are others are not given to a bundle. */
static void damaged_object_is_replaced(void **state) {
    (void)state;
    char where[128], command[512];
    snprintf(where, sizeof where, "%s/damaged", directory);
    assert_true(keep(where, 0, UINT64_MAX, 100));
    snprintf(command, sizeof command,
             "for f in %s/objects/*; do rm $f; head -c 10000 /dev/urandom >$f; chmod 600 $f; done",
             where);
    assert_int_equal(system(command), 0);
    assert_true(keep(where, 3, UINT64_MAX, 100));
    assert_true(keep(where, 6, UINT64_MAX, 100));
    snprintf(command, sizeof command,
             "cd %s && for d in 0*; do (cd $d && sha256sum --quiet -c SHA256SUMS) || exit 1; done; "
             "test $(stat -c %%i 0*3-1-1/source-1.gif) = $(stat -c %%i 0*6-1-1/source-1.gif)",
             where);
    assert_int_equal(system(command), 0);
}

static char place[128];
static struct bundle others;

static void set_place(const char *name) {
    snprintf(place, sizeof place, "%s/%s", directory, name);
}

static bool is_whole(unsigned n) {
    char command[256];
    snprintf(command, sizeof command,
             "cd %s/%s && test $(ls | wc -l) = 3 && sha256sum --quiet -c SHA256SUMS", place,
             id_of(n));
    return system(command) == 0;
}

static void begin_other(void) {
    bundle_begin(&others, place, id_of(1));
    bundle_add(&others, BUNDLE_OUTPUT, "other", 5, true);
    bundle_add(&others, "source-1.gif", "source", 6, true);
}

static void finish_other(void) {
    char why[256];
    struct text problems = text_over(why, sizeof why);
    assert_true(bundle_finish(&others, UINT64_MAX, 1000, &problems));
}

static void do_other(void) {
    begin_other();
    finish_other();
}

static void bound_other(void) {
    int store = store_open(place, NULL, false);
    bundle_bound(store, UINT64_MAX, 1000, NULL);
    close(store);
}

/* One that is being written is found by the next, and has its name before the next has its lock. */
static void finished_while_it_is_looked_at(void **state) {
    (void)state;
    set_place("finished");
    begin_other();
    meanwhile(SYS_flock, finish_other);
    assert_true(keep(place, 2, UINT64_MAX, 1000));
    assert_true(is_whole(1));
    assert_true(is_whole(2));
}

/* A directory that is not locked yet is taken for one that was left. */
static void removed_before_its_lock(void **state) {
    (void)state;
    set_place("unlocked");
    meanwhile(SYS_flock, do_other);
    assert_true(keep(place, 2, UINT64_MAX, 1000));
    assert_true(is_whole(1));
    assert_true(is_whole(2));
}

/* An object that nobody has any more goes when it is about to be used again, */
static void object_goes_before_it_is_shared(void **state) {
    (void)state;
    char command[256];
    set_place("going");
    assert_true(keep(place, 0, UINT64_MAX, 1000));
    snprintf(command, sizeof command, "rm -r %s/%s", place, id_of(0));
    assert_int_equal(system(command), 0);
    meanwhile(SYS_linkat, bound_other);
    assert_true(keep(place, 0x100, UINT64_MAX, 1000)); /* the same output */
    assert_true(is_whole(0x100));
}

/* or is used again when it is about to go. */
static void object_is_shared_before_it_goes(void **state) {
    (void)state;
    char command[256];
    set_place("shared");
    do_other();
    snprintf(command, sizeof command, "rm -r %s/%s", place, id_of(1));
    assert_int_equal(system(command), 0);
    meanwhile(SYS_renameat, do_other); /* while the first object is moved out of the way */
    bound_other();
    assert_true(is_whole(1));
    snprintf(command, sizeof command, "test $(ls -A %s/objects | grep -c '^[^.]') = 2", place);
    assert_int_equal(system(command), 0);
}

/* Each looks for what the others may have left, while they write. */
static void writers_do_not_disturb_each_other(void **state) {
    (void)state;
    enum { WRITERS = 8, EACH = 60 };
    char where[128], command[256];
    int status;
    snprintf(where, sizeof where, "%s/writers", directory);
    for (unsigned w = 0; w < WRITERS; w++)
        if (fork() == 0) {
            for (unsigned i = 0; i < EACH; i++)
                if (!keep(where, w * EACH + i, UINT64_MAX, 10000))
                    _exit(1);
            _exit(0);
        }
    for (unsigned w = 0; w < WRITERS; w++) {
        assert_true(wait(&status) > 0);
        assert_int_equal(status, 0);
    }
    snprintf(command, sizeof command,
             "test $(ls %s/*-1-1 | grep -cE '^(SHA256SUMS|output.gif|source-1.gif)$') = %d", where,
             WRITERS * EACH * 3);
    assert_int_equal(system(command), 0);
}

/* Somebody gave it another name while it was being removed, and the remover was killed. */
static void dead_object_is_put_back(void **state) {
    (void)state;
    char where[128], command[512];
    snprintf(where, sizeof where, "%s/dead", directory);
    assert_true(keep(where, 0, UINT64_MAX, 100));
    snprintf(command, sizeof command,
             "cd %s/objects && for f in *; do mv $f .$f; done; "
             "echo nobodys >.$(printf %%064d 7) && chmod 600 .0*7",
             where);
    assert_int_equal(system(command), 0);
    assert_true(keep(where, 3, UINT64_MAX, 100)); /* sweeps */
    assert_true(keep(where, 0x100, UINT64_MAX, 100));
    snprintf(command, sizeof command,
             "cd %s/objects && test -z \"$(find . -name '.?*' -o -links 1 -type f)\" && "
             "test $(ls | wc -l) = 4 && test ../*8e00-1-1/output.gif -ef ../*8f00-1-1/output.gif",
             where);
    assert_int_equal(system(command), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hash_is_sha256),
        cmocka_unit_test(hash_agrees_with_sha256sum),
        cmocka_unit_test(configuration_is_read_back),
        cmocka_unit_test(kept_by_mode_unless_said),
        cmocka_unit_test(request_has_every_argument),
        cmocka_unit_test(oldest_out_first_by_count),
        cmocka_unit_test(takes_no_longer_than_a_second),
        cmocka_unit_test(latest_stays),
        cmocka_unit_test(names_of_others_are_left_alone),
        cmocka_unit_test(shared_bytes_count_once),
        cmocka_unit_test(damaged_object_is_replaced),
        cmocka_unit_test(finished_while_it_is_looked_at),
        cmocka_unit_test(removed_before_its_lock),
        cmocka_unit_test(object_goes_before_it_is_shared),
        cmocka_unit_test(object_is_shared_before_it_goes),
        cmocka_unit_test(writers_do_not_disturb_each_other),
        cmocka_unit_test(dead_object_is_put_back),
    };
    return cmocka_run_group_tests(tests, make_directory, remove_directory);
}

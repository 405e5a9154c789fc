/* Whatever has happened to the file: the host goes on, what was there is kept, and counting too.
 *
 * Rooms: calls that fail · making · what is in the way · replaced and cut short · reading */
#include "test_state.h"

#include "sys/sys.h"

#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/syscall.h>

/* ---- calls that fail ---- */

/* Linked before the door (--wrap). */
long __real_sys_call(long number, long a, long b, long c, long d, long e, long f);
long __wrap_sys_call(long number, long a, long b, long c, long d, long e, long f);

static struct {
    long number, result; /* every such call gives this; 0: none */
    long left;           /* or the call after so many; below 0: none */
    int calls, renames;
    void (*before)(long number); /* is called before each */
} door;

long __wrap_sys_call(long number, long a, long b, long c, long d, long e, long f) {
    bool undoes = number == SYS_close || number == SYS_munmap || number == SYS_unlinkat;
    door.calls++;
    door.renames += number == SYS_renameat2;
    if (door.before != NULL)
        door.before(number);
    if (door.number == number && door.result != 0)
        return door.result;
    if (door.left >= 0 && !undoes && door.left-- == 0)
        return door.result;
    return __real_sys_call(number, a, b, c, d, e, f);
}

static int begin_open(void **unused) {
    memset(&door, 0, sizeof door);
    door.left = -1;
    return begin(unused);
}

static int end_open(void **unused) {
    memset(&door, 0, sizeof door);
    door.left = -1;
    return end(unused);
}

static int entries(const char *path) {
    int n = 0;
    DIR *d = opendir(path);
    assert_non_null(d);
    while (readdir(d) != NULL)
        n++;
    closedir(d);
    return n - 2;
}

static void count_one(void) {
    struct state_validation v = validation(NOON);
    update(&v);
}

static void assert_counted(uint64_t outputs) {
    assert_int_equal(look()->results[STATE_PASSED], outputs);
}

/* ---- making ---- */

static void it_is_made_whole_and_for_its_owner_alone(void **unused) {
    (void)unused;
    struct stat st;
    assert_int_equal(state_open(&state, in_directory("not/yet/there")), 0);
    assert_int_equal(state_attach(&state), 0);
    assert_int_equal(stat(in_directory("not/yet/there/" STATE_NAME), &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    assert_int_equal(st.st_size, sizeof(struct state_file));
    assert_true((size_t)st.st_blocks * 512 >= sizeof(struct state_file));
    assert_int_equal(stat(in_directory("not/yet"), &st), 0);
    assert_int_equal(st.st_mode & 07777, 0700);
    assert_int_equal(entries(in_directory("not/yet/there")), 1);
}

static void no_descriptor_is_kept(void **unused) {
    (void)unused;
    int before = entries("/proc/self/fd");
    count_one();
    assert_int_equal(rename(in_directory(STATE_NAME), in_directory("away")), 0);
    count_one();
    look();
    assert_int_equal(entries("/proc/self/fd"), before);
}

/* All begin when the pipe is closed. */
static void those_who_make_it_at_once_get_one(void **unused) {
    (void)unused;
    enum { TURNS = 20, CHILDREN = 16 };
    for (int turn = 0; turn < TURNS; turn++) {
        int gate[2];
        char byte;
        assert_int_equal(pipe(gate), 0);
        for (int i = 0; i < CHILDREN; i++)
            if (fork() == 0) {
                struct state_validation v = validation(NOON);
                close(gate[1]);
                (void)!read(gate[0], &byte, 1);
                /* Half of the turns on a file system that cannot rename without replacing. */
                door.number = turn % 2 == 1 ? SYS_renameat2 : 0;
                door.result = -EINVAL;
                _exit(state_update(&state, &v) == 0 ? 0 : 1);
            }
        close(gate[0]);
        close(gate[1]);
        wait_for(CHILDREN);
        assert_counted(CHILDREN);
        assert_int_equal(entries(directory), 1);
        assert_int_equal(unlink(in_directory(STATE_NAME)), 0);
    }
}

static void what_a_killed_maker_left_is_removed(void **unused) {
    (void)unused;
    char name[64];
    close(open(in_directory(STATE_NAME ".new.1.1"), O_CREAT | O_WRONLY, 0600));
    snprintf(name, sizeof name, STATE_NAME ".new.%d.%d", getpid(), getpid());
    close(open(in_directory(name), O_CREAT | O_WRONLY, 0600));
    count_one();
    assert_int_equal(entries(directory), 1);
    /* Killed between its two names, where there is no better way. */
    assert_int_equal(link(in_directory(STATE_NAME), in_directory(STATE_NAME ".new.2.2")), 0);
    state_detach(&state);
    count_one();
    assert_int_equal(entries(directory), 1);
    assert_counted(2);
}

static void a_file_system_of_few_abilities_will_do(void **unused) {
    (void)unused;
    static const struct {
        long number, result;
    } rows[] = {{SYS_fallocate, -EOPNOTSUPP}, {SYS_renameat2, -EINVAL}, {SYS_fallocate, -ENOSYS}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct stat st;
        door.number = rows[i].number;
        door.result = rows[i].result;
        count_one();
        assert_counted(1);
        assert_int_equal(stat(in_directory(STATE_NAME), &st), 0);
        assert_true((size_t)st.st_blocks * 512 >= sizeof(struct state_file));
        assert_int_equal(st.st_nlink, 1);
        assert_int_equal(entries(directory), 1);
        assert_int_equal(unlink(in_directory(STATE_NAME)), 0);
    }
}

/* An error comes back, nothing is left behind, and the next call tries again. */
static void each_call_may_fail(void **unused) {
    (void)unused;
    struct state_validation v = validation(NOON);
    int descriptors = entries("/proc/self/fd"), counted = 0;
    for (long nth = 0; nth < 40; nth++) {
        static const long results[] = {-EIO, -ENOMEM, -ENOSPC, -EACCES, -EMFILE};
        door.result = results[nth % 5];
        door.left = nth;
        int result = state_update(&state, &v);
        door.left = -1;
        assert_true(result == 0 || result >= -4095);
        counted += result == 0;
        assert_int_equal(entries("/proc/self/fd"), descriptors);
        update(&v);
        assert_int_equal(entries(directory), 1);
        assert_counted(result == 0 ? 2 : 1);
        if (nth % 2 == 1) /* else its mapping is the one that is to be replaced */
            state_detach(&state);
        assert_int_equal(unlink(in_directory(STATE_NAME)), 0);
    }
    assert_true(counted > 0 && counted < 40);
}

static void a_limit_on_file_size_raises_no_signal(void **unused) {
    (void)unused;
    if (fork() == 0) {
        struct state_validation v = validation(NOON);
        struct rlimit limit = {100000, 100000};
        setrlimit(RLIMIT_FSIZE, &limit);
        signal(SIGXFSZ, SIG_DFL);
        _exit(state_update(&state, &v) == -EFBIG ? 0 : 1);
    }
    wait_for(1);
    assert_int_equal(entries(directory), 0);
}

static void a_full_disk_is_an_error(void **unused) {
    (void)unused;
    if (geteuid() != 0)
        skip();
    if (fork() == 0) {
        struct state_validation v = validation(NOON);
        if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
            mount("none", directory, "tmpfs", 0, "size=256k,mode=0700") != 0)
            _exit(77);
        _exit(state_update(&state, &v) == -ENOSPC && entries(directory) == 0 ? 0 : 1);
    }
    int status;
    wait(&status);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
        skip();
    assert_int_equal(status, 0);
}

/* As a user whom a directory without w does hold up: root's tests become another. */
static void a_directory_that_may_not_be_written_is_an_error(void **unused) {
    (void)unused;
    bool root = geteuid() == 0;
    assert_true(!root || chown(directory, 65534, 65534) == 0);
    assert_int_equal(chmod(directory, 0500), 0);
    if (fork() == 0) {
        struct state_validation v = validation(NOON);
        if (root && setresuid(65534, 65534, 65534) != 0)
            _exit(77);
        _exit(state_update(&state, &v) == -EACCES && state_mode(&state) == STATE_NORMAL ? 0 : 1);
    }
    wait_for(1);
    assert_int_equal(entries(directory), 0);
}

/* ---- what is in the way ---- */

static void write_file(const char *path, const void *bytes, size_t n) {
    int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0600);
    assert_int_equal(write(fd, bytes, n), n);
    close(fd);
}

static struct state_file damaged;

static void put_file(size_t n) {
    write_file(in_directory(STATE_NAME), &damaged, n);
}

static void in_way_empty(void) {
    put_file(0);
}
static void in_way_short(void) {
    put_file(sizeof damaged - 1);
}
static void in_way_head_alone(void) {
    put_file(sizeof damaged.head);
}
static void in_way_long(void) {
    put_file(sizeof damaged);
    assert_int_equal(truncate(in_directory(STATE_NAME), sizeof damaged + 1), 0);
}
static void in_way_zeros(void) {
    memset(&damaged, 0, sizeof damaged);
    put_file(sizeof damaged);
}
static void in_way_noise(void) {
    for (size_t i = 0; i < sizeof damaged; i++)
        ((unsigned char *)&damaged)[i] = (unsigned char)((i * 2654435761u) >> 13);
    put_file(sizeof damaged);
}
static void in_way_older(void) {
    damaged.head.version = STATE_VERSION - 1;
    put_file(sizeof damaged);
}
static void in_way_newer(void) {
    damaged.head.version = STATE_VERSION + 1;
    put_file(sizeof damaged);
}
static void in_way_other_layout(void) {
    damaged.head.layout ^= 1;
    put_file(sizeof damaged);
}
static void in_way_link(void) {
    write_file(in_directory("target"), &damaged, sizeof damaged);
    assert_int_equal(symlink("target", in_directory(STATE_NAME)), 0);
}
static void in_way_dangling(void) {
    assert_int_equal(symlink("nowhere", in_directory(STATE_NAME)), 0);
}
static void in_way_second_name(void) {
    write_file(in_directory("target"), &damaged, sizeof damaged);
    assert_int_equal(link(in_directory("target"), in_directory(STATE_NAME)), 0);
}
static void in_way_pipe(void) {
    assert_int_equal(mkfifo(in_directory(STATE_NAME), 0600), 0);
}
static void in_way_directory(void) {
    assert_int_equal(mkdir(in_directory(STATE_NAME), 0700), 0);
    write_file(in_directory(STATE_NAME "/file"), "x", 1);
}
static void in_way_of_another_user(void) {
    put_file(sizeof damaged);
    if (geteuid() == 0)
        assert_int_equal(chown(in_directory(STATE_NAME), 65534, 65534), 0);
    else
        in_way_zeros();
}

static void (*const in_way[])(void) = {
    in_way_empty, in_way_short,        in_way_head_alone,  in_way_long,      in_way_zeros,
    in_way_noise, in_way_older,        in_way_newer,       in_way_link,      in_way_dangling,
    in_way_pipe,  in_way_other_layout, in_way_second_name, in_way_directory, in_way_of_another_user,
};
#define IN_WAY (sizeof in_way / sizeof *in_way)

/* A state that would be good, to be damaged. */
static void put_in_way(size_t i) {
    int fd;
    state_detach(&state);
    assert_int_equal(state_attach(&state), 0);
    fd = open(in_directory(STATE_NAME), O_RDONLY);
    assert_int_equal(read(fd, &damaged, sizeof damaged), sizeof damaged);
    close(fd);
    assert_int_equal(unlink(in_directory(STATE_NAME)), 0);
    in_way[i]();
}

static void what_is_no_state_of_ours_is_moved_aside(void **unused) {
    (void)unused;
    for (size_t i = 0; i < IN_WAY; i++) {
        struct stat before, after;
        put_in_way(i);
        assert_int_equal(lstat(in_directory(STATE_NAME), &before), 0);
        count_one();
        count_one();
        assert_counted(2);
        assert_int_equal(lstat(in_directory(STATE_NAME ".damaged.1"), &after), 0);
        assert_int_equal(before.st_ino, after.st_ino);
        assert_int_equal(before.st_size, after.st_size);
        if (access(in_directory("target"), F_OK) == 0) {
            static struct state_file now;
            int fd = open(in_directory("target"), O_RDONLY);
            assert_int_equal(read(fd, &now, sizeof now), sizeof now);
            assert_memory_equal(&now, &damaged, sizeof now);
            close(fd);
        }
        assert_int_equal(end(unused), 0);
        assert_int_equal(begin(unused), 0);
    }
}

static void few_of_them_are_kept(void **unused) {
    (void)unused;
    for (size_t i = 0; i < 3 * IN_WAY; i++) {
        put_in_way(i % IN_WAY);
        count_one();
        assert_counted(1);
        assert_int_equal(unlink(in_directory(STATE_NAME)), 0);
        (void)unlink(in_directory("target"));
    }
    assert_int_equal(entries(directory), 4);
}

/* Between two steps, another process has put a good one there. */
static long replaced_before;

static void replace_by_good(long number) {
    if (number != replaced_before)
        return;
    door.before = NULL;
    assert_int_equal(rename(in_directory("good"), in_directory(STATE_NAME)), 0);
}

static void a_good_one_is_not_moved_aside(void **unused) {
    (void)unused;
    /* Seen before it is moved, or only then: moved and moved back. */
    static const struct {
        long before;
        int renames;
    } rows[] = {{SYS_pread64, 0}, {SYS_renameat2, 2}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        count_one();
        assert_int_equal(rename(in_directory(STATE_NAME), in_directory("good")), 0);
        memset(&damaged, 0, sizeof damaged);
        put_file(sizeof damaged);
        replaced_before = rows[i].before;
        door.before = replace_by_good;
        door.renames = 0;
        count_one();
        assert_int_equal(door.renames, rows[i].renames);
        assert_counted(2 * (i + 1));
        assert_int_equal(entries(directory), 1);
    }
}

/* ---- replaced and cut short ---- */

static void cut_short_under_the_mapping_is_no_fault(void **unused) {
    (void)unused;
    static const off_t sizes[] = {0, 100, 4096, sizeof(struct state_file) - 1};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct state_performance_limits limits = {100, 200, 10, 60};
        struct state_monitor_limits monitor = {100, 0.05};
        struct state_change change;
        struct state_alerts alerts;
        count_one();
        assert_int_equal(truncate(in_directory(STATE_NAME), sizes[i]), 0);
        switch (i) { /* whichever comes first */
        case 0:
            count_one();
            break;
        case 1:
            assert_int_equal(state_mode(&state), STATE_NORMAL);
            break;
        case 2:
            assert_false(state_performance(&state, &limits, NOON, &change));
            break;
        default:
            assert_false(state_monitor(&state, &monitor, &alerts));
            break;
        }
        assert_counted(i == 0 ? 1 : 0);
        assert_int_equal(state_snapshot(&state, &snapshot), 0);
        assert_int_equal(unlink(in_directory(STATE_NAME)), 0);
    }
}

static void counting_follows_the_name(void **unused) {
    (void)unused;
    struct state_file *at;
    count_one();
    at = atomic_load(&state.file);
    assert_int_equal(rename(in_directory(STATE_NAME), in_directory("first")), 0);
    count_one();
    count_one();
    assert_counted(2);
    assert_int_equal(unlink(in_directory(STATE_NAME)), 0);
    count_one();
    assert_counted(1);
    assert_int_equal(rename(in_directory("first"), in_directory(STATE_NAME)), 0);
    count_one();
    assert_counted(2);
    assert_ptr_equal(atomic_load(&state.file), at); /* whoever is in an update is not left behind */
}

/* Restored from a copy: another inode, the same state. */
static void a_copy_is_as_good(void **unused) {
    (void)unused;
    count_one();
    int fd = open(in_directory(STATE_NAME), O_RDONLY);
    assert_int_equal(read(fd, &damaged, sizeof damaged), sizeof damaged);
    close(fd);
    write_file(in_directory("copy"), &damaged, sizeof damaged);
    assert_int_equal(rename(in_directory("copy"), in_directory(STATE_NAME)), 0);
    count_one();
    assert_counted(2);
    assert_int_equal(entries(directory), 1);
    int calls = door.calls;
    count_one();
    assert_int_equal(door.calls - calls, 1); /* the look: it is attached to for good */
}

static void one_call_is_all_that_an_update_asks_of_the_kernel(void **unused) {
    (void)unused;
    count_one();
    int calls = door.calls;
    for (int i = 0; i < 100; i++)
        count_one();
    assert_int_equal(door.calls - calls, 100);
}

/* ---- reading ---- */

static void reading_makes_and_moves_nothing(void **unused) {
    (void)unused;
    struct error e;
    assert_int_equal(state_read(in_directory("none"), &snapshot, &e), ENOENT);
    assert_int_equal(entries(directory), 0);
    for (size_t i = 0; i < IN_WAY; i++) {
        struct stat before, after;
        put_in_way(i);
        assert_int_equal(lstat(in_directory(STATE_NAME), &before), 0);
        assert_int_not_equal(state_read(directory, &snapshot, &e), 0);
        assert_int_equal(strncmp(e.message, in_directory(STATE_NAME ": "),
                                 strlen(in_directory(STATE_NAME ": "))),
                         0);
        assert_null(strchr(e.message, '\n'));
        assert_true(e.code > 0);
        assert_int_equal(lstat(in_directory(STATE_NAME), &after), 0);
        assert_int_equal(before.st_ino, after.st_ino);
        assert_int_equal(end(unused), 0);
        assert_int_equal(begin(unused), 0);
    }
}

static void errors_say_what_is_wrong(void **unused) {
    (void)unused;
    static const struct {
        void (*in_way)(void);
        int code;
        const char *says;
    } rows[] = {{in_way_noise, EINVAL, "is no state of gifvet, or damaged"},
                {in_way_newer, EINVAL, "is the state of another version of gifvet"},
                {in_way_other_layout, EINVAL, "is the state of another build of gifvet"},
                {in_way_short, EINVAL, "is cut short or too long"},
                {in_way_link, ELOOP, "is a symbolic link"},
                {in_way_pipe, EINVAL, "is no regular file"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct error e;
        for (size_t k = 0; k < IN_WAY; k++)
            if (in_way[k] == rows[i].in_way)
                put_in_way(k);
        assert_int_equal(state_read(directory, &snapshot, &e), rows[i].code);
        assert_non_null(strstr(e.message, rows[i].says));
        assert_int_equal(end(unused), 0);
        assert_int_equal(begin(unused), 0);
    }
}

static void a_name_that_is_too_long_is_an_error(void **unused) {
    (void)unused;
    char name[PATH_MAX];
    memset(name, 'x', sizeof name);
    name[sizeof name - 1] = '\0';
    assert_int_equal(state_open(&state, name), -ENAMETOOLONG);
    name[PATH_MAX - sizeof STATE_NAME] = '\0';
    assert_int_equal(state_open(&state, name), -ENAMETOOLONG);
    name[PATH_MAX - sizeof STATE_NAME - 1] = '\0';
    assert_int_equal(state_open(&state, name), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin_open, end_open)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(it_is_made_whole_and_for_its_owner_alone),
        TEST(no_descriptor_is_kept),
        TEST(those_who_make_it_at_once_get_one),
        TEST(what_a_killed_maker_left_is_removed),
        TEST(a_file_system_of_few_abilities_will_do),
        TEST(each_call_may_fail),
        TEST(a_limit_on_file_size_raises_no_signal),
        TEST(a_full_disk_is_an_error),
        TEST(a_directory_that_may_not_be_written_is_an_error),
        TEST(what_is_no_state_of_ours_is_moved_aside),
        TEST(few_of_them_are_kept),
        TEST(a_good_one_is_not_moved_aside),
        TEST(cut_short_under_the_mapping_is_no_fault),
        TEST(counting_follows_the_name),
        TEST(a_copy_is_as_good),
        TEST(one_call_is_all_that_an_update_asks_of_the_kernel),
        TEST(reading_makes_and_moves_nothing),
        TEST(errors_say_what_is_wrong),
        TEST(a_name_that_is_too_long_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

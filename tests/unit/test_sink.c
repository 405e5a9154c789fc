/* The log loses and tears no line, and is only ever a regular file that is ours to write. */
#include "record/sink.h"

#include "record/record.h"
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROCESSES 200
#define LINES 20

static char directory[64];

static int make_directory(void **state) {
    (void)state;
    strcpy(directory, "/tmp/test_sink_XXXXXX");
    return mkdtemp(directory) == NULL;
}

static int remove_directory(void **state) {
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", directory);
    return system(command);
}

static const char *in_directory(const char *name) {
    static char path[4][128];
    static int next;
    char *p = path[next++ % 4];
    snprintf(p, sizeof path[0], "%s/%s", directory, name);
    return p;
}

/* 0777 where it is not there. */
static unsigned rights(const char *name) {
    struct stat st;
    return stat(in_directory(name), &st) == 0 ? st.st_mode & 07777 : 0777;
}

/* Whatever the host lets be taken away from files: nobody is locked out of what is made, and what
 * cannot be put right is not left. */
static void umask_of_the_host_does_not_count(void **state) {
    (void)state;
    static const unsigned masks[] = {0, 0022, 0077, 0177, 0277, 0377, 0477, 0777};
    for (size_t i = 0; i < sizeof masks / sizeof *masks; i++) {
        char above[32], log[64];
        snprintf(above, sizeof above, "mask%o", masks[i]);
        snprintf(log, sizeof log, "%s/below/log.jsonl", above);
        mode_t before = umask(masks[i]);
        int result = sink_file(in_directory(log), "1\n", 2, false);
        umask(before);
        if (geteuid() == 0 || (masks[i] & S_IRUSR) == 0) {
            assert_int_equal(result, 0);
            assert_int_equal(rights(above), 0700);
            assert_int_equal(rights(log), 0600);
            assert_int_equal(sink_file(in_directory(log), "2\n", 2, false), 0);
        } else {
            assert_int_equal(rights(above), 0777);
        }
    }
}

static void child_writes(const char *log, int number) {
    char line[4096];
    for (int i = 0; i < LINES; i++) {
        int n = snprintf(line, sizeof line, "{\"process\":%d,\"line\":%d,\"fill\":\"", number, i);
        memset(line + n, 'a' + number % 26, 3000);
        strcpy(line + n + 3000, "\"}\n");
        if (sink_file(log, line, strlen(line), false) != 0)
            _exit(1);
    }
    _exit(0);
}

static void two_hundred_processes_lose_and_tear_no_line(void **state) {
    (void)state;
    const char *log = in_directory("deep/er/log.jsonl");
    static unsigned char seen[PROCESSES][LINES];
    for (int i = 0; i < PROCESSES; i++)
        if (fork() == 0)
            child_writes(log, i);
    for (int i = 0; i < PROCESSES; i++) {
        int status;
        wait(&status);
        assert_int_equal(status, 0);
    }
    FILE *f = fopen(log, "r");
    assert_non_null(f);
    char line[8192];
    size_t lines = 0;
    while (fgets(line, sizeof line, f) != NULL) {
        int process = -1, number = -1;
        if (line[0] == '\n')
            continue; /* before a line that found another one half written */
        assert_int_equal(sscanf(line, "{\"process\":%d,\"line\":%d,", &process, &number), 2);
        assert_string_equal(line + strlen(line) - 3, "\"}\n");
        seen[process][number]++;
        lines++;
    }
    fclose(f);
    assert_int_equal(lines, PROCESSES * LINES);
    for (int i = 0; i < PROCESSES; i++)
        for (int k = 0; k < LINES; k++)
            assert_int_equal(seen[i][k], 1);
    struct stat st;
    assert_int_equal(stat(log, &st), 0);
    assert_int_equal(st.st_mode & 07777 & ~0600u, 0);
}

static void only_regular_files_are_written(void **state) {
    (void)state;
    const char *target = in_directory("target"), *link = in_directory("link");
    close(open(target, O_CREAT | O_WRONLY, 0600));
    assert_int_equal(symlink(target, link), 0);
    assert_int_equal(sink_file(link, "x\n", 2, false), -ELOOP);
    assert_int_equal(sink_file("/dev/full", "x\n", 2, false), -EINVAL);
    assert_int_equal(sink_file(directory, "x\n", 2, false), -EISDIR);
    const char *fifo = in_directory("fifo");
    assert_int_equal(mkfifo(fifo, 0600), 0);
    assert_true(sink_file(fifo, "x\n", 2, false) < 0); /* and does not wait for a reader */
    struct stat st;
    assert_int_equal(stat(target, &st), 0);
    assert_int_equal(st.st_size, 0);
}

/* Somebody else's file, directory or name for a file is not written to. */
static void what_others_could_replace_is_refused(void **state) {
    (void)state;
    const char *file = in_directory("two"), *second = in_directory("names");
    assert_int_equal(sink_file(file, "x\n", 2, false), 0);
    assert_int_equal(link(file, second), 0);
    assert_int_equal(sink_file(second, "x\n", 2, false), -EPERM);
    assert_int_equal(unlink(second), 0);
    assert_int_equal(sink_file(file, "x\n", 2, false), 0);
    assert_int_equal(mkdir(in_directory("open"), 0700), 0);
    assert_int_equal(chmod(in_directory("open"), 0777), 0);
    assert_int_equal(sink_file(in_directory("open/log"), "x\n", 2, false), -EPERM);
    assert_int_equal(chmod(in_directory("open"), 01777), 0);
    assert_int_equal(sink_file(in_directory("open/log"), "x\n", 2, false), 0);
    if (geteuid() != 0)
        skip();
    assert_int_equal(chown(in_directory("open/log"), 12345, 12345), 0);
    assert_int_equal(sink_file(in_directory("open/log"), "x\n", 2, false), -EPERM);
    assert_int_equal(chown(in_directory("open"), 12345, 12345), 0);
    assert_int_equal(sink_file(in_directory("open/other"), "x\n", 2, false), -EPERM);
}

static void a_torn_line_spoils_no_other(void **state) {
    (void)state;
    const char *log = in_directory("torn");
    char got[64] = {0};
    int fd = open(log, O_CREAT | O_RDWR, 0600);
    assert_int_equal(write(fd, "{\"half", 6), 6);
    assert_int_equal(sink_file(log, "{}\n", 3, false), 0);
    assert_int_equal(sink_file(log, "{}\n", 3, false), 0);
    assert_int_equal(pread(fd, got, sizeof got, 0), 13);
    assert_string_equal(got, "{\"half\n{}\n{}\n");
    close(fd);
}

static void a_limit_on_file_size_raises_no_signal(void **state) {
    (void)state;
    const char *log = in_directory("limited");
    if (fork() == 0) {
        struct rlimit limit = {100, 100};
        char line[200];
        memset(line, 'x', sizeof line);
        setrlimit(RLIMIT_FSIZE, &limit);
        signal(SIGXFSZ, SIG_DFL);
        _exit(sink_file(log, line, sizeof line, false) == -EFBIG ? 0 : 1);
    }
    int status;
    wait(&status);
    assert_int_equal(status, 0);
}

static void syslog_gets_one_rfc5424_message(void **state) {
    (void)state;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strcpy(address.sun_path, in_directory("log.socket"));
    int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    const struct sink_syslog to = {
        .path = address.sun_path, .host = "host", .pid = 42, .wall_us = 1000000, .warn = true};
    assert_int_equal(sink_syslog(&to, "{\"a\":1}", 7), 0);
    char got[256] = {0};
    assert_true(recv(fd, got, sizeof got - 1, MSG_DONTWAIT) > 0);
    assert_string_equal(got,
                        "<12>1 1970-01-01T00:00:01.000000Z host gifvet 42 validation - {\"a\":1}");
    close(fd);
    assert_true(sink_syslog(&to, "x", 1) < 0);
}

static void times_are_calendar_dates(void **state) {
    (void)state;
    static const struct {
        int64_t us;
        const char *text;
    } rows[] = {{0, "1970-01-01T00:00:00.000000Z"},
                {951827696000001, "2000-02-29T12:34:56.000001Z"},
                {1796038496123456, "2026-11-30T11:34:56.123456Z"},
                {4107542400000000, "2100-03-01T00:00:00.000000Z"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char out[64];
        struct text t = text_over(out, sizeof out);
        record_time(&t, rows[i].us);
        assert_string_equal(out, rows[i].text);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_hundred_processes_lose_and_tear_no_line),
        cmocka_unit_test(umask_of_the_host_does_not_count),
        cmocka_unit_test(only_regular_files_are_written),
        cmocka_unit_test(what_others_could_replace_is_refused),
        cmocka_unit_test(a_torn_line_spoils_no_other),
        cmocka_unit_test(a_limit_on_file_size_raises_no_signal),
        cmocka_unit_test(syslog_gets_one_rfc5424_message),
        cmocka_unit_test(times_are_calendar_dates),
    };
    return cmocka_run_group_tests(tests, make_directory, remove_directory);
}

/* Children of every kind touch the output of their parent, which goes on writing it. */
#include "plain.c" /* NOLINT(bugprone-suspicious-include) */

#include <sched.h>
#include <spawn.h>
#include <sys/syscall.h>

extern char **environ;

static int wait_for(pid_t child) {
    int status = -1;
    need(child > 0, "have a child");
    need(waitpid(child, &status, 0) == child, "wait for the child");
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static int finish(int fd) {
    put_rest(fd);
    said("close", close(fd));
    return 0;
}

/* ---- fork ---- */

static void child_closes(int fd) {
    _exit(close(fd) == 0 ? 1 : 9);
}

static void child_closes_all(int fd) {
    closefrom(3);
    _exit(fcntl(fd, F_GETFD) < 0 ? 2 : 9);
}

static void child_covers(int fd) {
    _exit(dup2(2, fd) == fd ? 3 : 9);
}

static void child_exits(int fd) {
    exit(fd > 0 ? 4 : 9);
}

static void child_leaves_quickly(int fd) {
    quick_exit(fd > 0 ? 5 : 9);
}

/* What the child opens itself is its own. */
static void child_writes(int fd) {
    int own = whole("child.gif");
    _exit(close(own) == 0 && close(fd) == 0 ? 6 : 9);
}

static int half_written(void) {
    static void (*const does[])(int fd) = {child_closes, child_closes_all,     child_covers,
                                           child_exits,  child_leaves_quickly, child_writes};
    int fd = half("out.gif");
    for (size_t i = 0; i < sizeof does / sizeof *does; i++) {
        pid_t child = fork();
        if (child == 0)
            does[i](fd);
        say("child: %d", wait_for(child));
    }
    return finish(fd);
}

/* The parent is gone before the child writes: the pipe's end is closed by its death only. */
static int orphan(void) {
    int ends[2];
    need(pipe(ends) == 0, "make a pipe");
    if (fork() != 0)
        _exit(0);
    char byte;
    close(ends[1]);
    said("end of parent", read(ends[0], &byte, 1));
    close(ends[0]);
    return finish(half("out.gif"));
}

static int into_background(void) {
    need(daemon(1, 1) == 0, "become a daemon");
    return finish(half("out.gif"));
}

/* ---- children that share the parent's memory, or that the C library does not know ---- */

static int vforked(void) {
    int fd = half("out.gif");
    pid_t child = vfork();
    if (child == 0) {
        close(fd);
        dup2(2, 1);
        execl("/bin/true", "true", (char *)NULL);
        _exit(1);
    }
    say("child: %d", wait_for(child));
    child = vfork();
    if (child == 0)
        _exit(7);
    say("child: %d", wait_for(child));
    return finish(fd);
}

static int in_memory_of_parent(void *fd) {
    close(*(int *)fd);
    dup2(2, 1);
    close_range(3, ~0u, 0);
    _exit(8);
}

static int cloned_with_memory(void) {
    static char stack[65536] __attribute__((aligned(16)));
    int fd = half("out.gif");
    pid_t child =
        clone(in_memory_of_parent, stack + sizeof stack, CLONE_VM | CLONE_VFORK | SIGCHLD, &fd);
    say("child: %d", wait_for(child));
    return finish(fd);
}

/* No handler of pthread_atfork() runs for this one. */
static int cloned_raw(void) {
    int fd = half("out.gif");
    pid_t child = (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
    if (child == 0) {
        close(fd);
        _exit(close(whole("child.gif")) == 0 ? 10 : 9);
    }
    say("child: %d", wait_for(child));
    return finish(fd);
}

/* ---- posix_spawn ---- */

static pid_t spawn(posix_spawn_file_actions_t *actions, char *const *argv) {
    pid_t child = -1;
    need(posix_spawnp(&child, argv[0], actions, NULL, argv, environ) == 0, "spawn");
    posix_spawn_file_actions_destroy(actions);
    return child;
}

static int spawned(void) {
    static char *argv[] = {"true", NULL};
    posix_spawn_file_actions_t actions;
    int fd = half("out.gif");
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, 2, fd);
    posix_spawn_file_actions_addclose(&actions, fd);
    posix_spawn_file_actions_addclosefrom_np(&actions, 3);
    say("child: %d", wait_for(spawn(&actions, argv)));
    return finish(fd);
}

/* The child writes what its parent opened: the child's output, not the parent's. */
static int writes_for_parent(void) {
    static char *argv[] = {"cat", "in.gif", NULL};
    posix_spawn_file_actions_t actions;
    int fd = create("out.gif");
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, fd, 1);
    say("child: %d", wait_for(spawn(&actions, argv)));
    said("close", close(fd));
    return 0;
}

int main(int argc, char **argv) {
    static const struct way ways[] = {{"half_written", half_written},
                                      {"orphan", orphan},
                                      {"into_background", into_background},
                                      {"vforked", vforked},
                                      {"cloned_with_memory", cloned_with_memory},
                                      {"cloned_raw", cloned_raw},
                                      {"spawned", spawned},
                                      {"writes_for_parent", writes_for_parent},
                                      {NULL, NULL}};
    read_source("in.gif");
    int result = run_way(ways, argc, argv);
    say_state();
    return result;
}

/* Starts its arguments as a program when the clock that file systems stamp with has ticked twice:
 * what was written before is then older than that program, however fast the machine is. */
#include "plain.c" /* NOLINT(bugprone-suspicious-include) */

int main(int argc, char **argv) {
    let_clock_tick();
    let_clock_tick();
    need(argc > 1 && execv(argv[1], argv + 1) == 0, "start the host");
    return 1;
}

/* A host that uses what the C library keeps for a whole process: the locale, the sequences of
 * random numbers, the buffers that its functions return, the account of children; and its own
 * arithmetic. All of it is the host's own after outputs have been judged. */
#include "plain.c" /* NOLINT(bugprone-suspicious-include) */

#include <fenv.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio_ext.h>
#include <sys/resource.h>
#include <sys/time.h>

/* Nobody has made a child: nothing is on their account. */
static void say_children(void) {
    struct rusage u;
    getrusage(RUSAGE_CHILDREN, &u);
    say("children used: %ld s %ld us, %ld s %ld us of the system, %ld KiB, %ld faults, %ld "
        "switches",
        (long)u.ru_utime.tv_sec, (long)u.ru_utime.tv_usec, (long)u.ru_stime.tv_sec,
        (long)u.ru_stime.tv_usec, u.ru_maxrss, u.ru_minflt + u.ru_majflt, u.ru_nvcsw + u.ru_nivcsw);
}

static void say_locale(void) {
    const struct lconv *l = localeconv();
    say("locale: %s, %s, decimal point %s, grouping %s, characters of %zu bytes",
        setlocale(LC_ALL, NULL), nl_langinfo(CODESET), l->decimal_point, l->thousands_sep,
        MB_CUR_MAX);
    say("of this thread: %s, 1.5 is %.1f, 1/10 is %s",
        uselocale((locale_t)0) == LC_GLOBAL_LOCALE ? "none" : "one", 1.5,
        strtod("0,1", NULL) > 0 ? "0,1" : "0.1");
}

static void say_random(void) {
    say("random: %d %d, %ld %ld, %ld", rand(), rand(), random(), random(), lrand48());
}

/* Where a program was when it closed: strtok() in its text, getopt() in its arguments, printf() in
 * its buffer. */
static void say_places(void) {
    char *word = strtok(NULL, " ");
    say("next word: %s", word != NULL ? word : "none");
    say("options: %d %d %d", optind, opterr, optopt);
    say("in the buffer: %zu", __fpending(stdout));
}

/* What a function returned before is there until that function is called again. */
static struct {
    struct tm *utc;
    char *calendar, *error, *signal, *variable, **environment, *zone;
} kept;

static void keep_results(void) {
    time_t then = 1000000000;
    kept.error = strerror(4321);
    kept.signal = strsignal(4321);
    kept.calendar = ctime(&then);
    then = 1234567890;
    kept.utc = gmtime(&then);
    kept.variable = getenv("TMPDIR");
    kept.environment = environ;
    kept.zone = tzname[0];
}

static void say_results(void) {
    say("results: %.24s, %d-%d-%d %d:%d:%d, %s, %s", kept.calendar, kept.utc->tm_year,
        kept.utc->tm_mon, kept.utc->tm_mday, kept.utc->tm_hour, kept.utc->tm_min, kept.utc->tm_sec,
        kept.error, kept.signal);
    say("environment: %s, zone: %s",
        kept.environment == environ && kept.variable == getenv("TMPDIR") ? "in its place" : "moved",
        kept.zone == tzname[0] ? tzname[0] : "changed");
}

static void say_all(void) {
    say_children();
    say_locale();
    say_random();
    say_places();
    say_results();
}

static void use(void) {
    static char text[] = "one two three four five six seven";
    static char name[] = "host", option[] = "-a";
    char *const arguments[] = {name, option, NULL};
    srand(7);
    srandom(7);
    srand48(7);
    strtok(text, " ");
    (void)getopt(2, arguments, "ab:");
    fputs("said at the end\n", stdout);
    keep_results();
}

static int judged(void) {
    use();
    say_all();
    said("close", close(whole("out.gif")));
    say_all();
    said("close", close(half("half.gif")));
    say_all();
    FILE *f = fopen("out2.gif", "w");
    need(f != NULL && fwrite(gif, 1, gif_size, f) == gif_size, "write an output");
    said("fclose", fclose(f));
    say_all();
    say_state();
    return 0;
}

/* A locale with a decimal comma where there is one. */
static int of_process(void) {
    if (setlocale(LC_ALL, "de_DE.UTF-8") == NULL && setlocale(LC_ALL, "C.UTF-8") == NULL)
        setlocale(LC_ALL, "");
    setlocale(LC_TIME, "C");
    return judged();
}

static int of_thread(void) {
    locale_t own = newlocale(LC_ALL_MASK, "C.UTF-8", (locale_t)0);
    need(own != (locale_t)0, "have a locale");
    uselocale(own);
    return judged();
}

/* A program that looks at what its own arithmetic raised, rounds upwards, or traps what should not
 * happen in it. */
static void say_arithmetic(void) {
    say("arithmetic: raised %x, rounds %x, traps %x", (unsigned)fetestexcept(FE_ALL_EXCEPT),
        (unsigned)fegetround(), (unsigned)fegetexcept());
}

static int computes(void) {
    feclearexcept(FE_ALL_EXCEPT);
    said("close", close(whole("out.gif")));
    say_arithmetic();
    fesetround(FE_UPWARD);
    feenableexcept(FE_INVALID | FE_DIVBYZERO | FE_OVERFLOW | FE_UNDERFLOW | FE_INEXACT);
    said("close", close(half("half.gif")));
    say_arithmetic();
    said("close", close(whole("out2.gif")));
    say_arithmetic();
    say_state();
    return 0;
}

int main(int argc, char **argv) {
    static const struct way ways[] = {
        {"of_process", of_process}, {"of_thread", of_thread}, {"computes", computes}, {NULL, NULL}};
    read_source("in.gif");
    return run_way(ways, argc, argv);
}

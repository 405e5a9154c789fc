/* Rooms: list · diff */
#include "command/checkpoints.h"
#include "command/checkpoints_work.h"
#include "command/clock.h"
#include "command/line_diff.h"
#include "command/schema.h"
#include "command/terminal.h"
#include "record/json.h"
#include "text/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- list ---- */

static void print_who(const struct checkpoint *k) {
    if (k->user[0] != '\0')
        terminal_print(stdout, k->user, SIZE_MAX);
    else
        printf("%u", k->uid);
    if (k->sudo_user[0] != '\0') {
        printf(" (");
        terminal_print(stdout, k->sudo_user, SIZE_MAX);
        putchar(')');
    }
}

static void print_one(const struct checkpoints_work *w, const struct checkpoint *k) {
    char time[CLOCK_SIZE];
    printf("%5u %c ", k->number, checkpoints_is_in_force(w, k) ? '*' : ' ');
    if (k->is_damaged) {
        printf("damaged: its note cannot be read\n");
        return;
    }
    printf("%s  %.16s  ", clock_local(time, k->wall_us), k->checksum);
    print_who(k);
    printf("  ");
    terminal_print(stdout, k->description, SIZE_MAX);
    if (!checkpoints_is_of_this_file(w, k)) {
        printf("  [");
        terminal_print(stdout, k->file, SIZE_MAX);
        putchar(']');
    }
    putchar('\n');
}

static void put_one(struct json *j, const struct checkpoints_work *w, const struct checkpoint *k) {
    char time[CLOCK_SIZE];
    json_put_object(j, NULL);
    json_put_int(j, "number", k->number);
    json_put_bool(j, "damaged", k->is_damaged);
    json_put_bool(j, "in_force", checkpoints_is_in_force(w, k));
    if (!k->is_damaged) {
        json_put_string(j, "time", clock_utc(time, k->wall_us));
        json_put_int(j, "uid", k->uid);
        json_put_string(j, "user", k->user);
        json_put_string(j, "sudo_user", k->sudo_user[0] != '\0' ? k->sudo_user : NULL);
        json_put_string(j, "description", k->description);
        json_put_string(j, "file", k->file);
        json_put_int(j, "bytes", (int64_t)k->bytes);
        json_put_string(j, "sha256", k->checksum);
    }
    json_put_object_end(j);
}

static int print_json(const struct checkpoints_work *w) {
    const size_t size = (size_t)1 << 20;
    char *buffer = malloc(size), sum[CONF_CHECKSUM_SIZE];
    if (buffer == NULL)
        return checkpoints_complain("no memory");
    struct text t = text_over(buffer, size);
    struct json j = json_over(&t);
    json_put_object(&j, NULL);
    schema_put(&j, "config_list");
    json_put_string(&j, "file", w->file);
    json_put_string(&j, "config_checksum", w->is_there ? conf_checksum(w->bytes, w->n, sum) : NULL);
    json_put_array(&j, "checkpoints");
    for (size_t i = 0; i < w->kept.used; i++)
        put_one(&j, w, &w->kept.at[i]);
    json_put_array_end(&j);
    json_put_object_end(&j);
    puts(buffer);
    free(buffer);
    return 0;
}

int checkpoints_list(int argc, char **argv) {
    static struct checkpoints_work w;
    bool json = argc == 2 && strcmp(argv[1], "--json") == 0;
    if (argc > 2 || (argc == 2 && !json))
        return checkpoints_complain("list takes nothing, or --json");
    if (checkpoints_begin_looking(&w) != 0)
        return 2;
    if (json)
        return checkpoints_finish(&w, print_json(&w));
    for (size_t i = 0; i < w.kept.used; i++)
        print_one(&w, &w.kept.at[i]);
    if (w.kept.used == 0)
        printf("no checkpoints yet (gifvet config checkpoint makes one)\n");
    return checkpoints_finish(&w, 0);
}

/* ---- diff ---- */

struct side {
    char name[3 * PATH_MAX + 64];
    uint8_t *bytes;
    size_t n;
};

static int take_side(const struct checkpoints_work *w, const struct checkpoint *k, struct side *s) {
    char time[CLOCK_SIZE];
    struct error e = {0};
    text_print(s->name, sizeof s->name, "checkpoint %u  %s  %s", k->number,
               clock_local(time, k->wall_us), k->file);
    if (checkpoints_read(&w->kept, k, &s->bytes, &s->n, &e) == 0)
        return 0;
    return checkpoints_complain("%s", e.message);
}

static int print_diff(const struct side *from, const struct side *to) {
    const struct line_diff_side a = {from->name, (const char *)from->bytes, from->n},
                                b = {to->name, (const char *)to->bytes, to->n};
    int result = line_diff_print(stdout, &a, &b);
    return result >= 0 ? result : checkpoints_complain("no memory");
}

static int diff(const struct checkpoints_work *w, const struct checkpoint *from,
                const struct checkpoint *to) {
    static struct side a, b;
    a = (struct side){0};
    b = (struct side){0};
    int result = take_side(w, from, &a);
    if (result == 0 && to != NULL) {
        result = take_side(w, to, &b);
    } else if (result == 0) {
        text_print(b.name, sizeof b.name, "%s%s", w->file, w->is_there ? "" : " (is not there)");
        b.n = w->n;
        b.bytes = calloc(1, w->n + 1);
        if (b.bytes != NULL && w->n > 0)
            memcpy(b.bytes, w->bytes, w->n);
        result = b.bytes != NULL ? 0 : checkpoints_complain("no memory");
    }
    if (result == 0)
        result = print_diff(&a, &b);
    free(a.bytes);
    free(b.bytes);
    return result;
}

int checkpoints_diff(int argc, char **argv) {
    static struct checkpoints_work w;
    const struct checkpoint *at[2] = {NULL, NULL};
    unsigned numbers[2] = {0, 0};
    if (argc > 3)
        return checkpoints_complain("diff takes at most two numbers");
    for (int i = 1; i < argc; i++)
        if ((numbers[i - 1] = checkpoints_number_in(argv[i])) == 0)
            return 2;
    if (checkpoints_begin_looking(&w) != 0)
        return 2;
    for (int i = 0; i < 2; i++)
        if (numbers[i] > 0 && (at[i] = checkpoints_find_number(&w, numbers[i])) == NULL)
            return checkpoints_finish(&w, 2);
    if (at[0] == NULL)
        at[0] = checkpoints_newest(&w, false);
    return checkpoints_finish(&w, at[0] != NULL ? diff(&w, at[0], at[1])
                                                : checkpoints_no_checkpoint(&w, ""));
}

#include "command/journal.h"

#include "command/terminal.h"
#include "record/sink.h"
#include "sys/sys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool journal_begin(struct journal *j, const struct conf *c, const char *name, int argc,
                   char **argv) {
    static const char *const modes[] = {"shadow", "alert", "enforce"};
    *j = (struct journal){.conf = c, .name = name, .line = malloc(RECORD_SIZE)};
    if (j->line == NULL) {
        fprintf(stderr, "gifvet %s: no memory for a record\n", name);
        return false;
    }
    (void)gethostname(j->host, sizeof j->host - 1);
    j->process = (struct record_process){.host = j->host,
                                         .pid = getpid(),
                                         .tid = sys_gettid(),
                                         .program = "gifvet",
                                         .executable = "",
                                         .version = GIFVET_VERSION,
                                         .argc = (size_t)argc,
                                         .argv = (const char *const *)argv,
                                         .environment = c->environment,
                                         .mode = modes[c->mode],
                                         .config = c->checksum};
    return true;
}

struct text *journal_record(struct journal *j) {
    j->process.wall_us = sys_wall_us();
    j->process.serial++;
    j->text = text_over(j->line, RECORD_SIZE);
    return &j->text;
}

bool journal_send(struct journal *j) {
    const struct conf *c = j->conf;
    const struct record_process *p = &j->process;
    int result;
    if (c->log_syslog) {
        const struct sink_syslog to = {.path = "/dev/log",
                                       .host = p->host,
                                       .pid = p->pid,
                                       .wall_us = p->wall_us,
                                       .warn = true};
        result = sink_syslog(&to, j->text.at, j->text.used - 1);
    } else {
        result = sink_file(c->log_path, j->text.at, j->text.used, true);
    }
    if (result == 0)
        return true;
    fprintf(stderr, "gifvet %s: not on record: ", j->name);
    terminal_print(stderr, c->log_syslog ? "/dev/log" : c->log_path, SIZE_MAX);
    fprintf(stderr, ": %s\n", strerror(-result));
    return false;
}

void journal_end(struct journal *j) {
    free(j->line);
    j->line = NULL;
}

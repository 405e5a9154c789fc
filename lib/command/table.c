/* The table of subcommands: help texts and the manual page come from it. */
#include "command/command.h"

static const char *const run_options[] = {
    "-c, --config FILE\tread this configuration instead of searching for one",
    "--set SECTION.KEY=VALUE\tset one setting, over everything else; may be repeated",
    "--source FILE\tjudge every output against this GIF",
    NULL,
};

static const char *const check_options[] = {
    "--operation O\twhat was done: optimization, color_reduction, frame_reduction, resize, ...",
    "--ratio R\tframes asked for, as a share of the source's, over 0 to 1",
    "--colors N\tcolours asked for, 1 to 256",
    "--request 'COMMAND LINE'\tthe command line that made OUTPUT; quotes are honoured",
    "-c, --config FILE\tread this configuration instead of searching for one",
    "--explain\tevery check with what it expected, its figures and their limits",
    "--pictures DIR\twrite the pictures that differ most to DIR: source, output, difference",
    "--json\tone JSON object instead of text",
    "--recursive\tjudge every GIF below the directory OUTPUTS against its source below SOURCES",
    "-j, --jobs N\twith --recursive: pairs at a time, 1 to 256, else as many as processors",
    "--map PATTERN\twith --recursive: an output's name, such as {dir}/{name}-small.gif",
    "--format F\twith --recursive: text, json, csv or junit",
    "--resume FILE\twith --recursive: keep in FILE what is done, and do not judge it again",
    NULL,
};

static const char *const config_options[] = {
    "check FILE [--json]\tprint everything that is wrong with FILE, one line each",
    "show [--program NAME] [--json]\tprint the settings in force here",
    "defaults\tprint every setting with its range, default and meaning, as an INI file",
    "checkpoint \"WHY\"\tkeep the configuration file in force; the last 10 are kept",
    "list [--json]\tprint the checkpoints, the newest first; * is equal to what is in force",
    "diff [N] [M]\tprint how checkpoint N (the newest) and M (what is in force) differ",
    "rollback [N] [--reason R]\tput checkpoint N in force (the newest that differs from what is)",
    "install FILE \"WHY\"\tput FILE in force; what was and what is are checkpoints then",
    NULL,
};

static const char *const disable_options[] = {
    "--reason R\twhy, for whoever finds it disabled",
    NULL,
};

static const char *const log_options[] = {
    "--failed\tonly verdicts that failed",
    "--follow\tthe log itself alone, and what is written from now on, until interrupted",
    "--json\tthe records themselves, one a line",
    NULL,
};

static const char *const replay_options[] = {
    "--as-recorded\twith the configuration of then, which the bundle holds",
    "-c, --config FILE\tread this configuration instead of searching for one",
    "--json\tone JSON object instead of text",
    NULL,
};

static const char *const report_options[] = {
    "--since T\tonly records since then, as investigate takes it, against as long before",
    "--output FILE\twrite the page to FILE, whole or not at all, mode 0600; else to standard "
    "output",
    "--max-mb N\tof pictures, 0 to 1000, 20 when not given: the newest failures', the oldest are "
    "left "
    "out",
    NULL,
};

static const char *const investigate_options[] = {
    "--since T\tonly records since then: 2026-11-24T13:00 (UTC), 24h, 7d, or seconds since 1970",
    "--json\tone JSON object instead of text",
    NULL,
};

static const char *const ab_options[] = {
    "--since T\tonly records since then, as investigate takes it",
    "--json\tone JSON object instead of text",
    NULL,
};

static const char *const alert_options[] = {
    "--once\tlook once, which is what it does anyway",
    "--watch\tlook again and again, until SIGTERM or Ctrl-C",
    "--test\tsend a marked test message on each channel, and say how that went",
    "--interval SECONDS\twith --watch: look every so many seconds, 1 to 3600, instead of every 60",
    "--count N\twith --watch: end after so many looks",
    NULL,
};

static const char *const rescue_options[] = {
    "--restore\tput back where nothing is, or what fails validation, and drop the others; with "
    "an ID put back whatever is there",
    "--json\tone JSON object instead of text",
    NULL,
};

static const char *const reset_options[] = {
    "--dry-run\tsay what would be done",
    NULL,
};

static const char *const status_options[] = {
    "--json\tone JSON object instead of text",
    NULL,
};

static const char *const summary_options[] = {
    "--hours N\tthe last N hours, 1 to 168, and those in all; else all of seven days, and in all "
    "since the state was begun",
    "--json\tone JSON object instead of text",
    NULL,
};

static const char *const metrics_options[] = {
    "--textfile DIR\treplace DIR/gifvet.prom by it at once, for node_exporter's textfile collector",
    NULL,
};

static const char *const gate_options[] = {
    "--percentage N\tthe share of the outputs that is to be judged; else the present one",
    "--json\tone JSON object instead of text",
    NULL,
};

static const char *const phase_options[] = {
    "--presets DIR\twhere shadow.ini and the other phases' configurations are",
    "--percentage N\tthe share of the outputs that is to be judged; else the present one",
    "--output FILE\twrite the configuration to FILE",
    "--begin\tinstead: note that the phase and step of the configuration in force begin now",
    NULL,
};

static const char *const health_options[] = {
    "--new-host-ok\texit status 0 instead of 3 where nothing has been judged yet",
    "--json\tone JSON object instead of text",
    NULL,
};

static const char *const watch_options[] = {
    "--interval SECONDS\tlook every so many seconds, 0.1 to 3600, instead of every one",
    "--count N\tend after so many looks",
    "--json\tone JSON object a look, on a line",
    NULL,
};

static const char *const plan_options[] = {
    "--daily-operations N\toutputs that the host's compressors write in a day, 1 to 10000000000",
    "--workers W\tcompressors that may run at the same time, 1 to 1000000",
    "--availability A\tof each worker, and of the plan: 0.5 to 0.999999, 0.99 when not given",
    "--max-cores C\tthe sampling percentage for which validation needs no more cores",
    "--max-latency-ms L\tthe one for which 95 % of what is judged is held up no longer",
    "--growth NAME=N,W\tanother plan beside it; up to eight times",
    "--json\tone JSON object instead of text",
    NULL,
};

static const char *const preflight_options[] = {
    "--after\tthe items of a host on which it is deployed: outputs are judged, health, log growth",
    "--report FILE\twrite the signed-off sheet (Markdown) to FILE, whole or not at all",
    "--compressor NAME\ttry these only, instead of all that are there; may be repeated",
    "--parallel N\tcompressions at a time, 1 to 256, as many as processors when not given",
    "--timeout SECONDS\tafter which a compression is ended, 1 to 3600, 60 when not given",
    "--days N\tof log that the disk must hold, 1 to 3650, 30 when not given",
    "--json\tone JSON object instead of text",
    NULL,
};

static const char *const doctor_options[] = {
    "--json\tone JSON object instead of text",
    NULL,
};

static const char *const no_options[] = {NULL};

static const char *const man_options[] = {
    "gifvet.1\tthe manual page of this command",
    "gifvet.ini.5\tthe manual page of the configuration file",
    NULL,
};

static const char *const completion_options[] = {
    "bash\tfor share/bash-completion/completions/gifvet",
    "zsh\tfor share/zsh/site-functions/_gifvet, or another directory of the fpath",
    "fish\tfor share/fish/vendor_completions.d/gifvet.fish",
    NULL,
};

const struct command commands[] = {
    {"ab", command_ab, "[LOG]... [--since T] [--json]",
     "what was judged against what was left alone",
     "Compares the test arm of the sampling with the control arm ([sampling] percentage, [log]\n"
     "control = true): exit statuses, sizes of outputs, and the time from the start of the process "
     "to\n"
     "the end of its first output's close, each difference with its 95 % confidence interval, and\n"
     "says whether validation costs more than 10 % of the time. Reads logs as investigate does.",
     ab_options, "0 read, 2 a log could not be read in full or is none, or usage"},
    {"alert", command_alert, "[--once | --watch | --test]", "tell somebody when something is wrong",
     "Holds the last minutes of the state, the health of this host and new alert records of the "
     "log\n"
     "against [alerts] in the configuration. Says once when a condition begins, once when it ends, "
     "and\n"
     "again while it lasts, by mail, Slack, Teams, a webhook, syslog or a command. What was said "
     "is\n"
     "remembered in alerts.json in the state directory; what cannot be delivered is kept there "
     "and\n"
     "sent at a later run. For a timer: where another run is at work, nothing is done.\n"
     "\n"
     "The secrets smtp_password, slack_webhook, teams_webhook and webhook come from the file that\n"
     "[alerts] secrets names, or from GIFVET_ALERT_SMTP_PASSWORD, _SLACK_WEBHOOK, _TEAMS_WEBHOOK "
     "and\n"
     "_WEBHOOK in the environment.",
     alert_options,
     "0 everything was delivered, 1 something was not and is kept, 2 the configuration, the state "
     "or "
     "the log cannot be used (all else is done), or usage"},
    {"run", command_run, "[OPTION]... [--] PROGRAM [ARGUMENT]...",
     "run a program under the preload object",
     "Sets LD_PRELOAD in front of any value that it has and becomes PROGRAM. Every GIF that it\n"
     "writes is compared with the GIF it was made from when it is closed; the verdicts are in the\n"
     "log (gifvet log). PROGRAM's own output and exit status are untouched.",
     run_options,
     "PROGRAM's own; 125 usage, 126 PROGRAM cannot be run or is static, setuid, of another "
     "architecture or linked with musl, 127 not found"},
    {"check", command_check, "[OPTION]... SOURCE OUTPUT | --recursive SOURCES OUTPUTS",
     "judge one output against its source, or a tree of them",
     "The same judge as in the preload object, with the same settings.\n"
     "\n"
     "With --recursive every GIF below OUTPUTS is judged against the one of the same relative "
     "name\n"
     "below SOURCES; what did not pass is told, and a summary. Options hold for every pair.",
     check_options,
     "0 passed, 1 failed, 2 could not be judged, or usage; of a tree: 0 all passed, 1 one failed, "
     "2 something could not be judged, read or paired"},
    {"completion", command_completion, "bash | zsh | fish",
     "print what makes a shell complete gifvet's command lines",
     "Commands, options, files, settings: made from the table that the program itself uses, and\n"
     "installed with it. To try it in bash: source <(gifvet completion bash).",
     completion_options, "0 printed, 2 usage"},
    {"config", command_config,
     "check FILE | show [--program NAME] | defaults | checkpoint \"WHY\" | list | diff [N] [M] | "
     "rollback [N] | install FILE \"WHY\"",
     "check and print configurations, go back to earlier ones",
     "Settings come from built-in defaults, the INI file, its [environment:NAME] and\n"
     "[program:NAME] overlays, and environment variables, the later over the earlier.",
     config_options,
     "0 fine or done, 1 something is wrong with the configuration (nothing was done) or diff found "
     "differences, 2 usage, or it could not be done"},
    {"disable", command_disable, "[--reason R]", "switch validation off on this host, at once",
     "Makes the kill-switch file EMERGENCY_DISABLE in the state directory, with who, when and "
     "why.\n"
     "Running programs obey at their next output, new ones from their start. Written to the log as "
     "an\n"
     "emergency and an alert. scripts/emergency-disable does it where this command cannot run.",
     disable_options, "0 disabled now, or already, 2 it cannot be set, or usage"},
    {"doctor", command_doctor, "[PROGRAM] [--json]",
     "say whether validation would work here, and why not",
     "Is PROGRAM hookable, which configuration is in force, where is the log, is the kill switch\n"
     "set, is everything writable. For a program in which the object cannot ride (static, musl,\n"
     "setuid, another architecture), or under a seccomp filter: what works, and what to do "
     "instead.",
     doctor_options, "0 all is well, 1 something is not, 2 usage"},
    {"enable", command_enable, "", "undo disable",
     "Removes the kill-switch file. Written to the log.", no_options,
     "0 enabled now, or already, 2 the file cannot be removed, or usage"},
    {"gate", command_gate, "[PHASE] [--percentage N] [--json]",
     "may the rollout go on? Each gate with its figure and limit",
     "PHASE is bluegreen, shadow, alert, production or enforce; without it the present one. Looks\n"
     "at what was judged since the present phase or step began: verdicts, failures, slow\n"
     "validations, faults, the overhead as gifvet ab measures it, days; [rollout] in the\n"
     "configuration holds the limits. Only going up is gated. What cannot be told is not passed.\n"
     "scripts/rollout asks it before it changes anything.",
     gate_options, "0 all gates passed, 1 one is not, 2 cannot be told, or usage"},
    {"health", command_health, "[--json] [--new-host-ok]",
     "say whether gifvet does its work on this host",
     "Validation switched off, failures one after the other, memory, performance mode, what "
     "cannot\n"
     "be written, full disks, outputs without verdicts; [health] in the configuration holds the\n"
     "limits. The first line says all; the figures stand below it.",
     health_options,
     "0 healthy, 1 degraded, 2 unhealthy, 3 cannot be told, or usage: as monitoring plugins"},
    {"investigate", command_investigate, "[LOG]... [--since T] [--json]",
     "failures by check, and what they have in common",
     "Reads each LOG (or the one that the configuration names; - is standard input), the files "
     "that\n"
     "rotation has put beside it, and gzip data in any of them. For each check that failed it "
     "looks\n"
     "for groups in which it fails more often than elsewhere: by program and options (numbers as\n"
     "thresholds), what was asked for, source, canvas, frames, host, time, configuration, and by "
     "up\n"
     "to three of these together. Nothing is said that chance explains as well: Fisher's exact "
     "test\n"
     "or chi-squared, corrected for everything that was tried, at 1 % over all that is said.",
     investigate_options,
     "0 read, 2 a log could not be read in full or is none (what could be read is used), or usage"},
    {"log", command_log, "[OPTION]... [FILE]", "print records as readable lines",
     "Reads FILE (- is standard input), or the log that the configuration names and the files "
     "that\n"
     "rotation has put beside it, the oldest first, so that the last lines are the newest; gzip\n"
     "data too. Lines that are no records are counted and left out.",
     log_options, "0 printed, 2 FILE cannot be read in full or is no log, or usage"},
    {"man", command_man, "gifvet.1 | gifvet.ini.5", "print a manual page (roff)",
     "The pages are made from the tables that the program itself uses.", man_options,
     "0 printed, 2 usage"},
    {"plan", command_plan, "--daily-operations N --workers W [OPTION]...",
     "what validation will take of a host that has so much to do",
     "Operations a second at the peak (three times the mean), cores, memory, storage, workers "
     "with\n"
     "spare ones, waiting and added latency (simulated: Poisson arrivals, the times as measured),\n"
     "the sampling that fits, and what to do. From what the state and the log of this host hold;\n"
     "what was not measured is a documented default, and marked as such.",
     plan_options,
     "0 printed, 2 the state or the log could not be read in full (the plan is printed), or usage"},
    {"preflight", command_preflight, "[OPTION]...",
     "go through the checklist before a deployment, and after it",
     "System, compressors, configuration and its dangerous values, disk, memory; real "
     "compressions\n"
     "of GIFs made for it, in a scratch directory with a state directory of its own, held against\n"
     "the same without gifvet; what it costs, in turns; kill switch, metrics, alert channels and "
     "the\n"
     "dry run of the rollback. Each item is ok, failed or not applicable, with its figure.",
     preflight_options,
     "0 all holds (not applicable counts as held), 1 something failed, 2 the report could not be "
     "written, or usage"},
    {"replay", command_replay, "[OPTION]... BUNDLE", "judge a failed output again",
     "BUNDLE is a directory of evidence, as [evidence] keeps it of verdicts that failed, or the "
     "ID\n"
     "of a record. Its bytes are held against their checksums, judged with the configuration in\n"
     "force for that program now, and what is not as it was recorded is told: settings, the\n"
     "verdict, each check's outcome, figures and limits.",
     replay_options, "0 passed, 1 failed, 2 could not be judged, no whole bundle, or usage"},
    {"phase", command_phase, "[PHASE] --presets DIR [--percentage N] [--output FILE] | --begin",
     "the configuration of a rollout's phase, made of the one in force",
     "Prints what changes: settings of the present phase's preset go, those of the new one come,\n"
     "and what stands in the file beside them stays, with its comments. Changes nothing itself:\n"
     "scripts/rollout passes the gates, installs FILE through a checkpoint and calls --begin.",
     phase_options, "0 made or noted, 2 the configuration or a preset is wrong, or usage"},
    {"metrics", command_metrics, "[--textfile DIR]", "print this host's figures for Prometheus",
     "The state and the health of this host in Prometheus' text format.", metrics_options,
     "0 printed or written, 2 the state cannot be read (all else is told), the file cannot be "
     "written, or usage"},
    {"report", command_report, "[LOG]... [--since T] [--output FILE] [--max-mb N]",
     "one page: health, figures, plots, causes, failures",
     "One file of HTML that needs no network, for whoever was paged and for the team's Monday: is "
     "this\n"
     "host healthy, figures against the time before, plots by the hour, what failures have in "
     "common\n"
     "and what to do, the arms of the sampling, and the failures by their cause, the newest "
     "first.\n"
     "Reads each LOG as investigate does. Where none is named it is the configured one, and the "
     "figures\n"
     "are those of the state wherever that has seen more.",
     report_options,
     "0 written, 2 the page could not be, a log could not be read in full or is none (what could "
     "be "
     "read is used), or usage"},
    {"rescue", command_rescue, "[--restore] [ID]...",
     "sources kept from programs that died while they overwrote them",
     "In mode enforce a source is copied before its own name is truncated; the copy goes when the\n"
     "output is judged. Lists the copies that are left, with what is under their names now, and\n"
     "puts them back. A copy whose program still runs stays.",
     rescue_options,
     "0 no copy is left, 1 some are, 2 the directory cannot be read, an ID is no copy's, or usage"},
    {"reset", command_reset, "[--dry-run] performance | evidence",
     "begin the performance mode anew, or drop unfinished evidence",
     "performance: the mode is normal, and changes again only after a whole window of new "
     "validations.\n"
     "What has been counted stays. evidence: what killed programs left of bundles that they were "
     "writing;\n"
     "whole bundles, rejected outputs and rescued sources stay.",
     reset_options, "0 done, or nothing to do, 2 it could not be done, or usage"},
    {"status", command_status, "[--json]",
     "say whether validation is on, and by which configuration",
     "The first line says whether it is on here, or who switched it off, when and why; then the\n"
     "configuration file in force with its checksum and checkpoint, the state directory and the "
     "performance mode.",
     status_options, "0 on, 1 off, 2 usage"},
    {"summary", command_summary, "[OPTION]...", "print what was judged here, hour by hour",
     "Outputs by result, success, times, what failed and how often, slow validations, programs.\n"
     "Counts are exact; percentiles are within 3.2 %. Hours begin with UTC's,\n"
     "and are shown in the reader's zone.",
     summary_options, "0 printed, 2 the state cannot be read, or usage"},
    {"version", command_version, "", "print the version", "The versions of gifvet and of giflib.",
     no_options, "0"},
    {"watch", command_watch, "[OPTION]...", "watch this host",
     "Rates, times, performance mode and the last failures, looked at every second, until q or\n"
     "Ctrl-C. One line a look where the output is no terminal.",
     watch_options, "0 ended, 2 cannot be shown, or usage"},
};

const size_t commands_count = sizeof commands / sizeof *commands;

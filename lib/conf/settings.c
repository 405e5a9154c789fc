/* The one table of settings. */
#include "conf/conf.h"

#include <stddef.h>
#include <string.h>

#define AT(member) offsetof(struct conf, member)
#define PREFIX "GIFLAB_VALIDATION_"

/* The rows of a performance mode. */
#define OVERLAY(mode, frame_ratio, colors, fps, size)                                              \
    {"performance:" #mode,                                                                         \
     "log_validation_failures",                                                                    \
     CONF_BOOL,                                                                                    \
     0,                                                                                            \
     0,                                                                                            \
     NULL,                                                                                         \
     "false",                                                                                      \
     NULL,                                                                                         \
     "record verdicts that failed, in this mode",                                                  \
     AT(mode.log_validation_failures)},                                                            \
        {"performance:" #mode,                                                                     \
         "frame_ratio_tolerance",                                                                  \
         CONF_REAL,                                                                                \
         0,                                                                                        \
         1,                                                                                        \
         NULL,                                                                                     \
         frame_ratio,                                                                              \
         NULL,                                                                                     \
         "as in [validation], in this mode; the larger of both counts",                            \
         AT(mode.frame_ratio_tolerance)},                                                          \
        {"performance:" #mode,                                                                     \
         "color_count_tolerance",                                                                  \
         CONF_INT,                                                                                 \
         0,                                                                                        \
         65536,                                                                                    \
         NULL,                                                                                     \
         colors,                                                                                   \
         NULL,                                                                                     \
         "likewise",                                                                               \
         AT(mode.color_count_tolerance)},                                                          \
        {"performance:" #mode, "fps_tolerance",       CONF_REAL, 0, 10, NULL, fps, NULL,           \
         "likewise",           AT(mode.fps_tolerance)},                                            \
        {"performance:" #mode,                                                                     \
         "max_file_size_mb",                                                                       \
         CONF_REAL,                                                                                \
         0,                                                                                        \
         4096,                                                                                     \
         NULL,                                                                                     \
         size,                                                                                     \
         NULL,                                                                                     \
         "MiB; as in [validation], in this mode; the smaller of both counts",                      \
         AT(mode.max_file_size_mb)},                                                               \
    {                                                                                              \
        "performance:" #mode, "quality_enabled", CONF_BOOL, 0, 0, NULL, "true", NULL,              \
            "compare the pictures too, in this mode", AT(mode.quality_enabled)                     \
    }

/* section, key, type, min, max, choices, default, variable, help, place */
const struct conf_setting conf_settings[] = {
    {"validation", "enable_wrapper_validation", CONF_BOOL, 0, 0, NULL, "true", NULL,
     "judge outputs at all", AT(enable_wrapper_validation)},
    {"validation", "mode", CONF_CHOICE, 0, 0, "shadow|alert|enforce", "shadow", PREFIX "MODE",
     "what a failed verdict does: shadow records it, alert also writes an alert, enforce rejects "
     "the output",
     AT(mode)},
    {"validation", "log_validation_failures", CONF_BOOL, 0, 0, NULL, "true", NULL,
     "record verdicts that failed", AT(log_validation_failures)},
    {"validation", "fail_on_validation_error", CONF_BOOL, 0, 0, NULL, "false", NULL,
     "true is the same as mode = enforce", AT(fail_on_validation_error)},
    {"validation", "frame_ratio_tolerance", CONF_REAL, 0, 1, NULL, "0.05", NULL,
     "how far the share of kept frames may be from the asked ratio",
     AT(limits.frame_ratio_tolerance)},
    {"validation", "min_frames_required", CONF_INT, 0, 1000000, NULL, "1", NULL,
     "frames that an output must have", AT(limits.min_frames_required)},
    {"validation", "color_count_tolerance", CONF_INT, 0, 65536, NULL, "2", NULL,
     "colours that an output may have beyond the asked number", AT(limits.color_count_tolerance)},
    {"validation", "min_color_reduction_percent", CONF_REAL, 0, 1, NULL, "0.05", NULL,
     "share of its colours that a reduction must take away",
     AT(limits.min_color_reduction_percent)},
    {"validation", "fps_tolerance", CONF_REAL, 0, 10, NULL, "0.1", NULL,
     "how far the frame rate may be from the expected one, as a share of it",
     AT(limits.fps_tolerance)},
    {"validation", "min_fps", CONF_REAL, 0, 100, NULL, "0.1", NULL,
     "lowest frame rate, unless the source's is lower", AT(limits.min_fps)},
    {"validation", "max_fps", CONF_REAL, 0, 1000, NULL, "60", NULL,
     "highest frame rate, unless the source's is higher", AT(limits.max_fps)},
    {"validation", "timing_grid_ms", CONF_INT, 1, 1000, NULL, "10", NULL,
     "milliseconds; a picture that begins within one step of its time is on time",
     AT(limits.timing_grid_ms)},
    {"validation", "timing_max_drift_ms", CONF_INT, 0, 600000, NULL, "100", NULL,
     "milliseconds; the most that any picture may begin too early or too late",
     AT(limits.timing_max_drift_ms)},
    {"validation", "timing_duration_diff_ms", CONF_INT, 0, 600000, NULL, "50", NULL,
     "milliseconds; the most that the whole running time may differ",
     AT(limits.timing_duration_diff_ms)},
    {"validation", "timing_alignment_accuracy_min", CONF_REAL, 0, 1, NULL, "0.9", NULL,
     "share of the pictures that must begin on time", AT(limits.timing_alignment_accuracy_min)},
    {"validation", "min_file_size_bytes", CONF_INT, 0, 1000000000, NULL, "100", NULL,
     "bytes; a smaller output is doubted unless its source or its canvas is small too",
     AT(limits.min_file_size_bytes)},
    {"validation", "max_file_size_mb", CONF_REAL, 0, 4096, NULL, "50", NULL,
     "MiB; larger files are skipped, not judged", AT(limits.max_file_size_mb)},
    {"validation", "validation_timeout_ms", CONF_INT, 0, 600000, NULL, "5000", NULL,
     "milliseconds; a judgement that takes longer is given up (0: never)",
     AT(limits.validation_timeout_ms)},
    {"quality", "enabled", CONF_BOOL, 0, 0, NULL, "true", NULL,
     "compare the pictures themselves (quality_degradation)", AT(limits.quality_enabled)},
    {"quality", "sample_every", CONF_INT, 1, 1000000, NULL, "1", NULL,
     "compare the pictures of one output in so many, by chance; the other checks see every one",
     AT(quality_sample_every)},
    {"quality", "max_instants", CONF_INT, 0, 10000000, NULL, "0", NULL,
     "pictures that are measured where they differ, evenly spread (0: all); the record says how "
     "many were left out",
     AT(limits.quality_max_instants)},
    {"sampling", "percentage", CONF_REAL, 0, 100, NULL, "100", PREFIX "PERCENTAGE",
     "share of the outputs that are judged; the rest is the control arm", AT(percentage)},
    {"sampling", "key", CONF_CHOICE, 0, 0, "random|source", "random", NULL,
     "how the arm is drawn: by chance, or always the same for the same source", AT(sampling_key)},
    {"enforce", "checks", CONF_LIST, 0, 0,
     "file_integrity|frame_count|color_count|timing_preservation|loop_count|geometry|"
     "quality_degradation",
     "file_integrity frame_count timing_preservation quality_degradation", NULL,
     "checks that may reject an output in mode enforce; the others only record",
     AT(enforce_checks)},
    {"enforce", "fail_closed", CONF_BOOL, 0, 0, NULL, "false", NULL,
     "reject as well what could not be judged", AT(enforce_fail_closed)},
    {"enforce", "quarantine", CONF_PATH, 0, 0, NULL, "quarantine", NULL,
     "directory for rejected outputs, below the state directory unless it begins with / (empty: "
     "they "
     "stay where they are)",
     AT(quarantine)},
    {"enforce", "quarantine_mb", CONF_INT, 1, 1048576, NULL, "512", NULL,
     "MiB; what the quarantine may hold, oldest out first", AT(quarantine_mb)},
    {"enforce", "quarantine_files", CONF_INT, 1, 1000000, NULL, "1000", NULL,
     "outputs that the quarantine may hold, oldest out first", AT(quarantine_files)},
    {"enforce", "exit_status", CONF_INT, 0, 255, NULL, "86", NULL,
     "how a program that ended with 0 ends after a rejected output (0: as it did)",
     AT(enforce_exit_status)},
    {"enforce", "exempt", CONF_LIST, 0, 0, NULL,
     "sh bash dash ash ksh zsh fish busybox make gmake xargs node nodejs python*", NULL,
     "shell globs: programs that keep their exit status; their closing calls still fail",
     AT(enforce_exempt)},
    {"evidence", "keep", CONF_CHOICE, 0, 0, "by_mode|true|false", "by_mode", NULL,
     "keep source, output, record, request and configuration of what failed, for gifvet replay "
     "(by_mode: in modes alert and enforce)",
     AT(evidence_keep)},
    {"evidence", "directory", CONF_PATH, 0, 0, NULL, "evidence", NULL,
     "directory for it, below the state directory unless it begins with / (empty: nothing is "
     "kept)",
     AT(evidence_directory)},
    {"evidence", "max_mb", CONF_INT, 1, 1048576, NULL, "512", NULL,
     "MiB; what the evidence may take, oldest out first", AT(evidence_mb)},
    {"evidence", "max_bundles", CONF_INT, 1, 1000000, NULL, "200", NULL,
     "verdicts of which evidence may be kept, oldest out first", AT(evidence_bundles)},
    {"log", "path", CONF_PATH, 0, 0, NULL, "", PREFIX "LOG",
     "file for the records (empty: validation.jsonl in the state directory)", AT(log_path)},
    {"log", "passes", CONF_BOOL, 0, 0, NULL, "true", NULL, "record verdicts that passed too",
     AT(log_passes)},
    {"log", "control", CONF_BOOL, 0, 0, NULL, "false", NULL,
     "record outputs that were left to the control arm", AT(log_control)},
    {"log", "syslog", CONF_BOOL, 0, 0, NULL, "false", NULL,
     "send records to the local syslog instead of a file", AT(log_syslog)},
    {"log", "sync", CONF_BOOL, 0, 0, NULL, "false", NULL, "fsync the log after every record",
     AT(log_sync)},
    {"programs", "include", CONF_LIST, 0, 0, NULL, "*", NULL,
     "shell globs on the program's base name: these are validated", AT(include)},
    {"programs", "exclude", CONF_LIST, 0, 0, NULL, "", NULL,
     "shell globs: these are not, even when included", AT(exclude)},
    {"programs", "encoders", CONF_LIST, 0, 0, NULL, "", NULL,
     "shell globs: programs whose GIFs are checked for integrity though they read none",
     AT(encoders)},
    {"limits", "memory_mb", CONF_INT, 16, 16384, NULL, "256", NULL,
     "MiB; everything that gifvet may hold inside one process", AT(memory_mb)},
    {"limits", "sources", CONF_INT, 1, 256, NULL, "64", NULL,
     "GIFs that one process has read and that are kept for comparison", AT(sources)},
    {"limits", "source_mb", CONF_INT, 1, 16384, NULL, "128", NULL,
     "MiB; how large those may be together", AT(source_mb)},
    {"performance", "slow_ms", CONF_INT, 1, 600000, NULL, "100", NULL,
     "milliseconds; a validation that takes longer is slow, and a mean above it makes the "
     "performance mode degraded",
     AT(slow_ms)},
    {"performance", "emergency_ms", CONF_INT, 1, 600000, NULL, "200", NULL,
     "milliseconds; a mean above it makes the performance mode emergency", AT(emergency_ms)},
    {"performance", "window", CONF_INT, 1, 100, NULL, "10", NULL,
     "validations that the mean is taken over", AT(performance_window)},
    {"performance", "recovery_dwell_s", CONF_INT, 0, 604800, NULL, "60", NULL,
     "seconds that a mode lasts at least; then a mean below half its threshold leaves it, one step "
     "at a time (0: the mode is always what the mean says)",
     AT(recovery_dwell_s)},
    OVERLAY(degraded, "0.2", "10", "0.3", "5"),
    OVERLAY(emergency, "0.5", "50", "0.8", "1"),
    {"monitor", "every", CONF_INT, 1, 1000000, NULL, "100", NULL,
     "validations after which the failure rate of each check is looked at", AT(monitor_every)},
    {"monitor", "alert_threshold", CONF_REAL, 0, 1, NULL, "0.05", NULL,
     "share of failures above which a check's rate is an alert", AT(alert_threshold)},
    {"state", "dir", CONF_PATH, 0, 0, NULL, "", PREFIX "STATE_DIR",
     "directory for log, state and kill switch, from / on (empty: /var/lib/gifvet for root, else "
     "$XDG_STATE_HOME/gifvet)",
     AT(state_dir)},
    {"health", "max_consecutive_failures", CONF_INT, 0, 1000000, NULL, "10", NULL,
     "failed verdicts one after the other, beyond which a host is unhealthy",
     AT(health_max_consecutive_failures)},
    {"health", "max_memory_mb", CONF_INT, 1, 1048576, NULL, "500", NULL,
     "MiB; a judgement that has taken more makes a host degraded", AT(health_max_memory_mb)},
    {"health", "min_free_mb", CONF_INT, 0, 1073741824, NULL, "100", NULL,
     "MiB; less than that free where state and log are makes a host degraded",
     AT(health_min_free_mb)},
    {"health", "stale_after", CONF_INT, 0, 31536000, NULL, "3600", NULL,
     "seconds; outputs, but no verdict, for so long make a host degraded (0: never)",
     AT(health_stale_after)},
    {"alerts", "validation_failure_rate", CONF_REAL, 0, 1, NULL, "0.05", NULL,
     "share of the verdicts that may fail within the window", AT(alerts.validation_failure_rate)},
    {"alerts", "slow_validation_rate", CONF_REAL, 0, 1, NULL, "0.1", NULL,
     "share of the validations that may be slow within the window",
     AT(alerts.slow_validation_rate)},
    {"alerts", "memory_usage_mb", CONF_INT, 1, 1048576, NULL, "200", NULL,
     "MiB; what one validation may take", AT(alerts.memory_usage_mb)},
    {"alerts", "consecutive_failures", CONF_INT, 0, 1000000, NULL, "20", NULL,
     "verdicts that may fail one after the other", AT(alerts.consecutive_failures)},
    {"alerts", "unhealthy", CONF_BOOL, 0, 0, NULL, "true", NULL,
     "alert when gifvet health says unhealthy", AT(alerts.unhealthy)},
    {"alerts", "performance_mode", CONF_BOOL, 0, 0, NULL, "true", NULL,
     "alert when the performance mode changes", AT(alerts.performance_mode)},
    {"alerts", "records", CONF_BOOL, 0, 0, NULL, "true", NULL,
     "alert when there are new records of type alert in the log", AT(alerts.records)},
    {"alerts", "window_minutes", CONF_INT, 1, 1440, NULL, "15", NULL,
     "minutes that rates are taken over", AT(alerts.window_minutes)},
    {"alerts", "min_validations", CONF_INT, 1, 1000000, NULL, "20", NULL,
     "fewer in the window make no rate", AT(alerts.min_validations)},
    {"alerts", "repeat_minutes", CONF_INT, 0, 10080, NULL, "60", NULL,
     "minutes after which what still lasts is said again (0: never)", AT(alerts.repeat_minutes)},
    {"alerts", "attempts", CONF_INT, 1, 10, NULL, "3", NULL,
     "how often a message is tried at one run, before it is kept for the next",
     AT(alerts.attempts)},
    {"alerts", "timeout_seconds", CONF_INT, 1, 300, NULL, "10", NULL,
     "seconds that one attempt may take", AT(alerts.timeout_seconds)},
    {"alerts", "keep_hours", CONF_INT, 1, 8760, NULL, "72", NULL,
     "hours after which a message that could not be delivered is given up", AT(alerts.keep_hours)},
    {"alerts", "smtp_url", CONF_TEXT, 0, 0, NULL, "", NULL,
     "mail server: smtp://host:587 or smtps://host (empty: no mail)", AT(alerts.smtp_url)},
    {"alerts", "smtp_tls", CONF_CHOICE, 0, 0, "required|if_offered|never", "required", NULL,
     "STARTTLS on smtp://; a password is only sent where it is required", AT(alerts.smtp_tls)},
    {"alerts", "smtp_from", CONF_TEXT, 0, 0, NULL, "", NULL, "sender's address",
     AT(alerts.smtp_from)},
    {"alerts", "smtp_to", CONF_TEXT, 0, 0, NULL, "", NULL,
     "recipients' addresses, separated by blanks or commas", AT(alerts.smtp_to)},
    {"alerts", "smtp_user", CONF_TEXT, 0, 0, NULL, "", NULL,
     "name to log in with (empty: no authentication); its password is the secret smtp_password",
     AT(alerts.smtp_user)},
    {"alerts", "ca_file", CONF_TEXT, 0, 0, NULL, "", NULL,
     "PEM file of the authorities that certificates are checked against (empty: the system's)",
     AT(alerts.ca_file)},
    {"alerts", "secrets", CONF_TEXT, 0, 0, NULL, "", NULL,
     "file of name = value lines, readable by its owner alone: smtp_password, slack_webhook, "
     "teams_webhook, webhook; variables GIFVET_ALERT_SMTP_PASSWORD and so on go before it",
     AT(alerts.secrets)},
    {"alerts", "syslog", CONF_TEXT, 0, 0, NULL, "", NULL,
     "socket of the local syslog, such as /dev/log (empty: none)", AT(alerts.syslog)},
    {"alerts", "command", CONF_TEXT, 0, 0, NULL, "", NULL,
     "program and arguments, separated by blanks; gets the message as JSON on its standard input",
     AT(alerts.command)},
    {"alerts", "command_shell", CONF_BOOL, 0, 0, NULL, "false", NULL,
     "give the command to /bin/sh -c as it is", AT(alerts.command_shell)},
    {"rollout", "phase", CONF_CHOICE, 0, 0, "none|bluegreen|shadow|alert|production|enforce",
     "none", NULL,
     "the phase that this file is of: written by scripts/rollout, changes nothing by itself",
     AT(rollout_phase)},
    {"rollout", "min_validations", CONF_INT, 0, 1000000000000, NULL, "1000", NULL,
     "verdicts that a phase or step of the sampling needs before the next",
     AT(rollout_min_validations)},
    {"rollout", "max_failure_rate", CONF_REAL, 0, 1, NULL, "0.05", NULL,
     "share of these verdicts that may have failed", AT(rollout_max_failure_rate)},
    {"rollout", "max_slow_rate", CONF_REAL, 0, 1, NULL, "0.1", NULL,
     "share of the validations that may have been slow", AT(rollout_max_slow_rate)},
    {"rollout", "max_faults", CONF_INT, 0, 1000000000000, NULL, "0", NULL,
     "faults of the judge that there may have been", AT(rollout_max_faults)},
    {"rollout", "max_overhead", CONF_REAL, 0, 10, NULL, "0.1", NULL,
     "share by which validation may lengthen the time of a program, as gifvet ab measures it (0: "
     "not looked at)",
     AT(rollout_max_overhead)},
    {"rollout", "overhead_days", CONF_REAL, 0, 36500, NULL, "90", NULL,
     "days of the log that are read for it (0: all of it)", AT(rollout_overhead_days)},
    {"rollout", "min_days", CONF_REAL, 0, 36500, NULL, "7", NULL,
     "days that a phase lasts before the next", AT(rollout_min_days)},
    {"rollout", "min_step_days", CONF_REAL, 0, 36500, NULL, "1", NULL,
     "days that a step of the sampling lasts before the next", AT(rollout_min_step_days)},
    {"request", "operation", CONF_NAME, 0, 0,
     "unknown|optimization|color_reduction|frame_reduction|lossy_compression|resize|explode|merge|"
     "timing|conversion",
     "", PREFIX "OPERATION", "what was asked for, for programs whose command line does not say it",
     AT(request_operation)},
    {"request", "ratio", CONF_REAL, 0, 1, NULL, "0", PREFIX "RATIO",
     "share of the frames that were asked for (0: not said)", AT(request_ratio)},
    {"request", "colors", CONF_INT, 0, 256, NULL, "0", PREFIX "COLORS",
     "colours that were asked for (0: not said)", AT(request_colors)},
    {"request", "source", CONF_PATH, 0, 0, NULL, "", PREFIX "SOURCE",
     "the GIF that every output is compared with (empty: the one that was read)",
     AT(request_source)},
};

const size_t conf_settings_count = sizeof conf_settings / sizeof *conf_settings;

const struct conf_setting *conf_find(const char *section, const char *key) {
    for (size_t i = 0; i < conf_settings_count; i++)
        if (strcmp(conf_settings[i].section, section) == 0 &&
            strcmp(conf_settings[i].key, key) == 0)
            return &conf_settings[i];
    return NULL;
}

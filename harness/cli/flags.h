/* flags.h: the flags of all verbs, a row each; read with getopt_long. */
#ifndef HARNESS_CLI_FLAGS_H
#define HARNESS_CLI_FLAGS_H

#include "harness/cli/shard.h"
#include "harness/fixture/fixture.h"
#include "harness/record/form.h"
#include "harness/report/report.h"
#include "runtime/base/buf.h"
#include "runtime/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    FLAGS_PAIRS_MAX = 32,
    FLAGS_JOBS_MAX = 256,
    FLAGS_SCHEDULES_MAX = 100000000,
    FLAGS_REPEAT_MAX = 1000000,
    FLAGS_RETRIES_MAX = 100
};

enum flag_color { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

/* What a flag that can be repeated was given: each KEY=VALUE, or a pattern. */
struct flag_pairs {
    const char *pair[FLAGS_PAIRS_MAX];
    size_t count;
};

/* One that may stand without a value. */
struct flag_optional {
    bool given;
    uint64_t value; /* 0: without */
};

/* X(identifier, type of the field, its argument's word in the help, what would be right). Texts
 * are lent from the command line, NULL when not given. */
#define FLAG_KIND_MAP(X)                                                                   \
    X(SWITCH, bool, NULL, "")                                                              \
    X(EXPR, const char *, "EXPR", "")                                                      \
    X(FILE, const char *, "FILE", "not an empty text")                                     \
    X(DIR, const char *, "DIR", "not an empty text")                                       \
    X(NUMBER, uint64_t, "N", "a whole number in range, such as 4 or 0x1f")                 \
    X(OPTIONAL, struct flag_optional, "[=N]", "a whole number in range, such as 4")        \
    X(DURATION, int64_t, "D", "a duration such as 250ms, 30s or 2m")                       \
    X(PAIR, struct flag_pairs, "KEY=VALUE", "a name and a value, such as depth=2")         \
    X(PATTERN, struct flag_pairs, "RE", "not an empty text, and not more than 32 of them") \
    X(WITH, struct flag_pairs, "KEY[=VALUE]",                                              \
      "a name and a value, such as by=c, or the name of a secret")                         \
    X(ENGINE, unsigned, "ENGINE", "real, sim or both")                                     \
    X(WHEN, enum flag_color, "WHEN", "auto, always or never")                              \
    X(WHICH, bool, "WHICH", "failures or all")                                             \
    X(DATE, const char *, "DATE", "a day such as 2026-11-30")                              \
    X(TEXT, const char *, "TEXT", "not an empty text")                                     \
    X(FORM, enum tell_form, "FORM", "text, lanes, json or cast")                           \
    X(FEATURES, unsigned, "LIST",                                                          \
      "some of pidfd-hup, getinfo, userns, perf, cgroup, seccomp, with commas between")    \
    X(SHARD, struct shard, "I/N", "such as 2/8, or auto, or auto/8")

/* X(identifier, kind, field, name, letter or 0, least, most of a number, help) */
#define FLAG_MAP(X)                                                                                 \
    X(FLAG_HELP, SWITCH, help, "help", 'h', 0, 0, "this text")                                      \
    X(FLAG_FILTER, EXPR, filter, "filter", 'k', 0, 0,                                               \
      "only variants that match: parts of an id, id:X, tag:X, engine:X, KEY=VALUE, and, or, "       \
      "not, ( )")                                                                                   \
    X(FLAG_PIN, PAIR, pins, "pin", 'p', 0, 0,                                                       \
      "only variants with this value of a matrix parameter; repeatable")                            \
    X(FLAG_EXAMPLES, SWITCH, examples, "examples", 0, 0, 0, "the installed examples, all of them")  \
    X(FLAG_JOBS, NUMBER, jobs, "jobs", 'j', 1, FLAGS_JOBS_MAX,                                      \
      "this many at a time; default: by cores, and by the processes of each tree")                  \
    X(FLAG_ENGINE, ENGINE, engines, "engine", 'e', 0, 0,                                            \
      "real, sim, or both (and compare them); default: real where the scenario lists it")           \
    X(FLAG_SEED, NUMBER, seed, "seed", 's', 0, UINT64_MAX,                                          \
      "of the simulated schedules, hex or decimal; default 1")                                      \
    X(FLAG_SCHEDULES, NUMBER, schedules, "schedules", 0, 1, FLAGS_SCHEDULES_MAX,                    \
      "sim: try N schedules of each variant, with seeds from --seed on")                            \
    X(FLAG_REPEAT, NUMBER, repeat, "repeat", 0, 1, FLAGS_REPEAT_MAX,                                \
      "run each variant N times, the seed rising by one, and sum up what they came to")             \
    X(FLAG_RETRIES, NUMBER, retries, "retries", 0, 0, FLAGS_RETRIES_MAX,                            \
      "run what fails on processes again, up to N times; a late pass is FLAKY, and red")            \
    X(FLAG_STRESS, OPTIONAL, stress, "stress", 0, 1, FLAGS_JOBS_MAX,                                \
      "run again and again, N at a time (default: -j, else two a core), until --for, "              \
      "--until-fail or Ctrl-C, and sum up")                                                         \
    X(FLAG_FOR, DURATION, for_ns, "for", 0, 0, 0, "start no more after this time of --stress")      \
    X(FLAG_LIFE, DURATION, life_ns, "for", 0, 0, 0,                                                 \
      "it ends by itself after this time, at most an hour; default: 60s")                           \
    X(FLAG_DELAY, DURATION, delay_ns, "delay", 0, 0, 0,                                             \
      "of late-handler: from READY to its handlers; default: 120ms")                                \
    X(FLAG_NUMBER, NUMBER, number, "number", 0, 1, FIXTURE_NUMBER_MAX,                              \
      "of what forks: how many processes; default: 500")                                            \
    X(FLAG_UNTIL_FAIL, SWITCH, until_fail, "until-fail", 0, 0, 0,                                   \
      "end --repeat or --stress with the first failure")                                            \
    X(FLAG_FAIL_FAST, OPTIONAL, fail_fast, "fail-fast", 0, 1, UINT32_MAX,                           \
      "start no more after N failures (default: 1), and list what did not run")                     \
    X(FLAG_LAST_FAILED, SWITCH, last_failed, "last-failed", 0, 0, 0,                                \
      "only what failed the last time")                                                             \
    X(FLAG_WITH, WITH, with, "with", 0, 0, 0,                                                       \
      "a value for a parameter of the script; of a secret the name alone: its value comes from "    \
      "the environment variable of that name; repeatable")                                          \
    X(FLAG_CAST, FILE, cast, "cast", 0, 0, 0, "write what the terminal showed as an asciicast")     \
    X(FLAG_EXPAND, SWITCH, expand, "expand", 0, 0, 0,                                               \
      "print each scenario with its variants, scripts and steps written out")                       \
    X(FLAG_MAN, SWITCH, man, "man", 0, 0, 0,                                                        \
      "print a manual page (scenario, scenario-file, known-failures) as scdoc source")              \
    X(FLAG_TIMEOUT, DURATION, total_ns, "timeout", 0, 0, 0,                                         \
      "instead of each scenario's limits.total")                                                    \
    X(FLAG_STEP_TIMEOUT, DURATION, step_ns, "step-timeout", 0, 0, 0,                                \
      "instead of each scenario's limits.step")                                                     \
    X(FLAG_RESULTS, DIR, results, "results", 0, 0, 0,                                               \
      "keep records of failures there; default: .scenario/results beside `scenarios`")              \
    X(FLAG_RECORD, WHICH, record_all, "record", 0, 0, 0,                                            \
      "which runs are recorded: failures or all; default: failures. Of the others verdict, digest " \
      "and time are kept")                                                                          \
    X(FLAG_AS, FORM, form, "as", 0, 0, 0,                                                           \
      "text, lanes (a column for each actor), json (JSON lines) or cast (asciicast)")               \
    X(FLAG_JSON, SWITCH, json, "json", 0, 0, 0, "as JSON lines")                                    \
    X(FLAG_GATE, SWITCH, gate, "gate", 0, 0, 0,                                                     \
      "judge the runs by the known failures: the exit code is the gate's")                          \
    X(FLAG_KNOWN, FILE, known, "known", 0, 0, 0,                                                    \
      "the file of known failures; default: ci/known-failures.yaml beside `scenarios`")             \
    X(FLAG_TODAY, DATE, today, "today", 0, 0, 0,                                                    \
      "judge as of this day; default: that of the clock, in UTC")                                   \
    X(FLAG_ISSUE, TEXT, issue, "issue", 0, 0, 0, "of a new entry: the URL where it is worked on")   \
    X(FLAG_OWNER, TEXT, owner, "owner", 0, 0, 0, "of a new entry: who sees to it")                  \
    X(FLAG_UNTIL, DATE, until, "until", 0, 0, 0,                                                    \
      "the day on which an entry expires, at most 90 days from now")                                \
    X(FLAG_BECAUSE, TEXT, because, "because", 0, 0, 0, "why: a comment in the entry")               \
    X(FLAG_FLAKY, SWITCH, flaky, "flaky", 0, 0, 0,                                                  \
      "a new entry is flaky: it gets the counts of this run and earlier ones")                      \
    X(FLAG_PROGRAM, TEXT, program, "program", 0, 0, 0,                                              \
      "of a new entry: the program whose bug it is, with --versions")                               \
    X(FLAG_VERSIONS, TEXT, versions, "versions", 0, 0, 0,                                           \
      "of a new entry: which of its versions, 1.8.x or '>=1.8, <1.9'")                              \
    X(FLAG_UPDATE, SWITCH, update, "update", 0, 0, 0,                                               \
      "take entries away that passed, and refresh the counts of flaky ones; outside CI only")       \
    X(FLAG_GITHUB, SWITCH, github, "github", 0, 0, 0,                                               \
      "print annotations as GitHub reads them, and write the summary of the step")                  \
    X(FLAG_SHARD, SHARD, shard, "shard", 0, 0, 0,                                                   \
      "only part I of N, the same each time; auto: as the environment says, see `help run`")        \
    X(FLAG_DURATIONS, FILE, durations, "durations", 0, 0, 0,                                        \
      "balance the shards by this file, which `scenario history --durations` writes")               \
    X(FLAG_TIMES, SWITCH, times, "durations", 0, 0, 0,                                              \
      "print how long runs take, for `run --shard I/N --durations FILE`")                           \
    X(FLAG_GRACE, DURATION, grace_ns, "grace", 0, 0, 0,                                             \
      "who is still there so long after the command's end is left; default 1s, of try 5s")          \
    X(FLAG_LABEL_FROM, TEXT, label_from, "label-from", 0, 0, 0,                                     \
      "the environment variable that names the test, before those of known runners")                \
    X(FLAG_ALLOW, PATTERN, allow, "allow", 0, 0, 0,                                                 \
      "what matches in its words, joined by blanks, may stay: it is listed; repeatable")            \
    X(FLAG_ALLOW_FILE, FILE, allow_file, "allow-file", 0, 0, 0,                                     \
      "the same from a file, a pattern a line; blank lines and those with # are none")              \
    X(FLAG_SPARE, SWITCH, spare, "spare", 0, 0, 0, "tell what is left, and do not end it")          \
    X(FLAG_SCRIPT, FILE, script, "script", 0, 0, 0,                                                 \
      "an expect script that brings the command to where it is tried, a name or a file")            \
    X(FLAG_READY, TEXT, ready, "ready", 0, 0, 0,                                                    \
      "a pattern by which the command says that it is ready: a point, too")                         \
    X(FLAG_AT, TEXT, at, "at", 0, 0, 0,                                                             \
      "only at these: output, ready, rest, or addresses as make@execve; a comma between")           \
    X(FLAG_STIMULUS, TEXT, stimulus, "stimulus", 0, 0, 0,                                           \
      "only these: ctrl-c, ctrl-c-twice, sigint, sigterm, hang-up, sigkill; a comma between")       \
    X(FLAG_BUDGET, DURATION, budget_ns, "budget", 0, 0, 0,                                          \
      "start no more runs after this time, and say what was not tried; default 60s")                \
    X(FLAG_SAVE, FILE, save, "save", 0, 0, 0, "write what was found, for --against")                \
    X(FLAG_AGAINST, FILE, against, "against", 0, 0, 0,                                              \
      "say what is new since that file of --save; only that makes the exit code 1")                 \
    X(FLAG_SCENARIO, FILE, scenario, "output", 'o', 0, 0,                                           \
      "write the worst problem as a scenario there")                                                \
    X(FLAG_DRAFT, FILE, draft, "output", 'o', 0, 0, "write the scenario there")                     \
    X(FLAG_OUTPUT, DIR, output, "output", 'o', 0, 0, "write there")                                 \
    X(FLAG_ALLOW_MISSING, SWITCH, allow_missing, "allow-missing", 0, 0, 0,                          \
      "merge what there is of a run's shards; each missing one is an outcome without a verdict")    \
    X(FLAG_MIN_RUN, NUMBER, min_run, "min-run", 0, 0, UINT32_MAX,                                   \
      "exit 4 when fewer than N runs were made")                                                    \
    X(FLAG_ALLOW_EMPTY, SWITCH, allow_empty, "allow-empty", 0, 0, 0,                                \
      "nothing selected is no error")                                                               \
    X(FLAG_WITHOUT, FEATURES, without, "without", 0, 0, 0,                                          \
      "as on a machine that lacks these, to see what a run is like there")                          \
    X(FLAG_COLOR, WHEN, color, "color", 0, 0, 0,                                                    \
      "auto, always or never; NO_COLOR in the environment means never")                             \
    X(FLAG_QUIET, SWITCH, quiet, "quiet", 'q', 0, 0, "only failures and the summary")               \
    X(FLAG_VERBOSE, SWITCH, verbose, "verbose", 'v', 0, 0,                                          \
      "more of everything; of a failure the whole trace")

enum flag {
#define FLAG_ROW(id, ...) id,
    FLAG_MAP(FLAG_ROW)
#undef FLAG_ROW
        FLAGS,
    FLAG_REPORTS = FLAGS, /* in a set: one for each row of harness/report, --NAME FILE */
    FLAG_SET_MAX
};

#define FLAG_KIND_ROW(id, type, argument, right) typedef type flag_##id;
FLAG_KIND_MAP(FLAG_KIND_ROW)
#undef FLAG_KIND_ROW

/* The flags as read. */
struct flags {
#define FLAG_FIELD(id, kind, field, ...) flag_##kind field;
    FLAG_MAP(FLAG_FIELD)
#undef FLAG_FIELD
    const char *report[REPORTS]; /* a file, "-" for standard output */
    char **argument;             /* what is left; lent */
    int arguments;
};

/* Reads argv[1..]: argv[0] is the verb, `set` what it takes: identifiers of flags in the order of
 * its help, up to FLAG_HELP, which is 0 and ends every set. Returns 0, or ERR_USAGE with one
 * sentence in *diag. Reorders argv. */
int flags_read(int argc, char **argv, const uint8_t *set, struct flags *out, struct diag *diag);

/* Adds a line per flag of the set. */
void flags_print(const uint8_t *set, struct buf *out);

/* Adds the line of one, "--pin", "pin" or "-p". Returns false when the set has none of that name.
 */
bool flag_print(const uint8_t *set, const char *name, struct buf *out);

/* The name of flag i of all verbs, or NULL behind the last. */
const char *flag_name_at(size_t i);

#endif

/* flags.c: the table of flags. */
#include "harness/cli/flags.h"

#include "harness/scenario/model.h"
#include "runtime/base/suggest.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NS_PER_US INT64_C(1000)

enum { SCHEDULES_MAX = 100000000, REPEAT_MAX = 1000000 };

struct flag_entry {
    const char *name;
    char letter;          /* or 0 */
    const char *argument; /* its word in the help, or NULL: none */
    unsigned verbs;       /* set of enum flag_verb */
    /* Stores the value; false when it is not one. */
    bool (*take)(struct flags *f, const char *value);
    const char *help;
};

bool flag_number_read(const char *text, uint64_t max, uint64_t *out)
{
    bool hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
    char *end = NULL;

    if (!isxdigit((unsigned char)text[hex ? 2 : 0]))
        return false;
    errno = 0;
    unsigned long long value = strtoull(text, &end, hex ? 16 : 10);
    if (errno != 0 || *end != 0 || value > max)
        return false;
    *out = value;
    return true;
}

bool duration_read(const char *text, int64_t *out_ns)
{
    static const struct {
        const char *unit;
        int64_t ns;
    } units[] = {
        {"us", NS_PER_US             },
        {"ms", 1000 * NS_PER_US      },
        {"s",  1000000 * NS_PER_US   },
        {"m",  60000000 * NS_PER_US  },
        {"h",  3600000000 * NS_PER_US},
    };
    size_t digits = strspn(text, "0123456789");

    if (digits == 0 || digits > 9)
        return false;
    int64_t value = (int64_t)strtoll(text, NULL, 10);
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        if (strcmp(text + digits, units[i].unit) == 0 && value > 0 &&
            value <= INT64_MAX / units[i].ns) {
            *out_ns = value * units[i].ns;
            return true;
        }
    }
    return false;
}

static bool take_filter(struct flags *f, const char *value)
{
    f->filter = value;
    return true;
}

static bool take_pin(struct flags *f, const char *value)
{
    const char *equals = strchr(value, '=');

    if (equals == NULL || equals == value || f->pins == FLAGS_PINS_MAX)
        return false;
    f->pin[f->pins++] = value;
    return true;
}

static bool take_with(struct flags *f, const char *value)
{
    const char *equals = strchr(value, '=');

    if (equals == NULL || equals == value || f->withs == FLAGS_PINS_MAX)
        return false;
    f->with[f->withs++] = value;
    return true;
}

static bool take_cast(struct flags *f, const char *value)
{
    f->cast = value;
    return value[0] != 0;
}

static bool take_expand(struct flags *f, const char *value)
{
    (void)value;
    f->expand = true;
    return true;
}

static bool take_man(struct flags *f, const char *value)
{
    (void)value;
    f->man = true;
    return true;
}

static bool take_engine(struct flags *f, const char *value)
{
    if (strcmp(value, "real") == 0)
        f->engines = ENGINE_REAL;
    else if (strcmp(value, "sim") == 0)
        f->engines = ENGINE_SIM;
    else if (strcmp(value, "both") == 0)
        f->engines = ENGINE_REAL | ENGINE_SIM;
    else
        return false;
    return true;
}

static bool take_seed(struct flags *f, const char *value)
{
    return flag_number_read(value, UINT64_MAX, &f->seed);
}

static bool take_schedules(struct flags *f, const char *value)
{
    return flag_number_read(value, SCHEDULES_MAX, &f->schedules) && f->schedules > 0;
}

static bool take_repeat(struct flags *f, const char *value)
{
    return flag_number_read(value, REPEAT_MAX, &f->repeat) && f->repeat > 0;
}

static bool take_jobs(struct flags *f, const char *value)
{
    return flag_number_read(value, FLAGS_JOBS_MAX, &f->jobs) && f->jobs > 0;
}

static bool take_min_run(struct flags *f, const char *value)
{
    return flag_number_read(value, UINT32_MAX, &f->min_run);
}

static bool take_timeout(struct flags *f, const char *value)
{
    return duration_read(value, &f->total_ns);
}

static bool take_step_timeout(struct flags *f, const char *value)
{
    return duration_read(value, &f->step_ns);
}

static bool take_trace_dir(struct flags *f, const char *value)
{
    f->trace_dir = value;
    return value[0] != 0;
}

static bool take_json(struct flags *f, const char *value)
{
    f->json = value;
    return value[0] != 0;
}

static bool take_junit(struct flags *f, const char *value)
{
    f->junit = value;
    return value[0] != 0;
}

static bool take_color(struct flags *f, const char *value)
{
    static const char *const names[] = {"auto", "always", "never"};

    for (unsigned i = 0; i < 3; i++) {
        if (strcmp(value, names[i]) == 0) {
            f->color = (enum flag_color)i;
            return true;
        }
    }
    return false;
}

static bool take_list_json(struct flags *f, const char *value)
{
    (void)value;
    f->list_json = true;
    return true;
}

static bool take_allow_empty(struct flags *f, const char *value)
{
    (void)value;
    f->allow_empty = true;
    return true;
}

static bool take_quiet(struct flags *f, const char *value)
{
    (void)value;
    f->quiet = true;
    return true;
}

static bool take_verbose(struct flags *f, const char *value)
{
    (void)value;
    f->verbose = true;
    return true;
}

static bool take_help(struct flags *f, const char *value)
{
    (void)value;
    f->help = true;
    return true;
}

static const struct flag_entry flags[] = {
    {"filter",       'k', "EXPR",      FLAG_RUN | FLAG_LIST,                            take_filter,
     "only variants that match: parts of an id, id:X, tag:X, engine:X, KEY=VALUE, and, or, not, ( )"                                                         },
    {"pin",          'p', "KEY=VALUE", FLAG_RUN | FLAG_LIST | FLAG_CHECK,               take_pin,
     "only variants with this value of a matrix parameter; repeatable"                                                                                       },
    {"jobs",         'j', "N",         FLAG_RUN,                                        take_jobs,         "this many at a time; default: half of the CPUs"  },
    {"engine",       'e', "ENGINE",    FLAG_RUN,                                        take_engine,
     "real, sim, or both (and compare them); default: real where the scenario lists it"                                                                      },
    {"seed",         's', "N",         FLAG_RUN,                                        take_seed,
     "of the simulated schedules, hex or decimal; default 1"                                                                                                 },
    {"schedules",    0,   "N",         FLAG_RUN,                                        take_schedules,
     "sim: try N schedules of each variant, with seeds from --seed on"                                                                                       },
    {"repeat",       0,   "N",         FLAG_RUN,                                        take_repeat,       "run each variant N times, the seed rising by one"},
    {"with",         0,   "KEY=VALUE", FLAG_EXPECT,                                     take_with,
     "a value for a parameter of the script; repeatable"                                                                                                     },
    {"cast",         0,   "FILE",      FLAG_EXPECT,                                     take_cast,         "write what the terminal showed as an asciicast"  },
    {"expand",       0,   NULL,        FLAG_CHECK,                                      take_expand,
     "print each scenario with its variants, scripts and steps written out"                                                                                  },
    {"man",          0,   NULL,        FLAG_HELP,                                       take_man,
     "print a manual page, scenario or scenario-file, as scdoc source"                                                                                       },
    {"timeout",      0,   "D",         FLAG_RUN | FLAG_EXPECT,                          take_timeout,
     "instead of each scenario's limits.total"                                                                                                               },
    {"step-timeout", 0,   "D",         FLAG_RUN | FLAG_EXPECT,                          take_step_timeout,
     "instead of each scenario's limits.step"                                                                                                                },
    {"trace-dir",    0,   "DIR",       FLAG_RUN,                                        take_trace_dir,
     "write each run's trace and recording (asciicast) there"                                                                                                },
    {"json",         0,   "FILE",      FLAG_RUN,                                        take_json,
     "write the results as JSON lines; - is standard output"                                                                                                 },
    {"json",         0,   NULL,        FLAG_LIST | FLAG_CHECK,                          take_list_json,    "as JSON lines"                                   },
    {"junit",        0,   "FILE",      FLAG_RUN,                                        take_junit,        "write the results as JUnit XML"                  },
    {"min-run",      0,   "N",         FLAG_RUN,                                        take_min_run,      "exit 4 when fewer than N runs were made"         },
    {"allow-empty",  0,   NULL,        FLAG_RUN,                                        take_allow_empty,  "nothing selected is no error"                    },
    {"color",        0,   "WHEN",      FLAG_RUN | FLAG_LIST | FLAG_CHECK | FLAG_EXPECT, take_color,
     "auto, always or never; NO_COLOR in the environment means never"                                                                                        },
    {"quiet",        'q', NULL,        FLAG_RUN | FLAG_CHECK | FLAG_EXPECT,             take_quiet,
     "only failures and the summary"                                                                                                                         },
    {"verbose",      'v', NULL,        FLAG_RUN | FLAG_LIST,                            take_verbose,      "more of everything"                              },
    {"help",         'h', NULL,        FLAG_ALL,                                        take_help,         "this text"                                       },
};

enum { FLAG_COUNT = sizeof(flags) / sizeof(flags[0]) };

/* The names of one verb's flags, for suggestions. */
struct flag_names {
    const char *name[FLAG_COUNT];
    size_t count;
};

static const char *flag_name_at(size_t i, void *user)
{
    const struct flag_names *names = user;

    return names->name[i];
}

static int flag_unknown(const char *word, enum flag_verb verb, struct diag *diag)
{
    struct flag_names names = {.count = 0};
    char bare[64];

    if (strncmp(word, "--", 2) != 0)
        return diag_set(diag, ERR_USAGE, "unknown flag '%s'", word);
    for (size_t i = 0; i < FLAG_COUNT; i++) {
        if ((flags[i].verbs & verb) != 0)
            names.name[names.count++] = flags[i].name;
    }
    (void)snprintf(bare, sizeof(bare), "%.*s", (int)strcspn(word + 2, "="), word + 2);
    const char *near = suggest(bare, names.count, flag_name_at, &names);
    if (near != NULL)
        return diag_set(diag, ERR_USAGE, "unknown flag '--%s'; did you mean '--%s'?", bare, near);
    return diag_set(diag, ERR_USAGE, "unknown flag '--%s'", bare);
}

/* getopt_long's tables for one verb; `val` is the row of the table, plus 256. */
struct flag_options {
    struct option option[FLAG_COUNT + 1];
    char letters[2 * FLAG_COUNT + 2];
    int row[256]; /* of a letter */
};

static void options_make(enum flag_verb verb, struct flag_options *out)
{
    size_t count = 0;
    size_t letters = 0;

    *out = (struct flag_options){0};
    out->letters[letters++] = ':'; /* a missing argument is told apart */
    for (int i = 0; i < FLAG_COUNT; i++) {
        const struct flag_entry *e = &flags[i];
        if ((e->verbs & verb) == 0)
            continue;
        out->option[count++] = (struct option){
            e->name, e->argument != NULL ? required_argument : no_argument, NULL, 256 + i};
        if (e->letter == 0)
            continue;
        out->row[(unsigned char)e->letter] = i;
        out->letters[letters++] = e->letter;
        if (e->argument != NULL)
            out->letters[letters++] = ':';
    }
}

/* What the words of the table stand for, for whoever got one wrong. */
static const char *argument_help(const char *argument)
{
    static const struct {
        const char *argument;
        const char *help;
    } rows[] = {
        {"N",         "a whole number in range, such as 4 or 0x1f"},
        {"D",         "a duration such as 250ms, 30s or 2m"       },
        {"ENGINE",    "real, sim or both"                         },
        {"WHEN",      "auto, always or never"                     },
        {"KEY=VALUE", "a name and a value, such as depth=2"       },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (strcmp(rows[i].argument, argument) == 0)
            return rows[i].help;
    }
    return "not an empty text";
}

static int flag_take(const struct flag_entry *e, const char *value, struct flags *f,
                     struct diag *diag)
{
    if (e->take(f, value))
        return 0;
    const char *argument = e->argument != NULL ? e->argument : "value";
    return diag_set(diag, ERR_USAGE, "--%s: '%s' is no %s (%s)", e->name, value, argument,
                    argument_help(argument));
}

int flags_read(int argc, char **argv, enum flag_verb verb, struct flags *out, struct diag *diag)
{
    struct flag_options options;
    struct flags read = {.seed = 1, .schedules = 1, .repeat = 1};
    int c = 0;

    options_make(verb, &options);
    opterr = 0;
    optind = 0; /* starts over, glibc's way */
    while ((c = getopt_long(argc, argv, options.letters, options.option, NULL)) != -1) {
        char letter[3] = {'-', (char)optopt, 0};
        const char *word = optind > 0 && optind <= argc ? argv[optind - 1] : "";
        if (c == ':')
            return diag_set(diag, ERR_USAGE, "%s needs a value", optopt >= 256 ? word : letter);
        if (c == '?') {
            /* getopt has moved on from a long one, and may be inside a group of letters. */
            bool is_long = optopt == 0 || optopt >= 256;
            return flag_unknown(is_long ? word : letter, verb, diag);
        }
        int rc = flag_take(&flags[c >= 256 ? c - 256 : options.row[c]], optarg, &read, diag);
        if (rc < 0)
            return rc;
    }
    read.argument = argv + optind;
    read.arguments = argc - optind;
    *out = read;
    return 0;
}

void flags_print(enum flag_verb verb, struct buf *out)
{
    for (size_t i = 0; i < FLAG_COUNT; i++) {
        const struct flag_entry *e = &flags[i];
        char left[64];
        if ((e->verbs & verb) == 0)
            continue;
        (void)snprintf(left, sizeof(left), "%s%c%s--%s%s%s", e->letter != 0 ? "-" : " ",
                       e->letter != 0 ? e->letter : ' ', e->letter != 0 ? ", " : "  ", e->name,
                       e->argument != NULL ? " " : "", e->argument != NULL ? e->argument : "");
        buf_addf(out, "  %-26s %s\n", left, e->help);
    }
}

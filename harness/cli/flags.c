/* flags.c: the table of flags. */
#include "harness/cli/flags.h"

#include "harness/observe/setting.h"
#include "runtime/base/check.h"
#include "runtime/base/duration.h"
#include "runtime/base/suggest.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SCHEDULES_MAX = 100000000, REPEAT_MAX = 1000000 };

/* How a flag's value is read, and the type of its field. */
enum flag_kind {
    FLAG_SWITCH,   /* bool; there is no value */
    FLAG_TEXT,     /* const char *, of at least `min` bytes */
    FLAG_NUMBER,   /* uint64_t, from `min` to `max` */
    FLAG_DURATION, /* int64_t, ns */
    FLAG_PAIR,     /* struct flag_pairs: one more */
    FLAG_CHOICE,   /* unsigned: of `words` */
};

/* A word that can be chosen; NULL ends the list. */
struct flag_word {
    const char *word;
    unsigned value;
};

struct flag_entry {
    const char *name;
    char letter;          /* or 0 */
    const char *argument; /* its word in the help; NULL: none */
    enum flag_kind kind;
    size_t field; /* its place in struct flags */
    uint64_t min;
    uint64_t max;
    const struct flag_word *words;
    const char *help;
};

static const struct flag_word engine_words[] = {
    {"real", ENGINE_REAL             },
    {"sim",  ENGINE_SIM              },
    {"both", ENGINE_REAL | ENGINE_SIM},
    {NULL,   0                       },
};

static const struct flag_word color_words[] = {
    {"auto",   COLOR_AUTO  },
    {"always", COLOR_ALWAYS},
    {"never",  COLOR_NEVER },
    {NULL,     0           },
};

/* The place of a field, which does not compile when it has another type. */
#define FIELD(type, field) \
    (offsetof(struct flags, field) + 0 * sizeof((type *)0 == &((struct flags *)0)->field))

#define SWITCH(name, letter, field, help)                                     \
    {                                                                         \
        name, letter, NULL, FLAG_SWITCH, FIELD(bool, field), 0, 0, NULL, help \
    }
#define TEXT(name, letter, argument, field, min, help)                                    \
    {                                                                                     \
        name, letter, argument, FLAG_TEXT, FIELD(const char *, field), min, 0, NULL, help \
    }
#define NUMBER(name, letter, field, min, max, help)                                  \
    {                                                                                \
        name, letter, "N", FLAG_NUMBER, FIELD(uint64_t, field), min, max, NULL, help \
    }
#define DURATION(name, letter, field, help)                                       \
    {                                                                             \
        name, letter, "D", FLAG_DURATION, FIELD(int64_t, field), 0, 0, NULL, help \
    }
#define PAIR(name, letter, field, help)                                                         \
    {                                                                                           \
        name, letter, "KEY=VALUE", FLAG_PAIR, FIELD(struct flag_pairs, field), 0, 0, NULL, help \
    }
#define CHOICE(name, letter, argument, field, words, help)                             \
    {                                                                                  \
        name, letter, argument, FLAG_CHOICE, FIELD(unsigned, field), 0, 0, words, help \
    }

static const struct flag_entry flags[] = {
    TEXT(
        "filter", 'k', "EXPR", filter, 0,
        "only variants that match: parts of an id, id:X, tag:X, engine:X, KEY=VALUE, and, or, not, ( )"),
    PAIR("pin", 'p', pins, "only variants with this value of a matrix parameter; repeatable"),
    NUMBER("jobs", 'j', jobs, 1, FLAGS_JOBS_MAX, "this many at a time; default: half of the CPUs"),
    CHOICE("engine", 'e', "ENGINE", engines, engine_words,
           "real, sim, or both (and compare them); default: real where the scenario lists it"),
    NUMBER("seed", 's', seed, 0, UINT64_MAX,
           "of the simulated schedules, hex or decimal; default 1"),
    NUMBER("schedules", 0, schedules, 1, SCHEDULES_MAX,
           "sim: try N schedules of each variant, with seeds from --seed on"),
    NUMBER("repeat", 0, repeat, 1, REPEAT_MAX, "run each variant N times, the seed rising by one"),
    PAIR("with", 0, with, "a value for a parameter of the script; repeatable"),
    TEXT("cast", 0, "FILE", cast, 1, "write what the terminal showed as an asciicast"),
    SWITCH("expand", 0, expand,
           "print each scenario with its variants, scripts and steps written out"),
    SWITCH("man", 0, man, "print a manual page, scenario or scenario-file, as scdoc source"),
    DURATION("timeout", 0, total_ns, "instead of each scenario's limits.total"),
    DURATION("step-timeout", 0, step_ns, "instead of each scenario's limits.step"),
    TEXT("trace-dir", 0, "DIR", trace_dir, 1,
         "write each run's trace and recording (asciicast) there"),
    SWITCH("json", 0, list_json, "as JSON lines"),
    NUMBER("min-run", 0, min_run, 0, UINT32_MAX, "exit 4 when fewer than N runs were made"),
    SWITCH("allow-empty", 0, allow_empty, "nothing selected is no error"),
    CHOICE("color", 0, "WHEN", color, color_words,
           "auto, always or never; NO_COLOR in the environment means never"),
    SWITCH("quiet", 'q', quiet, "only failures and the summary"),
    SWITCH("verbose", 'v', verbose, "more of everything"),
    SWITCH("help", 'h', help, "this text"),
};

enum { FLAG_COUNT = sizeof(flags) / sizeof(flags[0]), FLAGS_MAX = FLAG_COUNT + REPORTS };

/* ---- Sets ---- */

struct flag_set {
    struct flag_entry row[FLAGS_MAX];
    size_t count;
};

const char *flag_at(size_t i)
{
    return i < FLAG_COUNT ? flags[i].name : NULL;
}

static int set_add(struct flag_set *set, const struct flag_entry *row, struct diag *diag)
{
    for (size_t i = 0; i < set->count; i++) {
        if (strcmp(set->row[i].name, row->name) == 0)
            return diag_set(diag, ERR_INPUT, "two flags '%s'", row->name);
    }
    CHECK(set->count < FLAGS_MAX);
    set->row[set->count++] = *row;
    return 0;
}

static int set_add_reports(struct flag_set *set, struct diag *diag)
{
    int rc = 0;

    for (size_t i = 0; i < REPORTS && rc == 0; i++) {
        struct flag_entry row =
            TEXT(report_at(i)->name, 0, "FILE", report[0], 1, report_at(i)->help);
        row.field += i * sizeof(const char *);
        rc = set_add(set, &row, diag);
    }
    return rc;
}

static int set_add_name(struct flag_set *set, const char *name, size_t size, struct diag *diag)
{
    if (size == strlen("REPORTS") && memcmp(name, "REPORTS", size) == 0)
        return set_add_reports(set, diag);
    for (size_t i = 0; i < FLAG_COUNT; i++) {
        if (strlen(flags[i].name) == size && memcmp(flags[i].name, name, size) == 0)
            return set_add(set, &flags[i], diag);
    }
    return diag_set(diag, ERR_INPUT, "no flag '%.*s'", (int)size, name);
}

static int set_make(const char *names, struct flag_set *out, struct diag *diag)
{
    int rc = 0;

    out->count = 0;
    while (*names != 0 && rc == 0) {
        size_t size = strcspn(names, " ");
        rc = set_add_name(out, names, size, diag);
        names += size;
        names += strspn(names, " ");
    }
    return rc < 0 ? rc : set_add_name(out, "help", strlen("help"), diag);
}

int flags_check(const char *set, struct diag *diag)
{
    struct flag_set made;

    return set_make(set, &made, diag);
}

bool flags_have(const char *set, size_t i)
{
    struct flag_set made;

    CHECK(i < FLAG_COUNT && set_make(set, &made, NULL) == 0);
    for (size_t k = 0; k < made.count; k++) {
        if (strcmp(made.row[k].name, flags[i].name) == 0 && made.row[k].field == flags[i].field)
            return true;
    }
    return false;
}

/* ---- Values ---- */

static bool number_read(const char *text, uint64_t min, uint64_t max, uint64_t *out)
{
    bool hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
    char *end = NULL;

    if (!isxdigit((unsigned char)text[hex ? 2 : 0]))
        return false;
    errno = 0;
    unsigned long long value = strtoull(text, &end, hex ? 16 : 10);
    if (errno != 0 || *end != 0 || value < min || value > max)
        return false;
    *out = value;
    return true;
}

static bool pair_add(struct flag_pairs *pairs, const char *text)
{
    const char *equals = strchr(text, '=');

    if (equals == NULL || equals == text || pairs->count == FLAGS_PAIRS_MAX)
        return false;
    pairs->pair[pairs->count++] = text;
    return true;
}

static bool word_choose(const struct flag_word *words, const char *text, unsigned *out)
{
    for (; words->word != NULL; words++) {
        if (strcmp(words->word, text) == 0) {
            *out = words->value;
            return true;
        }
    }
    return false;
}

/* Stores the value of a flag. Returns false when it is not one. */
static bool value_take(const struct flag_entry *e, const char *value, struct flags *f)
{
    void *field = (char *)f + e->field;

    switch (e->kind) {
    case FLAG_SWITCH:
        *(bool *)field = true;
        return true;
    case FLAG_TEXT:
        *(const char **)field = value;
        return strlen(value) >= e->min;
    case FLAG_NUMBER:
        return number_read(value, e->min, e->max, field);
    case FLAG_DURATION:
        return duration_read(value, field) == 0 && *(const int64_t *)field > 0;
    case FLAG_PAIR:
        return pair_add(field, value);
    case FLAG_CHOICE:
        return word_choose(e->words, value, field);
    }
    return false;
}

/* What would be a value, for whoever gave none. */
static void value_describe(const struct flag_entry *e, struct buf *out)
{
    static const char *const kinds[] = {
        [FLAG_SWITCH] = "",
        [FLAG_TEXT] = "not an empty text",
        [FLAG_NUMBER] = "a whole number in range, such as 4 or 0x1f",
        [FLAG_DURATION] = "a duration such as 250ms, 30s or 2m",
        [FLAG_PAIR] = "a name and a value, such as depth=2",
        [FLAG_CHOICE] = "",
    };

    buf_add_text(out, kinds[e->kind]);
    for (const struct flag_word *w = e->words; w != NULL && w->word != NULL; w++)
        buf_addf(out, "%s%s", w == e->words ? "" : w[1].word != NULL ? ", " : " or ", w->word);
}

static int flag_take(const struct flag_entry *e, const char *value, struct flags *f,
                     struct diag *diag)
{
    struct buf wanted = BUF_INIT;

    if (value_take(e, value, f))
        return 0;
    value_describe(e, &wanted);
    (void)diag_set(diag, ERR_USAGE, "--%s: '%s' is no %s (%s)", e->name, value, e->argument,
                   buf_text(&wanted));
    buf_release(&wanted);
    return ERR_USAGE;
}

/* ---- The command line ---- */

static const char *set_name_at(size_t i, void *user)
{
    const struct flag_set *set = user;

    return set->row[i].name;
}

static int flag_unknown(const char *word, struct flag_set *set, struct diag *diag)
{
    char bare[64];

    if (strncmp(word, "--", 2) != 0)
        return diag_set(diag, ERR_USAGE, "unknown flag '%s'", word);
    (void)snprintf(bare, sizeof(bare), "%.*s", (int)strcspn(word + 2, "="), word + 2);
    const char *near = suggest(bare, set->count, set_name_at, set);
    if (near != NULL)
        return diag_set(diag, ERR_USAGE, "unknown flag '--%s'; did you mean '--%s'?", bare, near);
    return diag_set(diag, ERR_USAGE, "unknown flag '--%s'", bare);
}

/* getopt_long's tables for a set; `val` is the row, plus 256. */
struct flag_options {
    struct option option[FLAGS_MAX + 1];
    char letters[2 * FLAGS_MAX + 2];
    size_t row[256]; /* of a letter */
};

static void options_make(const struct flag_set *set, struct flag_options *out)
{
    size_t letters = 0;

    *out = (struct flag_options){0};
    out->letters[letters++] = ':'; /* a missing argument is told apart */
    for (size_t i = 0; i < set->count; i++) {
        const struct flag_entry *e = &set->row[i];
        out->option[i] = (struct option){
            e->name, e->argument != NULL ? required_argument : no_argument, NULL, 256 + (int)i};
        if (e->letter == 0)
            continue;
        out->row[(unsigned char)e->letter] = i;
        out->letters[letters++] = e->letter;
        if (e->argument != NULL)
            out->letters[letters++] = ':';
    }
}

int flags_read(int argc, char **argv, const char *names, struct flags *out, struct diag *diag)
{
    struct flag_set set;
    struct flag_options options;
    struct flags read = {.seed = 1, .schedules = 1, .repeat = 1};
    int c = 0;

    CHECK(set_make(names, &set, NULL) == 0);
    options_make(&set, &options);
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
            return flag_unknown(is_long ? word : letter, &set, diag);
        }
        size_t row = c >= 256 ? (size_t)c - 256 : options.row[c];
        int rc = flag_take(&set.row[row], optarg, &read, diag);
        if (rc < 0)
            return rc;
    }
    read.argument = argv + optind;
    read.arguments = argc - optind;
    *out = read;
    return 0;
}

void flags_print(const char *names, struct buf *out)
{
    struct flag_set set;

    CHECK(set_make(names, &set, NULL) == 0);
    for (size_t i = 0; i < set.count; i++) {
        const struct flag_entry *e = &set.row[i];
        char left[64];
        (void)snprintf(left, sizeof(left), "%s%c%s--%s%s%s", e->letter != 0 ? "-" : " ",
                       e->letter != 0 ? e->letter : ' ', e->letter != 0 ? ", " : "  ", e->name,
                       e->argument != NULL ? " " : "", e->argument != NULL ? e->argument : "");
        buf_addf(out, "  %-26s %s\n", left, e->help);
    }
}

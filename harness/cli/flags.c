/* flags.c: the table of flags. */
#include "harness/cli/flags.h"

#include "harness/gate/date.h"
#include "harness/observe/setting.h"
#include "harness/world/feature.h"
#include "runtime/base/check.h"
#include "runtime/base/duration.h"
#include "runtime/base/suggest.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum flag_kind {
#define FLAG_KIND_ROW(id, type, argument, right) KIND_##id,
    FLAG_KIND_MAP(FLAG_KIND_ROW)
#undef FLAG_KIND_ROW
};

static const struct kind_entry {
    const char *argument;
    const char *right;
} kinds[] = {
#define FLAG_KIND_ROW(id, type, argument, right) [KIND_##id] = {argument, right},
    FLAG_KIND_MAP(FLAG_KIND_ROW)
#undef FLAG_KIND_ROW
};

struct flag_entry {
    enum flag_kind kind;
    size_t field; /* its place in struct flags */
    const char *name;
    char letter;
    uint64_t least;
    uint64_t most;
    const char *help;
};

static const struct flag_entry flags[FLAGS] = {
#define FLAG_ROW(id, kind, field, ...) \
    [id] = {KIND_##kind, offsetof(struct flags, field), __VA_ARGS__},
    FLAG_MAP(FLAG_ROW)
#undef FLAG_ROW
};

/* The rows of a set. */
struct flag_rows {
    struct flag_entry row[FLAGS + REPORTS];
    size_t count;
};

static void rows_add(struct flag_rows *out, struct flag_entry row)
{
    CHECK(out->count < FLAGS + REPORTS);
    out->row[out->count++] = row;
}

static void rows_make(const uint8_t *set, struct flag_rows *out)
{
    out->count = 0;
    for (const uint8_t *id = set;; id++) {
        for (size_t i = 0; *id == FLAG_REPORTS && i < REPORTS; i++) {
            rows_add(out, (struct flag_entry){
                              .kind = KIND_FILE,
                              .field = offsetof(struct flags, report) + i * sizeof(flag_FILE),
                              .name = report_at(i)->name,
                              .help = report_at(i)->help,
                          });
        }
        if (*id != FLAG_REPORTS)
            rows_add(out, flags[*id]);
        if (*id == FLAG_HELP)
            return;
    }
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

/* `bare`: a name alone will do. */
static bool pair_add(struct flag_pairs *pairs, const char *text, bool bare)
{
    const char *equals = strchr(text, '=');

    if ((equals == NULL && !bare) || equals == text || text[0] == 0 ||
        pairs->count == FLAGS_PAIRS_MAX)
        return false;
    pairs->pair[pairs->count++] = text;
    return true;
}

static bool pattern_add(struct flag_pairs *patterns, const char *text)
{
    if (text[0] == 0 || patterns->count == FLAGS_PAIRS_MAX)
        return false;
    patterns->pair[patterns->count++] = text;
    return true;
}

static bool engines_read(const char *text, unsigned *out)
{
    for (unsigned engines = 1; engines <= (ENGINE_REAL | ENGINE_SIM); engines++) {
        if (strcmp(engine_name(engines), text) == 0) {
            *out = engines;
            return true;
        }
    }
    return false;
}

static bool which_read(const char *text, bool *out)
{
    *out = strcmp(text, "all") == 0;
    return *out || strcmp(text, "failures") == 0;
}

static bool form_read(const char *text, enum tell_form *out)
{
#define TELL_ROW(name, help) #name,
    static const char *const names[] = {TELL_FORM_MAP(TELL_ROW)};
#undef TELL_ROW

    for (unsigned i = 0; i < TELL_FORMS; i++) {
        if (strcmp(names[i], text) == 0) {
            *out = (enum tell_form)i;
            return true;
        }
    }
    return false;
}

static bool color_read(const char *text, enum flag_color *out)
{
    static const char *const names[] = {"auto", "always", "never"};

    for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(names[i], text) == 0) {
            *out = (enum flag_color)i;
            return true;
        }
    }
    return false;
}

/* Stores the value of a flag. Returns false when it is not one. */
static bool value_take(const struct flag_entry *e, const char *value, struct flags *f)
{
    void *field = (char *)f + e->field;
    int32_t day;

    switch (e->kind) {
    case KIND_SWITCH:
        *(flag_SWITCH *)field = true;
        return true;
    case KIND_EXPR:
    case KIND_FILE:
    case KIND_DIR:
    case KIND_TEXT:
        *(flag_FILE *)field = value;
        return e->kind == KIND_EXPR || value[0] != 0;
    case KIND_NUMBER:
        return number_read(value, e->least, e->most, field);
    case KIND_OPTIONAL:
        *(flag_OPTIONAL *)field = (flag_OPTIONAL){.given = true};
        return value == NULL ||
               number_read(value, e->least, e->most, &((flag_OPTIONAL *)field)->value);
    case KIND_DURATION:
        return duration_read(value, field) == 0 && *(const int64_t *)field > 0;
    case KIND_PAIR:
        return pair_add(field, value, false);
    case KIND_WITH:
        return pair_add(field, value, true);
    case KIND_PATTERN:
        return pattern_add(field, value);
    case KIND_ENGINE:
        return engines_read(value, field);
    case KIND_WHEN:
        return color_read(value, field);
    case KIND_WHICH:
        return which_read(value, field);
    case KIND_DATE:
        *(flag_DATE *)field = value;
        return date_read(value, &day);
    case KIND_FORM:
        return form_read(value, field);
    case KIND_FEATURES:
        return features_read(value, field);
    case KIND_SHARD:
        return shard_read(value, field);
    }
    return false;
}

static int flag_take(const struct flag_entry *e, const char *value, struct flags *f,
                     struct diag *diag)
{
    const struct kind_entry *kind = &kinds[e->kind];

    if (value_take(e, value, f))
        return 0;
    return diag_set(diag, ERR_USAGE, "--%s: '%s' is no %s (%s)", e->name, value, kind->argument,
                    kind->right);
}

/* ---- The command line ---- */

static const char *row_name_at(size_t i, void *user)
{
    const struct flag_rows *rows = user;

    return rows->row[i].name;
}

static int flag_unknown(const char *word, struct flag_rows *rows, struct diag *diag)
{
    char bare[64];

    if (strncmp(word, "--", 2) != 0)
        return diag_set(diag, ERR_USAGE, "unknown flag '%s'", word);
    (void)snprintf(bare, sizeof(bare), "%.*s", (int)strcspn(word + 2, "="), word + 2);
    const char *near = suggest(bare, rows->count, row_name_at, rows);
    if (near != NULL)
        return diag_set(diag, ERR_USAGE, "unknown flag '--%s'; did you mean '--%s'?", bare, near);
    return diag_set(diag, ERR_USAGE, "unknown flag '--%s'", bare);
}

/* getopt_long's tables for a set; `val` is the row, plus 256. */
struct flag_options {
    struct option option[(FLAGS + REPORTS) + 1];
    char letters[2 * (FLAGS + REPORTS) + 2];
    size_t row[256]; /* of a letter */
};

static void options_make(const struct flag_rows *rows, struct flag_options *out)
{
    size_t letters = 0;

    *out = (struct flag_options){0};
    out->letters[letters++] = ':'; /* a missing argument is told apart */
    for (size_t i = 0; i < rows->count; i++) {
        const struct flag_entry *e = &rows->row[i];
        bool has_value = kinds[e->kind].argument != NULL;
        out->option[i] = (struct option){e->name, has_value ? required_argument : no_argument, NULL,
                                         256 + (int)i};
        if (e->kind == KIND_OPTIONAL)
            out->option[i].has_arg = optional_argument;
        if (e->letter == 0)
            continue;
        out->row[(unsigned char)e->letter] = i;
        out->letters[letters++] = e->letter;
        if (has_value)
            out->letters[letters++] = ':';
    }
}

int flags_read(int argc, char **argv, const uint8_t *set, struct flags *out, struct diag *diag)
{
    struct flag_rows rows;
    struct flag_options options;
    struct flags read = {.seed = 1, .schedules = 1, .repeat = 1};
    int c = 0;

    rows_make(set, &rows);
    options_make(&rows, &options);
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
            return flag_unknown(is_long ? word : letter, &rows, diag);
        }
        size_t row = c >= 256 ? (size_t)c - 256 : options.row[c];
        int rc = flag_take(&rows.row[row], optarg, &read, diag);
        if (rc < 0)
            return rc;
    }
    read.argument = argv + optind;
    read.arguments = argc - optind;
    *out = read;
    return 0;
}

static void row_print(const struct flag_entry *e, struct buf *out)
{
    const char *argument = kinds[e->kind].argument;
    bool apart = argument != NULL && argument[0] != '[';
    char left[64];

    (void)snprintf(left, sizeof(left), "%s%c%s--%s%s%s", e->letter != 0 ? "-" : " ",
                   e->letter != 0 ? e->letter : ' ', e->letter != 0 ? ", " : "  ", e->name,
                   apart ? " " : "", argument != NULL ? argument : "");
    buf_addf(out, "  %-26s %s\n", left, e->help);
}

void flags_print(const uint8_t *set, struct buf *out)
{
    struct flag_rows rows;

    rows_make(set, &rows);
    for (size_t i = 0; i < rows.count; i++)
        row_print(&rows.row[i], out);
}

bool flag_print(const uint8_t *set, const char *name, struct buf *out)
{
    const char *bare = name + strspn(name, "-");
    struct flag_rows rows;

    rows_make(set, &rows);
    for (size_t i = 0; i < rows.count; i++) {
        const struct flag_entry *e = &rows.row[i];
        bool letter = name[0] == '-' && bare[0] == e->letter && bare[0] != 0 && bare[1] == 0;
        if (!letter && strcmp(e->name, bare) != 0)
            continue;
        row_print(e, out);
        return true;
    }
    return false;
}

const char *flag_name_at(size_t i)
{
    if (i < FLAGS)
        return flags[i].name;
    return i - FLAGS < REPORTS ? report_at(i - FLAGS)->name : NULL;
}

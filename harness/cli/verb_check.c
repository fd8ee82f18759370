/* verb_check.c: `scenario check`. */
#include "harness/cli/print.h"
#include "harness/cli/suite.h"
#include "harness/cli/verb.h"
#include "harness/report/exit_code.h"
#include "runtime/base/json.h"

static size_t variants_count(const struct suite *s)
{
    size_t variants = 0;

    for (size_t i = 0; i < s->count; i++)
        variants += s->file[i].scenario != NULL ? s->file[i].scenario->variant_count : 0;
    return variants;
}

/* One finding is one line; the last line counts. */
static void check_json(const struct suite *s, struct buf *out)
{
    for (size_t i = 0; i < s->count; i++) {
        const struct findings *found = s->file[i].findings;
        for (size_t k = 0; k < found->count; k++) {
            const struct finding *f = &found->item[k];
            buf_addf(out, "{\"v\":1,\"level\":\"%s\"", f->warning ? "warning" : "error");
            json_text(out, "file", f->place.file);
            buf_addf(out, ",\"line\":%u,\"column\":%u,\"width\":%u", f->place.line, f->place.column,
                     f->width);
            json_text(out, "text", f->text);
            json_text(out, "label", f->label);
            json_text(out, "name", f->name);
            json_text(out, "help", f->help);
            if (f->other.file != NULL) {
                json_text(out, "other_file", f->other.file);
                buf_addf(out, ",\"other_line\":%u,\"other_column\":%u", f->other.line,
                         f->other.column);
                json_text(out, "other_label", f->other_label);
            }
            buf_add_text(out, "}\n");
        }
    }
    buf_addf(out, "{\"v\":1,\"files\":%zu,\"wrong\":%zu,\"warnings\":%zu,\"variants\":%zu}\n",
             s->count, s->errors, s->warnings, variants_count(s));
}

static bool choose(void *user, const struct variant *v)
{
    const struct flags *flags = user;

    return pins_take(flags, v);
}

/* Prints the files that are right. Returns an exit code. */
static int check_expand(struct suite *s, const struct flags *flags, const struct places *places)
{
    const struct scenario_options options = suite_options(places);
    struct flags copy = *flags;
    const struct scenario_choice choice = {choose, &copy};
    struct diag diag = {0};

    for (size_t i = 0; i < s->count; i++) {
        struct buf out = BUF_INIT;
        if (s->file[i].scenario == NULL || s->file[i].scenario->variant_count == 0)
            continue;
        int rc =
            scenario_expand(&s->file[i].arena, s->file[i].scenario, &options, &choice, &out, &diag);
        if (rc < 0) {
            buf_release(&out);
            (void)print_diag(rc, &diag);
            return EXIT_CODE_HARNESS;
        }
        print_out(&out);
    }
    return EXIT_CODE_OK;
}

static int check_say(struct suite *s, const struct flags *flags, const struct places *places)
{
    struct buf err = BUF_INIT;
    struct buf out = BUF_INIT;

    if (flags->json) {
        check_json(s, &out);
        print_out(&out);
        return EXIT_CODE_OK;
    }
    suite_findings(s, true, &err);
    print_err(&err);
    if (flags->expand)
        return check_expand(s, flags, places);
    if (flags->quiet)
        return EXIT_CODE_OK;
    buf_addf(&out, "%zu file%s checked, %zu wrong, %zu warning%s, %zu variant%s\n", s->count,
             plural(s->count), s->errors, s->warnings, plural(s->warnings), variants_count(s),
             plural(variants_count(s)));
    print_out(&out);
    return EXIT_CODE_OK;
}

static int check_files(const struct flags *flags)
{
    struct suite suite = SUITE_INIT;
    struct places places;

    suite.check = true;
    places_find_own(&places);
    int code = suite_load(&suite, flags, &places);
    if (code != EXIT_CODE_OK)
        goto done;
    code = check_say(&suite, flags, &places);
    if (code == EXIT_CODE_OK && suite.count == 0)
        code = EXIT_CODE_NOTHING;
    if (code == EXIT_CODE_OK && suite.errors > 0)
        code = EXIT_CODE_INPUT;
done:
    suite_release(&suite);
    return code;
}

const struct verb_entry verb_check = {
    .name = "check",
    .form = "[NAME|FILE|DIR|-]...",
    .help =
        "says what is wrong with scenario files, expect scripts and files of known failures; - is "
        "standard input",
    .more = "With a folder `scenarios`, and without a name, ci/known-failures.yaml beside it is\n"
            "checked, too.\n",
    .codes = "Exit code 3 when a file is wrong; warnings alone are no error.\n",
    .example = "  scenario check my.yaml                     is the file right?\n",
    .flags = {FLAG_PIN, FLAG_EXAMPLES, FLAG_EXPAND, FLAG_JSON, FLAG_COLOR, FLAG_QUIET},
    .run = check_files,
};

/* verb_list.c: `scenario list`. */
#include "harness/cli/explain.h"
#include "harness/cli/print.h"
#include "harness/cli/suite.h"
#include "harness/cli/verb.h"
#include "harness/report/exit_code.h"
#include "runtime/base/json.h"

#include <string.h>

static const char *engines_text(unsigned engines)
{
    if (engines == (ENGINE_REAL | ENGINE_SIM))
        return "real,sim";
    return engine_name(engines);
}

static void list_json(struct buf *out, const struct suite_file *file, const struct variant *v)
{
    const struct scenario *s = file->scenario;

    buf_add_text(out, "{\"v\":1");
    json_text(out, "id", v->id);
    json_text(out, "scenario", s->id);
    json_text(out, "name", s->name);
    buf_addf(out, ",\"engines\":\"%s\",\"must_fail\":%s,\"tags\":[", engines_text(s->engines),
             v->must_fail_count > 0 ? "true" : "false");
    for (size_t i = 0; i < s->tag_count; i++) {
        buf_add_text(out, i > 0 ? "," : "");
        json_string(out, s->tags[i], strlen(s->tags[i]));
    }
    buf_add_text(out, "]}\n");
}

static void list_text(struct buf *out, const struct suite_file *file, const struct variant *v,
                      bool verbose)
{
    const struct scenario *s = file->scenario;

    buf_addf(out, "%-9s %s", engines_text(s->engines), v->id);
    if (verbose) {
        buf_addf(out, "  %s", s->name);
        for (size_t i = 0; i < s->tag_count; i++)
            buf_addf(out, "%stag:%s", i > 0 ? " " : "  ", s->tags[i]);
    }
    buf_add_text(out, "\n");
}

/* True when any engine of the scenario makes the filter take the variant. */
static bool list_takes(const char *filter, const struct scenario *s, const struct variant *v)
{
    return ((s->engines & ENGINE_REAL) != 0 && engine_taken(filter, s, v, ENGINE_REAL)) ||
           ((s->engines & ENGINE_SIM) != 0 && engine_taken(filter, s, v, ENGINE_SIM));
}

static int list_variants(const struct flags *flags)
{
    struct suite suite = SUITE_INIT;
    struct places places;
    struct diag diag = {0};
    struct buf out = BUF_INIT;
    struct buf err = BUF_INIT;
    int rc = 0;

    places_find_own(&places);
    if (flags->filter != NULL)
        rc = filter_check(flags->filter, &diag);
    int code = rc < 0 ? print_diag(rc, &diag) : suite_load(&suite, flags, &places);
    if (code != EXIT_CODE_OK)
        goto done;
    for (size_t i = 0; i < suite.count; i++) {
        const struct scenario *s = suite.file[i].scenario;
        for (size_t k = 0; s != NULL && k < s->variant_count; k++) {
            const struct variant *v = &s->variant[k];
            if (!pins_take(flags, v) || !list_takes(flags->filter, s, v))
                continue;
            if (flags->json)
                list_json(&out, &suite.file[i], v);
            else
                list_text(&out, &suite.file[i], v, flags->verbose);
        }
    }
    bool empty = out.size == 0;
    print_out(&out);
    suite_findings(&suite, false, &err);
    print_err(&err);
    if (suite.errors > 0)
        code = EXIT_CODE_INPUT;
    else if (empty)
        code = selection_empty(&suite, flags);
    else
        selection_doubt(&suite, flags);
done:
    suite_release(&suite);
    return code;
}

const struct verb_entry verb_list = {
    .name = "list",
    .form = "[NAME|FILE|DIR]...",
    .help = "lists the variants that would run",
    .flags = {FLAG_FILTER, FLAG_PIN, FLAG_EXAMPLES, FLAG_JSON, FLAG_COLOR, FLAG_VERBOSE},
    .run = list_variants,
};

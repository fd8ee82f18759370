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
static bool list_takes(const struct flags *f, const struct scenario *s, const struct variant *v)
{
    unsigned engines = s->engines & (f->engines != 0 ? f->engines : ENGINE_REAL | ENGINE_SIM);

    return ((engines & ENGINE_REAL) != 0 && engine_taken(f->filter, s, v, ENGINE_REAL)) ||
           ((engines & ENGINE_SIM) != 0 && engine_taken(f->filter, s, v, ENGINE_SIM));
}

/* Fills what `run` would run with these flags, where only a part of it is meant. */
static int shard_select(const struct suite *suite, const struct flags *f, struct jobs *jobs,
                        struct diag *diag)
{
    bool part = f->shard.count > 0 || f->shard.outside;
    int rc = part ? jobs_select(jobs, suite, f, diag) : 0;

    return rc == 0 ? jobs_split(jobs, f, diag) : rc;
}

/* True when the variant is in the shard, whose next one is `*at`; without a shard each is. */
static bool shard_takes(const struct jobs *jobs, size_t *at, const struct variant *v)
{
    if (jobs->shard.count == 0)
        return true;
    bool takes = *at < jobs->count && jobs->job[*at].variant == v;
    while (*at < jobs->count && jobs->job[*at].variant == v)
        (*at)++;
    return takes;
}

/* Adds a line for each variant that is meant. */
static void lines_add(const struct suite *suite, const struct flags *f, const struct jobs *jobs,
                      struct buf *out)
{
    size_t at = 0;

    for (size_t i = 0; i < suite->count; i++) {
        const struct scenario *s = suite->file[i].scenario;
        for (size_t k = 0; s != NULL && k < s->variant_count; k++) {
            const struct variant *v = &s->variant[k];
            if (!pins_take(f, v) || !list_takes(f, s, v) || !shard_takes(jobs, &at, v))
                continue;
            if (f->json)
                list_json(out, &suite->file[i], v);
            else
                list_text(out, &suite->file[i], v, f->verbose);
        }
    }
}

static int list_variants(const struct flags *flags)
{
    struct suite suite = SUITE_INIT;
    struct jobs jobs = JOBS_INIT;
    struct places places;
    struct diag diag = {0};
    struct buf out = BUF_INIT;
    struct buf err = BUF_INIT;
    int rc = 0;

    places_find_own(&places);
    if (flags->filter != NULL)
        rc = filter_check(flags->filter, &diag);
    int code = rc < 0 ? print_diag(rc, &diag) : suite_load(&suite, flags, &places);
    if (code == EXIT_CODE_OK && (rc = shard_select(&suite, flags, &jobs, &diag)) < 0)
        code = print_diag(rc, &diag);
    if (code != EXIT_CODE_OK)
        goto done;
    lines_add(&suite, flags, &jobs, &out);
    bool empty = out.size == 0 && (jobs.shard.count == 0 || jobs.planned == 0);
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
    jobs_release(&jobs);
    suite_release(&suite);
    return code;
}

const struct verb_entry verb_list = {
    .name = "list",
    .form = "[NAME|FILE|DIR]...",
    .help = "lists the variants that would run",
    .flags = {FLAG_FILTER, FLAG_PIN, FLAG_EXAMPLES, FLAG_ENGINE, FLAG_SHARD, FLAG_DURATIONS,
              FLAG_JSON, FLAG_COLOR, FLAG_VERBOSE},
    .run = list_variants,
};

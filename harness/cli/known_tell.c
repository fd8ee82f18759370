/* known_tell.c: `scenario known explain`, `stale` and `list`: what the file says, and what a run
 * says about it. */
#include "harness/cli/known_run.h"
#include "harness/cli/known_word.h"
#include "harness/cli/known_write.h"
#include "harness/cli/print.h"
#include "harness/gate/date.h"
#include "harness/observe/verdict.h"
#include "harness/record/results.h"
#include "harness/report/exit_code.h"
#include "runtime/base/json.h"
#include "runtime/base/visible.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static void text_add(struct buf *out, const char *text)
{
    visible_add(out, text, strlen(text));
}

/* "until 2027-02-15", "for bats 1.8.x" */
static void end_add(struct buf *out, const struct known_entry *e)
{
    if (e->expires != INT32_MAX) {
        char day[DATE_TEXT_BYTES];
        buf_addf(out, "until %s", date_text(e->expires, day));
        return;
    }
    buf_add_text(out, "for ");
    text_add(out, e->program);
    buf_add_text(out, " ");
    text_add(out, e->versions);
}

/* ---- explain ---- */

/* What an entry is for this outcome, in words. */
static void entry_explain(const struct known_run *r, size_t i, const struct outcome *o,
                          size_t width, bool *taken, struct buf *out)
{
    const struct gating *g = &r->gating;
    const struct known_entry *e = &g->known->entry[i];
    const struct match_world world = {
        .platform = &g->platform, .version = g->version, .today = g->today};
    bool failed = known_run_failed(o);
    struct buf why = BUF_INIT;

    enum match_step step = failed ? match_entry(g->known, i, o, &world, &why)
                                  : match_place(g->known, i, o, &world, &why);
    buf_addf(out, "  %-*s  ", (int)width, e->id);
    if (step != MATCH_WHOLE) {
        buf_addf(out, "no   %s: ", match_step_name(step));
        text_add(out, buf_text(&why));
    } else if (*taken) {
        buf_add_text(out, "no   it fits, and so does one above, which counts");
    } else if (match_expired(e, g->today)) {
        buf_add_text(out, g->today > e->expires ? "no   all of it fits, but it excused "
                                                : "no   all of it fits, but it begins later; ");
        end_add(out, e);
    } else {
        *taken = true;
        buf_add_text(out, failed ? "yes  it excuses this "
                          : e->state == KNOWN_BROKEN
                              ? "yes  XPASS: it says broken, and this passed; "
                              : "yes  it would excuse a failure ");
        end_add(out, e);
        buf_add_text(out, "  ");
        text_add(out, e->issue);
    }
    buf_add_text(out, "\n");
    buf_release(&why);
}

static void outcome_explain(const struct known_run *r, const struct outcome *o, struct buf *out)
{
    const struct known *k = r->gating.known;
    size_t width = 0;
    bool taken = false;

    text_add(out, o->id);
    buf_addf(out, "  %s  %s", o->engine, verdict_name(o->verdict));
    if (o->signature[0] != 0)
        buf_add_text(out, "  ");
    text_add(out, o->signature);
    buf_addf(out, "  in %s\n", r->own.id);
    for (size_t i = 0; k != NULL && i < k->count; i++)
        width = strlen(k->entry[i].id) > width ? strlen(k->entry[i].id) : width;
    if (o->must_fail)
        buf_add_text(out, "  it must fail: no entry is asked\n");
    for (size_t i = 0; k != NULL && i < k->count && !o->must_fail; i++)
        entry_explain(r, i, o, width, &taken, out);
    if (known_run_failed(o) && !taken)
        buf_add_text(out, "  no entry excuses it\n");
}

static bool is_alike(const struct outcome *a, const struct outcome *b)
{
    return a->verdict == b->verdict && strcmp(a->id, b->id) == 0 &&
           strcmp(a->engine, b->engine) == 0 && strcmp(a->signature, b->signature) == 0;
}

/* Each outcome of the variant, or NULL: each failure; those that are alike once. Returns how many.
 */
static size_t outcomes_explain(struct known_run *r, const char *variant, struct buf *out)
{
    const struct outcome **told = arena_array(&r->arena, r->count + 1, sizeof(*told));
    size_t count = 0;

    for (size_t i = 0; told != NULL && i < r->count; i++) {
        const struct outcome *o = &r->outcome[i];
        bool meant = variant == NULL ? known_run_failed(o) : strcmp(o->id, variant) == 0;
        for (size_t k = count; meant && k > 0; k--)
            meant = !is_alike(told[k - 1], o);
        if (!meant)
            continue;
        told[count++] = o;
        outcome_explain(r, o, out);
    }
    return count;
}

int known_word_explain(const struct flags *flags)
{
    struct known_run r = {.count = 0};
    struct buf out = BUF_INIT;
    const char *variant = NULL;

    int code = known_run_open(&r, flags->argument[1], flags);
    if (code == EXIT_CODE_OK && r.variant[0] != 0) {
        variant = known_run_variant(&r, NULL);
        code = variant == NULL ? EXIT_CODE_USAGE : code;
    }
    if (code == EXIT_CODE_OK) {
        if (outcomes_explain(&r, variant, &out) == 0)
            buf_addf(&out, "nothing has failed in %s\n", r.own.id);
        if (r.gating.known == NULL)
            known_file_missing(&out);
    }
    print_out(&out);
    known_run_release(&r);
    return code;
}

/* ---- stale ---- */

static void date_line(struct buf *out, const struct known_entry *e, int32_t today)
{
    char day[DATE_TEXT_BYTES];
    int32_t days = e->expires - today;

    if (match_expired(e, today) && days >= 0) {
        buf_addf(out, "EXPIRED  %s  added on %s, which is yet to come: it excuses nothing", e->id,
                 date_text(e->added, day));
    } else if (days < 0) {
        buf_addf(out, "EXPIRED  %s  on %s, %" PRId32 " day%s ago: it excuses nothing", e->id,
                 date_text(e->expires, day), -days, plural((uint64_t)-days));
    } else {
        buf_addf(out, "SOON     %s  expires on %s, in %" PRId32 " day%s", e->id,
                 date_text(e->expires, day), days, plural((uint64_t)days));
    }
    buf_add_text(out, "  ");
    text_add(out, e->owner);
    buf_add_text(out, "  ");
    text_add(out, e->issue);
    buf_add_text(out, "\n");
}

/* By the calendar. Returns how many turn a gate red. */
static size_t dates_tell(const struct known *k, int32_t today, struct buf *out)
{
    size_t red = 0;

    for (unsigned soon = 0; soon < 2; soon++) {
        for (size_t i = 0; i < k->count; i++) {
            const struct known_entry *e = &k->entry[i];
            bool expired = match_expired(e, today);
            if ((!expired && (e->expires == INT32_MAX || e->expires - today > GATE_SOON_DAYS)) ||
                expired == (soon == 1))
                continue;
            red += expired;
            date_line(out, e, today);
        }
    }
    return red;
}

/* By a run. Returns how many turn a gate red. */
static size_t findings_tell(const struct known_run *r, struct buf *out)
{
    const struct gate_finding *f;
    size_t red = 0;

    for (size_t i = 0; (f = gate_finding_at(r->gating.gate, i)) != NULL; i++) {
        if (f->kind == GATE_XPASS) {
            buf_addf(out,
                     "XPASS    %s  passed %" PRIu64 " of %" PRIu64 " run%s in %zu variant%s of %s: "
                     "scenario known remove %s\n",
                     f->entry->id, f->passed, f->runs, plural(f->runs), f->places,
                     plural(f->places), r->own.id, f->entry->id);
        }
        if (f->kind == GATE_WORSE) {
            buf_addf(out,
                     "WORSE    %s  %" PRIu64 " of %" PRIu64 " runs failed, more than %" PRId64
                     " of %" PRId64 " allow\n",
                     f->entry->id, f->failed + f->past_failed, f->runs + f->past_runs,
                     f->entry->seen.failed, f->entry->seen.of);
        }
        if (f->kind == GATE_FLAKY && f->clean >= f->clean_least) {
            buf_addf(out,
                     "FIXED?   %s  %" PRIu64 " clean runs in a row, %" PRIu64 " are enough: "
                     "scenario known remove %s\n",
                     f->entry->id, f->clean, f->clean_least, f->entry->id);
        }
        red += f->kind == GATE_XPASS || f->kind == GATE_WORSE;
    }
    return red;
}

/* Entries that no run of the invocation is about. */
static void unmet_tell(const struct known_run *r, struct buf *out)
{
    const struct gating *g = &r->gating;
    const struct match_world world = {
        .platform = &g->platform, .version = g->version, .today = g->today};

    for (size_t i = 0; i < g->known->count; i++) {
        bool met = false;
        for (size_t k = 0; !met && k < r->count; k++)
            met = match_place(g->known, i, &r->outcome[k], &world, NULL) == MATCH_WHOLE;
        if (!met)
            buf_addf(out, "UNSEEN   %s  no run in %s is about it\n", g->known->entry[i].id,
                     r->own.id);
    }
}

static int run_tell(struct known_run *r, size_t *red, struct buf *out)
{
    gating_past(&r->gating, r->index, &r->own);
    for (size_t i = 0; i < r->count; i++) {
        const struct known_entry *ignored;
        (void)gate_add(r->gating.gate, &r->outcome[i], &ignored);
    }
    int code = gating_judge(&r->gating, "");
    if (code != EXIT_CODE_OK)
        return code;
    *red += findings_tell(r, out);
    unmet_tell(r, out);
    return EXIT_CODE_OK;
}

/* Whether a run is there to look at, when none was named. */
static bool has_run(const struct flags *flags)
{
    char results[PATH_MAX];
    struct index *index = NULL;
    struct invocation own;
    struct diag ignored = {0};

    results_find(results);
    int rc = index_open_run(RESULTS_LAST, flags->results != NULL ? flags->results : results, &index,
                            &own, &ignored);
    index_close(index);
    return rc == 0;
}

static int stale_tell(struct known_run *r, bool run, size_t *red, struct buf *out)
{
    const struct known *k = r->gating.known;
    int code = EXIT_CODE_OK;

    *red = dates_tell(k, r->gating.today, out);
    if (run)
        code = run_tell(r, red, out);
    else
        buf_add_text(out, "no run is recorded: only the dates were looked at\n");
    if (code == EXIT_CODE_OK && out->size == 0)
        buf_addf(out, "nothing is stale: %zu entr%s\n", k->count, k->count == 1 ? "y" : "ies");
    return code;
}

int known_word_stale(const struct flags *flags)
{
    struct known_run r = {.count = 0};
    struct buf out = BUF_INIT;
    bool run = flags->arguments > 1 || has_run(flags);
    size_t red = 0;

    int code =
        run ? known_run_open(&r, flags->arguments > 1 ? flags->argument[1] : RESULTS_LAST, flags)
            : known_file_open(&r.gating, flags);
    if (code == EXIT_CODE_OK && r.gating.known == NULL)
        known_file_missing(&out);
    else if (code == EXIT_CODE_OK)
        code = stale_tell(&r, run, &red, &out);
    print_out(&out);
    if (code == EXIT_CODE_OK && run && flags->update)
        code = known_update(&r.gating);
    known_run_release(&r);
    return code == EXIT_CODE_OK && red > 0 ? EXIT_CODE_STALE : code;
}

/* ---- list ---- */

static void entry_json(struct buf *out, const struct known_entry *e)
{
    char day[DATE_TEXT_BYTES];

    buf_add_text(out, "{\"v\":1");
    json_text(out, "id", e->id);
    json_text(out, "issue", e->issue);
    json_text(out, "scenario", e->scenario);
    if (e->when[0] != 0)
        json_text(out, "when", e->when);
    if (e->engines != (ENGINE_REAL | ENGINE_SIM))
        json_text(out, "engine", engine_name(e->engines));
    json_text(out, "signature", e->signature);
    json_text(out, "state", e->state == KNOWN_FLAKY ? "flaky" : "broken");
    if (e->state == KNOWN_FLAKY)
        buf_addf(out, ",\"failed\":%" PRId64 ",\"of\":%" PRId64, e->seen.failed, e->seen.of);
    json_text(out, "owner", e->owner);
    json_text(out, "added", date_text(e->added, day));
    if (e->expires != INT32_MAX)
        json_text(out, "expires", date_text(e->expires, day));
    if (e->program[0] != 0) {
        json_text(out, "program", e->program);
        json_text(out, "versions", e->versions);
    }
    buf_add_text(out, "}\n");
}

static void entry_line(struct buf *out, const struct known_entry *e, int32_t today)
{
    text_add(out, e->id);
    buf_add_text(out, "  ");
    text_add(out, e->scenario);
    if (e->when[0] != 0)
        buf_add_text(out, "  when ");
    text_add(out, e->when);
    if (e->engines != (ENGINE_REAL | ENGINE_SIM))
        buf_addf(out, "  on %s", engine_name(e->engines));
    buf_add_text(out, "\n    ");
    text_add(out, e->signature);
    buf_addf(out, "\n    %s", e->state == KNOWN_FLAKY ? "flaky" : "broken");
    if (e->state == KNOWN_FLAKY)
        buf_addf(out, " %" PRId64 " of %" PRId64, e->seen.failed, e->seen.of);
    buf_add_text(out, ", ");
    end_add(out, e);
    if (match_expired(e, today))
        buf_add_text(out, today > e->expires ? " (expired)" : " (not yet)");
    buf_add_text(out, ", ");
    text_add(out, e->owner);
    buf_add_text(out, "  ");
    text_add(out, e->issue);
    buf_add_text(out, "\n");
}

int known_word_list(const struct flags *flags)
{
    struct gating g = {.known = NULL};
    struct buf out = BUF_INIT;

    int code = known_file_open(&g, flags);
    if (code == EXIT_CODE_OK && g.known == NULL && !flags->json)
        known_file_missing(&out);
    for (size_t i = 0; g.known != NULL && i < g.known->count; i++) {
        if (flags->json)
            entry_json(&out, &g.known->entry[i]);
        else
            entry_line(&out, &g.known->entry[i], g.today);
    }
    if (g.known != NULL && g.known->count == 0 && !flags->json)
        buf_addf(&out, "%s has no entries\n", g.path);
    print_out(&out);
    gating_release(&g);
    return code;
}

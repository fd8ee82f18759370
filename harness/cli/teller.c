/* teller.c: lines, blocks and sums, for people and for reports. */
#include "harness/cli/teller.h"

#include "harness/cli/diverge.h"
#include "harness/cli/known_write.h"
#include "harness/cli/print.h"
#include "harness/cli/rerun.h"
#include "harness/report/exit_code.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { NOT_RUN_SHOWN_MAX = 10 };

struct teller_kept {
    struct teller_kept *next;
    struct run_result result; /* owned */
};

int teller_open(struct teller *t, struct diag *diag)
{
    t->group = calloc(t->jobs->count + 1, sizeof(*t->group));
    t->groups = t->variants;
    return t->group != NULL ? 0 : diag_set(diag, ERR_NOMEM, "out of memory");
}

void teller_release(struct teller *t)
{
    for (size_t i = 0; i < t->groups; i++)
        report_group_release(&t->group[i]);
    while (t->kept != NULL) {
        struct teller_kept *next = t->kept->next;
        result_release(&t->kept->result);
        free(t->kept);
        t->kept = next;
    }
    free(t->group);
    t->group = NULL;
    t->groups = 0;
}

static bool is_repeated(const struct teller *t)
{
    return rerun_sums(t->flags);
}

/* ---- One run ---- */

/* What -v adds to a line. */
static void add_figures(struct buf *out, const struct run_result *r)
{
    buf_addf(out,
             "       %" PRIu64 " record%s, digest %016" PRIx64 ", %" PRId64
             " ms on the engine's clock\n",
             r->records, plural(r->records), r->digest, r->clock_ns / 1000000);
    for (const char *line = result_get(r, RESULT_HOW); *line != 0;) {
        int size = (int)strcspn(line, "\n");
        buf_addf(out, "       %.*s\n", size, line);
        line += size + (line[size] == '\n');
    }
    if (result_get(r, RESULT_ADOPTED)[0] != 0)
        buf_addf(out, "       adopted %s\n", result_get(r, RESULT_ADOPTED));
}

/* A run that the user has stopped needs no explanation. */
static bool is_interrupted(const struct run_result *r)
{
    return strcmp(result_get(r, RESULT_REASON), "interrupted") == 0;
}

/* Says one result in every way that goes on while it runs. `first`: of its class. */
static void result_say(struct teller *t, const struct run_result *r, bool first)
{
    struct buf out = BUF_INIT;
    bool bad = verdict_is_bad(r->verdict);
    /* Of one that passes there is nothing to explain. */
    bool block = bad && first && !is_interrupted(r) && r->verdict != VERDICT_XPASS;
    bool line = is_repeated(t) ? t->flags->verbose : bad || !t->flags->quiet;

    progress_wipe(t->progress);
    if (block) {
        buf_add_text(&out, "\n");
        report_terminal_failure(&out, r, t->color);
        buf_add_text(&out, "\n");
    } else if (line) {
        report_terminal_line(&out, r, t->color);
    }
    if (t->flags->verbose && !bad)
        add_figures(&out, r);
    if (out.size > 0)
        print_people(&out);
    /* Of runs without end a report would have no end either. */
    if (first || t->variants == 0)
        reports_run(t->reports, r);
}

/* The group of this variant's runs on this engine; a disagreement of both has one of its own. */
static struct report_group *group_of(struct teller *t, const struct run_result *r)
{
    for (size_t i = t->open; i < t->groups; i++) {
        if (t->group[i].class[0].first->engine == r->engine)
            return &t->group[i];
    }
    return &t->group[t->groups++];
}

/* Of a class the first record stays, unless all are asked for. `verdict`: of the run, whatever the
 * gate says. */
static void record_thin(struct teller *t, struct run_result *r, int64_t key, uint64_t repeat,
                        bool first, uint32_t verdict)
{
    static const enum result_text files[] = {RESULT_RECORD, RESULT_RECORDING};
    bool had = result_get(r, RESULT_RECORD)[0] != 0;
    bool stays = first || t->flags->record_all;

    t->recorded += stays && verdict_is_bad(verdict) && had;
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]) && !stays; i++) {
        if (result_get(r, files[i])[0] != 0)
            (void)unlink(result_get(r, files[i]));
        result_set(r, files[i], "");
    }
    if (!had || stays)
        return;
    uint32_t judged = r->verdict;
    r->verdict = verdict;
    ledger_change(t->ledger, key, r, repeat);
    r->verdict = judged;
}

/* Judges a run, adds it to its group, and says it. Returns true when it must stay: it is the first
 * of its class, which is needed to the end. */
static bool run_say(struct teller *t, struct report_group *g, const struct job *job,
                    struct run_result *r, int64_t key)
{
    uint32_t verdict = r->verdict;

    gating_take(t->gating, r);
    if (!g->retried)
        report_count(&t->counts, r);
    bool first = report_group_add(g, r);
    record_thin(t, r, key, job->repeat, first, verdict);
    result_say(t, r, first);
    if (!first)
        result_release(r);
    return first;
}

/* Says what is known of the job; the first of a pair speaks for both when they disagree. */
static void job_say(struct teller *t, struct job *job)
{
    struct job *twin = job->twin < t->jobs->count ? &t->jobs->job[job->twin] : NULL;

    if (!job->done || job->replaced)
        return;
    if (twin != NULL && twin->done && job->engine == ENGINE_REAL &&
        engines_diverge(job, twin, t->worker)) {
        ledger_change(t->ledger, job->key, &job->result, job->repeat);
        ledger_drop(t->ledger, twin->key);
    }
    struct report_group *g = group_of(t, &job->result);
    g->retried = job->retries > 0;
    for (uint32_t i = 0; i < job->retries; i++)
        (void)run_say(t, g, job, &job->earlier[i].result, job->earlier[i].key);
    (void)run_say(t, g, job, &job->result, job->key);
    if (g->retried)
        report_count_group(&t->counts, g);
}

void teller_take(struct teller *t, struct job *job)
{
    struct report_group *g = &t->group[(size_t)(job - t->jobs->job) % t->variants];
    struct teller_kept *kept = calloc(1, sizeof(*kept));

    if (kept == NULL || is_interrupted(&job->result)) {
        t->cut++;
        ledger_drop(t->ledger, job->key);
        result_release(&job->result);
        free(kept);
        return;
    }
    kept->result = job->result;
    job->result = RESULT_INIT;
    if (!run_say(t, g, job, &kept->result, job->key)) {
        free(kept);
        return;
    }
    kept->next = t->kept;
    t->kept = kept;
}

/* ---- All runs of a variant ---- */

static bool group_is_bad(const struct report_group *g)
{
    return verdict_is_bad(report_group_verdict(g));
}

/* Its sum is worth a line. */
static bool group_is_sum(const struct teller *t, const struct report_group *g)
{
    return is_repeated(t) || g->retried;
}

static void variant_end(struct teller *t)
{
    for (; t->open < t->groups; t->open++) {
        struct report_group *g = &t->group[t->open];
        struct buf out = BUF_INIT;
        /* Attempts have their order. */
        if (!g->retried)
            report_group_sort(g);
        if (!group_is_sum(t, g))
            continue;
        progress_wipe(t->progress);
        if (!t->flags->quiet || group_is_bad(g))
            report_terminal_group(&out, g, t->color);
        if (g->retried && g->count > 1)
            report_terminal_records(&out, g);
        if (out.size > 0)
            print_people(&out);
        reports_group(t->reports, g);
    }
}

static void jobs_say(struct teller *t, bool all)
{
    for (; t->said < t->jobs->count; t->said++) {
        struct job *job = &t->jobs->job[t->said];
        const struct job *twin = job->twin < t->jobs->count ? &t->jobs->job[job->twin] : NULL;
        if (!all && (!job->done || (twin != NULL && !twin->done)))
            return;
        job_say(t, job);
        if (t->said + 1 == t->jobs->count || job[1].variant != job->variant)
            variant_end(t);
    }
}

void teller_say(struct teller *t)
{
    jobs_say(t, false);
}

/* ---- The end ---- */

static void list_bad(const struct teller *t, struct buf *out)
{
    bool any = false;

    /* With a single one what stands just above says it all. */
    for (size_t i = 0; i < t->groups && t->groups != 1; i++) {
        const struct report_group *g = &t->group[i];
        /* As many are stopped as ran at once, and each was said just above. */
        if (!group_is_bad(g) || is_interrupted(report_group_worst(g)->first))
            continue;
        buf_add_text(out, any ? "" : "\n");
        if (group_is_sum(t, g))
            report_terminal_group(out, g, t->color);
        else
            report_terminal_line(out, g->class[0].first, t->color);
        any = true;
    }
}

/* The jobs of one variant on one engine from `begin` on that were not done; stores where they end.
 */
static size_t count_not_run(const struct jobs *jobs, size_t begin, size_t *end)
{
    const struct job *first = &jobs->job[begin];
    size_t left = 0;

    for (*end = begin; *end < jobs->count; (*end)++) {
        const struct job *job = &jobs->job[*end];
        if (job->variant != first->variant || job->engine != first->engine)
            break;
        left += !job->done;
    }
    return left;
}

static void list_not_run(const struct teller *t, int interrupted, struct buf *out)
{
    size_t lines = 0;
    size_t left = 0;
    size_t untold = 0;

    for (size_t i = 0, end = 0; i < t->jobs->count; i = end) {
        const struct job *job = &t->jobs->job[i];
        size_t here = count_not_run(t->jobs, i, &end);
        left += here;
        if (here == 0)
            continue;
        if (lines++ >= NOT_RUN_SHOWN_MAX) {
            untold += here;
            continue;
        }
        buf_addf(out, "not run  %s  %s", job->variant->id, engine_name(job->engine));
        if (is_repeated(t))
            buf_addf(out, "  %zu of %zu run%s", here, end - i, plural(end - i));
        buf_add_text(out, "\n");
    }
    if (untold > 0)
        buf_addf(out, "not run  and %zu more\n", untold);
    if (interrupted != 0 || left > 0)
        buf_addf(out, "%s: %zu of %zu did not run\n",
                 interrupted != 0 ? "interrupted" : "stopped early", left, t->jobs->count);
}

/* The sums of endless runs; a variant that was never run has none. */
static void endless_end(struct teller *t, struct buf *out)
{
    size_t groups = 0;
    size_t lines = 0;

    for (size_t i = 0; i < t->variants; i++) {
        const struct job *job = &t->jobs->job[i];
        if (t->group[i].runs > 0)
            t->group[groups++] = t->group[i];
        else if (lines++ < NOT_RUN_SHOWN_MAX)
            buf_addf(out, "not run  %s  %s\n", job->variant->id, engine_name(job->engine));
    }
    if (lines > NOT_RUN_SHOWN_MAX)
        buf_addf(out, "not run  and %zu more\n", lines - NOT_RUN_SHOWN_MAX);
    if (t->cut > 0)
        buf_addf(out, "cut short: %" PRIu64 " run%s, which do%s not count\n", t->cut,
                 plural(t->cut), t->cut == 1 ? "es" : "");
    t->groups = groups;
    variant_end(t);
}

/* What the gate lacks where not all runs were made; "". Endless ones have no end to reach. */
static const char *missing_text(struct teller *t)
{
    size_t made = 0;

    for (size_t i = 0; i < t->jobs->count; i++)
        made += t->jobs->job[i].done;
    if (t->variants == 0 && made < t->jobs->count)
        buf_addf(&t->gating->missing, "the run was stopped: %zu of %zu runs were made", made,
                 t->jobs->count);
    return buf_text(&t->gating->missing);
}

int teller_end(struct teller *t, const struct report_head *head, int interrupted)
{
    struct buf out = BUF_INIT;
    struct buf lost = BUF_INIT;
    int code = EXIT_CODE_OK;

    if (t->variants == 0)
        jobs_say(t, true);
    else
        endless_end(t, &lost);
    struct report_end end = {
        .head = head, .counts = &t->counts, .group = t->group, .count = t->groups};
    progress_wipe(t->progress);
    list_bad(t, &out);
    if (t->variants == 0)
        list_not_run(t, interrupted, &out);
    buf_add(&out, lost.data, lost.size);
    buf_release(&lost);
    t->counts.verdict[VERDICT_SKIPPED] += t->jobs->skipped;
    report_terminal_summary(&out, &t->counts, t->color);
    buf_add_text(&out, t->gating->gate != NULL ? "\n" : "");
    print_people(&out);
    if (t->gating->gate != NULL) {
        code = gating_judge(t->gating, missing_text(t));
        end.gate = &t->gating->told;
    }
    code = exit_code_worse(code, report_end_code(&end));
    code = exit_code_worse(code, reports_end(t->reports, &end));
    if (end.gate != NULL)
        gating_say(t->gating, t->flags);
    if (end.gate != NULL && t->flags->update)
        code = exit_code_worse(code, known_update(t->gating));
    return code;
}

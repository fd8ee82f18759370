/* expect_runs.c: results of one script, and what is said of them. */
#include "harness/cli/expect_runs.h"

#include "harness/cli/print.h"
#include "harness/cli/rerun.h"
#include "harness/cli/stop.h"
#include "harness/report/exit_code.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Stays until the end. */
struct expect_kept {
    struct expect_kept *next;
    struct run_result result; /* owned */
};

int expect_runs_open(struct expect_runs *runs, const struct flags *flags, bool color)
{
    struct diag diag = {0};
    time_t now = time(NULL);
    struct tm tm;

    *runs = (struct expect_runs){.flags = flags, .color = color};
    if ((rerun_sums(flags) || flags->retries > 0) && flags->cast != NULL) {
        print_error("--cast records one run; with --repeat, --stress and --retries the record of "
                    "each kind of failure is kept, and its recording");
        return EXIT_CODE_USAGE;
    }
    int rc = reports_open(&runs->reports, flags->report, &diag);
    if (rc < 0)
        return print_diag(ERR_USAGE, &diag);
    if (gmtime_r(&now, &tm) == NULL ||
        strftime(runs->timestamp, sizeof(runs->timestamp), "%Y-%m-%dT%H:%M:%S", &tm) == 0)
        runs->timestamp[0] = 0;
    runs->head = (struct report_head){.jobs = 1, .engine = "real", .timestamp = runs->timestamp};
    reports_head(&runs->reports, &runs->head);
    return EXIT_CODE_OK;
}

/* Of a class the first record stays. */
static void record_drop(struct run_result *r)
{
    static const enum result_text files[] = {RESULT_RECORD, RESULT_RECORDING};

    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        if (result_get(r, files[i])[0] != 0)
            (void)unlink(result_get(r, files[i]));
        result_set(r, files[i], "");
    }
}

void expect_runs_keep(struct expect_runs *runs, const struct results *r)
{
    const struct invocation own = {.verb = "expect", .selected = runs->flags->repeat};

    ledger_open(&runs->ledger, r, &own);
}

/* A run that the user has stopped needs no explanation. */
static bool is_interrupted(const struct run_result *r)
{
    return strcmp(result_get(r, RESULT_REASON), "interrupted") == 0;
}

void expect_runs_add(struct expect_runs *runs, struct run_result *result)
{
    struct expect_kept *kept = calloc(1, sizeof(*kept));
    struct buf out = BUF_INIT;

    if (kept == NULL) {
        print_error("out of memory");
        result_release(result);
        return;
    }
    if (runs->flags->stress.given && is_interrupted(result)) {
        runs->cut++;
        result_release(result);
        free(kept);
        return;
    }
    kept->result = *result;
    *result = RESULT_INIT;
    struct run_result *r = &kept->result;
    report_count(&runs->counts, r);
    bool first = report_group_add(&runs->group, r);
    if (!first && !runs->flags->record_all)
        record_drop(r);
    (void)ledger_add(&runs->ledger, r, runs->flags->retries > 0 ? 0 : runs->group.runs - 1);
    /* Of runs without end a report would have no end either. */
    if (first || !runs->flags->stress.given)
        reports_run(&runs->reports, r);
    if (first && rerun_sums(runs->flags) && verdict_is_bad(r->verdict) && !is_interrupted(r)) {
        report_terminal_failure(&out, r, runs->color);
        buf_add_text(&out, "\n");
        print_people(&out);
    }
    if (!first) {
        result_release(r);
        free(kept);
        return;
    }
    kept->next = runs->kept;
    runs->kept = kept;
}

static void runs_release(struct expect_runs *runs)
{
    reports_release(&runs->reports);
    report_group_release(&runs->group);
    while (runs->kept != NULL) {
        struct expect_kept *next = runs->kept->next;
        result_release(&runs->kept->result);
        free(runs->kept);
        runs->kept = next;
    }
}

/* All that was wanted has been run. */
static bool runs_are_complete(const struct expect_runs *runs)
{
    const struct flags *f = runs->flags;

    return *stop_count() == 0 &&
           (f->stress.given || f->retries > 0 || runs->group.runs == f->repeat);
}

/* Runs that were not made, or not to their end. */
static void list_not_run(const struct expect_runs *runs, struct buf *out)
{
    uint64_t left = runs->flags->repeat - runs->group.runs;

    if (runs->flags->stress.given) {
        if (runs->cut > 0)
            buf_addf(out, "cut short: %" PRIu64 " run%s, which do%s not count\n", runs->cut,
                     plural(runs->cut), runs->cut == 1 ? "es" : "");
        return;
    }
    if (runs->group.runs < runs->flags->repeat)
        buf_addf(out, "%s: %" PRIu64 " of %" PRIu64 " did not run\n",
                 *stop_count() > 0 ? "interrupted" : "stopped early", left, runs->flags->repeat);
}

/* The sum of all runs. */
static void sum_say(struct expect_runs *runs)
{
    struct buf out = BUF_INIT;

    /* Attempts have their order. */
    if (!runs->group.retried)
        report_group_sort(&runs->group);
    report_terminal_group(&out, &runs->group, runs->color);
    if (runs->group.retried)
        report_terminal_records(&out, &runs->group);
    list_not_run(runs, &out);
    report_terminal_summary(&out, &runs->counts, runs->color);
    print_people(&out);
    reports_group(&runs->reports, &runs->group);
}

int expect_runs_end(struct expect_runs *runs)
{
    bool any = runs->group.runs > 0;
    const struct report_end end = {
        .head = &runs->head, .counts = &runs->counts, .group = &runs->group, .count = any ? 1 : 0};
    int code = EXIT_CODE_OK;

    ledger_close(&runs->ledger, runs_are_complete(runs));
    runs->group.retried = runs->flags->retries > 0 && runs->group.runs > 1;
    if (runs->group.retried) {
        runs->counts = (struct report_counts){0};
        report_count_group(&runs->counts, &runs->group);
    }
    if (any && (rerun_sums(runs->flags) || runs->group.retried)) {
        sum_say(runs);
        code = report_exit_code(&runs->counts);
    }
    code = exit_code_worse(code, reports_end(&runs->reports, &end));
    runs_release(runs);
    return code;
}

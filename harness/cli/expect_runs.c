/* expect_runs.c: results of one script, and what is said of them. */
#include "harness/cli/expect_runs.h"

#include "harness/cli/print.h"
#include "harness/report/exit_code.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Stays until the end. */
struct expect_kept {
    struct expect_kept *next;
    struct run_result result; /* owned */
};

bool expect_runs_many(const struct expect_runs *runs)
{
    return runs->flags->repeat > 1;
}

int expect_runs_open(struct expect_runs *runs, const struct flags *flags, bool color)
{
    struct diag diag = {0};
    time_t now = time(NULL);
    struct tm tm;

    *runs = (struct expect_runs){.flags = flags, .color = color};
    if (flags->repeat > 1 && flags->cast != NULL) {
        print_error("--cast records one run; with --repeat the record of each kind of failure is "
                    "kept, and its recording");
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

void expect_runs_add(struct expect_runs *runs, struct run_result *result)
{
    struct expect_kept *kept = calloc(1, sizeof(*kept));
    struct buf out = BUF_INIT;

    if (kept == NULL) {
        print_error("out of memory");
        result_release(result);
        return;
    }
    kept->result = *result;
    *result = RESULT_INIT;
    struct run_result *r = &kept->result;
    report_count(&runs->counts, r);
    bool first = report_group_add(&runs->group, r);
    if (!first && !runs->flags->record_all)
        record_drop(r);
    (void)ledger_add(&runs->ledger, r, runs->group.runs - 1);
    reports_run(&runs->reports, r);
    if (first && expect_runs_many(runs) && verdict_is_bad(r->verdict) &&
        strcmp(result_get(r, RESULT_REASON), "interrupted") != 0) {
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

int expect_runs_end(struct expect_runs *runs)
{
    bool any = runs->group.runs > 0;
    const struct report_end end = {
        .head = &runs->head, .counts = &runs->counts, .group = &runs->group, .count = any ? 1 : 0};
    struct buf out = BUF_INIT;
    int code = EXIT_CODE_OK;

    ledger_close(&runs->ledger, runs->group.runs == runs->flags->repeat);
    if (any && expect_runs_many(runs)) {
        report_group_sort(&runs->group);
        report_terminal_group(&out, &runs->group, runs->color);
        report_terminal_summary(&out, &runs->counts, runs->color);
        print_people(&out);
        reports_group(&runs->reports, &runs->group);
        code = report_exit_code(&runs->counts);
    }
    code = exit_code_worse(code, reports_end(&runs->reports, &end));
    runs_release(runs);
    return code;
}

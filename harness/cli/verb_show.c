/* verb_show.c: `scenario show`: what a recorded run was. */
#include "harness/cli/print.h"
#include "harness/cli/verb.h"
#include "harness/observe/verdict.h"
#include "harness/record/record.h"
#include "harness/record/results.h"
#include "harness/record/tell.h"
#include "harness/report/exit_code.h"
#include "runtime/base/visible.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

/* One record in one line: what it came to, whose it is, and how to see it. */
static void line_add(const char *folder, const char *name, struct buf *out)
{
    char path[PATH_MAX];
    char text[1024];
    struct recording *r = NULL;
    struct diag diag = {0};

    if (snprintf(path, sizeof(path), "%s/%s", folder, name) >= (int)sizeof(path))
        return;
    if (recording_load(path, &r, &diag) < 0) {
        buf_add_text(out, "?      ");
        visible_add(out, diag.text, strlen(diag.text));
        buf_add_text(out, "\n");
        return;
    }
    buf_addf(out, "%-5s  ", r->judged ? verdict_name(r->result.verdict) : "?");
    recording_line(r, "id", text, sizeof(text));
    visible_add(out, text, strlen(text));
    recording_line(r, "engine", text, sizeof(text));
    buf_addf(out, "  %s", text);
    recording_line(r, "seed", text, sizeof(text));
    buf_addf(out, "  %s  ", text);
    visible_add(out, name, strlen(name) - strlen(RECORD_SUFFIX));
    buf_add_text(out, "\n");
    recording_free(r);
}

static int folder_list(const char *folder)
{
    struct buf names = BUF_INIT;
    struct buf out = BUF_INIT;
    struct diag diag = {0};

    int count = results_names(folder, &names, &diag);
    if (count < 0) {
        buf_release(&names);
        return print_diag(count, &diag);
    }
    for (const char *at = buf_text(&names); at < names.data + names.size; at += strlen(at) + 1)
        line_add(folder, at, &out);
    buf_addf(&out, "%d record%s in %s; `scenario show RUN/ID` shows one\n", count,
             plural((uint64_t)count), folder);
    print_out(&out);
    buf_release(&names);
    return EXIT_CODE_OK;
}

static int record_show(const char *path, unsigned form)
{
    struct recording *r = NULL;
    struct buf out = BUF_INIT;
    struct diag diag = {0};

    int rc = recording_load(path, &r, &diag);
    if (rc < 0)
        return print_diag(rc, &diag);
    tell(form, r, &out);
    bool good = !out.failed;
    print_out(&out);
    recording_free(r);
    return good ? EXIT_CODE_OK : print_diag(ERR_NOMEM, &(struct diag){"out of memory"});
}

static int show_run(const struct flags *flags)
{
    char results[PATH_MAX];
    char path[PATH_MAX];
    char folder[PATH_MAX];
    struct diag diag = {0};

    if (flags->arguments > 1) {
        print_error("show wants one RUN, RUN/VARIANT or FILE");
        return EXIT_CODE_USAGE;
    }
    results_find(results);
    if (flags->results != NULL)
        (void)snprintf(results, sizeof(results), "%s", flags->results);
    const char *what = flags->arguments > 0 ? flags->argument[0] : RESULTS_LAST;
    int rc = results_lookup(what, results, path, folder, &diag);
    if (rc < 0)
        return print_diag(rc, &diag);
    return path[0] != 0 ? record_show(path, flags->form) : folder_list(folder);
}

const struct verb_entry verb_show = {
    .name = "show",
    .form = "[RUN|RUN/VARIANT|FILE]",
    .help = "shows what a recorded run was",
    .more =
        "RUN is one invocation: `last` (the default), a name in `.scenario/results`, or a folder. With\n"
        "VARIANT, an id or a part of it, it is one record. A RUN with several records is listed.\n"
        "\n"
        "The text has a line for each record of the trace (as in an address), for each line that the\n"
        "terminal showed (`│`), and for each step (`·` begins, `✓` is done). The record of a run that was\n"
        "killed shows all up to then. The file's format: scenario-record(5).\n",
    .codes =
        "Exit codes: 0 shown, 2 there is none of that name, 3 the file is no record, or damaged.\n",
    .example = "  scenario show last --as lanes               who did what, beside one another\n",
    .flags = {FLAG_AS, FLAG_RESULTS},
    .run = show_run,
};

/* verb_leaks.c: `scenario leaks`: a command as it runs without us, and who is left when it has
 * ended. */
#include "harness/cli/allow.h"
#include "harness/cli/begun.h"
#include "harness/cli/outfile.h"
#include "harness/cli/print.h"
#include "harness/cli/verb.h"
#include "harness/real/beside.h"
#include "harness/real/leak.h"
#include "harness/report/exit_code.h"
#include "harness/report/leak_report.h"
#include "harness/report/report.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#define GRACE_NS (INT64_C(1000) * 1000 * 1000)

/* All of one `scenario leaks`. */
struct leaking {
    const struct flags *flags;
    struct allow allow;
    struct outfile report[REPORTS]; /* not open: standard output, or nobody wants it */
    struct leaks leaks;
};

/* ---- All of it ---- */

static bool is_standard_output(const char *path)
{
    return path != NULL && strcmp(path, "-") == 0;
}

static int files_open(struct leaking *x, struct diag *diag)
{
    const char *const *path = x->flags->report;

    for (size_t i = 0; i < REPORTS; i++) {
        if (path[i] != NULL && !is_standard_output(path[i]) &&
            outfile_open(&x->report[i], path[i], diag) < 0)
            return ERR_USAGE;
    }
    return 0;
}

/* Returns 0, or ERR_IO: the last file that could not be written. */
static int report(struct leaking *x, const struct leak_report *r, bool good, struct diag *diag)
{
    struct buf text = BUF_INIT;
    int rc = 0;

    if (good)
        leak_report_text(r, &text);
    print_err(&text);
    for (size_t i = 0; i < REPORTS; i++) {
        struct buf out = BUF_INIT;
        if (good && report_at(i) == &report_json)
            leak_report_json(r, &out);
        else if (good)
            leak_report_junit(r, &out);
        if (is_standard_output(x->flags->report[i]))
            print_out(&out);
        else if (x->report[i].file != NULL)
            outfile_write(&x->report[i], &out);
        buf_release(&out);
        int closed = outfile_close(&x->report[i], good, diag);
        rc = closed < 0 ? closed : rc;
    }
    return rc;
}

/* The command runs, and is judged. Returns its status as wait() gives it, or an error; *code is
 * what ours is when its own is 0. */
static int command_judge(struct leaking *x, int *code, struct diag *diag)
{
    const struct flags *f = x->flags;
    struct beside b = {
        .argv = f->argument, .closed = begun()->closed, .xfsz_ignored = begun()->xfsz_ignored};
    int64_t grace_ns = f->grace_ns > 0 ? f->grace_ns : GRACE_NS;

    x->leaks.label_from = f->label_from;
    x->leaks.allows = allow_has;
    x->leaks.user = &x->allow;
    int rc = leaks_before(&x->leaks, diag);
    if (rc == 0)
        rc = allow_take(&x->allow, x->flags, diag);
    if (rc == 0)
        rc = files_open(x, diag);
    if (rc == 0)
        rc = beside_run(&b, diag);
    if (rc < 0)
        return rc;
    rc = leaks_find(&x->leaks, b.start, grace_ns, diag);
    if (rc == 0 && !f->spare)
        rc = leaks_end(&x->leaks, diag);
    const struct leak_report r = {
        .leaks = &x->leaks, .command = f->argument, .status = b.status, .grace_ns = grace_ns};
    struct diag unwritten;
    if (report(x, &r, rc == 0, &unwritten) < 0 && rc == 0)
        rc = diag_set(diag, ERR_IO, "%s", unwritten.text);
    *code = leaks_count(&x->leaks) > 0 ? EXIT_CODE_FAILED : EXIT_CODE_OK;
    if (rc < 0)
        *code = print_diag(rc, diag);
    return b.status;
}

static void leaking_free(struct leaking *x)
{
    struct diag diag;

    for (size_t i = 0; i < REPORTS; i++)
        (void)outfile_close(&x->report[i], false, &diag);
    allow_release(&x->allow);
    leaks_release(&x->leaks);
    free(x);
}

static int leaks_run(const struct flags *flags)
{
    struct diag diag = {0};
    int code = EXIT_CODE_OK;

    if (flags->arguments < 1) {
        print_error("leaks wants a command: scenario leaks -- CMD...");
        return EXIT_CODE_USAGE;
    }
    struct leaking *x = calloc(1, sizeof(*x));
    if (x == NULL)
        return print_diag(ERR_NOMEM, &diag);
    x->flags = flags;
    int status = command_judge(x, &code, &diag);
    leaking_free(x);
    if (status < 0)
        return print_diag(status, &diag);
    beside_die(status);
    return WEXITSTATUS(status) != 0 ? WEXITSTATUS(status) : code;
}

const struct verb_entry verb_leaks = {
    .name = "leaks",
    .form = "[FLAG...] -- CMD...",
    .help = "runs a command as if nothing were around it, and tells which processes it has left",
    .more =
        "For test runners, builds and scripts: `scenario leaks -- make test`. CMD has our streams, our\n"
        "terminal and our process group; Ctrl-C, Ctrl-Z, fg and bg do what they do without us, and of\n"
        "its output not a byte is changed. Without a leak nothing is printed.\n"
        "\n"
        "Who is still there --grace after the end of CMD is left. It is told on standard error: its words,\n"
        "the test it was started during, where the runner tells that to its children (--label-from,\n"
        "BATS_TEST_NAME, PYTEST_CURRENT_TEST, NEXTEST_TEST_NAME, npm_lifecycle_event; else `unknown`),\n"
        "which pipes and terminals it holds, the ports it listens at, its locks, its folder, and the\n"
        "processor time it took since. Then it gets SIGTERM, and SIGKILL a second later; --spare leaves\n"
        "it. What --allow names is listed and left, with all that descends from it; so is what belongs to\n"
        "another user, as a leak.\n"
        "\n"
        "It stops when CMD has stopped, and wakes CMD when it is woken; when CMD alone is woken, it stays\n"
        "stopped, and tells of CMD's end when it is woken itself. SIGTERM and SIGHUP to it are passed on,\n"
        "but for those that CMD or a child of it has sent (`kill 0`). One that somebody else sends to the\n"
        "whole group reaches CMD twice: from one to us alone it cannot be told. SIGKILL to it contains\n"
        "nothing: CMD and all that it started run on.\n",
    .codes =
        "Exit codes: that of CMD when it is not 0, and the same signal when one has ended it; else\n"
        "1 for a leak, and 0. 127: there is no such command, 126: it cannot be started. Before CMD\n"
        "is started: 2 the command line is wrong, 3 the file of --allow-file, 6 who is left could not be\n"
        "seen here (it says why).\n",
    .example = "  scenario leaks -- bats test                         which test left what\n"
               "  scenario leaks --allow ssh-agent -- npm test        one that may stay\n"
               "  scenario leaks --junit leaks.xml -- ctest           for a CI system\n",
    .flags = {FLAG_GRACE, FLAG_LABEL_FROM, FLAG_ALLOW, FLAG_ALLOW_FILE, FLAG_SPARE, FLAG_REPORTS},
    .run = leaks_run,
};

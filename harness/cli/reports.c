/* reports.c: a loop over the rows for each thing that a report is told. */
#include "harness/cli/reports.h"

#include "harness/cli/print.h"
#include "harness/report/exit_code.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* True when the path is standard output by another name (/dev/stdout): written to on its own, one
 * would cut the other. /dev/null is nobody's. */
static bool is_standard_output(const char *path)
{
    struct stat named;
    struct stat own;

    if (strcmp(path, "-") == 0)
        return true;
    if (stat(path, &named) < 0 || fstat(STDOUT_FILENO, &own) < 0)
        return false;
    return named.st_dev == own.st_dev && named.st_ino == own.st_ino &&
           (!S_ISCHR(own.st_mode) || isatty(STDOUT_FILENO));
}

int reports_open(struct reports *r, const char *const path[REPORTS], struct diag *diag)
{
    size_t own = REPORTS; /* whose standard output is */
    int rc = 0;

    r->path = path;
    for (size_t i = 0; i < REPORTS && rc == 0; i++) {
        if (path[i] == NULL)
            continue;
        if (!is_standard_output(path[i])) {
            rc = outfile_open(&r->out[i], path[i], diag);
        } else if (own < REPORTS) {
            rc = diag_set(diag, ERR_USAGE, "--%s %s: standard output is that of --%s already",
                          report_at(i)->name, path[i], report_at(own)->name);
        } else {
            own = i;
        }
    }
    if (rc == 0 && own < REPORTS)
        print_people_aside();
    return rc;
}

static void report_write(struct reports *r, size_t i, struct buf *text)
{
    if (r->out[i].file != NULL)
        outfile_write(&r->out[i], text);
    else
        print_out(text);
}

void reports_head(struct reports *r, const struct report_head *head)
{
    for (size_t i = 0; i < REPORTS; i++) {
        struct buf text = BUF_INIT;
        if (r->path[i] == NULL || report_at(i)->head == NULL)
            continue;
        report_at(i)->head(&text, head);
        report_write(r, i, &text);
    }
}

void reports_run(struct reports *r, const struct run_result *result)
{
    for (size_t i = 0; i < REPORTS; i++) {
        struct buf text = BUF_INIT;
        if (r->path[i] == NULL || report_at(i)->run == NULL)
            continue;
        report_at(i)->run(&text, result);
        report_write(r, i, &text);
    }
}

void reports_group(struct reports *r, const struct report_group *group)
{
    for (size_t i = 0; i < REPORTS; i++) {
        struct buf text = BUF_INIT;
        if (r->path[i] == NULL || report_at(i)->group == NULL)
            continue;
        report_at(i)->group(&text, group);
        report_write(r, i, &text);
    }
}

int reports_end(struct reports *r, const struct report_end *end)
{
    int code = EXIT_CODE_OK;

    for (size_t i = 0; i < REPORTS; i++) {
        struct buf text = BUF_INIT;
        struct diag diag = {0};
        if (r->path[i] == NULL)
            continue;
        if (report_at(i)->end != NULL)
            report_at(i)->end(&text, end);
        report_write(r, i, &text);
        int rc = outfile_close(&r->out[i], true, &diag);
        if (rc < 0)
            code = exit_code_worse(code, print_diag(rc, &diag));
    }
    return code;
}

void reports_release(struct reports *r)
{
    for (size_t i = 0; i < REPORTS; i++)
        (void)outfile_close(&r->out[i], false, NULL);
}

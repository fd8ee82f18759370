/* leak_report.h: what `scenario leaks` has found, for people and for programs. Pure. */
#ifndef HARNESS_REPORT_LEAK_REPORT_H
#define HARNESS_REPORT_LEAK_REPORT_H

#include "harness/real/leak.h"
#include "runtime/base/buf.h"

/* Lent. */
struct leak_report {
    const struct leaks *leaks;
    char *const *command; /* ends with NULL */
    int status;           /* as wait() gives it */
    int64_t grace_ns;
};

/* Nothing when there is nobody. */
void leak_report_text(const struct leak_report *r, struct buf *out);

/* One object, on one line. Keys are added over time, never changed. */
void leak_report_json(const struct leak_report *r, struct buf *out);

/* A case for each process that is left; one that passes when there is none. */
void leak_report_junit(const struct leak_report *r, struct buf *out);

#endif

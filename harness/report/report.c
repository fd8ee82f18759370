/* report.c: counts, and what the formats share. */
#include "harness/report/report.h"

#include "harness/report/exit_code.h"
#include "harness/report/gate_told.h"
#include "runtime/base/check.h"

#include <inttypes.h>

const struct report_entry *report_at(size_t i)
{
    static const struct report_entry *const table[REPORTS] = {
#define REPORT_ROW(id) &report_##id,
        REPORT_ROWS(REPORT_ROW)
#undef REPORT_ROW
    };

    CHECK(i < REPORTS);
    return table[i];
}

void report_count(struct report_counts *c, const struct run_result *r)
{
    CHECK(r->verdict < VERDICTS);
    c->verdict[r->verdict]++;
    c->total++;
}

void report_count_group(struct report_counts *c, const struct report_group *g)
{
    c->verdict[report_group_verdict(g)]++;
    c->total++;
}

int report_exit_code(const struct report_counts *c)
{
    int code = EXIT_CODE_OK;

    for (unsigned i = 0; i < VERDICTS; i++) {
        if (c->verdict[i] > 0)
            code = exit_code_worse(code, verdict_exit_code(i));
    }
    return code;
}

int report_end_code(const struct report_end *end)
{
    return end->gate != NULL ? gate_exit_code(end->gate->gate) : report_exit_code(end->counts);
}

void report_seconds(struct buf *out, int64_t ns)
{
    int64_t ms = (ns + 500000) / 1000000;

    buf_addf(out, "%" PRId64 ".%03" PRId64, ms / 1000, ms % 1000);
}

/* history.c: sums of earlier runs, and how they are told. */
#include "harness/report/history.h"

#include "harness/gate/wilson.h"
#include "harness/observe/verdict.h"
#include "harness/report/report.h"
#include "runtime/base/check.h"
#include "runtime/base/json.h"
#include "runtime/base/visible.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Sums ---- */

/* What a verdict says here: '.', 'F', 'x' or '?'. */
static char mark_of(uint32_t verdict)
{
    switch ((enum verdict)verdict) {
    case VERDICT_PASS:
    case VERDICT_XPASS:
        return '.';
    case VERDICT_XFAIL:
        return 'x';
    case VERDICT_FAIL:
    case VERDICT_LEAK:
    case VERDICT_CRASH:
    case VERDICT_TIMEOUT:
    case VERDICT_DIVERGED:
    case VERDICT_FLAKY:
        return 'F';
    case VERDICT_UNRESOLVED:
    case VERDICT_UNSUPPORTED:
    case VERDICT_SKIPPED:
    case VERDICT_HARNESS:
    case VERDICTS:
        break;
    }
    return '?';
}

static void run_set(struct history_run *run, const struct past *p)
{
    (void)snprintf(run->id, sizeof(run->id), "%s", p->run);
    (void)snprintf(run->subject, sizeof(run->subject), "%s", p->subject);
}

static int64_t mean_of(const int64_t *value, size_t count)
{
    int64_t mean = 0;

    /* Neither a sum that has no room nor a rest that is lost. */
    for (size_t i = 0; i < count; i++)
        mean += (value[i] - mean) / (int64_t)(i + 1);
    return mean;
}

/* The last row has all of its runs. */
static void row_end(struct history *h)
{
    if (h->count == 0)
        return;
    struct history_row *row = &h->row[h->count - 1];
    size_t newest = h->times < HISTORY_RECENT ? h->times : HISTORY_RECENT;
    if (h->times >= HISTORY_GROWN_LEAST && newest > h->times / 2)
        newest = h->times / 2;
    row->mean_ns = mean_of(h->time_ns + h->times - newest, newest);
    if (h->times >= HISTORY_GROWN_LEAST)
        row->before_ns = mean_of(h->time_ns, h->times - newest);
    h->times = 0;
}

static bool is_of(const struct history_row *row, const struct past *p)
{
    return strcmp(row->id, p->id) == 0 && strcmp(row->engine, p->engine) == 0 &&
           strcmp(row->host, p->host) == 0;
}

/* The row of that run, which is the last or a new one; NULL without memory. */
static struct history_row *row_of(struct history *h, const struct past *p)
{
    if (h->count > 0 && is_of(&h->row[h->count - 1], p))
        return &h->row[h->count - 1];
    row_end(h);
    if (h->count == h->room) {
        size_t room = h->room == 0 ? 64 : h->room * 2;
        struct history_row *grown = realloc(h->row, room * sizeof(*grown));
        if (grown == NULL)
            return NULL;
        h->row = grown;
        h->room = room;
    }
    char *id = strdup(p->id);
    if (id == NULL)
        return NULL;
    struct history_row *row = &h->row[h->count++];
    *row = (struct history_row){.id = id};
    (void)snprintf(row->engine, sizeof(row->engine), "%s", p->engine);
    (void)snprintf(row->host, sizeof(row->host), "%s", p->host);
    return row;
}

static bool time_add(struct history *h, int64_t time_ns)
{
    if (h->times == h->times_room) {
        size_t room = h->times_room == 0 ? 64 : h->times_room * 2;
        int64_t *grown = realloc(h->time_ns, room * sizeof(*grown));
        if (grown == NULL)
            return false;
        h->time_ns = grown;
        h->times_room = room;
    }
    h->time_ns[h->times++] = time_ns;
    return true;
}

static void strip_add(struct history_row *row, char mark)
{
    if (row->strip_size == HISTORY_STRIP)
        memmove(row->strip, row->strip + 1, --row->strip_size);
    row->strip[row->strip_size++] = mark;
}

static void bad_add(struct history_row *row, const struct past *p)
{
    row->failed++;
    (void)snprintf(row->signature, sizeof(row->signature), "%s", p->signature);
    if (row->failed == 1) {
        run_set(&row->first_bad, p);
        row->good_before = row->last;
    }
    if (row->since.id[0] == 0)
        run_set(&row->since, p);
}

static bool good_add(struct history *h, struct history_row *row, const struct past *p)
{
    row->since = (struct history_run){{0}, {0}};
    if (p->time_ns > row->slowest_ns) {
        row->slowest_ns = p->time_ns;
        run_set(&row->slowest, p);
    }
    return time_add(h, p->time_ns);
}

void history_add(struct history *h, const struct past *p)
{
    struct history_row *row = h->failed ? NULL : row_of(h, p);
    char mark = mark_of(p->verdict);

    h->failed = row == NULL;
    if (h->failed)
        return;
    h->runs++;
    strip_add(row, mark);
    if (mark == '?') {
        row->others++;
        return;
    }
    row->runs++;
    if (mark != '.')
        bad_add(row, p);
    else
        h->failed = !good_add(h, row, p);
    run_set(&row->last, p);
}

int history_end(struct history *h, struct diag *diag)
{
    if (h->failed)
        return diag_set(diag, ERR_NOMEM, "out of memory");
    row_end(h);
    return 0;
}

void history_release(struct history *h)
{
    for (size_t i = 0; i < h->count; i++)
        free(h->row[i].id);
    free(h->row);
    free(h->time_ns);
    *h = HISTORY_INIT;
}

/* ---- For people ---- */

static void shown_add(struct buf *out, const char *text)
{
    visible_add(out, text, strlen(text));
}

static void strip_print(const struct history_row *row, struct buf *out)
{
    for (size_t i = 0; i < row->strip_size; i++) {
        if (row->strip[i] == '.')
            buf_add_text(out, "·");
        else
            buf_add(out, &row->strip[i], 1);
    }
}

/* "3 of 20 failed, 15.0 % (5.2–36.0)" */
static void rate_print(const struct history_row *row, struct buf *out)
{
    struct wilson w = wilson_of(row->failed, row->runs);

    buf_addf(out, "%" PRIu64 " of %" PRIu64 " failed, %.1f %% (%.1f–%.1f)", row->failed, row->runs,
             100 * w.rate, 100 * w.low, 100 * w.high);
}

static void name_print(const struct history_row *row, bool hosts, struct buf *out)
{
    shown_add(out, row->id);
    buf_addf(out, "  %s", row->engine);
    if (hosts) {
        buf_add_text(out, "  ");
        shown_add(out, row->host);
    }
}

/* "20261130-085122 (1f3ab9c)" */
static void run_print(const struct history_run *run, struct buf *out)
{
    shown_add(out, run->id);
    if (run->subject[0] == 0)
        return;
    buf_add_text(out, " (");
    shown_add(out, run->subject);
    buf_add_text(out, ")");
}

/* Where it began to fail, in one line; it has failed. */
static void begin_print(const struct history_row *row, struct buf *out)
{
    buf_add_text(out, "first in ");
    run_print(&row->first_bad, out);
    if (row->good_before.id[0] != 0) {
        buf_add_text(out, ", good before in ");
        run_print(&row->good_before, out);
    }
    if (row->since.id[0] != 0 && strcmp(row->since.id, row->first_bad.id) != 0) {
        buf_add_text(out, ", again since ");
        run_print(&row->since, out);
    }
    buf_add_text(out, "\n");
}

static void time_print(const struct history_row *row, struct buf *out)
{
    report_seconds(out, row->mean_ns);
    buf_add_text(out, " s on average");
    if (row->before_ns > 0) {
        buf_add_text(out, ", before that ");
        report_seconds(out, row->before_ns);
        buf_add_text(out, " s");
    }
    buf_add_text(out, ", slowest ");
    report_seconds(out, row->slowest_ns);
    buf_add_text(out, " s in ");
    run_print(&row->slowest, out);
    buf_add_text(out, "\n");
}

/* More than one class of machines: then each row says which. */
static bool hosts_differ(const struct history *h)
{
    for (size_t i = 1; i < h->count; i++) {
        if (strcmp(h->row[i].host, h->row[0].host) != 0)
            return true;
    }
    return false;
}

void history_print_rows(const struct history *h, struct buf *out)
{
    bool hosts = hosts_differ(h);

    for (size_t i = 0; i < h->count; i++) {
        const struct history_row *row = &h->row[i];
        name_print(row, hosts, out);
        buf_add_text(out, "\n  ");
        strip_print(row, out);
        buf_add_text(out, "  ");
        rate_print(row, out);
        if (row->others > 0)
            buf_addf(out, ", %" PRIu64 " without a verdict", row->others);
        buf_add_text(out, "\n");
        if (row->failed > 0) {
            buf_add_text(out, "  ");
            begin_print(row, out);
            buf_add_text(out, "  last ");
            shown_add(out, row->signature);
            buf_add_text(out, "\n");
        }
        if (row->slowest_ns > 0) {
            buf_add_text(out, "  ");
            time_print(row, out);
        }
    }
}

/* ---- What stands out ---- */

static int order_rate(const struct history_row *a, const struct history_row *b)
{
    struct wilson x = wilson_of(a->failed, a->runs);
    struct wilson y = wilson_of(b->failed, b->runs);

    return (x.low < y.low) - (x.low > y.low);
}

static int order_time(const struct history_row *a, const struct history_row *b)
{
    return (a->mean_ns < b->mean_ns) - (a->mean_ns > b->mean_ns);
}

/* What it takes more than before. Absolute: twice of a millisecond hurts nobody. */
static int64_t growth_of(const struct history_row *row)
{
    return row->before_ns > 0 ? row->mean_ns - row->before_ns : 0;
}

static int order_growth(const struct history_row *a, const struct history_row *b)
{
    int64_t x = growth_of(a);
    int64_t y = growth_of(b);

    return (x < y) - (x > y);
}

typedef int order_fn(const struct history_row *a, const struct history_row *b);

/* Of equals the one that comes first. */
#define COMPARE(name)                                                        \
    static int compare_##name(const void *a, const void *b)                  \
    {                                                                        \
        const struct history_row *x = *(const struct history_row *const *)a; \
        const struct history_row *y = *(const struct history_row *const *)b; \
        int order = order_##name(x, y);                                      \
        return order != 0 ? order : (x > y) - (x < y);                       \
    }
COMPARE(rate)
COMPARE(time)
COMPARE(growth)
#undef COMPARE

/* A quarter longer, and by more than the clock's noise. */
static bool has_grown(const struct history_row *row)
{
    return growth_of(row) > row->before_ns / 4 && growth_of(row) > 20 * INT64_C(1000000);
}

static void failed_print(const struct history *h, const struct history_row **by, struct buf *out)
{
    bool hosts = hosts_differ(h);

    qsort(by, h->count, sizeof(*by), compare_rate);
    for (size_t i = 0; i < h->count; i++) {
        if (by[i]->failed == 0)
            continue;
        strip_print(by[i], out);
        for (size_t k = by[i]->strip_size; k < HISTORY_STRIP; k++)
            buf_add_text(out, " ");
        buf_add_text(out, "  ");
        rate_print(by[i], out);
        buf_add_text(out, "  ");
        name_print(by[i], hosts, out);
        buf_addf(out, "\n%*s", HISTORY_STRIP + 2, "");
        begin_print(by[i], out);
    }
}

static void slow_print(const struct history *h, const struct history_row **by, struct buf *out)
{
    bool hosts = hosts_differ(h);

    qsort(by, h->count, sizeof(*by), compare_time);
    for (size_t i = 0; i < h->count && i < HISTORY_SHOWN_MAX && by[i]->mean_ns > 0; i++) {
        buf_add_text(out, i == 0 ? "slowest\n  " : "  ");
        report_seconds(out, by[i]->mean_ns);
        buf_add_text(out, " s  ");
        name_print(by[i], hosts, out);
        buf_add_text(out, "\n");
    }
    qsort(by, h->count, sizeof(*by), compare_growth);
    for (size_t i = 0; i < h->count && i < HISTORY_SHOWN_MAX && has_grown(by[i]); i++) {
        buf_add_text(out, i == 0 ? "slower than before\n  " : "  ");
        report_seconds(out, by[i]->mean_ns);
        buf_add_text(out, " s, was ");
        report_seconds(out, by[i]->before_ns);
        buf_add_text(out, " s  ");
        name_print(by[i], hosts, out);
        buf_add_text(out, "\n");
    }
}

void history_print(const struct history *h, struct buf *out)
{
    const struct history_row **by = calloc(h->count + 1, sizeof(*by));
    size_t good = 0;

    if (by == NULL) {
        out->failed = true;
        return;
    }
    for (size_t i = 0; i < h->count; i++) {
        by[i] = &h->row[i];
        good += h->row[i].failed == 0;
    }
    failed_print(h, by, out);
    slow_print(h, by, out);
    buf_addf(out, "%zu variant%s on an engine never failed, %zu did; %" PRIu64 " run%s in all\n",
             good, plural(good), h->count - good, h->runs, plural(h->runs));
    free(by);
}

/* ---- For programs ---- */

static void run_json(struct buf *out, const char *key, const struct history_run *run)
{
    if (run->id[0] == 0)
        return;
    buf_addf(out, ",\"%s\":{\"run\":", key);
    json_string(out, run->id, strlen(run->id));
    json_text(out, "subject", run->subject[0] != 0 ? run->subject : NULL);
    buf_add_text(out, "}");
}

void history_json(const struct history *h, struct buf *out)
{
    for (size_t i = 0; i < h->count; i++) {
        const struct history_row *row = &h->row[i];
        struct wilson w = wilson_of(row->failed, row->runs);
        buf_add_text(out, "{\"v\":1");
        json_text(out, "id", row->id);
        json_text(out, "engine", row->engine);
        json_text(out, "host", row->host);
        buf_addf(out,
                 ",\"runs\":%" PRIu64 ",\"failed\":%" PRIu64 ",\"no_verdict\":%" PRIu64
                 ",\"rate\":%.6f,\"low\":%.6f,\"high\":%.6f,\"last\":",
                 row->runs, row->failed, row->others, w.rate, w.low, w.high);
        json_string(out, row->strip, row->strip_size);
        json_text(out, "signature", row->signature[0] != 0 ? row->signature : NULL);
        run_json(out, "first_bad", &row->first_bad);
        run_json(out, "good_before", &row->good_before);
        run_json(out, "failing_since", &row->since);
        run_json(out, "slowest", &row->slowest);
        buf_addf(out,
                 ",\"time_ns\":%" PRId64 ",\"before_ns\":%" PRId64 ",\"slowest_ns\":%" PRId64 "}\n",
                 row->mean_ns, row->before_ns, row->slowest_ns);
    }
}

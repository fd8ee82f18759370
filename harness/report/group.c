/* group.c: runs of one variant, by what they came to. */
#include "harness/report/report.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* A pass is told apart by how the root ended, anything else by its signature, or by its reason
 * where it says nothing of the subject. */
static const char *class_mark(const struct run_result *r)
{
    if (!verdict_is_bad(r->verdict))
        return result_get(r, RESULT_ENDED);
    return result_get(r, r->text[RESULT_SIGNATURE].size > 0 ? RESULT_SIGNATURE : RESULT_REASON);
}

static struct report_class *class_find(const struct report_group *g, const struct run_result *r)
{
    for (size_t i = 0; i < g->count; i++) {
        const struct run_result *first = g->class[i].first;
        if (first->verdict == r->verdict && strcmp(class_mark(first), class_mark(r)) == 0)
            return &g->class[i];
    }
    return NULL;
}

static bool class_add(struct report_group *g, const struct run_result *r)
{
    if (g->count == REPORT_CLASSES_MAX)
        return false;
    if (g->count == g->room) {
        size_t room = g->room == 0 ? 1 : g->room * 2;
        struct report_class *grown = realloc(g->class, room * sizeof(*grown));
        if (grown == NULL)
            return false;
        g->class = grown;
        g->room = room;
    }
    g->class[g->count++] = (struct report_class){.first = r, .runs = 1};
    return true;
}

bool report_group_add(struct report_group *g, const struct run_result *r)
{
    struct report_class *class = class_find(g, r);

    g->runs++;
    g->time_ns += r->time_ns;
    if (class != NULL)
        class->runs++;
    else if (class_add(g, r))
        return true;
    else
        g->others++;
    return false;
}

void report_group_sort(struct report_group *g)
{
    for (size_t i = 1; i < g->count; i++) {
        struct report_class moved = g->class[i];
        size_t at = i;
        for (; at > 0 && g->class[at - 1].runs < moved.runs; at--)
            g->class[at] = g->class[at - 1];
        g->class[at] = moved;
    }
}

const struct report_class *report_group_worst(const struct report_group *g)
{
    const struct report_class *worst = &g->class[0];

    for (size_t i = 1; i < g->count; i++) {
        struct report_counts both = {0};
        report_count(&both, worst->first);
        int before = report_exit_code(&both);
        report_count(&both, g->class[i].first);
        if (report_exit_code(&both) != before)
            worst = &g->class[i];
    }
    return worst;
}

unsigned report_group_verdict(const struct report_group *g)
{
    bool failed = false; /* and nothing excuses it */
    bool passed = false;

    for (size_t i = 0; i < g->count; i++) {
        unsigned verdict = g->class[i].first->verdict;
        passed = passed || verdict == VERDICT_PASS;
        failed = failed || (verdict_is_bad(verdict) && verdict != VERDICT_XPASS);
    }
    if (g->retried && failed && passed)
        return VERDICT_FLAKY;
    return report_group_worst(g)->first->verdict;
}

/* "197 PASS by SIGINT" */
static void class_text(struct buf *out, const struct report_class *c)
{
    const char *mark = class_mark(c->first);

    buf_addf(out, "%" PRIu64 " %s%s%s", c->runs, verdict_name(c->first->verdict),
             mark[0] != 0 ? " " : "", mark);
}

void report_group_text(struct buf *out, const struct report_group *g)
{
    buf_addf(out, "%" PRIu64 " %s%s: ", g->runs, g->retried ? "attempt" : "run", plural(g->runs));
    for (size_t i = 0; i < g->count; i++) {
        buf_add_text(out, i > 0 ? ", " : "");
        class_text(out, &g->class[i]);
    }
    if (g->others > 0)
        buf_addf(out, ", %" PRIu64 " other%s", g->others, plural(g->others));
}

void report_group_release(struct report_group *g)
{
    free(g->class);
    *g = (struct report_group){0};
}

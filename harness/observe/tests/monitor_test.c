/* monitor_test.c: a monitor is one flat block that is fed record by record, and says what it has
 * found as soon as that is sure. */
#include "harness/observe/monitor.h"
#include "harness/observe/tests/cases.h"
#include "harness/observe/tests/trace_text.h"
#include "runtime/base/check.h"
#include "runtime/base/tests/suite.h"

#include <stdio.h>

/* A monitor about a trace written as text. */
struct watched {
    struct trace trace;
    size_t marked;
    size_t bytes;
    struct monitor *m;
};

/* `subject` 0: that of the text. */
static struct watched watched_new(const char *tree, const char *lines, unsigned engine,
                                  unsigned subject)
{
    struct watched w = {.trace = TRACE_INIT};
    struct observation o = {.cast = text_cast(tree), .engine = engine, .subject = subject};

    if (subject == 0)
        o.subject = text_subject(o.cast);

    w.marked = text_trace(o.cast, lines, &w.trace);
    w.bytes = monitor_bytes(o.cast);
    w.m = malloc(w.bytes);
    CHECK(w.m != NULL);
    memset(w.m, 0xA5, w.bytes); /* as memory that has served before */
    monitor_begin(w.m, &o);
    return w;
}

static void watched_feed(struct monitor *m, const struct watched *w, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        monitor_take(m, &w->trace.record[i]);
}

static void watched_free(struct watched *w)
{
    free(w->m);
    trace_release(&w->trace);
}

static bool verdicts_differ(const struct verdict_list *a, const struct verdict_list *b)
{
    bool differ = a->count != b->count;

    for (size_t i = 0; !differ && i < a->count; i++) {
        const struct violation *x = &a->item[i].violation;
        const struct violation *y = &b->item[i].violation;
        differ = a->item[i].entry != b->item[i].entry || x->index != y->index ||
                 x->actor != y->actor || x->cause != y->cause || strcmp(x->text, y->text) != 0;
    }
    return differ;
}

/* Feeds the trace, with a copy made before the record `cut`: of the original nothing is left then
 * but noise. */
static bool copy_differs(const struct watched *w, size_t cut, const struct verdict_list *expected)
{
    struct monitor *copy = malloc(w->bytes);

    CHECK(copy != NULL);
    memcpy(copy, w->m, w->bytes);
    watched_feed(copy, w, cut, w->trace.count);
    monitor_end(copy, true);
    bool differ = verdicts_differ(monitor_verdicts(copy), expected);
    free(copy);
    return differ;
}

/* Goal: a monitor may be copied at any moment, and both go on alike.
 * Method: every case, cut before each of its records. */
static void test_a_copy_goes_on_like_the_original(void)
{
    for (size_t i = 0; i < CASES; i++) {
        const struct trace_case *c = case_at(i);
        struct watched whole = watched_new(c->tree, c->lines, c->engine, 0);
        watched_feed(whole.m, &whole, 0, whole.trace.count);
        monitor_end(whole.m, true);

        struct watched w = watched_new(c->tree, c->lines, c->engine, 0);
        for (size_t cut = 0; cut < w.trace.count; cut++) {
            struct watched lost = w;
            lost.m = malloc(w.bytes);
            CHECK(lost.m != NULL);
            memcpy(lost.m, w.m, w.bytes);
            struct monitor *original = w.m;
            w.m = lost.m;
            memset(original, 0xA5, w.bytes);
            free(original);
            CU_ASSERT_FALSE(copy_differs(&w, cut, monitor_verdicts(whole.m)));
            watched_feed(w.m, &w, cut, cut + 1);
        }
        monitor_end(w.m, true);
        CU_ASSERT_FALSE(verdicts_differ(monitor_verdicts(w.m), monitor_verdicts(whole.m)));
        watched_free(&w);
        watched_free(&whole);
    }
}

/* A safety row of a simulated run needs at most one record more to be sure, but for one: what an
 * actor says next decides about its link. */
static void test_a_row_is_found_broken_as_soon_as_that_is_sure(void)
{
    for (size_t i = 0; i < CASES; i++) {
        const struct trace_case *c = case_at(i);
        if (c->actor == NULL || c->engine != ENGINE_SIM || invariant_find(c->row)->liveness ||
            strcmp(c->row, "link-in-sequence") == 0)
            continue;
        struct watched w = watched_new(c->tree, c->lines, c->engine, 0);
        size_t enough = w.marked + 2 < w.trace.count ? w.marked + 2 : w.trace.count;
        bool found = false;
        watched_feed(w.m, &w, 0, enough);
        if (enough == w.trace.count)
            monitor_end(w.m, true);
        for (size_t k = 0; k < monitor_verdicts(w.m)->count; k++)
            found = found || strcmp(monitor_verdicts(w.m)->item[k].entry->name, c->row) == 0;
        if (!found)
            (void)printf("\n%s is not found in time:\n%s\n", c->row, c->lines);
        CU_ASSERT_TRUE(found);
        watched_free(&w);
    }
}

/* b takes a frame out of sequence, which a fault explains, and would have to notice; before it says
 * anything, another link is broken without a reason. */
#define FRAMES                                    \
    "harness link.harmed b harm=drop side=down\n" \
    "b link.before_recv.spec root #2\n"           \
    "a link.before_recv.spec root #2\n"

static void test_the_first_of_two_counts_although_the_second_is_sure_before_it(void)
{
    struct watched w = watched_new("root(a b)", FRAMES "b sig.cont\n", ENGINE_SIM, SUBJECT_TREE);

    watched_feed(w.m, &w, 0, 3);
    CU_ASSERT_EQUAL(monitor_verdicts(w.m)->count, 0);
    watched_feed(w.m, &w, 3, 4);
    CU_ASSERT_EQUAL_FATAL(monitor_verdicts(w.m)->count, 1);
    CU_ASSERT_EQUAL(monitor_verdicts(w.m)->item[0].violation.index, 1);
    CU_ASSERT_EQUAL(monitor_verdicts(w.m)->item[0].violation.actor, 2);
    watched_free(&w);

    w = watched_new("root(a b)", FRAMES "b link.broken root fault=sequence\n", ENGINE_SIM,
                    SUBJECT_TREE);
    watched_feed(w.m, &w, 0, 4);
    CU_ASSERT_EQUAL_FATAL(monitor_verdicts(w.m)->count, 1);
    CU_ASSERT_EQUAL(monitor_verdicts(w.m)->item[0].violation.index, 2);
    CU_ASSERT_EQUAL(monitor_verdicts(w.m)->item[0].violation.actor, 0);
    watched_free(&w);
}

static void test_a_row_is_for_the_subjects_that_it_names(void)
{
    for (size_t i = 0; i < CASES; i++) {
        const struct trace_case *c = case_at(i);
        /* Where they have another bound, the text was written for one of them. */
        if (text_subject(text_cast(c->tree)) == SUBJECT_TREE &&
            invariant_find(c->row)->command_within_ns != 0)
            continue;
        struct watched w = watched_new(c->tree, c->lines, c->engine, SUBJECT_COMMAND);
        watched_feed(w.m, &w, 0, w.trace.count);
        monitor_end(w.m, true);
        const struct verdict_list *list = monitor_verdicts(w.m);
        bool serves = c->actor != NULL && (invariant_find(c->row)->subjects & SUBJECT_COMMAND) != 0;
        bool found = false;
        for (size_t k = 0; k < list->count; k++) {
            CU_ASSERT_TRUE((list->item[k].entry->subjects & SUBJECT_COMMAND) != 0);
            found = found || strcmp(list->item[k].entry->name, c->row) == 0;
        }
        /* Most cases are made for the bound of a tree. */
        bool patient = c->actor != NULL && invariant_find(c->row)->command_within_ns > 0;
        CU_ASSERT_TRUE(found == serves || (patient && !found));
        watched_free(&w);
    }
}

/* A process of which nobody knew at the start is judged like the others. */
static void test_the_cast_may_grow_while_it_is_watched(void)
{
    struct cast *c = text_cast("root");
    const struct observation o = {.cast = c, .engine = ENGINE_SIM};
    const struct who child = {.name = "child", .parent = ACTOR_ROOT, .kind = WHO_PROCESS};
    struct trace trace = TRACE_INIT;
    struct monitor *m = malloc(monitor_bytes(c));

    CU_ASSERT_PTR_NOT_NULL_FATAL(m);
    monitor_begin(m, &o);
    (void)text_trace(c, "root proc.spawned pid=7\n", &trace);
    CU_ASSERT_EQUAL(cast_add(c, &child), 1);
    size_t marked = text_trace(c,
                               "root spawn.after_fork child pid=8\nchild proc.spawned pid=8\n"
                               "child proc.exited\n! @300 root timer.fire\n",
                               &trace);
    for (size_t i = 0; i < trace.count; i++)
        monitor_take(m, &trace.record[i]);
    monitor_end(m, true);
    const struct verdict_list *list = monitor_verdicts(m);
    CU_ASSERT_EQUAL_FATAL(list->count, 1);
    CU_ASSERT_STRING_EQUAL(list->item[0].entry->name, "no-zombies");
    CU_ASSERT_EQUAL(list->item[0].violation.actor, 1);
    CU_ASSERT_EQUAL(list->item[0].violation.index, marked);
    CU_ASSERT_PTR_NOT_NULL(strstr(list->item[0].violation.text, "child"));
    free(m);
    trace_release(&trace);
}

static void test_what_outlives_the_subject_is_a_leak(void)
{
    for (size_t i = 0; i < invariant_count(); i++) {
        const struct invariant_entry *e = invariant_at(i);
        bool leak = strcmp(e->name, "no-orphans") == 0 || strcmp(e->name, "no-survivors") == 0 ||
                    strcmp(e->name, "early-return") == 0;
        CU_ASSERT_EQUAL(e->leak != NULL, leak);
        CU_ASSERT_PTR_NOT_NULL(e->on);
    }
}

int main(void)
{
    CU_pSuite suite = suite_open("monitor", NULL, NULL);
    CU_add_test(suite, "copy", test_a_copy_goes_on_like_the_original);
    CU_add_test(suite, "in time", test_a_row_is_found_broken_as_soon_as_that_is_sure);
    CU_add_test(suite, "first", test_the_first_of_two_counts_although_the_second_is_sure_before_it);
    CU_add_test(suite, "subjects", test_a_row_is_for_the_subjects_that_it_names);
    CU_add_test(suite, "grows", test_the_cast_may_grow_while_it_is_watched);
    CU_add_test(suite, "verdicts", test_what_outlives_the_subject_is_a_leak);
    return suite_close();
}

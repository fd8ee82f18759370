/* trace_test.c: records in order up to a limit, and the names of the points. */
#include "runtime/base/err.h"
#include "runtime/base/tests/suite.h"
#include "runtime/base/trace.h"

#include <stdio.h>
#include <string.h>

static void test_trace_keeps_records_in_order(void)
{
    struct trace t = TRACE_INIT;

    for (uint32_t i = 0; i < 5000; i++) {
        struct trace_record r = {.at_ns = i, .request = i * 3, .point = POINT_RUN_END};
        CU_ASSERT_EQUAL_FATAL(trace_add(&t, &r), 0);
    }
    CU_ASSERT_EQUAL(t.count, 5000);
    for (uint32_t i = 0; i < 5000; i++) {
        CU_ASSERT_EQUAL(t.record[i].at_ns, i);
        CU_ASSERT_EQUAL(t.record[i].request, i * 3);
    }
    CU_ASSERT_FALSE(t.full);
    trace_release(&t);
    CU_ASSERT_EQUAL(t.count, 0);
    CU_ASSERT_PTR_NULL(t.record);
}

/* Goal: a record past the limit is refused and remembered, and those before it stay. */
static void test_trace_says_that_it_is_full(void)
{
    for (size_t limit = 0; limit < 3; limit++) {
        struct trace t = {.limit = limit};
        struct trace_record r = {.value = 1};
        for (size_t i = 0; i < limit; i++)
            CU_ASSERT_EQUAL(trace_add(&t, &r), 0);
        CU_ASSERT_FALSE(t.full);
        r.value = 2;
        CU_ASSERT_EQUAL(trace_add(&t, &r), ERR_FULL);
        CU_ASSERT_TRUE(t.full);
        CU_ASSERT_EQUAL(t.count, limit);
        CU_ASSERT_TRUE(limit == 0 || t.record[limit - 1].value == 1);
        trace_release(&t);
        CU_ASSERT_EQUAL(t.limit, TRACE_RECORDS_MAX);
        CU_ASSERT_FALSE(t.full);
    }
}

static void test_trace_every_point_has_a_name_of_its_own(void)
{
    for (unsigned i = 0; i < POINTS; i++) {
        CU_ASSERT_PTR_NOT_NULL_FATAL(point_name(i));
        CU_ASSERT_TRUE(strlen(point_entry(i)->help) > 3);
        /* FAMILY.NAME, so that a scenario can tell a point from a word. */
        const char *dot = strchr(point_name(i), '.');
        CU_ASSERT_TRUE(dot != NULL && dot > point_name(i) && dot[1] != 0);
        CU_ASSERT_EQUAL(strspn(point_name(i), "abcdefghijklmnopqrstuvwxyz0123456789_."),
                        strlen(point_name(i)));
        CU_ASSERT_EQUAL(point_find(point_name(i)), (int)i);
    }
    CU_ASSERT_EQUAL(point_find(""), -1);
    CU_ASSERT_EQUAL(point_find("dbg.promp"), -1);
    CU_ASSERT_EQUAL(point_find("dbg.prompts"), -1);
}

/* As fields of a printed record, which are read back by their names. */
static void test_trace_every_number_of_a_point_has_a_name_of_its_own(void)
{
    for (unsigned i = 0; i < POINTS; i++) {
        const struct point_entry *entry = point_entry(i);
        const char *names[] = {entry->peer, entry->request, entry->value.name, entry->extra.name};
        CU_ASSERT_EQUAL(entry->value.kind == KIND_NONE, entry->value.name == NULL);
        CU_ASSERT_EQUAL(entry->extra.kind == KIND_NONE, entry->extra.name == NULL);
        for (unsigned a = 0; a < 4; a++) {
            CU_ASSERT(names[a] == NULL ||
                      names[a][strspn(names[a], "abcdefghijklmnopqrstuvwxyz_")] == 0);
            for (unsigned b = 0; b < a; b++)
                CU_ASSERT(names[a] == NULL || names[b] == NULL || strcmp(names[a], names[b]) != 0);
        }
    }
}

static void test_trace_has_two_points_per_frame(void)
{
    static const char *const stems[] = {FRAME_MAP(ROW_NAME)};
    char name[64];

    for (unsigned i = 0; i < FRAME_TYPES; i++) {
        (void)snprintf(name, sizeof(name), "link.before_send.%s", stems[i]);
        CU_ASSERT_EQUAL(point_find(name), (int)(POINT_LINK_BEFORE_SEND + i));
        (void)snprintf(name, sizeof(name), "link.before_recv.%s", stems[i]);
        CU_ASSERT_EQUAL(point_find(name), (int)(POINT_LINK_BEFORE_RECV + i));
    }
}

/* The points that scenarios and invariants name by hand. */
static void test_trace_points_keep_their_names(void)
{
    CU_ASSERT_STRING_EQUAL(point_name(POINT_DBG_PROMPT), "dbg.prompt");
    CU_ASSERT_STRING_EQUAL(point_name(POINT_DBG_HOP_GRANT), "dbg.hop_grant");
    CU_ASSERT_STRING_EQUAL(point_name(POINT_CANCEL_TERM_SENT), "cancel.term_sent");
    CU_ASSERT_STRING_EQUAL(point_name(POINT_NURSERY_OUTCOME), "nursery.outcome");
    CU_ASSERT_STRING_EQUAL(point_name(POINT_SIG_HANDLED), "sig.handled");
    CU_ASSERT_STRING_EQUAL(point_name(POINT_ERR_FINAL), "err.final");
}

int main(void)
{
    CU_pSuite suite = suite_open("trace", NULL, NULL);
    CU_ADD_TEST(suite, test_trace_keeps_records_in_order);
    CU_ADD_TEST(suite, test_trace_says_that_it_is_full);
    CU_ADD_TEST(suite, test_trace_every_point_has_a_name_of_its_own);
    CU_ADD_TEST(suite, test_trace_every_number_of_a_point_has_a_name_of_its_own);
    CU_ADD_TEST(suite, test_trace_has_two_points_per_frame);
    CU_ADD_TEST(suite, test_trace_points_keep_their_names);
    return suite_close();
}

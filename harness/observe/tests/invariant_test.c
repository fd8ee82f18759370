/* invariant_test.c: every row goes red on a trace that breaks it and stays silent on one that does
 * not; a check that cannot fail is no check. */
#include "harness/observe/tests/cases.h"
#include "harness/observe/tests/trace_text.h"
#include "runtime/base/prng.h"
#include "runtime/base/tests/suite.h"

#include <stdio.h>

/* What a trace written as text is judged to be. */
struct judged {
    struct cast *cast;
    struct trace trace;
    size_t marked;
    struct verdict_list list;
};

static struct judged judge_with(const char *tree, const char *lines, struct observation o)
{
    struct judged j = {.cast = text_cast(tree), .trace = TRACE_INIT};
    struct diag diag = {0};

    j.marked = text_trace(j.cast, lines, &j.trace);
    o.trace = &j.trace;
    o.cast = j.cast;
    o.subject = text_subject(j.cast);
    CU_ASSERT_EQUAL_FATAL(observe_judge(&o, &j.list, &diag), 0);
    return j;
}

static bool trace_is_complete(const char *lines)
{
    return strstr(lines, "run.end") != NULL;
}

static struct judged judge(const char *tree, const char *lines, unsigned engine)
{
    struct observation o = {
        .complete = trace_is_complete(lines),
        .engine = engine,
    };

    return judge_with(tree, lines, o);
}

static void judged_release(struct judged *j)
{
    trace_release(&j->trace);
}

static const struct verdict_item *item_of(const struct verdict_list *list, const char *row)
{
    for (size_t i = 0; i < list->count; i++) {
        if (strcmp(list->item[i].entry->name, row) == 0)
            return &list->item[i];
    }
    return NULL;
}

static void case_fails(size_t i, const struct trace_case *c, const char *why)
{
    (void)printf("\ncase %zu, %s: %s\n%s\n", i, c->row, why, c->lines);
    CU_FAIL("a case is not judged as written");
}

static void red_case_check(size_t i, const struct trace_case *c, const struct judged *j)
{
    const struct verdict_item *item = item_of(&j->list, c->row);
    char expected[128];
    char signature[128];

    if (item == NULL) {
        case_fails(i, c, "not found");
        return;
    }
    (void)snprintf(expected, sizeof(expected), "invariant:%s actor=%s cause=%s", c->row, c->actor,
                   c->cause);
    violation_signature(item, j->cast, signature, sizeof(signature));
    if (strcmp(expected, signature) != 0)
        case_fails(i, c, signature);
    if (item->violation.index != j->marked) {
        (void)printf("index %zu, expected %zu\n", item->violation.index, j->marked);
        case_fails(i, c, "at another record");
    }
    if (item->violation.text[0] == 0)
        case_fails(i, c, "without a sentence");
}

static void test_red_cases_break_their_row_at_the_marked_record(void)
{
    for (size_t i = 0; i < CASES; i++) {
        const struct trace_case *c = case_at(i);
        if (c->actor == NULL)
            continue;
        struct judged j = judge(c->tree, c->lines, c->engine);
        red_case_check(i, c, &j);
        judged_release(&j);
    }
}

static void test_green_cases_break_no_row_at_all(void)
{
    for (size_t i = 0; i < CASES; i++) {
        const struct trace_case *c = case_at(i);
        if (c->actor != NULL)
            continue;
        struct judged j = judge(c->tree, c->lines, c->engine);
        if (j.list.count > 0) {
            (void)printf("\n%s\n", j.list.item[0].violation.text);
            case_fails(i, c, j.list.item[0].entry->name);
        }
        judged_release(&j);
    }
}

static void test_every_row_has_a_red_and_a_green_case(void)
{
    for (size_t row = 0; row < invariant_count(); row++) {
        unsigned red = 0;
        unsigned green = 0;
        for (size_t i = 0; i < CASES; i++) {
            if (strcmp(case_at(i)->row, invariant_at(row)->name) != 0)
                continue;
            red += case_at(i)->actor != NULL;
            green += case_at(i)->actor == NULL;
        }
        if (red == 0 || green == 0)
            (void)printf("\n%s: %u red, %u green\n", invariant_at(row)->name, red, green);
        CU_ASSERT(red > 0);
        CU_ASSERT(green > 0);
    }
}

/* A red liveness case stays silent when its run was cut short or ended by force before. */
static void test_liveness_is_judged_in_complete_runs_only(void)
{
    for (size_t i = 0; i < CASES; i++) {
        const struct trace_case *c = case_at(i);
        if (c->actor == NULL || !invariant_find(c->row)->liveness)
            continue;
        struct judged j = judge_with(c->tree, c->lines, (struct observation){.engine = ENGINE_SIM});
        if (item_of(&j.list, c->row) != NULL)
            case_fails(i, c, "judged although the run is not complete");
        judged_release(&j);
    }
}

static void test_rows_are_found_by_name_and_complete(void)
{
    CU_ASSERT_EQUAL(invariant_find("no-such-row"), NULL);
    for (size_t i = 0; i < invariant_count(); i++) {
        const struct invariant_entry *e = invariant_at(i);
        CU_ASSERT_EQUAL(invariant_find(e->name), e);
        CU_ASSERT(e->help[0] != 0);
        CU_ASSERT(e->note[0] == 0 || e->note[0] == (e->liveness ? 'L' : 'S'));
        for (size_t k = 0; k < i; k++)
            CU_ASSERT_STRING_NOT_EQUAL(e->name, invariant_at(k)->name);
    }
}

/* hop-blind, as the real thing: the shield is missing first, then the holder is killed. */
static void test_hop_blind_breaks_the_shield_first_and_then_the_holder(void)
{
    static const char lines[] =
        "leaf dbg.req_sent mid #1\nroot dbg.hop_req leaf #1\nroot dbg.enqueue leaf #1\n"
        "root dbg.grant_sent leaf #1\nleaf dbg.grant_recv #1\nleaf dbg.baton_try #1\n"
        "leaf dbg.tty_take #1\nleaf dbg.prompt #1\nroot dbg.hop_active leaf #1\n"
        "mid cancel.requested cause=deadline deadline=3.000\n"
        "mid nursery.cancel_fanout nursery=0 cause=deadline\n"
        "mid cancel.sent leaf #1 deadline=2.600 how=graceful,deadline\nmid cancel.acked leaf #1\n"
        "@2600 mid cancel.deadline leaf\nmid cancel.close_sent leaf cause=deadline\n"
        "mid cancel.term_sent leaf cause=deadline\n";
    struct judged j = judge(CHAIN, lines, ENGINE_SIM);
    char signature[128];

    CU_ASSERT_EQUAL_FATAL(j.list.count, 2);
    violation_signature(&j.list.item[0], j.cast, signature, sizeof(signature));
    CU_ASSERT_STRING_EQUAL(signature, "invariant:ancestors-shielded actor=leaf cause=none");
    violation_signature(&j.list.item[1], j.cast, signature, sizeof(signature));
    CU_ASSERT_STRING_EQUAL(signature, "invariant:holder-not-killed actor=leaf cause=deadline");
    judged_release(&j);
}

static void test_ties_go_to_the_earlier_row_of_the_table(void)
{
    /* The second taker breaks lock-exclusive, and its ancestor does not know either. */
    struct judged j = judge(PAIR, ASK_A PROMPT_A "! b dbg.tty_take #1\n", ENGINE_SIM);

    CU_ASSERT_EQUAL_FATAL(j.list.count, 2);
    CU_ASSERT_STRING_EQUAL(j.list.item[0].entry->name, "lock-exclusive");
    CU_ASSERT_STRING_EQUAL(j.list.item[1].entry->name, "ancestors-shielded");
    CU_ASSERT_EQUAL(j.list.item[0].violation.index, j.list.item[1].violation.index);
    judged_release(&j);
}

static size_t violations_with(struct invariant_setting setting)
{
    static const char lines[] = "mid spawn.after_fork leaf pid=8\nleaf proc.exited\n"
                                "@300 leaf proc.reaped mid\nharness run.end\n";
    const struct observation o = {
        .complete = true, .engine = ENGINE_SIM, .setting = &setting, .setting_count = 1};
    struct judged j = judge_with(CHAIN, lines, o);
    size_t count = j.list.count;

    judged_release(&j);
    return count;
}

static void test_settings_switch_a_row_off_and_move_its_bound(void)
{
    CU_ASSERT_EQUAL(violations_with((struct invariant_setting){.name = "no-zombies"}), 1);
    CU_ASSERT_EQUAL(violations_with((struct invariant_setting){.name = "no-zombies", .off = true}),
                    0);
    CU_ASSERT_EQUAL(
        violations_with((struct invariant_setting){.name = "no-zombies", .within_ns = 300 * MS_NS}),
        0);
    CU_ASSERT_EQUAL(
        violations_with((struct invariant_setting){.name = "no-zombies", .within_ns = 299 * MS_NS}),
        1);
    CU_ASSERT_EQUAL(violations_with((struct invariant_setting){.name = "no-orphans", .off = true}),
                    1);
}

/* Goal: no trace, however wrong, is beyond the rows. Method: many traces of random records, about
 * actors inside and outside the tree, at times that jump back and forth. */
static void test_no_row_is_surprised_by_any_trace(void)
{
    struct cast *cast = text_cast("root(a(b(c) d:spinner) e)");
    struct prng prng = prng_init(1);

    for (unsigned round = 0; round < 300; round++) {

        struct trace trace = TRACE_INIT;
        struct verdict_list list;
        struct diag diag = {0};
        for (unsigned i = 0; i < 120; i++) {
            struct trace_record rec = {
                .at_ns = (int64_t)(prng_next(&prng) % 9000) * MS_NS,
                .value = (int64_t)(prng_next(&prng) % 20) - 1,
                .extra = (int64_t)(prng_next(&prng) % 2050) - 1,
                .request = (uint32_t)(prng_next(&prng) % 3),
                .point = (uint16_t)(prng_next(&prng) % POINTS),
                .actor = (uint16_t)(prng_next(&prng) % 8),
                .peer = (uint16_t)(prng_next(&prng) % 8),
            };
            if (rec.peer == 7)
                rec.peer = ACTOR_NONE;
            CU_ASSERT_EQUAL_FATAL(trace_add(&trace, &rec), 0);
        }
        struct observation o = {.trace = &trace,
                                .cast = cast,
                                .complete = true,
                                .engine = round % 2 == 0 ? ENGINE_SIM : ENGINE_REAL};
        CU_ASSERT_EQUAL(observe_judge(&o, &list, &diag), 0);
        for (size_t i = 0; i < list.count; i++)
            CU_ASSERT(list.item[i].violation.index < trace.count);
        trace_release(&trace);
    }
}

static void test_an_empty_trace_breaks_nothing(void)
{
    struct judged j = judge(CHAIN, "", ENGINE_SIM);

    CU_ASSERT_EQUAL(j.list.count, 0);
    judged_release(&j);
}

int main(void)
{
    CU_pSuite suite = suite_open("invariant", NULL, NULL);
    CU_add_test(suite, "red", test_red_cases_break_their_row_at_the_marked_record);
    CU_add_test(suite, "green", test_green_cases_break_no_row_at_all);
    CU_add_test(suite, "both", test_every_row_has_a_red_and_a_green_case);
    CU_add_test(suite, "complete", test_liveness_is_judged_in_complete_runs_only);
    CU_add_test(suite, "rows", test_rows_are_found_by_name_and_complete);
    CU_add_test(suite, "hop-blind", test_hop_blind_breaks_the_shield_first_and_then_the_holder);
    CU_add_test(suite, "ties", test_ties_go_to_the_earlier_row_of_the_table);
    CU_add_test(suite, "settings", test_settings_switch_a_row_off_and_move_its_bound);
    CU_add_test(suite, "any trace", test_no_row_is_surprised_by_any_trace);
    CU_add_test(suite, "empty", test_an_empty_trace_breaks_nothing);
    return suite_close();
}

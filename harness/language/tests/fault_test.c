/* fault_test.c: the rows of the table, and the actions that they are. */
#include "harness/language/fault.h"
#include "runtime/base/check.h"
#include "runtime/base/tests/suite.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

static size_t row_of(const char *name)
{
    int row = fault_find(name);

    CHECK(row >= 0);
    return (size_t)row;
}

static void test_every_row_is_found_by_its_name(void)
{
    CU_ASSERT(fault_count() >= 3);
    for (size_t row = 0; row < fault_count(); row++) {
        const struct fault_row *e = fault_at(row);
        CU_ASSERT_EQUAL(fault_find(e->name), (int)row);
        CU_ASSERT(e->help[0] != 0);
        CU_ASSERT_EQUAL(strncmp(e->shape, e->name, strlen(e->name)), 0);
        CU_ASSERT_EQUAL(strstr(e->shape, "side:") != NULL, (e->takes & FAULT_TAKES_SIDE) != 0);
        CU_ASSERT_EQUAL(strstr(e->shape, "with:") != NULL,
                        (e->takes & (FAULT_TAKES_SIGNAL | FAULT_TAKES_ERROR)) != 0);
        CU_ASSERT_EQUAL(strstr(e->shape, "job") != NULL, (e->takes & FAULT_TAKES_JOB) != 0);
    }
    CU_ASSERT_EQUAL(fault_find("no-such-fault"), -1);
    CU_ASSERT_EQUAL(fault_find(""), -1);
}

/* Goal: what a row does is right as it stands in the table: a world takes its numbers. */
static void test_every_row_is_an_action_that_a_world_takes(void)
{
    for (size_t row = 0; row < fault_count(); row++) {
        int with = (fault_at(row)->takes & FAULT_TAKES_ERROR) != 0 ? ENOSPC : 0;
        const struct action a = fault_action(row, 3, with, SIDE_UP);
        struct diag diag = {0};
        CU_ASSERT_EQUAL(a.kind, fault_at(row)->kind);
        CU_ASSERT_EQUAL(a.value, with != 0 ? with : fault_at(row)->value);
        CU_ASSERT_EQUAL(a.target, TARGET_ACTOR);
        CU_ASSERT_EQUAL(action_check(&a, &diag), 0);
    }
}

static void test_a_signal_of_the_step_takes_the_place_of_the_row_s(void)
{
    static const struct {
        const char *name;
        int with;
        int signal;
    } cases[] = {
        {"kill", 0,       SIGKILL},
        {"kill", SIGSEGV, SIGSEGV},
        {"stop", 0,       SIGSTOP},
        {"cont", 0,       SIGCONT},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct action a = fault_action(row_of(cases[i].name), 5, cases[i].with, SIDE_BOTH);
        CU_ASSERT_EQUAL(a.kind, ACTION_SIGNAL);
        CU_ASSERT_EQUAL(a.who, 5);
        CU_ASSERT_EQUAL(a.value, cases[i].signal);
    }
}

static void test_the_job_goes_on_as_a_whole(void)
{
    const struct action a = fault_action(row_of("cont"), ACTOR_NONE, 0, SIDE_BOTH);

    CU_ASSERT_EQUAL(a.kind, ACTION_CONTINUE);
}

static void test_freeze_asks_the_actor_itself(void)
{
    const struct action a = fault_action(row_of("freeze"), 3, 0, SIDE_BOTH);

    CU_ASSERT_EQUAL(a.kind, ACTION_TELL);
    CU_ASSERT_EQUAL(a.value, TELL_FREEZE);
    /* No word of `tell`, but it has a name. */
    for (unsigned word = 0; word < TELL_WORDS; word++)
        CU_ASSERT_STRING_NOT_EQUAL(tell_name(word), "freeze");
    CU_ASSERT_STRING_EQUAL(tell_name(TELL_FREEZE), "freeze");
}

static void test_a_link_suffers_what_the_row_says(void)
{
    static const char *const harms[] = {LINK_HARM_MAP(ROW_NAME)};
    unsigned links = 0;

    for (size_t row = 0; row < fault_count(); row++) {
        const struct fault_row *e = fault_at(row);
        const struct action a = fault_action(row, 3, 0, SIDE_DOWN);
        CU_ASSERT_EQUAL((e->takes & FAULT_TAKES_LINK) != 0, e->kind == ACTION_LINK);
        if (e->kind != ACTION_LINK)
            continue;
        CU_ASSERT_STRING_EQUAL(e->name, harms[e->value]);
        CU_ASSERT_EQUAL(a.extra, SIDE_DOWN);
        links++;
    }
    CU_ASSERT_EQUAL(links, LINK_HARMS);
    CU_ASSERT_EQUAL(fault_at(row_of("cut"))->takes, FAULT_TAKES_LINK);
    CU_ASSERT_EQUAL(fault_at(row_of("drop"))->takes, FAULT_TAKES_LINK | FAULT_TAKES_SIDE);
    CU_ASSERT_EQUAL(fault_at(row_of("kill"))->takes, FAULT_TAKES_SIGNAL);
    CU_ASSERT_EQUAL(fault_at(row_of("stop"))->takes, 0);
}

int main(void)
{
    CU_pSuite suite = suite_open("fault", NULL, NULL);
    CU_add_test(suite, "rows", test_every_row_is_found_by_its_name);
    CU_add_test(suite, "actions", test_every_row_is_an_action_that_a_world_takes);
    CU_add_test(suite, "signals", test_a_signal_of_the_step_takes_the_place_of_the_row_s);
    CU_add_test(suite, "job", test_the_job_goes_on_as_a_whole);
    CU_add_test(suite, "freeze", test_freeze_asks_the_actor_itself);
    CU_add_test(suite, "links", test_a_link_suffers_what_the_row_says);
    return suite_close();
}

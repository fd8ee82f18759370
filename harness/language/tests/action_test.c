/* action_test.c: what an action leaves in the trace, and which numbers are refused. */
#include "harness/language/action.h"
#include "runtime/base/tests/suite.h"

#include <signal.h>
#include <string.h>

static void test_every_row_has_a_name_of_its_own(void)
{
    for (unsigned i = 0; i < ACTIONS; i++) {
        CU_ASSERT(action_row(i)->name[0] != 0);
        CU_ASSERT(action_row(i)->point <= POINTS);
        for (unsigned k = 0; k < i; k++)
            CU_ASSERT_STRING_NOT_EQUAL(action_row(i)->name, action_row(k)->name);
    }
}

/* Goal: a record has of an action what its row says, and nothing else. */
static void test_a_record_has_what_the_row_says(void)
{
    for (unsigned kind = 0; kind < ACTIONS; kind++) {
        const struct action_row *row = action_row(kind);
        const struct action a = {.kind = (uint16_t)kind, .who = 3, .value = 5, .extra = 1};
        if (row->point == POINTS)
            continue;
        const struct trace_record rec = action_record(&a);
        CU_ASSERT_EQUAL(rec.actor, ACTOR_HARNESS);
        CU_ASSERT_EQUAL(rec.point, row->point);
        CU_ASSERT_EQUAL(rec.peer, (row->needs & ACTION_WHO) != 0 ? 3 : ACTOR_NONE);
        CU_ASSERT_EQUAL(rec.value, (row->needs & ACTION_VALUE) != 0 ? 5 : 0);
        CU_ASSERT_EQUAL(rec.extra, (row->needs & ACTION_EXTRA) != 0 ? 1 : 0);
    }
}

static void test_a_group_is_recorded_as_its_leader_s(void)
{
    const struct action a = {
        .kind = ACTION_SIGNAL, .who = ACTOR_NONE, .target = TARGET_GROUP, .value = SIGINT};

    CU_ASSERT_FALSE(action_has_who(&a));
    CU_ASSERT_EQUAL(action_record(&a).peer, ACTOR_ROOT);
}

static void test_numbers_that_no_world_knows_are_refused(void)
{
    static const struct {
        struct action action;
        int rc;
    } cases[] = {
        {{.kind = ACTION_SIGNAL, .value = 0},               ERR_INPUT},
        {{.kind = ACTION_SIGNAL, .value = 1},               0        },
        {{.kind = ACTION_SIGNAL, .value = NSIG},            ERR_INPUT},
        {{.kind = ACTION_TELL, .value = -1},                ERR_INPUT},
        {{.kind = ACTION_TELL, .value = TELL_FREEZE},       0        },
        {{.kind = ACTION_TELL, .value = TELL_WORDS},        ERR_INPUT},
        {{.kind = ACTION_TELL, .value = TELL_OPS},          ERR_INPUT},
        {{.kind = ACTION_LINK, .value = LINK_HARMS},        ERR_INPUT},
        {{.kind = ACTION_LINK, .extra = LINK_SIDES},        ERR_INPUT},
        {{.kind = ACTION_LINK, .value = LINK_HARM_CUT},     0        },
        {{.kind = ACTION_RESIZE, .value = 24, .extra = 80}, 0        },
        {{.kind = ACTION_TYPE, .text = "x", .size = 1},     0        },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct diag diag = {0};
        CU_ASSERT_EQUAL(action_check(&cases[i].action, &diag), cases[i].rc);
        CU_ASSERT_EQUAL(diag.text[0] != 0, cases[i].rc < 0);
    }
}

int main(void)
{
    CU_pSuite suite = suite_open("action", NULL, NULL);
    CU_add_test(suite, "rows", test_every_row_has_a_name_of_its_own);
    CU_add_test(suite, "record", test_a_record_has_what_the_row_says);
    CU_add_test(suite, "group", test_a_group_is_recorded_as_its_leader_s);
    CU_add_test(suite, "numbers", test_numbers_that_no_world_knows_are_refused);
    return suite_close();
}

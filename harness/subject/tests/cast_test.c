/* cast_test.c: who is who, in a tree and as processes are born. */
#include "harness/subject/tests/cast_made.h"

#include <CUnit/Basic.h>
#include <signal.h>

static uint16_t add(struct cast *c, uint16_t parent)
{
    const struct who who = {.name = "x", .parent = parent, .kind = WHO_PROCESS};

    return cast_add(c, &who);
}

static void test_a_tree_keeps_its_numbers(void)
{
    static struct tree t = {.count = 4};
    static const uint16_t parent[] = {ACTOR_NONE, 0, 1, 0};

    for (uint16_t i = 0; i < 4; i++) {
        t.node[i].parent = parent[i];
        t.node[i].name[0] = (char)('a' + i);
    }
    t.node[2].role = ROLE_SPINNER;
    t.node[3].exit_how = EXIT_SIGNAL;
    t.node[3].exit_value = SIGINT;
    struct cast *c = cast_of_tree(&t);
    CU_ASSERT_EQUAL(c->count, 4);
    for (uint16_t i = 0; i < 4; i++) {
        CU_ASSERT_EQUAL(c->who[i].name[0], 'a' + i);
        CU_ASSERT_EQUAL(c->who[i].parent, parent[i]);
        CU_ASSERT_EQUAL(c->who[i].spins, i == 2);
        CU_ASSERT_EQUAL(c->who[i].dies_by, i == 3 ? SIGINT : 0);
    }
    CU_ASSERT_EQUAL(c->who[2].depth, 2);
    CU_ASSERT_EQUAL(c->who[3].depth, 1);
    free(c);
}

/* 0 has 1 and 2; 3 is born below 1, 4 below 2, 5 below 3: numbers of one branch are no range. */
static void test_processes_are_added_below_anybody(void)
{
    struct cast *c = cast_new(6);

    CU_ASSERT_EQUAL(add(c, ACTOR_NONE), 0);
    CU_ASSERT_EQUAL(add(c, 0), 1);
    CU_ASSERT_EQUAL(add(c, 0), 2);
    CU_ASSERT_EQUAL(add(c, 1), 3);
    CU_ASSERT_EQUAL(add(c, 2), 4);
    CU_ASSERT_EQUAL(add(c, 3), 5);
    CU_ASSERT_EQUAL(add(c, 0), ACTOR_NONE);
    CU_ASSERT_EQUAL(c->count, 6);

    static const uint8_t above[6][6] = {
        {0, 1, 1, 1, 1, 1},
        {0, 0, 0, 1, 0, 1},
        {0, 0, 0, 0, 1, 0},
        {0, 0, 0, 0, 0, 1},
        {0, 0, 0, 0, 0, 0},
        {0, 0, 0, 0, 0, 0}
    };
    for (uint16_t a = 0; a < 6; a++) {
        for (uint16_t b = 0; b < 6; b++)
            CU_ASSERT_EQUAL(cast_is_above(c, a, b), above[a][b]);
    }
    CU_ASSERT_EQUAL(cast_next_below(c, 1, 1), 3);
    CU_ASSERT_EQUAL(cast_next_below(c, 1, 3), 5);
    CU_ASSERT_EQUAL(cast_next_below(c, 1, 5), ACTOR_NONE);
    CU_ASSERT_EQUAL(cast_next_below(c, 4, 4), ACTOR_NONE);
    CU_ASSERT_EQUAL(cast_next_child(c, 0, 0), 1);
    CU_ASSERT_EQUAL(cast_next_child(c, 0, 1), 2);
    CU_ASSERT_EQUAL(cast_next_child(c, 0, 2), ACTOR_NONE);
    CU_ASSERT_EQUAL(cast_next_child(c, 1, 1), 3);
    CU_ASSERT_EQUAL(cast_next_child(c, 5, 5), ACTOR_NONE);
    free(c);
}

static void test_there_is_an_end_to_how_deep_it_goes(void)
{
    struct cast *c = cast_new(TREE_DEPTH_MAX + 2);

    for (uint16_t i = 0; i < TREE_DEPTH_MAX; i++)
        CU_ASSERT_EQUAL(add(c, i == 0 ? (uint16_t)ACTOR_NONE : (uint16_t)(i - 1)), i);
    CU_ASSERT_EQUAL(add(c, TREE_DEPTH_MAX - 1), ACTOR_NONE);
    CU_ASSERT_EQUAL(add(c, 0), TREE_DEPTH_MAX);
    free(c);
}

int main(void)
{
    CU_initialize_registry();
    CU_pSuite suite = CU_add_suite("cast", NULL, NULL);
    CU_add_test(suite, "tree", test_a_tree_keeps_its_numbers);
    CU_add_test(suite, "grows", test_processes_are_added_below_anybody);
    CU_add_test(suite, "deep", test_there_is_an_end_to_how_deep_it_goes);
    CU_basic_run_tests();
    int failures = (int)CU_get_number_of_failures();
    CU_cleanup_registry();
    return failures != 0;
}

/* tree_test.c: what tree_check() lets through, and who is found under which name. */
#include "runtime/actor/core.h"
#include "runtime/base/check.h"
#include "runtime/base/tests/suite.h"
#include "runtime/roles/tree.h"

#include <stdio.h>
#include <string.h>

static struct tree tree;

static void actor_add(const char *name, uint16_t parent)
{
    CHECK(tree.count < TREE_ACTORS_MAX);
    struct tree_node *n = &tree.node[tree.count++];

    (void)snprintf(n->name, sizeof(n->name), "%s", name);
    n->parent = parent;
    n->pause_tasks = 1;
    for (uint16_t up = parent; up != ACTOR_NONE; up = tree.node[up].parent)
        tree.node[up].below++;
}

/* root(0) - mid(1) - leaf(2)
 *         - w.1(3)
 *         - w.2(4) - leaf2(5) */
static void tree_sample(void)
{
    memset(&tree, 0, sizeof(tree));
    tree.magic = TREE_MAGIC;
    tree.bytes = sizeof(struct tree_node);
    actor_add("root", ACTOR_NONE);
    actor_add("mid", 0);
    actor_add("leaf", 1);
    actor_add("w.1", 0);
    actor_add("w.2", 0);
    actor_add("leaf2", 4);
}

static void check_refused(const char *why)
{
    struct diag diag = {0};

    CU_ASSERT_EQUAL(tree_check(&tree, tree_size(&tree), &diag), ERR_INPUT);
    if (strstr(diag.text, why) == NULL)
        (void)fprintf(stderr, "got '%s', not '%s'\n", diag.text, why);
    CU_ASSERT_PTR_NOT_NULL(strstr(diag.text, why));
    tree_sample();
}

static void test_a_good_tree_is_accepted(void)
{
    tree_sample();
    CU_ASSERT_EQUAL(tree_check(&tree, tree_size(&tree), NULL), 0);
    CU_ASSERT_EQUAL(tree_check(&tree, sizeof(tree), NULL), 0);
}

static void test_a_cut_or_foreign_tree_is_refused(void)
{
    tree_sample();
    for (size_t size = 0; size < tree_size(&tree); size++)
        CU_ASSERT_EQUAL(tree_check(&tree, size, NULL), ERR_INPUT);
    tree.magic++;
    check_refused("of this build");
    tree.bytes--;
    check_refused("of this build");
    tree.count = 0;
    check_refused("a tree of 0 actors");
    tree.count = TREE_ACTORS_MAX + 1;
    check_refused("a tree of 1101 actors");
    tree.defects = UINT64_C(1) << 63;
    check_refused("unknown defects");
}

static void test_numbers_out_of_range_are_refused(void)
{
    tree_sample();
    memset(tree.node[1].name, 'x', sizeof(tree.node[1].name));
    check_refused("actor 1 of the tree has no name");
    tree.node[2].name[0] = 0;
    check_refused("actor 2 of the tree has no name");
    tree.node[2].role = ROLES;
    check_refused("unknown role");
    tree.node[2].deadline_ns = -1;
    check_refused("deadline");
    tree.node[2].pause_when = WHEN_CHILDREN_GONE;
    check_refused("pause");
    tree.node[2].pause_tasks = 0;
    check_refused("pause");
    tree.node[2].pause_tasks = 9;
    check_refused("pause");
    tree.node[2].exit_how = EXIT_SIGNAL;
    check_refused("exit");
    tree.node[2].exit_value = 256;
    check_refused("exit");
    tree.node[2].exit_how = EXIT_ERROR + 1;
    check_refused("exit");
    tree.node[2].on_cancel = CANCEL_SLOW + 1;
    check_refused("behaviour");
    tree.node[2].late = 2;
    check_refused("behaviour");
    tree.node[2].override_with = OVERRIDE_HANDLER + 1;
    check_refused("override");
    tree.node[2].override_when = OVERRIDE_AFTER_PROMPT + 1;
    check_refused("override");
    tree.node[2].detach = DETACH_SETSID + 1;
    check_refused("detach");
    tree.node[2].zero[2] = 1;
    check_refused("must be 0");
}

static void test_an_order_that_is_not_pre_order_is_refused(void)
{
    tree_sample();
    tree.node[0].parent = 0;
    check_refused("not below the root");
    tree.node[0].below--;
    check_refused("not below the root");
    tree.node[2].parent = 0;
    check_refused("wrong parent");
    tree.node[3].parent = 1;
    check_refused("wrong parent");
    tree.node[5].below = 1;
    check_refused("more descendants");
    tree.node[1].below = 60000;
    check_refused("more descendants");
}

static void test_a_tree_may_be_64_levels_deep_and_no_deeper(void)
{
    char name[16];

    memset(&tree, 0, sizeof(tree));
    tree.magic = TREE_MAGIC;
    tree.bytes = sizeof(struct tree_node);
    for (int i = 0; i < TREE_DEPTH_MAX; i++) {
        (void)snprintf(name, sizeof(name), "a%d", i);
        actor_add(name, i == 0 ? ACTOR_NONE : (uint16_t)(i - 1));
    }
    CU_ASSERT_EQUAL(tree_check(&tree, tree_size(&tree), NULL), 0);
    actor_add("deeper", TREE_DEPTH_MAX - 1);
    check_refused("too deep");
}

static void test_actors_are_found_by_name_and_by_whole_path(void)
{
    tree_sample();
    CU_ASSERT_EQUAL(tree_find(&tree, "root"), 0);
    CU_ASSERT_EQUAL(tree_find(&tree, "leaf"), 2);
    CU_ASSERT_EQUAL(tree_find(&tree, "w.2"), 4);
    CU_ASSERT_EQUAL(tree_find(&tree, "root/mid/leaf"), 2);
    CU_ASSERT_EQUAL(tree_find(&tree, "root/w.2/leaf2"), 5);
    CU_ASSERT_EQUAL(tree_find(&tree, "root/leaf"), ACTOR_NONE);
    CU_ASSERT_EQUAL(tree_find(&tree, "mid/leaf"), ACTOR_NONE);
    CU_ASSERT_EQUAL(tree_find(&tree, "root/"), ACTOR_NONE);
    CU_ASSERT_EQUAL(tree_find(&tree, "/root"), ACTOR_NONE);
    CU_ASSERT_EQUAL(tree_find(&tree, "w"), ACTOR_NONE);
    CU_ASSERT_EQUAL(tree_find(&tree, ""), ACTOR_NONE);
}

static void test_every_role_and_order_has_a_name(void)
{
    for (int i = 0; i < ROLES; i++) {
        CU_ASSERT_EQUAL(role_find(role_name((unsigned)i)), i);
        CU_ASSERT_TRUE(strlen(role_help((unsigned)i)) > 0);
    }
    for (unsigned i = 0; i < TELL_WORDS; i++) {
        for (unsigned k = 0; k < i; k++)
            CU_ASSERT_STRING_NOT_EQUAL(tell_name(i), tell_name(k));
        CU_ASSERT_TRUE(strlen(tell_name(i)) > 0 && strlen(tell_help(i)) > 0);
    }
    CU_ASSERT_EQUAL(role_find("boss"), -1);
}

int main(void)
{
    CU_pSuite s = suite_open("tree", NULL, NULL);
    CU_ADD_TEST(s, test_a_good_tree_is_accepted);
    CU_ADD_TEST(s, test_a_cut_or_foreign_tree_is_refused);
    CU_ADD_TEST(s, test_numbers_out_of_range_are_refused);
    CU_ADD_TEST(s, test_an_order_that_is_not_pre_order_is_refused);
    CU_ADD_TEST(s, test_a_tree_may_be_64_levels_deep_and_no_deeper);
    CU_ADD_TEST(s, test_actors_are_found_by_name_and_by_whole_path);
    CU_ADD_TEST(s, test_every_role_and_order_has_a_name);
    return suite_close();
}

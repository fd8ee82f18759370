/* role_test.c: whom a role means, while processes come and go. */
#include "harness/subject/role.h"
#include "runtime/base/check.h"
#include "runtime/base/tests/suite.h"

#include <stdlib.h>

enum { ROOT, SERVER, OTHER, WORKER, STRAY, LATE, PROCESSES };

static struct cast *cast;
static struct roles_found *found;

static void born(const char *name, const char *argv, uint16_t parent, bool orphan)
{
    struct who who = {
        .parent = parent, .kind = WHO_PROCESS, .lives = true, .orphan = orphan, .argv = argv};

    who_name(&who, name);
    CU_ASSERT_NOT_EQUAL(cast_add(cast, &who), ACTOR_NONE);
    roles_see(found, (uint16_t)(cast->count - 1));
}

/* root, its children server and other, worker below server, a stray one whose parent nobody knows,
 * and a late child of root. */
static void family(const struct roles *roles)
{
    cast = calloc(1, cast_bytes(CAST_COMMAND_ROOM));
    CHECK(cast != NULL);
    cast->room = CAST_COMMAND_ROOM;
    CU_ASSERT_EQUAL_FATAL(roles_find(roles, cast, &found, NULL), 0);
    born("sh", "sh run.sh", ACTOR_NONE, false);
    born("python3", "python3 serve.py -v", ROOT, false);
    born("sleep", "sleep 9", ROOT, false);
    born("python3", "python3 serve.py -v", SERVER, false);
    born("sleep", "sleep 9", ROOT, true);
    born("tail -f", "tail -f log", ROOT, false);
}

static void family_end(void)
{
    roles_found_free(found);
    free(cast);
}

/* The set of members that the role means now, a bit each. */
static unsigned meant(uint16_t role)
{
    unsigned set = 0;

    for (uint16_t i = 0; i < PROCESSES; i++)
        set |= (unsigned)role_matches(found, role, i) << i;
    return set;
}

#define BIT(member) (1U << (member))

static void test_a_place_means_who_is_there_now(void)
{
    static const struct role_said said[] = {
        {"root",    WHOM_ROOT,  0, NULL, NULL, ACTOR_NONE},
        {"child",   WHOM_CHILD, 0, NULL, NULL, ACTOR_NONE},
        {"child.2", WHOM_CHILD, 2, NULL, NULL, ACTOR_NONE},
        {"leaf",    WHOM_LEAF,  0, NULL, NULL, ACTOR_NONE},
        {"leaf.2",  WHOM_LEAF,  2, NULL, NULL, ACTOR_NONE},
        {"any",     WHOM_ANY,   0, NULL, NULL, ACTOR_NONE},
        {"any.4",   WHOM_ANY,   4, NULL, NULL, ACTOR_NONE},
        {"child.9", WHOM_CHILD, 9, NULL, NULL, ACTOR_NONE},
    };
    const struct roles roles = {said, sizeof(said) / sizeof(said[0])};

    family(&roles);
    CU_ASSERT_EQUAL(meant(0), BIT(ROOT));
    CU_ASSERT_EQUAL(meant(1), BIT(SERVER) | BIT(OTHER) | BIT(LATE));
    CU_ASSERT_EQUAL(meant(2), BIT(OTHER));
    CU_ASSERT_EQUAL(meant(3), BIT(OTHER) | BIT(WORKER) | BIT(STRAY) | BIT(LATE));
    CU_ASSERT_EQUAL(meant(4), BIT(WORKER));
    CU_ASSERT_EQUAL(meant(5), BIT(PROCESSES) - 1);
    CU_ASSERT_EQUAL(meant(6), BIT(WORKER));
    CU_ASSERT_EQUAL(meant(7), 0);
    CU_ASSERT_EQUAL(role_member(found, 1), SERVER);
    CU_ASSERT_EQUAL(role_member(found, 7), ACTOR_NONE);
    /* Births count for ever, but whoever is a leaf, or can be hit, lives. */
    cast->who[SERVER].lives = cast->who[OTHER].lives = false;
    CU_ASSERT_EQUAL(meant(2), BIT(OTHER));
    CU_ASSERT_EQUAL(role_member(found, 2), OTHER);
    CU_ASSERT_EQUAL(role_member(found, 1), LATE);
    CU_ASSERT_EQUAL(meant(4), BIT(STRAY));
    cast->who[WORKER].lives = false;
    CU_ASSERT_TRUE(role_matches(found, 3, SERVER));
    CU_ASSERT_EQUAL(role_member(found, 0), ROOT);
    CU_ASSERT_FALSE(role_matches(found, 1, PROCESSES));
    family_end();
}

static void test_a_name_means_the_first_that_fits_for_good(void)
{
    static const struct role_said said[] = {
        {"root",   WHOM_ROOT,  0, NULL,         NULL,      ACTOR_NONE},
        {"server", WHOM_NAMED, 0, "serve[.]py", NULL,      ACTOR_NONE},
        {"second", WHOM_NAMED, 2, "serve[.]py", NULL,      ACTOR_NONE},
        {"tail",   WHOM_NAMED, 0, NULL,         "tail -f", ACTOR_NONE},
        {"below",  WHOM_NAMED, 0, NULL,         NULL,      1         },
        {"none",   WHOM_NAMED, 0, NULL,         "tail",    ACTOR_NONE},
        {"both",   WHOM_NAMED, 2, "9",          "sleep",   0         },
    };
    const struct roles roles = {said, sizeof(said) / sizeof(said[0])};

    family(&roles);
    CU_ASSERT_EQUAL(role_member(found, 1), SERVER);
    CU_ASSERT_EQUAL(role_member(found, 2), WORKER);
    CU_ASSERT_EQUAL(role_member(found, 3), LATE);
    CU_ASSERT_EQUAL(role_member(found, 4), WORKER);
    CU_ASSERT_EQUAL(role_member(found, 5), ACTOR_NONE);
    CU_ASSERT_EQUAL(meant(5), 0);
    CU_ASSERT_EQUAL(role_member(found, 6), STRAY);
    /* It renames itself, and dies. */
    who_name(&cast->who[SERVER], "other");
    cast->who[SERVER].argv = NULL;
    cast->who[SERVER].lives = false;
    roles_see(found, SERVER);
    CU_ASSERT_EQUAL(meant(1), BIT(SERVER));
    /* One becomes by its execve who fits; to be seen again counts once. */
    roles_see(found, OTHER);
    who_name(&cast->who[OTHER], "tail");
    roles_see(found, OTHER);
    CU_ASSERT_EQUAL(role_member(found, 5), OTHER);
    roles_see(found, PROCESSES);
    family_end();
}

static void test_a_wrong_pattern_and_no_memory_are_said(void)
{
    static const struct role_said said[] = {
        {"bad", WHOM_NAMED, 0, "(", NULL, ACTOR_NONE}
    };
    const struct roles roles = {said, 1};
    struct cast none = {.count = 0};
    struct roles_found *f = NULL;

    CU_ASSERT_EQUAL(roles_find(&roles, &none, &f, NULL), ERR_INPUT);
    CU_ASSERT_PTR_NULL(f);
    roles_found_free(NULL);
}

int main(void)
{
    CU_pSuite suite = suite_open("role", NULL, NULL);

    CU_ADD_TEST(suite, test_a_place_means_who_is_there_now);
    CU_ADD_TEST(suite, test_a_name_means_the_first_that_fits_for_good);
    CU_ADD_TEST(suite, test_a_wrong_pattern_and_no_memory_are_said);
    return suite_close();
}

/* feature_test.c: names of features, in a list. */
#include "harness/world/feature.h"
#include "runtime/base/tests/suite.h"

static void test_a_list_is_a_set(void)
{
    static const struct {
        const char *text;
        bool right;
        unsigned set;
    } rows[] = {
        {"pidfd-hup",          true,  1U << FEATURE_PIDFD_HUP                        },
        {"getinfo,pidfd-hup",  true,  1U << FEATURE_PIDFD_HUP | 1U << FEATURE_GETINFO},
        {"seccomp,seccomp",    true,  1U << FEATURE_SECCOMP                          },
        {"",                   false, 0                                              },
        {",",                  false, 0                                              },
        {"getinfo,",           false, 0                                              },
        {"getinfo,,pidfd-hup", false, 0                                              },
        {"get",                false, 0                                              },
        {"getinfos",           false, 0                                              },
        {"Getinfo",            false, 0                                              },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        unsigned set = 77;
        CU_ASSERT_EQUAL(features_read(rows[i].text, &set), rows[i].right);
        CU_ASSERT_EQUAL(set, rows[i].right ? rows[i].set : 77);
    }
}

static void test_each_has_a_name_by_which_it_is_found(void)
{
    for (unsigned i = 0; i < FEATURES; i++) {
        unsigned set = 0;
        CU_ASSERT_TRUE(features_read(feature_name((enum feature)i), &set));
        for (unsigned k = 0; k < FEATURES; k++)
            CU_ASSERT_EQUAL(features_have(set, (enum feature)k), k == i);
    }
}

int main(void)
{
    static const CU_TestInfo tests[] = {
        {"list", test_a_list_is_a_set                     },
        {"name", test_each_has_a_name_by_which_it_is_found},
        CU_TEST_INFO_NULL,
    };

    return suite_run("feature", tests);
}

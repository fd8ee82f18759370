/* suggest_test.c: the nearest of some names. */
#include "runtime/base/check.h"
#include "runtime/base/suggest.h"
#include "runtime/base/tests/suite.h"

#include <string.h>

struct distance_row {
    const char *a;
    const char *b;
    size_t distance;
};

static const struct distance_row rows[] = {
    {"",         "",         0},
    {"",         "abc",      3},
    {"abc",      "",         3},
    {"abc",      "abc",      0},
    {"abc",      "abd",      1},
    {"abc",      "ab",       1},
    {"abc",      "xabc",     1},
    {"abc",      "acb",      1},
    {"abcd",     "badc",     2},
    {"ca",       "abc",      3}, /* restricted: no edit inside a swapped pair */
    {"kitten",   "sitting",  3},
    {"deadline", "dedaline", 1},
    {"repl",     "worker",   5},
    {"aaaa",     "bbbb",     4},
};

static void test_suggest_distance_counts_edits(void)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        CU_ASSERT_EQUAL(suggest_distance(rows[i].a, rows[i].b), rows[i].distance);
        CU_ASSERT_EQUAL(suggest_distance(rows[i].b, rows[i].a), rows[i].distance);
    }
}

static void test_suggest_words_past_the_limit_are_far_apart(void)
{
    char longest[SUGGEST_WORD_BYTES_MAX + 1];
    char longer[SUGGEST_WORD_BYTES_MAX + 2];

    memset(longest, 'x', sizeof(longest));
    longest[SUGGEST_WORD_BYTES_MAX] = 0;
    memset(longer, 'x', sizeof(longer));
    longer[SUGGEST_WORD_BYTES_MAX + 1] = 0;
    CU_ASSERT_EQUAL(suggest_distance(longest, longest), 0);
    CU_ASSERT_EQUAL(suggest_distance(longest, ""), SUGGEST_WORD_BYTES_MAX);
    CU_ASSERT_EQUAL(suggest_distance(longer, longer), SUGGEST_WORD_BYTES_MAX);
    CU_ASSERT_EQUAL(suggest_distance("x", longer), SUGGEST_WORD_BYTES_MAX);
}

static const char *name_at(size_t i, void *user)
{
    const char *const *names = user;

    return names[i];
}

static const char *nearest(const char *word)
{
    static const char *names[] = {"supervisor", "worker", "repl", "daemon", "spinner", "c", "d"};

    return suggest(word, sizeof(names) / sizeof(names[0]), name_at, names);
}

static void test_suggest_finds_the_nearest_within_a_third(void)
{
    CU_ASSERT_STRING_EQUAL(nearest("suprevisor"), "supervisor");
    CU_ASSERT_STRING_EQUAL(nearest("supervizer"), "supervisor");
    CU_ASSERT_STRING_EQUAL(nearest("reply"), "repl");
    CU_ASSERT_STRING_EQUAL(nearest("worker"), "worker");
    CU_ASSERT_PTR_NULL(nearest("wxyzer"));
    CU_ASSERT_PTR_NULL(nearest("something else"));
}

static void test_suggest_short_words_may_differ_by_one(void)
{
    CU_ASSERT_STRING_EQUAL(nearest("rep"), "repl");
    CU_ASSERT_PTR_NULL(nearest("re"));
}

static void test_suggest_takes_the_earlier_one_on_a_tie(void)
{
    CU_ASSERT_STRING_EQUAL(nearest("e"), "c");
    CU_ASSERT_STRING_EQUAL(nearest(""), "c");
}

static void test_suggest_nothing_from_nothing(void)
{
    CU_ASSERT_PTR_NULL(suggest("worker", 0, name_at, NULL));
}

int main(void)
{
    CU_pSuite suite = suite_open("suggest", NULL, NULL);
    CU_ADD_TEST(suite, test_suggest_distance_counts_edits);
    CU_ADD_TEST(suite, test_suggest_words_past_the_limit_are_far_apart);
    CU_ADD_TEST(suite, test_suggest_finds_the_nearest_within_a_third);
    CU_ADD_TEST(suite, test_suggest_short_words_may_differ_by_one);
    CU_ADD_TEST(suite, test_suggest_takes_the_earlier_one_on_a_tie);
    CU_ADD_TEST(suite, test_suggest_nothing_from_nothing);
    return suite_close();
}

/* filter_test.c: what `-k` takes and what it refuses. */
#include "harness/cli/filter.h"
#include "runtime/base/logic.h"
#include "runtime/base/tests/suite.h"

#include <stdio.h>
#include <string.h>

static const char *const tags[] = {"ctrlc", "nested"};
static const struct filter_subject subject = {"bugs/ctrlc_nested[depth=2,presses=1]",
                                              "depth=2,presses=1", tags, 2, "sim"};

static bool takes(const char *expression)
{
    struct diag diag = {0};

    int rc = filter_check(expression, &diag);
    CU_ASSERT_EQUAL(rc, 0);
    if (rc < 0)
        (void)printf("%s\n", diag.text);
    return rc == 0 && filter_takes(expression, &subject);
}

static bool refuses(const char *expression, const char *what)
{
    struct diag diag = {0};
    int rc = filter_check(expression, &diag);

    return rc == ERR_USAGE && strstr(diag.text, what) != NULL;
}

static void test_filter_words_are_parts_of_ids(void)
{
    CU_ASSERT_TRUE(takes("nested"));
    CU_ASSERT_TRUE(takes("bugs/"));
    CU_ASSERT_FALSE(takes("other"));
}

static void test_filter_takes_tags_engines_and_parameters_whole(void)
{
    CU_ASSERT_TRUE(takes("tag:ctrlc"));
    CU_ASSERT_FALSE(takes("tag:ctrl"));
    CU_ASSERT_TRUE(takes("engine:sim"));
    CU_ASSERT_FALSE(takes("engine:real"));
    CU_ASSERT_TRUE(takes("depth=2"));
    CU_ASSERT_FALSE(takes("depth=1"));
    CU_ASSERT_FALSE(takes("epth=2"));
    CU_ASSERT_FALSE(takes("presses=11"));
}

static void test_filter_binds_not_before_and_before_or(void)
{
    CU_ASSERT_TRUE(takes("nested and depth=2"));
    CU_ASSERT_FALSE(takes("nested and depth=1"));
    CU_ASSERT_FALSE(takes("nested depth=1"));
    CU_ASSERT_TRUE(takes("nested or other and other"));
    CU_ASSERT_FALSE(takes("(nested or other) and other"));
    CU_ASSERT_TRUE(takes("not other and nested"));
    CU_ASSERT_FALSE(takes("not nested or other"));
    CU_ASSERT_TRUE(takes("not not nested"));
    CU_ASSERT_TRUE(takes("nested(depth=2)not other"));
    /* Words that only begin like one of the three. */
    CU_ASSERT_FALSE(takes("nested or=1"));
    CU_ASSERT_FALSE(takes("nested and not_nested"));
    CU_ASSERT_FALSE(takes("\"not\" nested"));
}

static void test_filter_takes_a_pasted_id(void)
{
    CU_ASSERT_TRUE(takes("bugs/ctrlc_nested[depth=2,presses=1]"));
    CU_ASSERT_FALSE(takes("bugs/ctrlc_nested[depth=2]"));
    CU_ASSERT_TRUE(takes("\"nested[depth=2\""));
    CU_ASSERT_FALSE(takes("\"tag:ctrlc\""));
    CU_ASSERT_FALSE(takes("\"nested\\\"\""));
    const struct filter_subject odd = {"x[n=a \"b\" \\c]", "n=a \"b\" \\c", tags, 2, "sim"};
    const char *pasted = "\"n=a \\\"b\\\" \\\\c]\"";
    CU_ASSERT_EQUAL_FATAL(filter_check(pasted, NULL), 0);
    CU_ASSERT_TRUE(filter_takes(pasted, &odd));
    CU_ASSERT_TRUE(takes("id:bugs/ctrlc_nested[depth=2,presses=1]"));
    CU_ASSERT_FALSE(takes("id:bugs/ctrlc_nested"));
}

static void test_filter_says_where_it_is_wrong(void)
{
    CU_ASSERT_TRUE(refuses("", "a word expected at byte 1"));
    CU_ASSERT_TRUE(refuses("a and", "a word expected at byte 6"));
    CU_ASSERT_TRUE(refuses("(a", "')' is missing at byte 3"));
    CU_ASSERT_TRUE(refuses("a)", "')' without '(' at byte 2"));
    CU_ASSERT_TRUE(refuses("\"a", "a quote is not closed at byte 1"));
    CU_ASSERT_TRUE(refuses("\"a\\\"", "a quote is not closed at byte 1"));
    CU_ASSERT_TRUE(refuses("or a", "a word expected at byte 1"));
    CU_ASSERT_TRUE(refuses("a (b or)", "a word expected at byte 8"));
    CU_ASSERT_TRUE(refuses("a \"b", "a quote is not closed at byte 3"));
}

static void test_filter_has_limits(void)
{
    char deep[LOGIC_DEPTH_MAX + 3];
    char many[FILTER_BYTES_MAX + 1];
    char long_word[FILTER_BYTES_MAX + 2];

    memset(deep, '(', sizeof(deep));
    deep[sizeof(deep) - 1] = 0;
    CU_ASSERT_TRUE(refuses(deep, "nested too deeply"));
    for (size_t i = 0; i + 1 < sizeof(many); i += 2) {
        many[i] = 'n';
        many[i + 1] = ' ';
    }
    many[sizeof(many) - 1] = 0;
    CU_ASSERT_TRUE(takes(many));
    memset(long_word, 'a', sizeof(long_word));
    long_word[sizeof(long_word) - 1] = 0;
    CU_ASSERT_TRUE(refuses(long_word, "at most"));
    long_word[FILTER_BYTES_MAX] = 0;
    CU_ASSERT_FALSE(takes(long_word));
}

static void test_no_filter_takes_everything(void)
{
    CU_ASSERT_TRUE(filter_takes(NULL, &subject));
}

int main(void)
{
    CU_pSuite suite = suite_open("filter", NULL, NULL);

    CU_add_test(suite, "words", test_filter_words_are_parts_of_ids);
    CU_add_test(suite, "whole", test_filter_takes_tags_engines_and_parameters_whole);
    CU_add_test(suite, "binding", test_filter_binds_not_before_and_before_or);
    CU_add_test(suite, "pasted", test_filter_takes_a_pasted_id);
    CU_add_test(suite, "errors", test_filter_says_where_it_is_wrong);
    CU_add_test(suite, "limits", test_filter_has_limits);
    CU_add_test(suite, "none", test_no_filter_takes_everything);
    return suite_close();
}

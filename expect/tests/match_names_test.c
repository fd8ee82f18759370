/* match_names_test.c: the named groups of a pattern, of which several may have one name. */
#include "expect/match.h"
#include "runtime/base/buf.h"
#include "runtime/base/check.h"
#include "runtime/base/tests/suite.h"

#include <string.h>

/* Goal: each name once, in the order of names, and what a name has is what its group took. */
static void test_the_names_of_groups(void)
{
    static const struct {
        const char *pattern;
        const char *names;
    } rows[] = {
        {"no (group)",                          ""       },
        {"(?<b>x)(?<a>y)",                      "a b "   },
        {"(?J)(?<a>x)|(?<a>y)",                 "a "     },
        {"(?J)(?<b>1)(?<a>x)|(?<a>y)|(?<ab>z)", "a ab b "},
        {"(?<a>",                               ""       },
        {"[](?<a>x)]",                          ""       }, /* all of it a class */
    };
    char names[MATCH_CAPTURES_MAX][MATCH_NAME_BYTES];

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct buf text = BUF_INIT;
        memset(names, 0, sizeof(names));
        size_t count = match_names(rows[i].pattern, names);
        for (size_t k = 0; k < count; k++)
            buf_addf(&text, "%s ", names[k]);
        CU_ASSERT_STRING_EQUAL(buf_text(&text), rows[i].names);
        buf_release(&text);
    }
}

static void test_a_name_has_what_its_group_took(void)
{
    static const struct {
        const char *text;
        const char *a;
        const char *b;
    } rows[] = {
        {"1y.", "y", "" },
        {"2x.", "",  "x"},
        {"3z.", "z", "" },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct match *m = NULL;
        struct match_pattern *p = NULL;
        struct match_result r = {0};
        struct diag diag = {0};
        CHECK(match_new(NULL, &m, &diag) == 0);
        CHECK(match_compile("(?J)(?:1(?<a>y)|2(?<b>x)|3(?<a>z))\\.", &p, NULL, &diag) == 0);
        const struct match_pattern *one = p;
        match_feed(m, rows[i].text, strlen(rows[i].text));
        CU_ASSERT_EQUAL_FATAL(match_expect(m, &one, 1, &r, &diag), MATCH_FOUND);
        struct match_capture a = match_named(&r, "a");
        struct match_capture other = match_named(&r, "b");
        CU_ASSERT_EQUAL(a.text != NULL, rows[i].a[0] != 0);
        CU_ASSERT_EQUAL(other.text != NULL, rows[i].b[0] != 0);
        CU_ASSERT_TRUE(a.text == NULL || (a.size == 1 && a.text[0] == rows[i].a[0]));
        CU_ASSERT_TRUE(other.text == NULL || (other.size == 1 && other.text[0] == rows[i].b[0]));
        CU_ASSERT_PTR_NULL(match_named(&r, "c").text);
        match_free(m);
        match_pattern_free(p);
    }
}

int main(void)
{
    CU_pSuite s = suite_open("match names", NULL, NULL);

    CU_ADD_TEST(s, test_the_names_of_groups);
    CU_ADD_TEST(s, test_a_name_has_what_its_group_took);
    return suite_close();
}

/* wrap_test.c: no line is longer than it may be, and none is torn that need not be. */
#include "harness/cli/papers.h"
#include "harness/cli/verb.h"
#include "harness/cli/wrap.h"
#include "runtime/base/tests/suite.h"

#include <stdio.h>
#include <string.h>

enum { COLUMNS_FIRST = 20, COLUMNS_LAST = 132 };

static void wraps(const char *text, size_t columns, const char *wanted)
{
    struct buf out = BUF_INIT;

    wrap_add(&out, text, columns);
    CU_ASSERT_STRING_EQUAL(buf_text(&out), wanted);
    if (strcmp(buf_text(&out), wanted) != 0)
        (void)printf("\n%s", buf_text(&out));
    buf_release(&out);
}

static void test_a_row_goes_on_below_its_last_column(void)
{
    wraps("name  a b c d\n", 20, "name  a b c d\n");
    wraps("name  one two three four\n", 20, "name  one two three\n      four\n");
    wraps("n  S1  one two three four\n", 20, "n  S1  one two three\n       four\n");
    /* There the text would have no room. */
    wraps("a long name  one two three\n", 20, "a long name  one two\n  three\n");
    wraps("  - indented text goes on\n", 20, "  - indented text\n    goes on\n");
}

static void test_a_form_goes_on_further_in_than_its_help(void)
{
    wraps("key: a | b | c | d | e | f\n    help\n", 20,
          "key: a | b | c | d |\n        e | f\n    help\n");
}

static void test_a_paragraph_is_filled_anew(void)
{
    wraps("one two three four five six seven eight nine ten eleven twelve thirteen fourteen\n"
          "fifteen.\n\nnext\n",
          40,
          "one two three four five six seven eight\nnine ten eleven twelve thirteen fourteen\n"
          "fifteen.\n\nnext\n");
}

static void test_a_word_stays_whole_and_characters_count(void)
{
    wraps("a aaaaaaaaaaaaaaaaaaaaaaaaaaaa b\n", 20, "a\naaaaaaaaaaaaaaaaaaaaaaaaaaaa\nb\n");
    wraps("\xc3\xa4\xc3\xa4\xc3\xa4 aaaaaaaaaaaaaaaa\n", 20,
          "\xc3\xa4\xc3\xa4\xc3\xa4 aaaaaaaaaaaaaaaa\n");
    wraps("", 20, "");
    wraps("no end", 20, "no end\n");
}

/* True when no line is too long but for one word. */
static bool fits(const char *text, size_t columns)
{
    bool good = true;

    while (*text != 0) {
        size_t size = strcspn(text, "\n");
        size_t lead = strspn(text, " ");
        size_t wide = 0;
        for (size_t i = 0; i < size; i++)
            wide += ((unsigned char)text[i] & 0xC0) != 0x80;
        if (wide > columns && memchr(text + lead, ' ', size - lead) != NULL)
            good = false;
        text += size + (text[size] == '\n');
    }
    return good;
}

/* Goal: all of help fits into a terminal of any width. */
static void test_all_help_fits(void)
{
    static const char *const topics[] = {"file",       "keys",    "actors",  "steps", "faults",
                                         "invariants", "points",  "roles",   "tells", "words",
                                         "selectors",  "defects", "verdicts"};
    struct buf all = BUF_INIT;

    for (size_t i = 0; i < sizeof(topics) / sizeof(topics[0]); i++)
        CU_ASSERT_TRUE(help_topic(topics[i], &all));
    for (size_t i = 0; i < verb_count(); i++)
        verb_print(verb_at(i), &all);
    for (size_t columns = COLUMNS_FIRST; columns <= COLUMNS_LAST; columns++) {
        struct buf out = BUF_INIT;
        wrap_add(&out, buf_text(&all), columns);
        CU_ASSERT_TRUE(columns < 60 || fits(buf_text(&out), columns));
        buf_release(&out);
    }
    buf_release(&all);
}

int main(void)
{
    CU_pSuite s = suite_open("wrap", NULL, NULL);

    CU_ADD_TEST(s, test_a_row_goes_on_below_its_last_column);
    CU_ADD_TEST(s, test_a_form_goes_on_further_in_than_its_help);
    CU_ADD_TEST(s, test_a_paragraph_is_filled_anew);
    CU_ADD_TEST(s, test_a_word_stays_whole_and_characters_count);
    CU_ADD_TEST(s, test_all_help_fits);
    return suite_close();
}

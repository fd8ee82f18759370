/* logic_test.c: what binds how, what is read in any case, and where a mistake is. */
#include "runtime/base/buf.h"
#include "runtime/base/logic.h"
#include "runtime/base/prng.h"
#include "runtime/base/tests/suite.h"

#include <stdio.h>

static unsigned leaves;
static char said[128];

/* Leaves are `yes` and `no`. */
static bool leaf(struct logic *l)
{
    leaves++;
    if (logic_take(l, "yes"))
        return true;
    if (!logic_take(l, "no"))
        logic_error(l, l->at, "yes or no");
    return false;
}

static void say(struct logic *l, size_t at, const char *what)
{
    (void)snprintf(said, sizeof(said), "%zu: %s", at, what);
    CU_ASSERT_FALSE(l->bad);
}

static bool is_letter(char b)
{
    return b >= 'a' && b <= 'z';
}

/* 1, 0, or -1 with the mistake in `said`. */
static int decide(const char *text, bool side_by_side)
{
    struct logic l = {.text = text,
                      .leaf = leaf,
                      .error = say,
                      .inside = is_letter,
                      .side_by_side = side_by_side};

    leaves = 0;
    said[0] = 0;
    bool out = logic_read(&l);
    CU_ASSERT_EQUAL(l.bad, said[0] != 0);
    return l.bad ? -1 : out;
}

/* Writes a random expression of at most that depth. Returns what it says. Operators bind as
 * written: 0 a whole expression, 1 what may stand beside `and`, 2 what may stand behind `not`. */
static bool grow(struct prng *p, unsigned depth, unsigned binds, struct buf *out)
{
    uint64_t kind = depth == 0 ? 0 : prng_below(p, 5);

    if (kind == 0) {
        bool yes = prng_below(p, 2) == 0;
        buf_add_text(out, yes ? "yes" : "no");
        return yes;
    }
    if (kind == 1) {
        buf_add_text(out, "not ");
        return !grow(p, depth - 1, 2, out);
    }
    bool both = kind == 2;
    bool wrapped = kind == 4 || binds > (both ? 1U : 0U);
    if (wrapped)
        buf_add_text(out, "(");
    bool left = grow(p, depth - 1, both ? 1 : 0, out);
    buf_add_text(out, both ? " and " : " or ");
    bool right = grow(p, depth - 1, both ? 1 : 0, out);
    if (wrapped)
        buf_add_text(out, ")");
    return both ? left && right : left || right;
}

static void test_random_expressions_say_what_they_were_made_to_say(void)
{
    struct prng p = prng_init(7);

    for (int i = 0; i < 3000; i++) {
        struct buf text = BUF_INIT;
        bool want = grow(&p, 6, 0, &text);
        int got = decide(buf_text(&text), false);
        CU_ASSERT_EQUAL(got, want);
        buf_release(&text);
    }
}

static void test_both_sides_are_read(void)
{
    CU_ASSERT_EQUAL(decide("yes or (no and yes)", false), 1);
    CU_ASSERT_EQUAL(leaves, 3);
    CU_ASSERT_EQUAL(decide("no and yes or no", false), 0);
    CU_ASSERT_EQUAL(leaves, 3);
    CU_ASSERT_EQUAL(decide("yes or maybe", false), -1);
    CU_ASSERT_STRING_EQUAL(said, "7: yes or no");
}

static void test_side_by_side_is_and_only_where_it_is_asked_for(void)
{
    CU_ASSERT_EQUAL(decide("yes no or yes", true), 1);
    CU_ASSERT_EQUAL(decide("yes (no or yes) not no", true), 1);
    CU_ASSERT_EQUAL(decide("yes no", true), 0);
    CU_ASSERT_EQUAL(decide("yes no", false), -1);
    CU_ASSERT_STRING_EQUAL(said, "4: this does not belong here");
}

static void test_a_mistake_is_where_it_stands(void)
{
    static const struct {
        const char *text;
        const char *said;
    } rows[] = {
        {"",          "0: yes or no"                },
        {"yes and",   "7: yes or no"                },
        {"(yes",      "4: ')' is missing"           },
        {"yes )",     "4: ')' without '('"          },
        {"yes ! no",  "4: this does not belong here"},
        {"yesno",     "0: yes or no"                },
        {"yes andno", "4: this does not belong here"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        CU_ASSERT_EQUAL(decide(rows[i].text, false), -1);
        CU_ASSERT_STRING_EQUAL(said, rows[i].said);
    }
}

static void test_depth_is_bounded(void)
{
    for (int deep = LOGIC_DEPTH_MAX - 1; deep <= LOGIC_DEPTH_MAX; deep++) {
        struct buf text = BUF_INIT;
        for (int i = 0; i < deep; i++)
            buf_add_text(&text, "(");
        buf_add_text(&text, "yes");
        for (int i = 0; i < deep; i++)
            buf_add_text(&text, ")");
        CU_ASSERT_EQUAL(decide(buf_text(&text), false), deep < LOGIC_DEPTH_MAX ? 1 : -1);
        buf_release(&text);
    }
    CU_ASSERT_STRING_EQUAL(said, "32: nested too deeply");
}

int main(void)
{
    CU_pSuite suite = suite_open("logic", NULL, NULL);
    CU_ADD_TEST(suite, test_random_expressions_say_what_they_were_made_to_say);
    CU_ADD_TEST(suite, test_both_sides_are_read);
    CU_ADD_TEST(suite, test_side_by_side_is_and_only_where_it_is_asked_for);
    CU_ADD_TEST(suite, test_a_mistake_is_where_it_stands);
    CU_ADD_TEST(suite, test_depth_is_bounded);
    return suite_close();
}

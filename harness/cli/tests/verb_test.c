/* verb_test.c: the rows of verbs, flags and reports say all that help and command line want. */
#include "harness/cli/verb.h"

#include <CUnit/Basic.h>
#include <stdio.h>
#include <string.h>

static bool is_name(const char *text)
{
    return text != NULL && text[0] != 0 &&
           strspn(text, "abcdefghijklmnopqrstuvwxyz-") == strlen(text);
}

static bool is_line(const char *text)
{
    return text != NULL && text[0] != 0 && strchr(text, '\n') == NULL;
}

/* NULL, or ended by a line feed, as what is printed behind it wants. */
static bool is_lines(const char *text)
{
    return text == NULL || (text[0] != 0 && text[strlen(text) - 1] == '\n');
}

/* What is wrong with a row, or NULL. */
static const char *row_complaint(const struct verb_entry *e)
{
    static struct diag diag;

    if (!is_name(e->name))
        return "no name";
    if (e->form == NULL || !is_line(e->help))
        return "no help of one line";
    if (!is_lines(e->more) || !is_lines(e->codes) || !is_lines(e->example))
        return "a text without an end";
    if (e->run == NULL)
        return "nothing to run";
    if (e->flags == NULL)
        return "no set of flags";
    return flags_check(e->flags, &diag) < 0 ? diag.text : NULL;
}

static void test_every_verb_has_a_whole_row(void)
{
    for (size_t i = 0; i < verb_count(); i++) {
        const char *complaint = row_complaint(verb_at(i));
        if (complaint != NULL)
            (void)printf("\nverb %zu: %s\n", i, complaint);
        CU_ASSERT_PTR_NULL_FATAL(complaint);
        /* The first of its name. */
        CU_ASSERT_PTR_EQUAL(verb_find(verb_at(i)->name), verb_at(i));
    }
}

static void test_a_row_that_is_not_whole_is_found(void)
{
    static const struct {
        struct verb_entry row;
        const char *complaint;
    } cases[] = {
        {{.form = "", .help = "x", .flags = "", .run = NULL},              "no name"              },
        {{.name = "x", .form = "", .flags = ""},                           "no help of one line"  },
        {{.name = "x", .form = "", .help = "x\ny", .flags = ""},           "no help of one line"  },
        {{.name = "x", .form = "", .help = "x", .more = "y", .flags = ""}, "a text without an end"},
        {{.name = "x", .form = "", .help = "x", .flags = ""},              "nothing to run"       },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        CU_ASSERT_STRING_EQUAL(row_complaint(&cases[i].row), cases[i].complaint);
}

static void test_a_set_names_each_flag_once(void)
{
    struct diag diag = {0};

    CU_ASSERT_EQUAL(flags_check("", NULL), 0);
    CU_ASSERT_EQUAL(flags_check("json pin", NULL), 0);
    CU_ASSERT_EQUAL(flags_check("pin pi", &diag), ERR_INPUT);
    CU_ASSERT_STRING_EQUAL(diag.text, "no flag 'pi'");
    CU_ASSERT_EQUAL(flags_check("pin quiet pin", &diag), ERR_INPUT);
    CU_ASSERT_STRING_EQUAL(diag.text, "two flags 'pin'");
    CU_ASSERT_EQUAL(flags_check("json REPORTS", &diag), ERR_INPUT);
    CU_ASSERT_STRING_EQUAL(diag.text, "two flags 'json'");
    CU_ASSERT_EQUAL(flags_check("quiet help", &diag), ERR_INPUT);
    CU_ASSERT_STRING_EQUAL(diag.text, "two flags 'help'");
}

static void test_every_flag_is_taken_by_a_verb(void)
{
    for (size_t i = 0; flag_at(i) != NULL; i++) {
        size_t takers = 0;
        for (size_t k = 0; k < verb_count(); k++)
            takers += flags_have(verb_at(k)->flags, i);
        if (takers == 0)
            (void)printf("\nno verb takes '--%s'\n", flag_at(i));
        CU_ASSERT(takers > 0);
        /* The one that the test would find: nobody takes it here. */
        CU_ASSERT(flags_have("", i) == (strcmp(flag_at(i), "help") == 0));
        /* A report's flag of the same name is another. */
        CU_ASSERT_FALSE(flags_have("REPORTS", i) && strcmp(flag_at(i), "json") == 0);
    }
}

/* Goal: a report that is added has its flag, its line of help and its place. */
static void test_every_report_has_a_flag_of_run(void)
{
    struct buf help = BUF_INIT;

    flags_print(verb_run.flags, &help);
    for (size_t i = 0; i < REPORTS; i++) {
        char flag[64];
        char file[] = "x";
        char verb[] = "run";
        char *argv[] = {verb, flag, file, NULL};
        struct flags f;
        (void)snprintf(flag, sizeof(flag), "--%s", report_at(i)->name);
        CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&help), flag));
        CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&help), report_at(i)->help));
        CU_ASSERT_EQUAL(flags_read(3, argv, verb_run.flags, &f, NULL), 0);
        for (size_t k = 0; k < REPORTS; k++)
            CU_ASSERT_EQUAL(f.report[k] == file, k == i);
    }
    buf_release(&help);
}

int main(void)
{
    CU_initialize_registry();
    CU_pSuite suite = CU_add_suite("verb", NULL, NULL);

    CU_add_test(suite, "rows", test_every_verb_has_a_whole_row);
    CU_add_test(suite, "not whole", test_a_row_that_is_not_whole_is_found);
    CU_add_test(suite, "sets", test_a_set_names_each_flag_once);
    CU_add_test(suite, "taken", test_every_flag_is_taken_by_a_verb);
    CU_add_test(suite, "reports", test_every_report_has_a_flag_of_run);
    CU_basic_run_tests();
    return CU_get_number_of_failures() != 0;
}

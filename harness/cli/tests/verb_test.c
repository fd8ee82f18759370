/* verb_test.c: the rows of verbs, flags and reports say all that help and command line want. */
#include "harness/cli/verb.h"
#include "runtime/base/tests/suite.h"

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

enum { NAME_COLUMN = 6 }; /* of a line of flags_print() */

/* What is wrong with a set of flags, or NULL: its help has each flag once. */
static const char *set_complaint(const uint8_t *set)
{
    static char complaint[64];
    struct buf help = BUF_INIT;

    complaint[0] = 0;
    flags_print(set, &help);
    for (const char *at = buf_text(&help); *at != 0; at = strchr(at, '\n') + 1) {
        size_t size = strcspn(at + NAME_COLUMN, " ") + 1;
        for (const char *next = strchr(at, '\n') + 1; *next != 0; next = strchr(next, '\n') + 1) {
            if (strncmp(at + NAME_COLUMN, next + NAME_COLUMN, size) == 0)
                (void)snprintf(complaint, sizeof(complaint), "two flags %.*s", (int)size - 1,
                               at + NAME_COLUMN);
        }
    }
    buf_release(&help);
    return complaint[0] != 0 ? complaint : NULL;
}

/* What is wrong with a row, or NULL. */
static const char *row_complaint(const struct verb_entry *e)
{
    if (!is_name(e->name))
        return "no name";
    if (e->form == NULL || !is_line(e->help))
        return "no help of one line";
    if (!is_lines(e->more) || !is_lines(e->codes) || !is_lines(e->example))
        return "a text without an end";
    if (e->run == NULL)
        return "nothing to run";
    return set_complaint(e->flags);
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
        {{.form = "", .help = "x", .run = NULL},              "no name"              },
        {{.name = "x", .form = ""},                           "no help of one line"  },
        {{.name = "x", .form = "", .help = "x\ny"},           "no help of one line"  },
        {{.name = "x", .form = "", .help = "x", .more = "y"}, "a text without an end"},
        {{.name = "x", .form = "", .help = "x"},              "nothing to run"       },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        CU_ASSERT_STRING_EQUAL(row_complaint(&cases[i].row), cases[i].complaint);
}

static void test_a_flag_twice_is_found(void)
{
    static const uint8_t twice[] = {FLAG_PIN, FLAG_QUIET, FLAG_PIN, FLAG_HELP};
    static const uint8_t again[] = {FLAG_JSON, FLAG_REPORTS, FLAG_HELP};
    static const uint8_t once[] = {FLAG_PIN, FLAG_JSON, FLAG_HELP};

    CU_ASSERT_STRING_EQUAL(set_complaint(twice), "two flags --pin");
    CU_ASSERT_STRING_EQUAL(set_complaint(again), "two flags --json");
    CU_ASSERT_PTR_NULL(set_complaint(once));
}

/* Whether a verb takes the flag; the first `count` of them are asked. */
static bool is_taken(unsigned flag, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        for (const uint8_t *id = verb_at(i)->flags; *id != FLAG_HELP; id++) {
            if (*id == flag)
                return true;
        }
    }
    return flag == FLAG_HELP;
}

static void test_every_flag_is_taken_by_a_verb(void)
{
    for (unsigned flag = 0; flag < FLAG_SET_MAX; flag++) {
        if (!is_taken(flag, verb_count()))
            (void)printf("\nno verb takes flag %u of FLAG_MAP\n", flag);
        CU_ASSERT(is_taken(flag, verb_count()));
    }
    /* Were there no verb `expect`, nobody would take its flags. */
    CU_ASSERT_FALSE(is_taken(FLAG_CAST, 3));
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
    CU_pSuite suite = suite_open("verb", NULL, NULL);

    CU_add_test(suite, "rows", test_every_verb_has_a_whole_row);
    CU_add_test(suite, "not whole", test_a_row_that_is_not_whole_is_found);
    CU_add_test(suite, "sets", test_a_flag_twice_is_found);
    CU_add_test(suite, "taken", test_every_flag_is_taken_by_a_verb);
    CU_add_test(suite, "reports", test_every_report_has_a_flag_of_run);
    return suite_close();
}

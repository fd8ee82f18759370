/* call_test.c: calls by name, their families and forms. */
#include "harness/language/call.h"
#include "runtime/base/check.h"
#include "runtime/base/tests/suite.h"

#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>

static struct call read_call(const char *text)
{
    struct call c = {0};
    char near[CALL_NAME_BYTES];

    CHECK(call_read(text, &c, near));
    return c;
}

static void test_the_names_are_in_order_and_each_is_there_once(void)
{
    size_t i = 1;

    for (; call_name(i) != NULL; i++) {
        CU_ASSERT(strcmp(call_name(i - 1), call_name(i)) < 0);
        CU_ASSERT_EQUAL(call_number(call_name(i)), (int)i);
    }
    CU_ASSERT(i > 350);
    CU_ASSERT_EQUAL(call_number("no_such_call"), -1);
}

static void test_every_call_is_one_spelling_of_its_own_family(void)
{
    for (uint16_t number = 0; call_name(number) != NULL; number++) {
        uint16_t family = call_family(number);
        unsigned found = 0;
        struct call_spelling s;
        CU_ASSERT_EQUAL(call_family(family), family);
        for (size_t i = 0; call_spelling(family, i, &s); i++)
            found += s.number == number;
        CU_ASSERT_EQUAL(found, 1);
        CU_ASSERT(call_spelling(family, 0, &s) && s.number == family);
    }
}

static void test_an_address_names_a_family_by_each_of_its_members(void)
{
    static const char *const cases[][2] = {
        {"execve",           "execve"          },
        {"execveat",         "execve"          },
        {"waitid",           "wait4"           },
        {"vfork",            "clone"           },
        {"clone3",           "clone"           },
        {"open",             "openat"          },
        {"exit",             "exit_group"      },
        {"getppid",          "getppid"         },
        {"ioctl(TIOCSPGRP)", "ioctl(TIOCSPGRP)"},
        {"kill(SIGTERM)",    "kill(SIGTERM)"   },
        {"tgkill(SIGINT)",   "kill(SIGINT)"    },
        {"fcntl(F_SETLK)",   "fcntl(F_SETLK)"  },
    };
    char text[CALL_NAME_BYTES];

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct call c = read_call(cases[i][0]);
        CU_ASSERT_STRING_EQUAL(call_text(c, text), cases[i][1]);
        struct call again = call_unpack(call_pack(c));
        CU_ASSERT(again.family == c.family && again.form == c.form);
    }
}

static void test_what_is_no_call_is_refused_with_what_was_meant(void)
{
    static const char *const cases[][2] = {
        {"execv",                                                       "execve"          },
        {"wait5",                                                       "wait4"           },
        {"ioctl(TIOCSPGR)",                                             "ioctl(TIOCSPGRP)"},
        {"kill(SIGTEM)",                                                "kill(SIGTERM)"   },
        {"ioctl(",                                                      ""                },
        {"ioctl()",                                                     ""                },
        {"ioctl(TIOCSPGRP",                                             ""                },
        {"execve(TIOCSPGRP)",                                           ""                },
        {"",                                                            ""                },
        {"(",                                                           ""                },
        {"qqqqqqqqqqqqq",                                               ""                },
        {"a_word_that_is_longer_than_any_call_of_linux_is_at_all_ever", ""                },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char near[CALL_NAME_BYTES];
        struct call c;
        CU_ASSERT(!call_read(cases[i][0], &c, near));
        if (cases[i][1][0] != 0)
            CU_ASSERT_STRING_EQUAL(near, cases[i][1]);
    }
}

static void test_a_form_is_the_call_with_that_word_only(void)
{
    struct call any = read_call("ioctl");
    struct call give = read_call("ioctl(TIOCSPGRP)");
    struct call ask = {any.family, call_form(any.family, TIOCGPGRP)};
    struct call other = {any.family, call_form(any.family, 0xDEAD)};
    uint64_t word = 0;

    CU_ASSERT(call_is(any, give) && call_is(any, ask) && call_is(any, other));
    CU_ASSERT(call_is(give, give) && !call_is(give, ask) && !call_is(give, other));
    CU_ASSERT(!call_is(give, any));
    CU_ASSERT_EQUAL(other.form, CALL_FORM_ANY);
    CU_ASSERT(call_form_word(give, &word) && word == TIOCSPGRP);
    CU_ASSERT(call_form_word(read_call("kill(SIGTERM)"), &word) && word == SIGTERM);
    CU_ASSERT(!call_form_word(any, &word));
    /* The kernel has them in different arguments. */
    struct call_spelling s;
    struct call kill_call = read_call("kill");
    for (size_t i = 0; call_spelling(kill_call.family, i, &s); i++)
        CU_ASSERT_EQUAL(s.word, strstr(call_name(s.number), "tg") != NULL ? 2 : 1);
}

static void test_every_form_is_read_as_it_is_written(void)
{
    const char *family = NULL;
    size_t i = 1;

    for (; call_form_at(i, &family) != NULL; i++) {
        struct call c = {(uint16_t)call_number(family), (uint16_t)i};
        char text[CALL_NAME_BYTES];
        struct call again = read_call(call_text(c, text));
        CU_ASSERT(again.family == c.family && again.form == c.form);
    }
    CU_ASSERT(i > 20);
    CU_ASSERT_PTR_NULL(call_form_at(0, &family));
}

static void test_calls_that_no_filter_sees_say_why(void)
{
    CU_ASSERT_PTR_NOT_NULL(call_unseen(read_call("clock_gettime")));
    CU_ASSERT_PTR_NOT_NULL(call_unseen(read_call("rt_sigreturn")));
    CU_ASSERT_PTR_NULL(call_unseen(read_call("execve")));
}

int main(void)
{
    CU_pSuite suite = suite_open("call", NULL, NULL);
    CU_add_test(suite, "names", test_the_names_are_in_order_and_each_is_there_once);
    CU_add_test(suite, "families", test_every_call_is_one_spelling_of_its_own_family);
    CU_add_test(suite, "members", test_an_address_names_a_family_by_each_of_its_members);
    CU_add_test(suite, "refused", test_what_is_no_call_is_refused_with_what_was_meant);
    CU_add_test(suite, "words", test_a_form_is_the_call_with_that_word_only);
    CU_add_test(suite, "forms", test_every_form_is_read_as_it_is_written);
    CU_add_test(suite, "unseen", test_calls_that_no_filter_sees_say_why);
    return suite_close();
}

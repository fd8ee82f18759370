/* ask_test.c: what a program says about itself, and what is no answer. */
#include "harness/cli/ask.h"
#include "runtime/base/tests/suite.h"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PATIENCE_MS = 60 * 1000 };

/* Goal: an answer is what a program prints, on either stream, when it ends well.
 * Method: a table of shell commands. */
static void test_an_answer_is_what_is_printed_by_who_ends_well(void)
{
    static const struct {
        const char *command;
        bool answered;
        const char *text; /* the beginning of it */
    } rows[] = {
        {"echo 1.8.2",               true,  "1.8.2\n"},
        {"echo 1.8.2 >&2",           true,  "1.8.2\n"},
        {"read x; echo got $?",      true,  "got 1\n"}, /* nothing to read */
        {":",                        true,  ""       },
        {"echo 1.8.2; exit 1",       false, ""       },
        {"echo 1.8.2; kill -9 $$",   false, ""       },
        {"exec nobody-is-called-so", false, ""       },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const char *const argv[] = {"sh", "-c", rows[i].command, NULL};
        struct buf out = BUF_INIT;
        CU_ASSERT_EQUAL(ask_program(argv, PATIENCE_MS, &out), rows[i].answered);
        CU_ASSERT_EQUAL(strncmp(buf_text(&out), rows[i].text, strlen(rows[i].text)), 0);
        buf_release(&out);
    }
    CU_ASSERT_FALSE(
        ask_program((const char *const[]){"./nobody", NULL}, PATIENCE_MS, &(struct buf){0}));
}

/* Goal: an answer that does not end is cut, and its program ends all the same. */
static void test_a_long_answer_is_cut(void)
{
    const char *const argv[] = {
        "sh", "-c", "i=0; while [ $i -lt 2000 ]; do echo 1.8.2; i=$((i+1)); done", NULL};
    struct buf out = BUF_INIT;

    CU_ASSERT_TRUE(ask_program(argv, PATIENCE_MS, &out));
    CU_ASSERT_EQUAL(out.size, ASK_BYTES_MAX);
    buf_release(&out);
}

/* Goal: what is behind the limit of words is left out. */
static void test_a_long_command_line_is_cut(void)
{
    const char *argv[ASK_WORDS_MAX + 3] = {"sh", "-c", "echo $#", "sh"};
    struct buf out = BUF_INIT;

    for (size_t i = 4; i < ASK_WORDS_MAX + 2; i++)
        argv[i] = "x";
    CU_ASSERT_TRUE(ask_program(argv, PATIENCE_MS, &out));
    CU_ASSERT_EQUAL(strtol(buf_text(&out), NULL, 10), ASK_WORDS_MAX - 4);
    buf_release(&out);
}

/* Goal: who does not answer in time is killed, with those whom he has started.
 * Method: they all hold the end of a pipe, which is closed when they are gone. */
static void test_who_does_not_answer_is_killed_with_what_he_started(void)
{
    const char *const argv[] = {"sh", "-c", "sleep 1000 & wait", NULL};
    struct buf out = BUF_INIT;
    int ends[2];
    char byte;

    CU_ASSERT_EQUAL_FATAL(pipe2(ends, 0), 0);
    CU_ASSERT_EQUAL_FATAL(fcntl(ends[0], F_SETFD, FD_CLOEXEC), 0);
    CU_ASSERT_FALSE(ask_program(argv, 500, &out));
    (void)close(ends[1]);
    struct pollfd gone = {.fd = ends[0], .events = POLLIN};
    CU_ASSERT_EQUAL(poll(&gone, 1, PATIENCE_MS), 1);
    CU_ASSERT_EQUAL(read(ends[0], &byte, 1), 0);
    (void)close(ends[0]);
    buf_release(&out);
}

int main(void)
{
    CU_pSuite suite = suite_open("ask", NULL, NULL);

    CU_add_test(suite, "answers", test_an_answer_is_what_is_printed_by_who_ends_well);
    CU_add_test(suite, "long answer", test_a_long_answer_is_cut);
    CU_add_test(suite, "long line", test_a_long_command_line_is_cut);
    CU_add_test(suite, "late", test_who_does_not_answer_is_killed_with_what_he_started);
    return suite_close();
}

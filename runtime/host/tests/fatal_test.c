/* fatal_test.c: a process that breaks says so once, and dies as it would have died. */
#include "runtime/base/check.h"
#include "runtime/base/tests/suite.h"
#include "runtime/host/fatal.h"

#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

struct last_words {
    int number;
    int zero;
    uint64_t at;
};

static int words_fd = -1; /* of a process that breaks */

static void on_fatal(void *user, int number, uint64_t at)
{
    const int *fd = user;
    struct last_words w = {.number = number, .at = at};

    (void)!write(*fd, &w, sizeof(w));
}

static void break_pointer(void)
{
    volatile int *page = mmap(NULL, sizeof(int), PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    CHECK(page != MAP_FAILED);
    *page = 1;
}

/* Deeper than any stack. */
static int break_stack(int depth)
{
    volatile char frame[4096];

    frame[0] = (char)depth;
    return depth < 0 ? 0 : break_stack(depth + 1) + frame[0];
}

static void break_stack_somehow(void)
{
    (void)break_stack(1);
}

static void break_promise(void)
{
    abort();
}

static void break_from_outside(void)
{
    (void)kill(getpid(), SIGBUS);
}

/* What a compiler's trap is on arm64. */
static void break_trap(void)
{
    (void)raise(SIGTRAP);
}

/* Runs it in a process of its own; returns its wait status and its last words. */
static int broken(void (*how)(void), struct last_words *w)
{
    const struct rlimit no_core = {0, 0};
    int end[2];
    int status = 0;

    memset(w, 0, sizeof(*w));
    CHECK(pipe(end) == 0);
    pid_t pid = fork();
    CHECK(pid >= 0);
    if (pid == 0) {
        (void)setrlimit(RLIMIT_CORE, &no_core);
        if (SANITIZED)
            (void)close(STDERR_FILENO);
        words_fd = end[1];
        fatal_open(on_fatal, &words_fd);
        how();
        _exit(0);
    }
    (void)close(end[1]);
    CHECK(waitpid(pid, &status, 0) == pid);
    struct last_words more;
    CU_ASSERT_EQUAL(read(end[0], w, sizeof(*w)), (ssize_t)sizeof(*w));
    CU_ASSERT_EQUAL(read(end[0], &more, sizeof(more)), 0);
    (void)close(end[0]);
    return status;
}

static void expect_death(void (*how)(void), int number, bool ours)
{
    struct last_words w;
    int status = broken(how, &w);

    CU_ASSERT_EQUAL(w.number, number);
    CU_ASSERT_EQUAL(w.at != 0, ours);
    CU_ASSERT_TRUE(SANITIZED || (WIFSIGNALED(status) && WTERMSIG(status) == number));
}

static void test_fatal_says_which_instruction_broke_and_dies_by_the_signal(void)
{
    expect_death(break_pointer, SIGSEGV, true);
}

static void test_fatal_needs_no_stack_that_works(void)
{
    expect_death(break_stack_somehow, SIGSEGV, true);
}

static void test_fatal_abort_and_a_signal_from_outside_are_the_same(void)
{
    struct last_words w;

    CU_ASSERT_EQUAL(broken(break_promise, &w) & 0x7f, SIGABRT);
    CU_ASSERT_EQUAL(w.number, SIGABRT);
    CU_ASSERT_EQUAL(broken(break_from_outside, &w) & 0x7f, SIGBUS);
    CU_ASSERT_EQUAL(w.number, SIGBUS);
    CU_ASSERT_EQUAL(broken(break_trap, &w) & 0x7f, SIGTRAP);
    CU_ASSERT_EQUAL(w.number, SIGTRAP);
}

static void test_fatal_close_leaves_everything_as_it_was(void)
{
    struct sigaction before;
    struct sigaction after;
    stack_t stack_before;
    stack_t stack_after;
    int none = -1;

    CHECK(sigaction(SIGSEGV, NULL, &before) == 0 && sigaltstack(NULL, &stack_before) == 0);
    fatal_open(on_fatal, &none);
    CHECK(sigaction(SIGSEGV, NULL, &after) == 0);
    CU_ASSERT_TRUE(after.sa_sigaction != before.sa_sigaction);
    fatal_close();
    fatal_close();
    CHECK(sigaction(SIGSEGV, NULL, &after) == 0 && sigaltstack(NULL, &stack_after) == 0);
    CU_ASSERT_TRUE(after.sa_sigaction == before.sa_sigaction);
    CU_ASSERT_EQUAL(stack_after.ss_flags, stack_before.ss_flags);
}

static void exit_by_handler(int number)
{
    (void)number;
    _exit(7);
}

/* As a sanitizer does it: a handler of its own, before ours. */
static void before_ours(int number)
{
    const struct sigaction theirs = {.sa_handler = exit_by_handler};

    fatal_close();
    CHECK(sigaction(number, &theirs, NULL) == 0);
    fatal_open(on_fatal, &words_fd);
}

static void break_with_a_handler(void)
{
    before_ours(SIGSEGV);
    break_pointer();
}

static void break_from_outside_with_a_handler(void)
{
    before_ours(SIGBUS);
    break_from_outside();
}

/* Goal: whoever was there before explains a mistake, and not what somebody has sent. */
static void test_fatal_leaves_a_mistake_to_who_was_there_before(void)
{
    struct last_words w;
    int status = broken(break_with_a_handler, &w);

    CU_ASSERT_EQUAL(w.number, SIGSEGV);
    CU_ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 7);
    status = broken(break_from_outside_with_a_handler, &w);
    CU_ASSERT_EQUAL(w.number, SIGBUS);
    CU_ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGBUS);
}

/* Goal: a stack for signals that somebody has made already stays his. */
static void test_fatal_takes_nobodys_stack(void)
{
    static char theirs[64 * 1024];
    const stack_t made = {.ss_sp = theirs, .ss_size = sizeof(theirs)};
    stack_t first;
    stack_t now;
    int none = -1;

    CHECK(sigaltstack(&made, &first) == 0);
    fatal_open(on_fatal, &none);
    CHECK(sigaltstack(NULL, &now) == 0);
    CU_ASSERT_PTR_EQUAL(now.ss_sp, theirs);
    fatal_close();
    CHECK(sigaltstack(NULL, &now) == 0);
    CU_ASSERT_PTR_EQUAL(now.ss_sp, theirs);
    CU_ASSERT_EQUAL(now.ss_flags & SS_DISABLE, 0);
    CHECK(sigaltstack(&first, NULL) == 0);
}

int main(void)
{
    (void)alarm(60);
    CU_pSuite suite = suite_open("fatal", NULL, NULL);
    CU_ADD_TEST(suite, test_fatal_says_which_instruction_broke_and_dies_by_the_signal);
    CU_ADD_TEST(suite, test_fatal_needs_no_stack_that_works);
    CU_ADD_TEST(suite, test_fatal_abort_and_a_signal_from_outside_are_the_same);
    CU_ADD_TEST(suite, test_fatal_leaves_a_mistake_to_who_was_there_before);
    CU_ADD_TEST(suite, test_fatal_takes_nobodys_stack);
    CU_ADD_TEST(suite, test_fatal_close_leaves_everything_as_it_was);
    return suite_close();
}

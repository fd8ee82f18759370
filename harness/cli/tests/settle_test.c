/* settle_test.c: when `scenario expect` takes what has come for all that comes, on programs that do
 * not rest; and what comes late.
 *
 * The programs that compute are this one, started with a word, so that how much they do is counted
 * by the time that they were let run and not by the clock. */
#include "harness/cli/tests/expect_run.h"
#include "harness/cli/tests/folder.h"
#include "harness/report/exit_code.h"
#include "runtime/base/tests/plain_env.h"
#include "runtime/base/tests/suite.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MS INT64_C(1000000)

static char self[PATH_MAX];

/* ---- Programs ---------------------------------------------------------------------------- */

static int64_t clock_ns(clockid_t clock)
{
    struct timespec t;

    (void)clock_gettime(clock, &t);
    return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

/* Computes until it has had a processor for so long. */
static void compute(int64_t ns)
{
    int64_t end_ns = clock_ns(CLOCK_THREAD_CPUTIME_ID) + ns;

    while (clock_ns(CLOCK_THREAD_CPUTIME_ID) < end_ns) {
    }
}

static void show(const char *text)
{
    (void)!write(1, text, strlen(text));
}

/* One that computes as long as its starter lives. */
static pid_t spin(void)
{
    pid_t pid = fork();

    if (pid == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (;;)
            compute(MS);
    }
    return pid;
}

static void between_alone(void)
{
    compute(30 * MS);
}

/* In a child that is started for it. */
static void between_in_a_child(void)
{
    pid_t pid = fork();

    if (pid == 0) {
        compute(30 * MS);
        _exit(0);
    }
    (void)waitpid(pid, NULL, 0);
}

/* In many, each of which is over before anybody looks. */
static void between_in_many(void)
{
    for (int i = 0; i < 30; i++) {
        pid_t pid = fork();
        if (pid == 0) {
            compute(MS);
            _exit(0);
        }
        (void)waitpid(pid, NULL, 0);
    }
}

/* In a child that was there before; the parent sleeps. */
static void between_in_an_old_child(void)
{
    static int order[2] = {-1, -1};
    static int done[2];
    char byte = 0;

    if (order[0] < 0 && (pipe(order) < 0 || pipe(done) < 0))
        _exit(1);
    pid_t child = fork();
    if (child == 0) {
        (void)!read(order[0], &byte, 1);
        compute(30 * MS);
        (void)!write(done[1], &byte, 1);
        _exit(0);
    }
    (void)!write(order[1], &byte, 1);
    (void)!read(done[0], &byte, 1);
    (void)waitpid(child, NULL, 0);
}

/* Shows N=12, does something that takes 30 ms of a processor, and shows 34: beside three that
 * compute all the time. */
static int pieces(const char *how)
{
    static const struct {
        const char *name;
        void (*between)(void);
    } ways[] = {
        {"alone",        between_alone          },
        {"in-a-child",   between_in_a_child     },
        {"in-many",      between_in_many        },
        {"in-old-child", between_in_an_old_child},
    };
    pid_t spinner[3];

    for (size_t i = 0; i < 3; i++)
        spinner[i] = spin();
    show("N=12");
    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        if (strcmp(ways[i].name, how) == 0)
            ways[i].between();
    }
    show("34\n");
    for (size_t i = 0; i < 3; i++) {
        (void)kill(spinner[i], SIGKILL);
        (void)waitpid(spinner[i], NULL, 0); /* else they may be left when this has ended */
    }
    return 0;
}

/* Shows a prompt and then computes. */
static void prompt(void)
{
    show("go> ");
    for (;;)
        compute(MS);
}

/* ---- The command ------------------------------------------------------------------------- */

static int suite_start(void)
{
    plain_environment();
    ssize_t size = readlink("/proc/self/exe", self, sizeof(self) - 1);
    self[size < 0 ? 0 : size] = 0;
    return size < 0 || folder_enter("settle_test") != 0;
}

static int suite_end(void)
{
    return folder_leave();
}

/* ---- Who does not rest -------------------------------------------------------------------- */

static void test_a_prompt_is_there_beside_a_background_job(void)
{
    static const char steps[] = "  - expect: '\\$ $'\n"
                                "  - send: \"while :; do :; done &\\r\"\n"
                                "  - expect: '^\\[1\\] \\d+$'\n"
                                "  - expect: '\\$ $'\n"
                                "  - send: \"kill %1\\r\"\n"
                                "  - expect: '\\$ $'\n"
                                "  - send: \"exit\\r\"\n"
                                "  - await: { gone: all }\n";

    CU_ASSERT_EQUAL(setenv("PS1", "$ ", 1), 0); /* NOLINT(concurrency-mt-unsafe) */
    CU_ASSERT_EQUAL(EXPECT_STEPS(steps, "bash", "--norc", "--noprofile", "-i"), EXIT_CODE_OK);
    said("decided by settle; busy: bash (");
    said("passed: 8 steps");
}

static void test_a_number_that_comes_in_pieces_is_not_cut(void)
{
    static const char *const ways[] = {"alone", "in-a-child", "in-many", "in-old-child"};

    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        CU_ASSERT_EQUAL(EXPECT_STEPS("  - expect: 'N=12$'\n", self, "pieces", ways[i]),
                        EXIT_CODE_FAILED);
        said("expect 'N=12$': not seen");
        CU_ASSERT_EQUAL(EXPECT_STEPS("  - expect: 'N=1234$'\n", self, "pieces", ways[i]),
                        EXIT_CODE_OK);
    }
}

static void test_a_prompt_is_there_however_its_program_goes_on(void)
{
    static const char *const waits[] = {"0.0005", "0.002", "0.01"};
    char polls[128];

    CU_ASSERT_EQUAL(EXPECT_STEPS("  - expect: 'go> $'\n", self, "prompt"), EXIT_CODE_OK);
    said("decided by settle; busy: ");
    for (size_t i = 0; i < sizeof(waits) / sizeof(waits[0]); i++) {
        (void)snprintf(polls, sizeof(polls), "echo -n 'go> '; while ! read -t %s; do :; done",
                       waits[i]);
        CU_ASSERT_EQUAL(EXPECT_STEPS("  - expect: 'go> $'\n", "bash", "-c", polls), EXIT_CODE_OK);
    }
}

static void test_whoever_is_stopped_or_elsewhere_is_no_hindrance(void)
{
    static const char stopped[] = "set -m; while :; do :; done & kill -STOP %1; echo -n 'go> '; "
                                  "read x";
    static const char other[] = "setsid bash -c 'while :; do :; done' & echo -n 'go> '; read x";
    static const char commands[] = "(while :; do /bin/true; done) & echo -n 'go> '; read x";

    CU_ASSERT_EQUAL(EXPECT_STEPS("  - expect: 'go> $'\n", "bash", "-c", stopped), EXIT_CODE_OK);
    CU_ASSERT_EQUAL(EXPECT_STEPS("  - expect: 'go> $'\n", "bash", "-c", other), EXIT_CODE_OK);
    said("decided by settle; busy: bash (");
    CU_ASSERT_EQUAL(EXPECT_STEPS("  - expect: 'go> $'\n", "bash", "-c", commands), EXIT_CODE_OK);
}

/* Nobody knows better then. */
static void test_at_its_deadline_what_has_come_is_all(void)
{
    CU_ASSERT_EQUAL(EXPECT_STEPS("  - expect: 'go'\n  - expect: { stream: '> $', within: 60ms }\n",
                                 self, "prompt"),
                    EXIT_CODE_OK);
    said("decided at the deadline");
    CU_ASSERT_EQUAL(
        EXPECT_STEPS("  - expect: 'go'\n  - expect: { stream: 'no> $', within: 60ms }\n", self,
                     "prompt"),
        EXIT_CODE_FAILED);
    said("not seen within 60 ms");
}

/* ---- What comes late ---------------------------------------------------------------------- */

static void test_what_a_daemon_shows_after_its_starter_has_ended_is_waited_for(void)
{
    static const char daemon[] = "setsid -f sh -c 'sleep 2.3; echo late line'; echo parent done";
    static const char job[] =
        "(sleep 2.3; printf 'late> '; while :; do :; done) & echo parent done";

    CU_ASSERT_EQUAL(EXPECT_STEPS("  - expect: '^parent done$'\n"
                                 "  - expect: '^late line$'\n",
                                 "sh", "-c", daemon),
                    EXIT_CODE_OK);
    /* What it leaves behind is another matter. */
    (void)EXPECT_STEPS("  - expect: '^parent done$'\n"
                       "  - expect: '^late> $'\n",
                       "sh", "-c", job);
    said("✓ expect '^late> $'");
    said("decided by settle; busy: sh (");
}

/* It can show nothing, so nobody waits for that until the harness ends it. */
static void test_a_daemon_without_the_terminal_is_not_waited_for(void)
{
    static const char daemon[] = "setsid -f sleep 100 <&- >&- 2>&-; echo parent done";

    CU_ASSERT_EQUAL(EXPECT_STEPS("  - expect: '^parent done$'\n"
                                 "  - expect: { stream: never, within: 60s }\n",
                                 "sh", "-c", daemon),
                    EXIT_CODE_FAILED);
    said("not seen, and nobody has the terminal open any more");
    said("1 process was left over, killed");
    (void)EXPECT_STEPS(
        "  - expect: '^parent done$'\n"
        "  - expect: { first: [{ stream: never }], eof: [{ note: over }], within: 60s }\n",
        "sh", "-c", daemon);
    said("✓ note \"over\"");
}

/* It lives on, and computes or sleeps where nobody sees it. */
static void test_a_program_that_closes_its_terminal_is_at_its_end_there(void)
{
    static const char sleeps[] = "printf 12; exec <&- >&- 2>&-; sleep 100";
    static const char spins[] = "printf 12; exec <&- >&- 2>&-; while :; do :; done";
    static const char opens[] = "import os, signal\n"
                                "def show(*_):\n"
                                "  with open('/dev/tty', 'w') as tty: tty.write('again')\n"
                                "signal.signal(signal.SIGUSR1, show)\n"
                                "os.write(1, b'12')\n"
                                "for fd in 0, 1, 2: os.close(fd)\n"
                                "while True: signal.pause()";

    CU_ASSERT_EQUAL(
        EXPECT_STEPS(
            "  - expect: '1'\n"
            "  - expect: { first: [{ stream: never }], eof: [{ note: over }], within: 60s }\n"
            "  - expect: '2$'\n",
            "sh", "-c", sleeps),
        EXIT_CODE_OK);
    said("✓ note \"over\"");
    CU_ASSERT_EQUAL(EXPECT_STEPS("  - expect: { stream: never, within: 60s }\n", "sh", "-c", spins),
                    EXIT_CODE_FAILED);
    said("not seen, and nobody has the terminal open any more");
    CU_ASSERT_EQUAL(EXPECT_STEPS("  - absent: { stream: 'never', until: quiet }\n"
                                 "  - absent: { stream: '2$', for: 60s, because: it is long }\n",
                                 "sh", "-c", spins),
                    EXIT_CODE_FAILED);
    said("· looked until nobody had the terminal open any more");
    said("absent '2$': it came");
    CU_ASSERT_EQUAL(
        EXPECT_STEPS("  - expect: { first: [{ stream: never }], eof: [{ note: one }] }\n"
                     "  - signal: { to: group, name: SIGUSR1 }\n"
                     "  - await: quiet\n"
                     "  - expect: '^12again$'\n"
                     "  - expect: { first: [{ stream: never }], eof: [{ note: two }] }\n",
                     "python3", "-I", "-S", "-c", opens),
        EXIT_CODE_OK);
    said("✓ note \"two\"");
}

static void test_all_that_a_command_has_started_are_gone(void)
{
    static const char twice[] = "(setsid -f sh -c 'sleep 2.3; echo x'; exit) ; echo parent done";
    static const char stays[] = "setsid -f sleep 100 <&- >&- 2>&-";

    CU_ASSERT_EQUAL(EXPECT_STEPS("  - await: { gone: all }\n"
                                 "  - expect: '^parent done$'\n"
                                 "  - expect: '^x$'\n",
                                 "sh", "-c", twice),
                    EXIT_CODE_OK);
    said("program  exit status 0\n");
    CU_ASSERT_EQUAL(EXPECT_STEPS("  - await: { gone: all, within: 2500ms }\n", "sh", "-c", stays),
                    EXIT_CODE_FAILED);
    said("await tree: sleep (");
    said(") is alive");
}

static void test_absent_says_how_far_it_has_looked(void)
{
    static const char sleeps[] = "echo one; sleep 0.3; echo two; read x";

    CU_ASSERT_EQUAL(EXPECT_STEPS("  - expect: '^one$'\n"
                                 "  - absent: { stream: '^three$', until: quiet }\n",
                                 "sh", "-c", sleeps),
                    EXIT_CODE_OK);
    said("· looked until rest: who sleeps is at rest");
    CU_ASSERT_EQUAL(EXPECT_STEPS("  - expect: '^one$'\n"
                                 "  - absent: { stream: '^two$', for: 10s, because: it sleeps }\n",
                                 "sh", "-c", sleeps),
                    EXIT_CODE_FAILED);
    said("absent '^two$': it came");
}

int main(int argc, char **argv)
{
    static const CU_TestInfo tests[] = {
        {"background job",       test_a_prompt_is_there_beside_a_background_job                    },
        {"pieces",               test_a_number_that_comes_in_pieces_is_not_cut                     },
        {"goes on",              test_a_prompt_is_there_however_its_program_goes_on                },
        {"stopped",              test_whoever_is_stopped_or_elsewhere_is_no_hindrance              },
        {"at the deadline",      test_at_its_deadline_what_has_come_is_all                         },
        {"late",                 test_what_a_daemon_shows_after_its_starter_has_ended_is_waited_for},
        {"without the terminal", test_a_daemon_without_the_terminal_is_not_waited_for              },
        {"closed",               test_a_program_that_closes_its_terminal_is_at_its_end_there       },
        {"gone",                 test_all_that_a_command_has_started_are_gone                      },
        {"absent",               test_absent_says_how_far_it_has_looked                            },
        CU_TEST_INFO_NULL,
    };

    if (argc == 3 && strcmp(argv[1], "pieces") == 0)
        return pieces(argv[2]);
    if (argc == 2 && strcmp(argv[1], "prompt") == 0)
        prompt();
    if (argc != 1)
        return 2;
    CU_pSuite suite = suite_open("settle", suite_start, suite_end);
    for (const CU_TestInfo *test = tests; test->pName != NULL; test++)
        CU_add_test(suite, test->pName, test->pTestFunc);
    return suite_close();
}

/* job_list_test.c: what is said of each process, of children of this test, which stands for the
 * guard. */
#include "expect/pty.h"
#include "harness/real/job_list.h"
#include "harness/real/tests/children.h"
#include "harness/real/tests/told_bench.h"

#include <sched.h>
#include <sys/ptrace.h>
#include <sys/stat.h>

#define ODD_WORD "an_odd_name_!" /* CHILD_ODD_NAME in a line */

/* Whose parent is known: of this one, that one. */
static pid_t orphan;
static struct job_process orphan_of;

static bool parent_tell(void *user, pid_t pid, struct job_process *parent)
{
    CU_ASSERT_PTR_EQUAL(user, &orphan);
    *parent = orphan_of;
    return pid == orphan;
}

/* All lines, of what this test has started. */
static void list_of(pid_t root, dev_t terminal, struct buf *out)
{
    const struct job_list list = {.guard = getpid(),
                                  .root = root,
                                  .terminal = terminal,
                                  .parent = parent_tell,
                                  .user = &orphan};
    struct diag diag;

    CU_ASSERT_EQUAL(job_list(&list, out, &diag), 0);
}

/* True when a line begins so. */
static bool has_line(const struct buf *lines, const char *begin)
{
    size_t size = strlen(begin);
    const char *at = buf_text(lines);

    while (strncmp(at, begin, size) != 0) {
        at = strchr(at, '\n');
        if (at == NULL)
            return false;
        at++;
    }
    return true;
}

/* How a line begins. */
struct line {
    const char *name;
    pid_t pid;
    const char *does;
    const char *whose; /* behind that; NULL: nobody's */
    pid_t above;
};

/* Asserts that a look finds such a line: who was just started is on its way there. */
static void assert_comes(pid_t root, const struct line *line)
{
    int64_t end_ns = loop_now_ns() + TEST_WAIT_MS * INT64_C(1000000);
    struct buf lines = BUF_INIT;
    struct buf wanted = BUF_INIT;

    buf_addf(&wanted, "%s (%d)  %s", line->name, (int)line->pid, line->does);
    if (line->whose != NULL)
        buf_addf(&wanted, " %s (%d)", line->whose, (int)line->above);
    buf_add_text(&wanted, ", ");
    do {
        buf_release(&lines);
        list_of(root, 0, &lines);
    } while (!has_line(&lines, buf_text(&wanted)) && loop_now_ns() < end_ns);
    if (!has_line(&lines, buf_text(&wanted)))
        (void)printf("\n    wanted: %s\n    lines: %s\n", buf_text(&wanted), buf_text(&lines));
    CU_ASSERT_TRUE(has_line(&lines, buf_text(&wanted)));
    buf_release(&lines);
    buf_release(&wanted);
}

/* How many lines there are. */
static unsigned lines_now(pid_t root)
{
    struct buf lines = BUF_INIT;
    unsigned count = 0;

    list_of(root, 0, &lines);
    for (const char *at = buf_text(&lines); *at != 0; at++)
        count += *at == '\n';
    buf_release(&lines);
    return count;
}

static void test_the_program_itself_is_called_so_and_by_one_word(void)
{
    pid_t pid = child_of(ODD_NAME);

    assert_comes(pid, &(struct line){ODD_WORD, pid, "sleeping, the program itself", NULL, 0});
    child_end(pid);
    CU_ASSERT_EQUAL(lines_now(pid), 0);
}

static void test_a_child_is_told_with_its_parent(void)
{
    pid_t pid = child_of(OWN_GROUP | ODD_NAME | HAS_CHILD);
    pid_t below = child_below(pid);

    assert_comes(pid, &(struct line){ODD_WORD, below, "sleeping, child of", ODD_WORD, pid});
    CU_ASSERT_EQUAL(lines_now(pid), 2);
    CHECK(kill(-pid, SIGKILL) == 0);
    child_end(pid);
}

/* Who has lost its parent is the guard's: only who has seen it before can tell whose it was. */
static void test_whose_child_it_was_is_told_by_who_knows(void)
{
    CHECK(prctl(PR_SET_CHILD_SUBREAPER, 1) == 0);
    for (int known = 0; known < 2; known++) {
        pid_t pid = child_of(ODD_NAME | HAS_CHILD | OUTLIVED);
        pid_t below = child_below(pid);
        orphan = known != 0 ? below : 0;
        orphan_of = (struct job_process){.pid = pid, .name = CHILD_ODD_NAME};
        child_end(pid);
        const char *does =
            known != 0 ? "sleeping, was a child of" : "sleeping, its parent has ended";
        assert_comes(0, &(struct line){ODD_WORD, below, does, known != 0 ? ODD_WORD : NULL, pid});
        child_end(below);
    }
    orphan = 0;
    CHECK(prctl(PR_SET_CHILD_SUBREAPER, 0) == 0);
}

static void test_a_zombie_is_its_parents(void)
{
    siginfo_t info;
    pid_t pid = child_of(ODD_NAME | HAS_ZOMBIE);
    pid_t dead = child_below(pid);

    assert_comes(pid, &(struct line){ODD_WORD, dead, "zombie of", ODD_WORD, pid});
    CU_ASSERT_EQUAL(lines_now(pid), 2);
    /* The first one, which the leader of its session reaps, and who is the guard's, are not told.
     */
    CU_ASSERT_EQUAL(lines_now(dead), 1);
    CHECK(kill(pid, SIGKILL) == 0 && waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) == 0);
    CU_ASSERT_EQUAL(lines_now(0), 0);
    child_end(pid);
}

static char vfork_stack[64 * 1024];

static int vfork_wait(void *none)
{
    (void)none;
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (;;)
        (void)pause();
    return 0;
}

enum work { SPINS, WAITS_IN_KERNEL };

/* A child at work of a kind that begins when it likes. */
static pid_t worker_start(enum work work)
{
    (void)fflush(NULL);
    pid_t pid = fork();

    CHECK(pid >= 0);
    if (pid == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (work == WAITS_IN_KERNEL)
            (void)clone(vfork_wait, vfork_stack + sizeof(vfork_stack),
                        CLONE_VM | CLONE_VFORK | SIGCHLD, NULL);
        for (volatile bool on = true; on;) {
        }
    }
    /* Where nobody of another group looks after this one a stop of the terminal's does nothing. */
    CHECK(setpgid(pid, pid) == 0);
    return pid;
}

static void test_what_each_does_is_said(void)
{
    static const int stops[] = {SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU};
    static const char *const names[] = {"SIGSTOP", "SIGTSTP", "SIGTTIN", "SIGTTOU"};
    struct procfs_stat self;
    siginfo_t info;

    CHECK(procfs_stat(0, &self));
    pid_t pid = worker_start(SPINS);
    assert_comes(pid, &(struct line){self.name, pid, "running, the program itself", NULL, 0});
    for (size_t i = 0; i < sizeof(stops) / sizeof(stops[0]); i++) {
        CHECK(kill(pid, stops[i]) == 0 && waitid(P_PID, (id_t)pid, &info, WSTOPPED) == 0);
        char does[64];
        (void)snprintf(does, sizeof(does), "stopped by %s, the program itself", names[i]);
        assert_comes(pid, &(struct line){self.name, pid, does, NULL, 0});
        CHECK(kill(pid, SIGCONT) == 0 && waitid(P_PID, (id_t)pid, &info, WCONTINUED) == 0);
    }
    /* One that is traced already tells nobody else. */
    CHECK(ptrace(PTRACE_SEIZE, pid, NULL, NULL) == 0 &&
          ptrace(PTRACE_INTERRUPT, pid, NULL, NULL) == 0 && waitpid(pid, NULL, __WALL) == pid);
    assert_comes(
        pid, &(struct line){self.name, pid, "stopped by a debugger, the program itself", NULL, 0});
    child_end(pid);
    pid = worker_start(WAITS_IN_KERNEL);
    assert_comes(
        pid, &(struct line){self.name, pid, "waiting in the kernel, the program itself", NULL, 0});
    child_end(pid);
}

static void test_who_has_the_terminal_open_is_told(void)
{
    struct buf lines = BUF_INIT;
    struct stat terminal;
    struct diag diag;
    int master;
    int slave;
    pid_t without = child_of(OWN_GROUP);

    CHECK(pty_open(24, 80, &master, &slave, &diag) == 0 && fstat(slave, &terminal) == 0);
    pid_t with = child_of(OWN_GROUP);
    list_of(with, terminal.st_rdev, &lines);
    const char *at = strstr(buf_text(&lines), " s old, holds the terminal open\n");
    CU_ASSERT_PTR_NOT_NULL_FATAL(at);
    CU_ASSERT_PTR_NULL(strstr(at + strlen(" s old, holds"), "holds")); /* one of the two does */
    CU_ASSERT_PTR_NOT_NULL(strstr(buf_text(&lines), " s old\n"));
    buf_release(&lines);
    list_of(with, 0, &lines);
    CU_ASSERT_PTR_NULL(strstr(buf_text(&lines), "holds"));
    buf_release(&lines);
    child_end(with);
    child_end(without);
    CHECK(close(master) == 0 && close(slave) == 0);
}

static uint64_t ticks_now(void)
{
    struct timespec now;
    uint64_t hz = (uint64_t)sysconf(_SC_CLK_TCK);

    CHECK(clock_gettime(CLOCK_BOOTTIME, &now) == 0);
    return (uint64_t)now.tv_sec * hz + (uint64_t)now.tv_nsec * hz / 1000000000;
}

/* Of a child: what is said lies between its ages before and after. */
static void test_how_old_each_is_is_told(void)
{
    struct buf lines = BUF_INIT;
    struct procfs_stat stat;
    pid_t pid = child_of(0);
    uint64_t before = ticks_now();
    bool found = false;

    list_of(pid, 0, &lines);
    CHECK(procfs_stat(pid, &stat));
    for (uint64_t now = before; now <= ticks_now() && !found; now++) {
        struct buf age = BUF_INIT;
        buf_add_text(&age, "itself, ");
        job_age(stat.start, now, (uint64_t)sysconf(_SC_CLK_TCK), &age);
        buf_add_text(&age, "\n");
        found = strstr(buf_text(&lines), buf_text(&age)) != NULL;
        buf_release(&age);
    }
    CU_ASSERT_TRUE(found);
    buf_release(&lines);
    child_end(pid);
}

static void test_ages(void)
{
    static const struct {
        uint64_t start, now, hz;
        const char *text;
    } rows[] = {
        {0,    0,     100,  "0.00 s old"  },
        {7,    6,     100,  "0.00 s old"  },
        {6,    7,     100,  "0.01 s old"  },
        {1000, 1099,  100,  "0.99 s old"  },
        {1000, 1100,  100,  "1.00 s old"  },
        {1000, 13345, 100,  "123.45 s old"},
        {0,    1239,  1000, "1.23 s old"  },
        {0,    999,   1000, "0.99 s old"  },
        {0,    249,   250,  "0.99 s old"  },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct buf out = BUF_INIT;
        job_age(rows[i].start, rows[i].now, rows[i].hz, &out);
        CU_ASSERT_STRING_EQUAL(buf_text(&out), rows[i].text);
        buf_release(&out);
    }
}

int main(void)
{
    static const CU_TestInfo tests[] = {
        {"itself",   test_the_program_itself_is_called_so_and_by_one_word},
        {"child",    test_a_child_is_told_with_its_parent                },
        {"orphan",   test_whose_child_it_was_is_told_by_who_knows        },
        {"zombie",   test_a_zombie_is_its_parents                        },
        {"does",     test_what_each_does_is_said                         },
        {"terminal", test_who_has_the_terminal_open_is_told              },
        {"age",      test_how_old_each_is_is_told                        },
        {"ages",     test_ages                                           },
        CU_TEST_INFO_NULL,
    };

    return suite_run("job_list", tests);
}

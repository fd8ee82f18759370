/* contain_test.c: whoever is killed, be it the harness, its guard, or both, nothing of a command
 * survives. The harness is a child of this test, which is a subreaper: what would be left comes
 * here.
 *
 * Four set-ups: as root or not, with the guard as a subreaper or as the first process of a
 * namespace of pids. What the machine does not allow is said and left out. */
#include "harness/real/tests/tree_bench.h"
#include "runtime/base/check.h"
#include "runtime/base/procfs.h"

#include <grp.h>
#include <sys/prctl.h>
#include <sys/stat.h>

enum { NOBODY_ID = 65534, NOT_HERE = 3 };

enum moment { AT_START, WHEN_UP, AT_REST, IN_GRACE, MOMENTS };
enum target { HARNESS, GUARD, GUARDS_KEEPER, BOTH, TARGETS };

/* What the harness says when the moment has come, and then goes on. */
struct said {
    pid_t guard;
    pid_t child; /* of the harness: the guard, or who waits for it */
};

static char folder[] = "/tmp/contain_test.XXXXXX";

/* Two processes that ignore what can be ignored, one of them in a session of its own. */
static const char script[] = "trap '' HUP INT TERM\n"
                             "setsid -f sleep 1000\n"
                             "sleep 1000 &\n"
                             "echo up\n"
                             "wait\n";

static void moment_await(struct bench *b, enum moment moment)
{
    if (moment == AT_START)
        return;
    while (strstr(buf_text(&b->shown), "up") == NULL)
        (void)world_turn(b->world, 100 * MS);
    if (moment == WHEN_UP)
        return;
    want_quiet(b->world);
    while (b->quiets == 0)
        (void)world_turn(b->world, 100 * MS);
    if (moment == IN_GRACE)
        world_stop(b->world, STOP_NORMAL);
}

/* The harness: ends with 0 when its run is over, which only a killed guard makes it. */
static _Noreturn void harness_run(enum adopt adopt, enum moment moment, int say)
{
    static const char *const env[] = {"PATH=/usr/bin:/bin", NULL};
    static const char *const argv[] = {"sh", "-c", script, NULL};
    static const struct command_line line = {.path = "/bin/sh", .argv = argv, .envp = env};
    static const struct who root = {.name = "root", .parent = ACTOR_NONE, .kind = WHO_PROCESS};
    static struct bench b;
    struct diag diag = {0};

    b = (struct bench){.shown = BUF_INIT, .held = ACTOR_NONE, .cast = cast_new(CAST_COMMAND_ROOM)};
    CHECK(cast_add(b.cast, &root) == ACTOR_ROOT);
    b.options = (struct world_options){.cast = b.cast,
                                       .subject = SUBJECT_COMMAND,
                                       .command = &line,
                                       .rows = 24,
                                       .columns = 80,
                                       .grace_ns = 60000 * MS,
                                       .adopt = adopt,
                                       .isolate = true,
                                       .state_dir = folder,
                                       .helper_dir = helper_dir(),
                                       .on_event = bench_event,
                                       .user = &b};
    CHECK(real_world_new(&b.options, &b.world, &diag) == 0);
    int rc = world_start(b.world, &diag);
    if (rc == ERR_UNSUPPORTED)
        _exit(NOT_HERE);
    CHECK(rc == 0);
    moment_await(&b, moment);
    const struct real_world *r = real_of(b.world);
    const struct said said = {.guard = r->guard.pid, .child = r->guard.child};
    CHECK(write(say, &said, sizeof(said)) == (ssize_t)sizeof(said));
    while (!b.stopped && !b.failed)
        (void)world_turn(b.world, 100 * MS);
    world_stop(b.world, STOP_NORMAL);
    while (!b.stopped && world_turn(b.world, 100 * MS)) {
    }
    world_free(b.world);
    _exit(0);
}

/* False: a machine that has no other users, as some containers. */
static bool user_become(bool root)
{
    return root || geteuid() != 0 ||
           (setgroups(0, NULL) == 0 && setgid(NOBODY_ID) == 0 && setuid(NOBODY_ID) == 0 &&
            prctl(PR_SET_DUMPABLE, 1) == 0);
}

/* The next start of that user. */
static void next_start(bool root)
{
    int status = 0;
    pid_t pid = fork();

    CHECK(pid >= 0);
    if (pid == 0) {
        if (user_become(root))
            (void)leftover_sweep(folder);
        _exit(0);
    }
    CHECK(waitpid(pid, &status, 0) == pid && status == 0);
}

/* Starts it as that user. */
static pid_t harness_start(bool root, enum adopt adopt, enum moment moment, int *says)
{
    int pair[2];

    (void)fflush(NULL);
    CHECK(pipe(pair) == 0);
    pid_t pid = fork();
    CHECK(pid >= 0);
    if (pid == 0) {
        (void)close(pair[0]);
        /* The folder of this build may be private. */
        if (!user_become(root) || access(helper_dir(), R_OK | X_OK) < 0)
            _exit(NOT_HERE);
        harness_run(adopt, moment, pair[1]);
    }
    CHECK(close(pair[1]) == 0);
    *says = pair[0];
    return pid;
}

static void on_alarm(int signal)
{
    (void)signal;
}

/* Whatever has come to us is dead. Returns how many were waited for in vain. */
static int all_gone(void)
{
    const struct sigaction action = {.sa_handler = on_alarm}; /* which ends the wait */
    pid_t left = 0;

    CHECK(sigaction(SIGALRM, &action, NULL) == 0);
    (void)alarm(DEADLINE_MS / 1000);
    while (waitpid(-1, NULL, __WALL) > 0) {
    }
    bool gone = errno == ECHILD;
    (void)alarm(0);
    if (gone)
        return 0;
    int count = procfs_children(getpid(), getpid(), &left, 1);
    (void)printf("(%d is left) ", (int)left);
    while (procfs_children(getpid(), getpid(), &left, 1) > 0 && kill(left, SIGKILL) == 0)
        (void)waitpid(left, NULL, __WALL);
    return count;
}

static void target_kill(enum target target, pid_t harness, const struct said *said)
{
    if (target == BOTH) /* before the one can act on the other's death */
        CHECK(kill(harness, SIGSTOP) == 0 && kill(said->guard, SIGSTOP) == 0);
    if (target == HARNESS || target == BOTH)
        CHECK(kill(harness, SIGKILL) == 0);
    if (target == GUARD || target == BOTH)
        CHECK(kill(said->guard, SIGKILL) == 0);
    if (target == GUARDS_KEEPER)
        CHECK(kill(said->child, SIGKILL) == 0);
}

/* Returns false when the machine does not allow it. */
static bool killed_at(bool root, enum adopt adopt, enum moment moment, enum target target)
{
    struct said said;
    int says;
    int status = 0;
    pid_t harness = harness_start(root, adopt, moment, &says);

    if (read(says, &said, sizeof(said)) != (ssize_t)sizeof(said)) {
        CHECK(close(says) == 0 && waitpid(harness, &status, 0) == harness);
        CU_ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == NOT_HERE);
        return false;
    }
    CHECK(close(says) == 0);
    target_kill(target, harness, &said);
    if (target == BOTH) {
        /* Nobody is there who would: the next start. */
        CHECK(waitpid(harness, &status, 0) == harness);
        next_start(root);
    }
    CU_ASSERT_EQUAL(all_gone(), 0);
    return true;
}

/* Of two that are killed at once nobody knows whom the command has started just then, unless they
 * are in a group, or in a namespace. */
static bool can_be_found(bool root, enum adopt adopt, enum moment moment)
{
    struct isolate i;
    bool group = root && isolate_open(&i);

    if (group)
        isolate_close(&i);
    return group || adopt == ADOPT_PIDNS || moment >= AT_REST;
}

static void set_up(bool root, enum adopt adopt)
{
    if (root && geteuid() != 0) {
        (void)printf("(not as root) ");
        return;
    }
    for (int moment = 0; moment < MOMENTS; moment++) {
        for (int target = 0; target < TARGETS; target++) {
            if (target == BOTH && !can_be_found(root, adopt, (enum moment)moment))
                continue;
            if (killed_at(root, adopt, (enum moment)moment, (enum target)target))
                continue;
            CU_ASSERT_TRUE(adopt == ADOPT_PIDNS || !root);
            (void)printf("(not here) ");
            return;
        }
    }
}

static void test_nothing_survives_as_root(void)
{
    set_up(true, ADOPT_SUBREAPER);
}

static void test_nothing_survives_as_somebody(void)
{
    set_up(false, ADOPT_SUBREAPER);
}

static void test_nothing_survives_in_a_namespace_as_root(void)
{
    set_up(true, ADOPT_PIDNS);
}

static void test_nothing_survives_in_a_namespace_as_somebody(void)
{
    set_up(false, ADOPT_PIDNS);
}

int main(void)
{
    static const CU_TestInfo tests[] = {
        {"root",           test_nothing_survives_as_root                   },
        {"somebody",       test_nothing_survives_as_somebody               },
        {"pidns root",     test_nothing_survives_in_a_namespace_as_root    },
        {"pidns somebody", test_nothing_survives_in_a_namespace_as_somebody},
        CU_TEST_INFO_NULL,
    };

    CHECK(prctl(PR_SET_CHILD_SUBREAPER, 1) == 0);
    CHECK(mkdtemp(folder) != NULL && chmod(folder, 0777) == 0);
    int rc = suite_run("contain", tests);
    next_start(true);
    next_start(false);
    CHECK(rmdir(folder) == 0);
    return rc;
}

/* outsider_test.c: what the rest of the machine can do to a run: kill parts of it, stop the
 * harness, leave it too little. */
#include "harness/real/real.h"
#include "harness/real/tests/real_test.h"
#include "harness/subject/tests/cast_made.h"
#include "harness/world/tests/act.h"
#include "runtime/base/fdpass.h"
#include "runtime/base/procfs.h"
#include "runtime/base/tests/suite.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define MS (INT64_C(1000) * 1000)

enum {
    NOFILE_FIRST = 3,
    NOFILE_LAST = 31, /* one more is enough for two actors */
    STALL_MS = 700,
    GRACE_MS = 400,
    ORDERS_MAX = 1 << 20,
    FILES_MAX = 1024
};

struct bench {
    struct tree tree;
    struct cast *cast;
    struct world_options options;
    struct world *world;
    uint8_t asks[(POINTS + 7) / 8];
    bool stopped;
    bool handled; /* a signal, by an actor */
    bool failed;
    unsigned ready; /* actors that have said so */
    char text[512];
};

static void bench_event(void *user, const struct world_event *e)
{
    struct bench *b = user;

    b->ready += e->kind == WORLD_RECORD && e->point == POINT_SPAWN_READY;
    b->handled = b->handled || (e->kind == WORLD_RECORD && e->point == POINT_SIG_HANDLED);
    b->stopped = b->stopped || e->kind == WORLD_STOPPED;
    if (e->kind == WORLD_FAILED) {
        b->failed = true;
        (void)snprintf(b->text, sizeof(b->text), "%s", e->diag->text);
    }
}

/* A supervisor and a daemon below it, which hears of no cancel: nobody here ends by itself. */
static void bench_init(struct bench *b, int64_t grace_ns)
{
    struct tree_node *node = b->tree.node;

    *b = (struct bench){0};
    b->tree.magic = TREE_MAGIC;
    b->tree.bytes = sizeof(struct tree_node);
    b->tree.count = 2;
    node[0] = (struct tree_node){.parent = ACTOR_NONE,
                                 .role = ROLE_SUPERVISOR,
                                 .exit_when = WHEN_CHILDREN_GONE,
                                 .below = 1,
                                 .pause_tasks = 1,
                                 .name = "root"};
    node[1] = (struct tree_node){.parent = 0,
                                 .role = ROLE_DAEMON,
                                 .pause_tasks = 1,
                                 .on_cancel = CANCEL_IGNORE,
                                 .name = "leaf"};
    b->cast = cast_of_tree(&b->tree);
    b->options = (struct world_options){.cast = b->cast,
                                        .subject = SUBJECT_TREE,
                                        .tree = &b->tree,
                                        .rows = 24,
                                        .columns = 80,
                                        .asks = b->asks,
                                        .grace_ns = grace_ns,
                                        .helper_dir = helper_dir(),
                                        .run_id = "test",
                                        .on_event = bench_event,
                                        .user = b};
}

static void bench_free(struct bench *b)
{
    world_free(b->world);
    free(b->cast);
}

static bool is_ready(const struct bench *b)
{
    return b->ready == 2;
}

static bool has_failed(const struct bench *b)
{
    return b->failed;
}

static bool has_handled(const struct bench *b)
{
    return b->handled;
}

static bool is_over(const struct bench *b)
{
    return b->stopped;
}

/* Turns until `done` says so; false after TEST_WAIT_MS. */
static bool bench_until(struct bench *b, bool (*done)(const struct bench *b), const char *what)
{
    int64_t end_ns = world_now(b->world) + TEST_WAIT_MS * MS;

    while (!done(b)) {
        bool more = world_turn(b->world, 50 * MS);
        if (done(b))
            break;
        if (!more || world_now(b->world) > end_ns) {
            (void)fprintf(stderr, "\nno %s; failure: %s\n", what, b->text);
            return false;
        }
    }
    return true;
}

static void bench_start(struct bench *b, int64_t grace_ns)
{
    struct diag diag = {0};

    bench_init(b, grace_ns);
    CU_ASSERT_EQUAL_FATAL(real_world_new(&b->options, &b->world, &diag), 0);
    CU_ASSERT_EQUAL_FATAL(world_start(b->world, &diag), 0);
    CU_ASSERT_FATAL(bench_until(b, is_ready, "tree"));
}

/* Ends what is left as the run does after a failure, and looks that nothing is. */
static void bench_end(struct bench *b)
{
    world_stop(b->world, STOP_NORMAL);
    CU_ASSERT(bench_until(b, is_over, "end"));
    for (uint16_t i = 0; i < b->tree.count; i++)
        CU_ASSERT_EQUAL(world_state(b->world, i), PROCESS_REAPED);
    bench_free(b);
}

static unsigned records(const struct bench *b, enum point point)
{
    unsigned count = 0;

    for (size_t i = 0; i < b->world->trace.count; i++)
        count += b->world->trace.record[i].point == point;
    return count;
}

/* The first child of a process, or 0. */
static pid_t child_of(pid_t pid)
{
    pid_t child = 0;

    (void)procfs_children(pid, pid, &child, 1);
    return child;
}

static void test_a_killed_anchor_is_a_failure_that_names_it(void)
{
    static struct bench b;

    bench_start(&b, 20 * MS);
    pid_t anchor = child_of(real_of(b.world)->guard.pid);
    CU_ASSERT_FATAL(anchor > 0 && anchor != real_of(b.world)->process[0].pid);
    CU_ASSERT_EQUAL(kill(anchor, SIGKILL), 0);
    CU_ASSERT(bench_until(&b, has_failed, "failure"));
    CU_ASSERT_PTR_NOT_NULL(strstr(b.text, "the anchor (pid "));
    CU_ASSERT_PTR_NOT_NULL(strstr(b.text, "was killed by SIGKILL"));
    bench_end(&b);
}

static void test_an_actor_that_an_outsider_kills_is_a_failure_that_names_it(void)
{
    static struct bench b;
    static const char *const names[] = {"root (pid ", "leaf (pid "};

    for (uint16_t i = 0; i < 2; i++) {
        bench_start(&b, 20 * MS);
        CU_ASSERT_EQUAL(kill(real_of(b.world)->process[i].pid, SIGKILL), 0);
        CU_ASSERT(bench_until(&b, has_failed, "failure"));
        CU_ASSERT_EQUAL(strncmp(b.text, names[i], strlen(names[i])), 0);
        bench_end(&b);
    }
}

static void test_a_kill_of_this_run_is_no_failure(void)
{
    static struct bench b;
    struct diag diag = {0};

    for (uint16_t i = 0; i < 2; i++) {
        bench_start(&b, 20 * MS);
        CU_ASSERT_EQUAL(act_signal(b.world, i, SIGKILL, &diag), 0);
        CU_ASSERT(bench_until(&b, is_over, "end"));
        CU_ASSERT_FALSE(b.failed);
        bench_free(&b);
    }
}

static void test_a_sigterm_of_an_outsider_is_a_failure_that_names_who_got_it(void)
{
    static struct bench b;
    static const char *const names[] = {"root (pid ", "leaf (pid "};
    struct diag diag = {0};

    for (uint16_t i = 0; i < 2; i++) {
        bench_start(&b, 20 * MS);
        CU_ASSERT_EQUAL(kill(real_of(b.world)->process[i].pid, SIGTERM), 0);
        CU_ASSERT(bench_until(&b, has_failed, "failure"));
        CU_ASSERT_EQUAL(strncmp(b.text, names[i], strlen(names[i])), 0);
        CU_ASSERT_PTR_NOT_NULL(strstr(b.text, "got a SIGTERM"));
        bench_end(&b);
        /* one of this run is none */
        bench_start(&b, 20 * MS);
        CU_ASSERT_EQUAL(act_signal(b.world, i, SIGTERM, &diag), 0);
        CU_ASSERT(bench_until(&b, has_handled, "answer"));
        CU_ASSERT_FALSE(b.failed);
        bench_end(&b);
        CU_ASSERT_FALSE(b.failed);
    }
}

static void test_a_stop_of_an_outsider_is_a_failure_at_the_end(void)
{
    static struct bench b;
    struct diag diag = {0};

    for (int outside = 0; outside < 2; outside++) {
        bench_start(&b, 400 * MS);
        const struct real_process *leaf = &real_of(b.world)->process[1];
        int sent = outside ? kill(leaf->pid, SIGSTOP) : act_signal(b.world, 1, SIGSTOP, &diag);
        CU_ASSERT_EQUAL(sent, 0);
        while (!process_is_still(leaf))
            (void)world_turn(b.world, 1 * MS);
        world_stop(b.world, STOP_NORMAL);
        CU_ASSERT(bench_until(&b, is_over, "end"));
        CU_ASSERT_EQUAL(b.failed, outside);
        CU_ASSERT(!outside || strncmp(b.text, "leaf (pid ", 10) == 0);
        CU_ASSERT(!outside || strstr(b.text, "was stopped") != NULL);
        bench_free(&b);
    }
}

static void test_a_stop_by_the_user_takes_no_grace(void)
{
    static struct bench b;

    /* A grace that would be noticed: it is as long as the test may take. */
    bench_start(&b, TEST_WAIT_MS * MS);
    int64_t begin_ns = world_now(b.world);
    world_stop(b.world, STOP_INTERRUPTED);
    CU_ASSERT(bench_until(&b, is_over, "end"));
    CU_ASSERT(world_now(b.world) - begin_ns < TEST_WAIT_MS * MS / 2);
    CU_ASSERT_FALSE(b.failed);
    CU_ASSERT_EQUAL(records(&b, POINT_PROC_SURVIVED), 0);
    /* Nobody was asked to end. */
    CU_ASSERT_EQUAL(records(&b, POINT_CANCEL_SENT), 0);
    bench_free(&b);
}

/* Stops this process after a while, for that long, from outside. */
static pid_t stall_start(int after_ms, int ms)
{
    (void)fflush(NULL);
    pid_t self = getpid();
    pid_t pid = fork();

    CU_ASSERT_FATAL(pid >= 0);
    if (pid == 0) {
        (void)poll(NULL, 0, after_ms);
        (void)kill(self, SIGSTOP);
        (void)poll(NULL, 0, ms); /* the stall itself: nobody waits for anything */
        (void)kill(self, SIGCONT);
        _exit(0);
    }
    return pid;
}

static void stall_end(pid_t pid)
{
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {
    }
}

static void stall(int ms)
{
    int64_t begin_ns = loop_now_ns();

    stall_end(stall_start(0, ms));
    CU_ASSERT(loop_now_ns() - begin_ns >= ms * MS);
}

static void test_time_in_which_the_harness_was_stopped_does_not_count(void)
{
    static struct bench b;

    bench_start(&b, 20 * MS);
    int64_t begin_ns = world_now(b.world);
    int64_t trace_ns = real_now(real_of(b.world));
    stall(STALL_MS);
    (void)world_turn(b.world, 1 * MS);
    CU_ASSERT(world_now(b.world) - begin_ns < STALL_MS * MS / 2);
    /* The trace tells when things were. */
    CU_ASSERT(real_now(real_of(b.world)) - trace_ns >= STALL_MS * MS);
    bench_end(&b);
}

/* When the actor's process was dead, as the trace has it. */
static int64_t exit_time(const struct bench *b, uint16_t actor)
{
    for (size_t i = 0; i < b->world->trace.count; i++) {
        const struct trace_record *rec = &b->world->trace.record[i];
        if (rec->point == POINT_PROC_EXITED && rec->actor == actor)
            return rec->at_ns;
    }
    return INT64_MAX;
}

/* Goal: a death has its own time and not that at which it was seen. Method: deaths, of which one is
 * reported by a parent and the other by nobody, that are seen after a stall only. */
static void test_a_death_that_is_seen_late_is_not_dated_late(void)
{
    static struct bench b;
    struct diag diag = {0};

    for (uint16_t i = 0; i < 2; i++) {
        bench_start(&b, 20 * MS);
        int64_t begin_ns = real_now(real_of(b.world));
        CU_ASSERT_EQUAL(act_signal(b.world, i, SIGKILL, &diag), 0);
        stall(STALL_MS);
        CU_ASSERT(bench_until(&b, is_over, "end"));
        CU_ASSERT(exit_time(&b, i) - begin_ns < STALL_MS * MS / 2);
        bench_free(&b);
    }
}

static void test_a_grace_goes_on_after_a_stall_with_what_was_left(void)
{
    static struct bench b;

    bench_start(&b, GRACE_MS * MS);
    int64_t begin_ns = world_now(b.world);
    world_stop(b.world, STOP_NORMAL);
    (void)world_turn(b.world, 1 * MS);
    stall(STALL_MS);
    /* Due by the clock, and not by what the subject has had of it. */
    (void)world_turn(b.world, 1 * MS);
    CU_ASSERT_EQUAL(records(&b, POINT_PROC_SURVIVED), 0);
    CU_ASSERT(bench_until(&b, is_over, "end"));
    CU_ASSERT(records(&b, POINT_PROC_SURVIVED) >= 1);
    CU_ASSERT(world_now(b.world) - begin_ns >= GRACE_MS * MS);
    bench_free(&b);
}

static bool answers_later(const struct bench *b)
{
    struct real_world *r = real_of(b->world);

    return process_answered(r, 1, r->quiet.probe);
}

static void test_an_actor_whose_orders_were_full_is_asked_again(void)
{
    static struct bench b;

    bench_start(&b, 20 * MS);
    struct real_world *r = real_of(b.world);
    CU_ASSERT_EQUAL(kill(r->process[1].pid, SIGSTOP), 0);
    int orders = 0;
    while (process_order(r, 1, CONTROL_GO, 0, NULL) == 0 && orders < ORDERS_MAX)
        orders++;
    CU_ASSERT(orders < ORDERS_MAX);
    r->quiet.probe++;
    CU_ASSERT_FALSE(process_answered(r, 1, r->quiet.probe));
    CU_ASSERT_EQUAL(kill(r->process[1].pid, SIGCONT), 0);
    CU_ASSERT(bench_until(&b, answers_later, "answer"));
    bench_end(&b);
}

/* How many descriptors this process has open. */
static unsigned files_open(void)
{
    unsigned count = 0;

    for (int fd = 0; fd < FILES_MAX; fd++)
        count += fcntl(fd, F_GETFD) >= 0;
    return count;
}

/* A message of one byte with this process's standard input. */
static void refused_send(int to)
{
    char byte = 0;
    const struct iovec part = {&byte, sizeof(byte)};
    const int fd = STDIN_FILENO;

    CU_ASSERT_EQUAL(fdpass_send(to, &part, 1, &fd, 1), 1);
}

static void test_a_refused_report_leaves_no_descriptor_open(void)
{
    static struct bench b;
    unsigned before = files_open();
    int pair[2];

    bench_start(&b, 20 * MS);
    struct real_world *r = real_of(b.world);
    int control = r->control;
    CU_ASSERT_EQUAL_FATAL(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
    unsigned open = files_open();
    refused_send(pair[1]);
    r->control = pair[0];
    reports_drain(r);
    r->control = control;
    CU_ASSERT_EQUAL(files_open(), open);
    (void)close(pair[0]);
    (void)close(pair[1]);
    CU_ASSERT(bench_until(&b, has_failed, "failure"));
    bench_end(&b);
    CU_ASSERT_EQUAL(files_open(), before);
}

static bool is_killed(const struct bench *b)
{
    return records(b, POINT_PROC_SURVIVED) > 0;
}

static void test_a_stall_within_the_wait_is_none_of_the_grace_either(void)
{
    static struct bench b;

    bench_start(&b, GRACE_MS * MS);
    int64_t begin_ns = world_now(b.world);
    world_stop(b.world, STOP_NORMAL);
    pid_t pid = stall_start(GRACE_MS / 4, STALL_MS);
    CU_ASSERT(bench_until(&b, is_killed, "kill"));
    CU_ASSERT(world_now(b.world) - begin_ns >= GRACE_MS * MS);
    stall_end(pid);
    CU_ASSERT(bench_until(&b, is_over, "end"));
    bench_free(&b);
}

/* In a process of its own: 0 when the world says, with advice, that it cannot be; or, where it can,
 * when both actors come up. */
static int few_files(unsigned nofile)
{
    static struct bench b;
    const struct rlimit limit = {nofile, nofile};
    struct diag diag = {0};

    bench_init(&b, 20 * MS);
    if (setrlimit(RLIMIT_NOFILE, &limit) < 0)
        return 2;
    if (real_world_new(&b.options, &b.world, &diag) < 0)
        return nofile <= NOFILE_LAST && strstr(diag.text, "raise") != NULL ? 0 : 3;
    if (nofile <= NOFILE_LAST || world_start(b.world, &diag) < 0)
        return 1;
    bool up = bench_until(&b, is_ready, "start") && !b.failed;
    world_stop(b.world, STOP_NORMAL);
    bool over = bench_until(&b, is_over, "end");
    bench_free(&b);
    return up && over ? 0 : 4;
}

/* Goal: a run says before it begins that it has too few open files, and needs no more than it says.
 */
static void test_too_few_open_files_are_an_error_with_advice(void)
{
    for (unsigned nofile = NOFILE_FIRST; nofile <= NOFILE_LAST + 1; nofile++) {
        int status = -1;
        (void)fflush(NULL);
        pid_t pid = fork();
        CU_ASSERT_FATAL(pid >= 0);
        if (pid == 0)
            _exit(few_files(nofile));
        while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
        }
        CU_ASSERT_EQUAL(status, 0);
    }
}

int main(void)
{
    CU_pSuite suite = suite_open("outsider", NULL, NULL);

    CU_add_test(suite, "anchor", test_a_killed_anchor_is_a_failure_that_names_it);
    CU_add_test(suite, "actor", test_an_actor_that_an_outsider_kills_is_a_failure_that_names_it);
    CU_add_test(suite, "ours", test_a_kill_of_this_run_is_no_failure);
    CU_add_test(suite, "SIGTERM", test_a_sigterm_of_an_outsider_is_a_failure_that_names_who_got_it);
    CU_add_test(suite, "SIGSTOP", test_a_stop_of_an_outsider_is_a_failure_at_the_end);
    CU_add_test(suite, "stop", test_a_stop_by_the_user_takes_no_grace);
    CU_add_test(suite, "stall", test_time_in_which_the_harness_was_stopped_does_not_count);
    CU_add_test(suite, "late", test_a_death_that_is_seen_late_is_not_dated_late);
    CU_add_test(suite, "grace", test_a_grace_goes_on_after_a_stall_with_what_was_left);
    CU_add_test(suite, "wait", test_a_stall_within_the_wait_is_none_of_the_grace_either);
    CU_add_test(suite, "orders", test_an_actor_whose_orders_were_full_is_asked_again);
    CU_add_test(suite, "refused", test_a_refused_report_leaves_no_descriptor_open);
    CU_add_test(suite, "files", test_too_few_open_files_are_an_error_with_advice);
    return suite_close();
}

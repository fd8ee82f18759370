/* host_test.c: whole trees of real processes on a pseudo-terminal. The test is the harness: it
 * starts the root, reads its terminal and its points, types, tells and kills, and looks at what is
 * left. */
#include "runtime/actor/core.h"
#include "runtime/base/check.h"
#include "runtime/base/pidfd.h"
#include "runtime/base/procfs.h"
#include "runtime/base/tests/suite.h"
#include "runtime/host/control.h"
#include "runtime/host/loop.h"
#include "runtime/host/spawn.h"
#include "runtime/host/tests/actor_tree.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WAIT_MS = 15000, SCREEN_BYTES = 64 * 1024, RECORDS_MAX = 4096, ACTORS_MAX = 32 };

static int program_fd = -1;

struct harness {
    struct spawned root;
    int master;
    int slave;
    int shared;
    struct termios saved;
    char screen[SCREEN_BYTES];
    size_t size;
    size_t matched;
    struct control_report record[RECORDS_MAX];
    unsigned records;
    unsigned looked; /* records that wait_point() has passed */
    int orders[ACTORS_MAX];
    pid_t pid[ACTORS_MAX];
    bool hold; /* keep what asks; else let it go at once */
    int status;
    bool ended;
};

static struct harness *harness; /* one at a time */

/* ---- the harness ------------------------------------------------------------------------- */

static int tree_file(struct tree *t)
{
    int fd = memfd_create("tree", MFD_CLOEXEC | MFD_ALLOW_SEALING);

    CHECK(fd >= 0);
    CHECK(write(fd, t, tree_size(t)) == (ssize_t)tree_size(t));
    CHECK(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW) == 0);
    free(t);
    return fd;
}

/* Starts the tree (which is given away) with the points that ask as hexadecimal bits. */
static void harness_start(struct tree *t, const char *asks)
{
    char points[512];
    char name[] = "actor-tree";
    char *argv[] = {name, NULL};
    char *envp[] = {points, NULL};
    int end[2];
    struct harness *h = calloc(1, sizeof(*h));

    CHECK(h != NULL);
    harness = h;
    for (int i = 0; i < ACTORS_MAX; i++)
        h->orders[i] = -1;
    CHECK((size_t)snprintf(points, sizeof(points), "%s=%s", CONTROL_ENV, asks) < sizeof(points));
    int tree = tree_file(t);
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    CHECK(null >= 0);
    CHECK(openpty(&h->master, &h->slave, NULL, NULL, NULL) == 0);
    CHECK(tcgetattr(h->slave, &h->saved) == 0);
    CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, end) == 0);
    h->shared = end[0];
    struct spawn_move move[] = {
        {null,     0         },
        {h->slave, 1         },
        {h->slave, 2         },
        {h->slave, FD_TTY    },
        {tree,     FD_TREE   },
        {end[1],   FD_CONTROL}
    };
    struct spawn s = {
        .exec_fd = program_fd,
        .argv = argv,
        .envp = envp,
        .move = move,
        .move_count = sizeof(move) / sizeof(move[0]),
        .session = true,
        .control = true,
        .control_fd = h->slave,
    };
    struct diag diag = {0};
    int rc = spawn_process(&s, &h->root, &diag);
    if (rc < 0)
        (void)fprintf(stderr, "%s\n", diag.text);
    CHECK(rc == 0);
    close(end[1]);
    close(tree);
    close(null);
}

static void harness_order(uint16_t actor, enum control_order_kind kind, int64_t value)
{
    struct control_order o = {.kind = kind, .value = value};

    CHECK(actor < ACTORS_MAX && harness->orders[actor] >= 0);
    (void)send(harness->orders[actor], &o, sizeof(o), MSG_NOSIGNAL);
}

static void harness_report(struct harness *h)
{
    union {
        char space[CMSG_SPACE(2 * sizeof(int))];
        struct cmsghdr align;
    } control;
    struct control_report *r = &h->record[h->records];
    struct iovec bytes = {.iov_base = r, .iov_len = sizeof(*r)};
    struct msghdr message = {.msg_iov = &bytes,
                             .msg_iovlen = 1,
                             .msg_control = control.space,
                             .msg_controllen = sizeof(control.space)};

    ssize_t got = recvmsg(h->shared, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
    if (got <= 0) {
        close(h->shared);
        h->shared = -1;
        return;
    }
    CHECK(got == (ssize_t)sizeof(*r) && h->records + 1 < RECORDS_MAX);
    CHECK(r->record.actor < ACTORS_MAX);
    const struct cmsghdr *c = CMSG_FIRSTHDR(&message);
    if (c != NULL) {
        int pass[2];
        memcpy(pass, CMSG_DATA(c), sizeof(pass));
        h->orders[r->record.actor] = pass[0];
        close(pass[1]);
    }
    h->pid[r->record.actor] = r->pid;
    h->records++;
    if (r->asks != 0 && !h->hold)
        harness_order(r->record.actor, CONTROL_GO, 0);
}

/* Serves whatever comes next. Fails when nothing comes for too long. */
static void harness_turn(void)
{
    struct harness *h = harness;
    struct pollfd ready[] = {
        {.fd = h->master,                     .events = POLLIN},
        {.fd = h->shared,                     .events = POLLIN},
        {.fd = h->ended ? -1 : h->root.pidfd, .events = POLLIN}
    };

    int count = poll(ready, 3, WAIT_MS);
    if (count <= 0)
        (void)fprintf(stderr, "nothing came; the screen so far:\n%s\n", h->screen);
    CHECK(count > 0);
    if ((ready[0].revents & POLLIN) != 0) {
        ssize_t got = read(h->master, h->screen + h->size, SCREEN_BYTES - 1 - h->size);
        CHECK(got >= 0 || errno == EIO);
        h->size += got > 0 ? (size_t)got : 0;
    }
    if (h->shared >= 0 && ready[1].revents != 0)
        harness_report(h);
    if (ready[2].revents != 0) {
        siginfo_t info = {0};
        CHECK(waitid(P_PIDFD, (id_t)h->root.pidfd, &info, WEXITED) == 0);
        h->status = info.si_code == CLD_EXITED ? info.si_status : -info.si_status;
        h->ended = true;
    }
}

/* Waits for the text after the last one that was waited for. */
static void wait_text(const char *text)
{
    struct harness *h = harness;

    for (;;) {
        const char *at = strstr(h->screen + h->matched, text);
        if (at != NULL) {
            h->matched = (size_t)(at - h->screen) + strlen(text);
            return;
        }
        if (h->ended)
            (void)fprintf(stderr, "no \"%s\" on the screen:\n%s\n", text, h->screen);
        CHECK(!h->ended);
        harness_turn();
    }
}

/* Waits for the next such point of the actor (ACTOR_NONE: anybody). */
static const struct control_report *wait_point(unsigned point, uint16_t actor)
{
    struct harness *h = harness;

    for (;;) {
        while (h->looked < h->records) {
            const struct control_report *r = &h->record[h->looked++];
            if (r->kind == CONTROL_POINT && r->record.point == point &&
                (actor == ACTOR_NONE || r->record.actor == actor))
                return r;
        }
        if (h->shared < 0)
            (void)fprintf(stderr, "no more %s\n", point_name(point));
        CHECK(h->shared >= 0);
        harness_turn();
    }
}

static unsigned count_point(unsigned point, uint16_t actor)
{
    unsigned count = 0;

    for (unsigned i = 0; i < harness->records; i++) {
        const struct control_report *r = &harness->record[i];
        count += r->kind == CONTROL_POINT && r->record.point == point &&
                 (actor == ACTOR_NONE || r->record.actor == actor);
    }
    return count;
}

/* Waits until the actor has been at such a point, now or earlier: members of a group may handle
 * one key in any order. */
static void wait_seen(unsigned point, uint16_t actor)
{
    while (count_point(point, actor) == 0) {
        CHECK(harness->shared >= 0);
        harness_turn();
    }
}

/* The process of an actor, once it has said a word. */
static pid_t pid_of(uint16_t actor)
{
    while (harness->pid[actor] == 0) {
        CHECK(harness->shared >= 0);
        harness_turn();
    }
    return harness->pid[actor];
}

static void type(const char *keys)
{
    CHECK(write(harness->master, keys, strlen(keys)) == (ssize_t)strlen(keys));
}

static bool modes_equal(const struct termios *a, const struct termios *b)
{
    return a->c_iflag == b->c_iflag && a->c_oflag == b->c_oflag && a->c_cflag == b->c_cflag &&
           a->c_lflag == b->c_lflag && memcmp(a->c_cc, b->c_cc, sizeof(a->c_cc)) == 0;
}

/* Waits for the end, checks that nothing is left and the terminal is as before. Returns the
 * root's exit status, negative for a signal. */
static int harness_end(void)
{
    struct harness *h = harness;
    pid_t left[PROCFS_CHILDREN_MAX];
    struct termios now = {0};

    while (!h->ended || h->shared >= 0)
        harness_turn();
    /* This process is a subreaper: whatever the tree has left behind is its child now. */
    CU_ASSERT_EQUAL(procfs_children(getpid(), getpid(), left, PROCFS_CHILDREN_MAX), 0);
    CHECK(tcgetattr(h->slave, &now) == 0);
    CU_ASSERT_TRUE(modes_equal(&now, &h->saved));
    int status = h->status;
    close(h->master);
    close(h->slave);
    close(h->root.pidfd);
    for (int i = 0; i < ACTORS_MAX; i++) {
        if (h->orders[i] >= 0)
            close(h->orders[i]);
    }
    free(h);
    harness = NULL;
    return status;
}

/* "1" at the digit of the point, zeros behind. */
static const char *hex_of(unsigned point)
{
    static char hex[POINTS / 4 + 2];

    (void)snprintf(hex, sizeof(hex), "%x%0*d", 1U << point % 4, (int)(point / 4), 0);
    return hex;
}

/* ---- tests ------------------------------------------------------------------------------- */

static void test_host_runs_trees_of_any_depth_to_a_clean_end(void)
{
    static const unsigned depth[] = {0, 2, 7};

    for (unsigned i = 0; i < sizeof(depth) / sizeof(depth[0]); i++) {
        harness_start(tree_chain(depth[i]), "0");
        unsigned actors = depth[i] + 2;
        wait_text("leaf> ");
        type("\003");
        wait_text("leaf> ");
        /* A root that hears of ^C only when the prompt is left would be right to end the tree. */
        for (unsigned k = 0; k < actors; k++)
            wait_seen(POINT_SIG_HANDLED, (uint16_t)k);
        type("c\r");
        for (unsigned k = 0; k < actors; k++)
            CU_ASSERT_EQUAL(wait_point(POINT_SPAWN_AFTER_EXEC, (uint16_t)k)->record.value, 0);
        while (!harness->ended || harness->shared >= 0)
            harness_turn();
        CU_ASSERT_EQUAL(count_point(POINT_EXIT_REAPED, ACTOR_NONE), actors - 1);
        CU_ASSERT_EQUAL(count_point(POINT_NURSERY_CANCEL_FANOUT, ACTOR_NONE), 0);
        CU_ASSERT_EQUAL(harness_end(), 0);
    }
}

static void test_host_says_which_descriptor_leaks(void)
{
    struct tree *t = tree_chain(1);

    t->defects = defect_bit(DEFECT_LEAK_DESCRIPTOR);
    harness_start(t, "0");
    CU_ASSERT_EQUAL(wait_point(POINT_SPAWN_AFTER_EXEC, 0)->record.value, 0);
    CU_ASSERT_EQUAL(wait_point(POINT_SPAWN_AFTER_EXEC, 1)->record.value, 1);
    wait_text("leaf> ");
    type("c\r");
    CU_ASSERT_EQUAL(harness_end(), 0);
}

static void test_host_holds_a_point_while_keys_arrive(void)
{
    harness_start(tree_chain(2), hex_of(POINT_DBG_PROMPT));
    harness->hold = true;
    (void)wait_point(POINT_DBG_PROMPT, 3);
    type("\003\003\003");
    wait_seen(POINT_SIG_HANDLED, 0);
    wait_seen(POINT_SIG_HANDLED, 1);
    /* The leaf has not even written its prompt. */
    CU_ASSERT_PTR_NULL(strstr(harness->screen, "leaf> "));
    CU_ASSERT_EQUAL(count_point(POINT_SIG_HANDLED, 3), 0);
    harness_order(3, CONTROL_GO, 0);
    wait_text("leaf> ");
    wait_seen(POINT_SIG_HANDLED, 3);
    wait_text("leaf> ");
    type("c\r");
    CU_ASSERT_EQUAL(harness_end(), 0);
}

/* Asks the actor for its rest; returns what it still waits for. */
static enum core_waits idle_said(uint16_t actor, int64_t probe)
{
    harness_order(actor, CONTROL_PROBE, probe);
    for (unsigned at = harness->records;; at++) {
        while (at == harness->records)
            harness_turn();
        const struct control_report *r = &harness->record[at];
        if (r->kind == CONTROL_IDLE && r->record.actor == actor && r->record.value == probe)
            return (enum core_waits)r->record.extra;
    }
}

static void test_host_says_when_its_loop_is_idle_and_does_what_it_is_told(void)
{
    struct tree *t = tree_chain(1);

    t->node[2].pause_when = WHEN_TOLD;
    t->node[2].role = ROLE_WORKER;
    harness_start(t, "0");
    (void)wait_point(POINT_SPAWN_READY, 2);
    (void)idle_said(2, 77);
    harness_order(2, CONTROL_TELL, TELL_PAUSE);
    wait_text("leaf> ");
    type("c\r");
    (void)wait_point(POINT_DBG_REL_SENT, 2);
    harness_order(2, CONTROL_TELL, TELL_EXIT);
    CU_ASSERT_EQUAL(harness_end(), 0);
}

static void test_host_reports_the_last_frame_of_a_child_before_its_exit(void)
{
    harness_start(tree_chain(1), "0");
    wait_text("leaf> ");
    type("q\r");
    while (!harness->ended || harness->shared >= 0)
        harness_turn();
    unsigned result = 0;
    unsigned reaped = 0;
    for (unsigned i = 0; i < harness->records; i++) {
        const struct trace_record *r = &harness->record[i].record;
        if (r->actor == 1 && r->peer == 2 && r->point == POINT_LINK_BEFORE_RECV + FRAME_RESULT)
            result = i;
        if (r->actor == 1 && r->peer == 2 && r->point == POINT_EXIT_REAPED)
            reaped = i;
    }
    CU_ASSERT_TRUE(result > 0 && result < reaped);
    CU_ASSERT_EQUAL(harness_end(), 1);
}

/* Holds the leaf's parent until the leaf has said its result and is dead, then lets it look. */
static unsigned results_seen(uint64_t defects)
{
    struct tree *t = tree_chain(1);

    t->defects = defects;
    harness_start(t, hex_of(POINT_DBG_HOP_REL));
    harness->hold = true;
    wait_text("leaf> ");
    type("q\r");
    (void)wait_point(POINT_DBG_HOP_REL, 1);
    wait_seen(POINT_EXIT_CLOSED, 2);
    /* A parent that hears late finds the leaf dead by itself, and has reaped it by now. */
    int pidfd = pidfd_of(pid_of(2));
    struct pollfd dead = {.fd = pidfd, .events = POLLIN};
    if (pidfd >= 0) {
        CHECK(poll(&dead, 1, WAIT_MS) == 1);
        close(pidfd);
    } else {
        CHECK(errno == ESRCH && count_point(POINT_EXIT_REAPED, 1) == 1);
    }
    harness->hold = false;
    harness_order(1, CONTROL_GO, 0);
    while (!harness->ended || harness->shared >= 0)
        harness_turn();
    unsigned seen = count_point(POINT_LINK_BEFORE_RECV + FRAME_RESULT, 1);
    CU_ASSERT_EQUAL(count_point(POINT_EXIT_REAPED, 1), 1);
    CU_ASSERT_EQUAL(harness_end(), 1);
    return seen;
}

static void test_host_hears_a_dead_child_out_unless_the_defect_is_on(void)
{
    CU_ASSERT_EQUAL(results_seen(0), 1);
    CU_ASSERT_EQUAL(results_seen(defect_bit(DEFECT_EARLY_EXIT)), 0);
}

static void test_host_restores_the_terminal_when_the_holder_is_killed(void)
{
    harness_start(tree_chain(2), "0");
    wait_text("leaf> ");
    CHECK(kill(pid_of(3), SIGKILL) == 0);
    CU_ASSERT_EQUAL(wait_point(POINT_EXIT_REAPED, 2)->record.value, SIGKILL);
    (void)wait_point(POINT_DBG_TTY_RESTORED, 0);
    CU_ASSERT_EQUAL(harness_end(), 1);
}

static void test_host_leaves_nothing_when_an_intermediate_is_killed(void)
{
    harness_start(tree_chain(3), "0");
    wait_text("leaf> ");
    CHECK(kill(pid_of(2), SIGKILL) == 0);
    (void)wait_point(POINT_ORPHAN_NOTICED, 3);
    CU_ASSERT_EQUAL(harness_end(), 1);
}

static void test_host_leaves_nothing_when_the_root_is_killed(void)
{
    harness_start(tree_chain(2), "0");
    wait_text("leaf> ");
    CHECK(kill(pid_of(0), SIGKILL) == 0);
    (void)wait_point(POINT_ORPHAN_NOTICED, 1);
    while (!harness->ended || harness->shared >= 0)
        harness_turn();
    /* What it left is ours by now, and has ended. */
    pid_t left[PROCFS_CHILDREN_MAX];
    int count;
    while ((count = procfs_children(getpid(), getpid(), left, PROCFS_CHILDREN_MAX)) > 0) {
        for (int i = 0; i < count; i++)
            CHECK(waitpid(left[i], NULL, 0) == left[i]);
    }
    CU_ASSERT_EQUAL(harness_end(), -SIGKILL);
}

static void test_host_adopts_a_stopped_orphan_and_ends_it(void)
{
    harness_start(tree_chain(1), "0");
    wait_text("leaf> ");
    pid_t leaf = pid_of(2);
    CHECK(kill(leaf, SIGSTOP) == 0);
    CHECK(kill(pid_of(1), SIGKILL) == 0);
    CU_ASSERT_EQUAL(wait_point(POINT_ORPHAN_ADOPTED, 0)->record.value, leaf);
    /* By the lock's proof of death, or by the limit for adopted processes: it does not stay. */
    CU_ASSERT_EQUAL(harness_end(), 1);
}

/* Goal: what is deaf and still there at the root's end is killed then, and all that is told. */
static void test_host_kills_at_its_end_what_was_left_behind(void)
{
    static const enum tree_detach ways[] = {DETACH_DOUBLE_FORK, DETACH_SETSID};
    static const enum point points[] = {POINT_ORPHAN_ADOPTED, POINT_ORPHAN_KILLED,
                                        POINT_ORPHAN_REAPED};

    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        struct tree *t = tree_chain(0);
        t->node[0].detach = (uint8_t)ways[i];
        harness_start(t, "0");
        wait_text("leaf> ");
        int64_t left = wait_point(points[0], 0)->record.value;
        CU_ASSERT_EQUAL(idle_said(0, 5), CORE_WAITS_SOME); /* it may end */
        type("c\r");
        for (size_t k = 1; k < sizeof(points) / sizeof(points[0]); k++)
            CU_ASSERT_EQUAL(wait_point(points[k], 0)->record.value, left);
        while (!harness->ended || harness->shared >= 0)
            harness_turn();
        for (size_t k = 0; k < sizeof(points) / sizeof(points[0]); k++)
            CU_ASSERT_EQUAL(count_point(points[k], ACTOR_NONE), 1);
        CU_ASSERT_EQUAL(harness_end(), 0);
    }
}

/* Goal: the root still waits for what somebody below it has left, although nobody has told it. */
static void test_host_waits_for_what_is_left_below_it(void)
{
    struct tree *t = tree_chain(0);

    t->node[1].detach = DETACH_DOUBLE_FORK;
    harness_start(t, "0");
    wait_text("leaf> ");
    CU_ASSERT_EQUAL(idle_said(0, 5), CORE_WAITS_SOME);
    type("c\r");
    CU_ASSERT_EQUAL(harness_end(), 0);
}

static void test_host_ends_a_spinning_orphan_by_its_alarm(void)
{
    struct tree *t = tree_chain(1);

    t->node[2].role = ROLE_SPINNER;
    t->node[2].pause_when = WHEN_NEVER;
    harness_start(t, "0");
    (void)wait_point(POINT_SPAWN_READY, 2);
    (void)wait_point(POINT_LINK_BEFORE_SEND + FRAME_READY, 2);
    pid_t spinner = pid_of(2);
    CHECK(kill(pid_of(0), SIGKILL) == 0);
    CHECK(kill(pid_of(1), SIGKILL) == 0);
    int status = 0;
    while (waitpid(spinner, &status, 0) < 0)
        CHECK(errno == ECHILD || errno == EINTR);
    CU_ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM);
    while (waitpid(pid_of(1), NULL, WNOHANG) > 0)
        continue;
    CU_ASSERT_EQUAL(harness_end(), -SIGKILL);
}

/* A child as its parent starts it, told that this is `parent`, with `link` as its link. Returns its
 * exit status after `link_end` was closed. */
static int lonely_child(pid_t parent, int link, int link_end)
{
    char told[64];
    char name[] = "actor-tree";
    char *argv[] = {name, NULL};
    char *envp[] = {told, NULL};
    siginfo_t info = {0};
    struct spawned child;

    (void)snprintf(told, sizeof(told), "%s=%d", CONTROL_ENV_PARENT, (int)parent);
    int tree = tree_file(tree_chain(1));
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    struct spawn_move move[] = {
        {null, 0      },
        {null, 1      },
        {null, 2      },
        {link, FD_LINK},
        {tree, FD_TREE}
    };
    struct spawn s = {.exec_fd = program_fd,
                      .argv = argv,
                      .envp = envp,
                      .move = move,
                      .move_count = sizeof(move) / sizeof(move[0]),
                      .death_signal = SIGTERM};
    CHECK(spawn_process(&s, &child, NULL) == 0);
    (void)close(link);
    (void)close(link_end);
    CHECK(waitid(P_PIDFD, (id_t)child.pidfd, &info, WEXITED) == 0);
    CU_ASSERT_EQUAL(info.si_code, CLD_EXITED);
    (void)close(child.pidfd);
    (void)close(tree);
    (void)close(null);
    return info.si_status;
}

/* Goal: a child does not outlive its parent, whichever of the three signs comes: another parent
 * than the one that it was told (before the kernel could send it anything), the end of its link.
 * And without a link it says so and does nothing. */
static void test_host_child_without_a_parent_ends(void)
{
    int end[2];

    CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, end) == 0);
    int spare = dup(end[0]); /* the link does not end */
    CHECK(spare >= 0);
    CU_ASSERT_EQUAL(lonely_child(1, end[1], end[0]), CORE_STATUS_ORPHANED);
    (void)close(spare);
    CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, end) == 0);
    CU_ASSERT_EQUAL(lonely_child(getpid(), end[1], end[0]), CORE_STATUS_ORPHANED);
    CHECK(pipe2(end, O_CLOEXEC) == 0);
    CU_ASSERT_EQUAL(lonely_child(getpid(), end[1], end[0]), 1);
}

static void test_host_stops_and_continues_at_a_prompt(void)
{
    harness_start(tree_chain(1), "0");
    wait_text("leaf> ");
    CHECK(kill(pid_of(2), SIGTSTP) == 0);
    (void)wait_point(POINT_SIG_STOP, 2);
    CHECK(kill(pid_of(2), SIGCONT) == 0);
    (void)wait_point(POINT_SIG_CONT, 2);
    wait_text("leaf> ");
    type("c\r");
    CU_ASSERT_EQUAL(harness_end(), 0);
}

int main(void)
{
    (void)alarm(60);
    char path[PATH_MAX];

    program_path(path, sizeof(path));
    program_fd = open(path, O_PATH | O_CLOEXEC);
    CHECK(program_fd >= 0);
    CHECK(prctl(PR_SET_CHILD_SUBREAPER, 1) == 0);
    CU_pSuite suite = suite_open("host", NULL, NULL);
    CU_ADD_TEST(suite, test_host_runs_trees_of_any_depth_to_a_clean_end);
    CU_ADD_TEST(suite, test_host_says_which_descriptor_leaks);
    CU_ADD_TEST(suite, test_host_holds_a_point_while_keys_arrive);
    CU_ADD_TEST(suite, test_host_says_when_its_loop_is_idle_and_does_what_it_is_told);
    CU_ADD_TEST(suite, test_host_reports_the_last_frame_of_a_child_before_its_exit);
    CU_ADD_TEST(suite, test_host_hears_a_dead_child_out_unless_the_defect_is_on);
    CU_ADD_TEST(suite, test_host_restores_the_terminal_when_the_holder_is_killed);
    CU_ADD_TEST(suite, test_host_leaves_nothing_when_an_intermediate_is_killed);
    CU_ADD_TEST(suite, test_host_leaves_nothing_when_the_root_is_killed);
    CU_ADD_TEST(suite, test_host_waits_for_what_is_left_below_it);
    CU_ADD_TEST(suite, test_host_adopts_a_stopped_orphan_and_ends_it);
    CU_ADD_TEST(suite, test_host_kills_at_its_end_what_was_left_behind);
    CU_ADD_TEST(suite, test_host_ends_a_spinning_orphan_by_its_alarm);
    CU_ADD_TEST(suite, test_host_child_without_a_parent_ends);
    CU_ADD_TEST(suite, test_host_stops_and_continues_at_a_prompt);
    int rc = suite_close();
    close(program_fd);
    return rc;
}

/* told_bench.h: a world of actors that are no processes: the test has the other ends of their
 * sockets, reads what each is told, and says for it what it likes, when it likes. */
#ifndef HARNESS_REAL_TESTS_TOLD_BENCH_H
#define HARNESS_REAL_TESTS_TOLD_BENCH_H

#include "harness/real/real.h"
#include "harness/real/tests/real_test.h"
#include "harness/subject/tests/cast_made.h"
#include "runtime/base/check.h"
#include "runtime/base/pidfd.h"
#include "runtime/base/tests/suite.h"
#include "runtime/host/baton.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

/* A root and its children, and one that is below LEAF. NOBODY is where the next would be: it looks
 * as if it were there and had all to do, but nothing may look at it. */
enum { ROOT, LEAF, OTHER, BELOW, ACTORS, NOBODY = ACTORS };

enum { EVENT_KINDS = 16, NOBODYS_PID = 0x7ffffff0 };

struct bench {
    struct tree tree;
    struct cast *cast;
    struct world_options options;
    struct world *world;
    struct real_world *r;
    int told[ACTORS];           /* what each actor is sent */
    struct real_process nobody; /* as it is to stay */
    int says;                   /* what all report */
    int slave;                  /* after bench_terminal(); it is the terminal's */
    int guard; /* what the guard is sent, and says; -1: bench_guard() was not called */
    int events[EVENT_KINDS];
    struct world_event last; /* of them, but for records */
    bool says_due;           /* a timer of the test */
    char failure[512];
};

static inline void on_event(void *user, const struct world_event *e)
{
    struct bench *b = user;

    CHECK((unsigned)e->kind < EVENT_KINDS);
    b->events[e->kind]++;
    if (e->kind == WORLD_FAILED)
        (void)snprintf(b->failure, sizeof(b->failure), "%s", e->diag->text);
    if (e->kind != WORLD_RECORD)
        b->last = *e;
}

/* How many events of that kind the run was given, with those that wait for it. */
static inline int events(struct bench *b, enum world_event_kind kind)
{
    (void)queue_give(b->world);
    return b->events[kind];
}

/* Actors that live, have reported, and have nothing to do. */
static inline void bench_open(struct bench *b)
{
    static const char *const names[ACTORS] = {"root", "leaf", "other", "below"};
    static const uint16_t parents[ACTORS] = {ACTOR_NONE, ROOT, ROOT, LEAF};
    struct diag diag = {0};
    int pair[2];

    *b = (struct bench){
        .tree = {.magic = TREE_MAGIC, .count = ACTORS},
          .guard = -1
    };
    b->tree.bytes = sizeof(struct tree_node);
    for (uint16_t i = 0; i < ACTORS; i++) {
        b->tree.node[i].parent = parents[i];
        (void)snprintf(b->tree.node[i].name, TREE_NAME_BYTES, "%s", names[i]);
    }
    b->tree.node[ROOT].below = ACTORS - 1;
    b->tree.node[LEAF].below = 1;
    b->cast = cast_new(ACTORS + 1);
    cast_add_tree(b->cast, &b->tree);
    b->cast->room = ACTORS + 1;
    b->options = (struct world_options){.cast = b->cast,
                                        .subject = SUBJECT_TREE,
                                        .tree = &b->tree,
                                        .rows = 24,
                                        .columns = 80,
                                        .helper_dir = "",
                                        .on_event = on_event,
                                        .user = b};
    CU_ASSERT_EQUAL_FATAL(real_world_new(&b->options, &b->world, &diag), 0);
    b->r = real_of(b->world);
    b->r->phase = REAL_RUN;
    CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == 0);
    b->r->control = pair[0];
    b->says = pair[1];
    for (uint16_t i = 0; i < ACTORS; i++) {
        CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == 0);
        b->r->process[i].orders = pair[0];
        b->r->process[i].state = PROCESS_LIVE;
        b->r->process[i].reported = true;
        b->told[i] = pair[1];
    }
    b->nobody = (struct real_process){.state = PROCESS_LIVE,
                                      .reported = true,
                                      .up_sent = 1,
                                      .owed_go = true,
                                      .owes_key = true,
                                      .harm_owed_below = true,
                                      .pidfd = -1,
                                      .orders = -1,
                                      .status = -1};
    b->r->process[NOBODY] = b->nobody;
}

/* There is room for one more. */
static inline void bench_room(struct bench *b)
{
    b->nobody = (struct real_process){.pidfd = -1, .orders = -1, .status = -1};
    b->r->process[NOBODY] = b->nobody;
}

/* A guard that is the test: its end is b->guard. Its process has ended, as far as can be seen. */
static inline void bench_guard(struct bench *b)
{
    int pair[2];

    CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == 0);
    b->r->guard = (struct guard_link){
        .fd = pair[0], .pid = NOBODYS_PID, .child = NOBODYS_PID, .pidfd = eventfd(1, EFD_CLOEXEC)};
    b->guard = pair[1];
}

/* For a timer of the world in place of its own. */
static inline void timer_due(struct loop_timer *t)
{
    struct bench *b = t->user;

    b->says_due = true;
}

/* A terminal that nobody runs at. */
static inline void bench_terminal(struct bench *b)
{
    struct diag diag;

    CHECK(terminal_open(b->r, &b->slave, &diag) == 0);
}

static inline void nobody_is_as_before(const struct bench *b)
{
    const struct real_process *is = &b->r->process[NOBODY];
    const struct real_process *was = &b->nobody;

    CU_ASSERT_EQUAL(is->state, was->state);
    CU_ASSERT(is->owed_go == was->owed_go && is->owes_key == was->owes_key);
    CU_ASSERT_EQUAL(is->harm_owed_below, was->harm_owed_below);
    CU_ASSERT(is->stopping == was->stopping && is->held == was->held);
    CU_ASSERT(is->kill_known == was->kill_known && is->expected == was->expected);
    CU_ASSERT_EQUAL(is->probe_asked, was->probe_asked);
}

static inline void bench_close(struct bench *b)
{
    if (b->cast->count == ACTORS)
        nobody_is_as_before(b);
    for (uint16_t i = 0; i < ACTORS; i++) {
        if (b->told[i] >= 0)
            CHECK(close(b->told[i]) == 0);
    }
    if (b->says >= 0)
        CHECK(close(b->says) == 0);
    if (b->guard >= 0)
        CHECK(close(b->guard) == 0);
    world_free(b->world);
    free(b->cast);
}

/* ---- Real processes where it takes one ---- */

/* A process that waits; with a pidfd that is the caller's. */
static inline pid_t child_start(int *pidfd)
{
    int up[2];
    char byte;

    (void)fflush(NULL);
    CHECK(pipe(up) == 0);
    pid_t pid = fork();
    CHECK(pid >= 0);
    if (pid == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        (void)close_range(3, ~0U, 0); /* somebody may wait for the end of one of them */
        for (;;)
            (void)pause();
    }
    CHECK(close(up[1]) == 0 && read(up[0], &byte, 1) == 0 && close(up[0]) == 0);
    *pidfd = pidfd_of(pid);
    CHECK(*pidfd >= 0);
    return pid;
}

static inline void child_end(pid_t pid)
{
    (void)kill(pid, SIGKILL);
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {
    }
}

/* Has the record lock until it is killed. */
static inline pid_t holder_start(int baton, int *pidfd)
{
    int said[2];
    char byte = 0;

    CHECK(pipe(said) == 0);
    pid_t pid = fork();
    CHECK(pid >= 0);
    if (pid == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (baton_try(baton) == 0 && write(said[1], &byte, 1) == 1)
            for (;;)
                (void)pause();
        _exit(1);
    }
    CHECK(read(said[0], &byte, 1) == 1);
    CHECK(close(said[0]) == 0 && close(said[1]) == 0);
    *pidfd = pidfd_of(pid);
    return pid;
}

/* ---- What the actors are told, and say ---- */

/* The next order to the actor. False: there is none. */
static inline bool order_next(const struct bench *b, uint16_t actor, struct control_order *out)
{
    return recv(b->told[actor], out, sizeof(*out), MSG_DONTWAIT) == (ssize_t)sizeof(*out);
}

/* The number of the probe that the actor is asked next, or -1. */
static inline int64_t asked(const struct bench *b, uint16_t actor)
{
    struct control_order order;

    return order_next(b, actor, &order) && order.kind == CONTROL_PROBE ? order.value : -1;
}

/* Nobody reads what the actor is sent any more. */
static inline void ears_close(struct bench *b, uint16_t actor)
{
    CHECK(close(b->told[actor]) == 0);
    b->told[actor] = -1;
}

/* There is no room for another order to the actor. Returns how many there are. */
static inline unsigned ears_fill(const struct bench *b, uint16_t actor)
{
    const int least = 1; /* the kernel takes its own minimum */
    const struct control_order order = {.kind = CONTROL_TELL};
    unsigned count = 0;
    int fd = b->r->process[actor].orders;

    CHECK(setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &least, sizeof(least)) == 0);
    while (send(fd, &order, sizeof(order), MSG_DONTWAIT) == (ssize_t)sizeof(order))
        count++;
    return count;
}

static inline void say(const struct bench *b, const struct control_report *report)
{
    CHECK(send(b->says, report, sizeof(*report), 0) == (ssize_t)sizeof(*report));
}

static inline void report(const struct bench *b, uint16_t actor, uint32_t kind, uint16_t point,
                          int64_t value)
{
    say(b, &(struct control_report){
               .kind = kind,
               .record = {.actor = actor, .point = point, .peer = ACTOR_NONE, .value = value}
    });
}

/* ---- The trace ---- */

static inline const struct trace_record *record_at(const struct bench *b, size_t i)
{
    return i < b->world->trace.count ? &b->world->trace.record[i] : NULL;
}

static inline int records(const struct bench *b, uint16_t actor, enum point point)
{
    int count = 0;

    for (size_t i = 0; i < b->world->trace.count; i++) {
        const struct trace_record *rec = record_at(b, i);
        count += rec->actor == actor && rec->point == (uint16_t)point;
    }
    return count;
}

static inline const struct trace_record *record_last(const struct bench *b)
{
    return record_at(b, b->world->trace.count - 1);
}

#endif

/* program_cases.h: the actors of program_test.c, one or two for each case. The test starts itself:
 * with a case's name it is that case's root, or a child of it. */
#ifndef RUNTIME_HOST_TESTS_PROGRAM_CASES_H
#define RUNTIME_HOST_TESTS_PROGRAM_CASES_H

#include "runtime/base/check.h"
#include "runtime/include/actor.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CASE_ROOT = 0, CASE_WORKER = 1 };

struct state {
    int count;
    int child;
    int other;
    int fd;
    int nursery;
    int64_t at_ns;
    uint32_t call;
};

static __attribute__((format(printf, 2, 3))) void say(struct actor *a, const char *format, ...)
{
    char line[1024];
    va_list args;

    va_start(args, format);
    int size = vsnprintf(line, sizeof(line), format, args);
    va_end(args);
    CHECK(size >= 0 && (size_t)size < sizeof(line));
    CHECK(actor_print(a, line, (size_t)size) == 0);
}

static void say_outcome(struct actor *a, const struct actor_event *e)
{
    say(a, "%u %s %d '%s' '%s'", (unsigned)e->from, actor_error_name(e->error_kind), (int)e->code,
        e->path, e->text);
}

/* Runs a line of a shell; its output is this actor's. */
static int shell(struct actor *a, const char *line, struct actor_exec exec)
{
    const char *argv[] = {"sh", "-c", line, NULL};

    exec.argv = argv;
    return actor_exec(a, &exec);
}

/* The same with a pipe that is watched; returns its end. */
static int shell_piped(struct actor *a, const char *line, struct actor_exec exec, int *child)
{
    int end[2];

    CHECK(pipe2(end, O_CLOEXEC) == 0);
    exec.out = end[1];
    *child = shell(a, line, exec);
    CHECK(close(end[1]) == 0);
    CHECK(actor_watch(a, end[0], ACTOR_READABLE) == 0);
    return end[0];
}

/* Floods when it is called, and wakes its parent after that. */
static void flood(struct actor *a, const struct actor_event *e)
{
    struct state *s = actor_state(a);
    static char line[ACTOR_PRINT_BYTES_MAX];
    int rc = 0;

    if (e->kind != ACTOR_EVENT_CALL && e->kind != ACTOR_EVENT_TIMER)
        return;
    memset(line, 'f', sizeof(line) - 1);
    line[sizeof(line) - 1] = '\n';
    for (int i = 0; i < ACTOR_CALLS_QUEUED_MAX - 2; i++)
        rc |= actor_print(a, line, sizeof(line) - 1);
    CHECK(rc == 0);
    if (++s->count < 60) {
        CHECK(actor_timer(a, 0, actor_now_ns(a)) == 0);
        return;
    }
    CHECK(kill(getppid(), SIGCONT) == 0);
    (void)actor_return(a);
}

/* Nothing of the runtime's reaches a program that code of the actor's own starts. */
static bool all_close_on_exec(void)
{
    for (int fd = STDERR_FILENO + 1; fd < 256; fd++) {
        int flags = fcntl(fd, F_GETFD);
        if (flags >= 0 && (flags & FD_CLOEXEC) == 0)
            return false;
    }
    return true;
}

static void worker_start(struct actor *a, struct state *s, const char *arg)
{
    const struct actor_spawn leaf = {
        .def = CASE_WORKER, .name = "leaf", .arg = "fail", .arg_size = 5};

    CHECK(all_close_on_exec());
    s->other = strcmp(arg, "flood") == 0;
    if (strcmp(arg, "fail") == 0)
        (void)actor_fail(a, 7, "no route", false);
    if (strcmp(arg, "fail below") == 0)
        s->child = actor_spawn(a, &leaf);
    if (strcmp(arg, "environment") == 0)
        CHECK(shell(a, "echo $KEPT; env | grep -c ACTOR_; true", (struct actor_exec){0}) > 0);
    if (strcmp(arg, "prompt") == 0)
        (void)actor_pause(a, 1, false);
    if (strcmp(arg, "end") == 0 || strcmp(arg, "environment") == 0)
        (void)actor_return(a);
}

/* A worker does what its argument says. */
static void worker_event(struct actor *a, const struct actor_event *e)
{
    struct state *s = actor_state(a);

    if (e->kind == ACTOR_EVENT_START)
        worker_start(a, s, e->data);
    else if (s->other == 1)
        flood(a, e);
    else if (e->kind == ACTOR_EVENT_CALL)
        (void)actor_print(a, e->data, e->size);
    else if (e->kind == ACTOR_EVENT_COMMAND && e->size > 0)
        (void)actor_call(a, ACTOR_PARENT, e->data, e->size);
    else if (e->kind == ACTOR_EVENT_LEFT || e->kind == ACTOR_EVENT_CANCEL)
        (void)actor_return(a);
}

static int worker(struct actor *a, const char *name, const char *arg, int nursery)
{
    const struct actor_spawn spawn = {.def = CASE_WORKER,
                                      .name = name,
                                      .nursery = (unsigned)nursery,
                                      .arg = arg,
                                      .arg_size = strlen(arg) + 1,
                                      .room = 1};
    return actor_spawn(a, &spawn);
}

/* Programs one after the other, each with what became of it. */
static void case_ends(struct actor *a, const struct actor_event *e)
{
    static const char *const lines[] = {"true", "exit 3", "kill -KILL $$"};
    struct state *s = actor_state(a);

    if (e->kind == ACTOR_EVENT_START)
        s->nursery = actor_nursery_open(a, 0, true);
    if (e->kind == ACTOR_EVENT_LIVE)
        say(a, "%u runs", (unsigned)e->from);
    if (e->kind == ACTOR_EVENT_OUTCOME)
        say_outcome(a, e);
    if (e->kind == ACTOR_EVENT_START || e->kind == ACTOR_EVENT_OUTCOME) {
        const char *missing[] = {"./is-not-there", NULL};
        struct actor_exec exec = {.nursery = (unsigned)s->nursery};
        if (s->count < 3)
            (void)shell(a, lines[s->count], exec);
        exec.argv = missing;
        if (s->count == 3)
            (void)actor_exec(a, &exec);
        if (s->count++ == 4)
            (void)actor_nursery_close(a, (unsigned)s->nursery);
    }
    if (e->kind == ACTOR_EVENT_CLOSED) {
        say(a, "closed %s %d '%s'", actor_error_name(e->error_kind), (int)e->code, e->path);
        (void)actor_return(a);
    }
}

/* Programs that are looked for: a file that is no program counts more than none at all. */
static void case_looks(struct actor *a, const struct actor_event *e)
{
    static const struct {
        const char *path;
        const char *name;
    } rows[] = {
        {"/proc:/usr/bin:/bin", "true"        },
        {"/etc:/proc",          "passwd"      },
        {"/proc:/etc",          "passwd"      },
        {"/etc:/proc",          "is-not-there"},
    };
    struct state *s = actor_state(a);

    if (e->kind == ACTOR_EVENT_START)
        s->nursery = actor_nursery_open(a, 0, true);
    if (e->kind == ACTOR_EVENT_OUTCOME)
        say_outcome(a, e);
    if (e->kind != ACTOR_EVENT_START && e->kind != ACTOR_EVENT_OUTCOME)
        return;
    if (s->count == sizeof(rows) / sizeof(rows[0])) {
        (void)actor_return(a);
        return;
    }
    const char *argv[] = {rows[s->count].name, NULL};
    /* NOLINTNEXTLINE(concurrency-mt-unsafe): this process has one thread */
    CHECK(setenv("PATH", rows[s->count].path, 1) == 0);
    CHECK(actor_exec(a, &(struct actor_exec){.argv = argv, .nursery = (unsigned)s->nursery}) > 0);
    s->count++;
}

/* What a program inherits, and what it is given. */
static void case_inherits(struct actor *a, const struct actor_event *e)
{
    static const char line[] =
        "pwd; echo $0 $A; env | grep -c ACTOR_; grep -E 'Sig(Blk|Ign)' /proc/self/status; "
        "for i in 0 1 2 3 4 5 6 7 8 9 10 11 12; do [ -e /proc/$$/fd/$i ] && echo fd $i; done; cat";
    const char *argv[] = {"/bin/sh", "-c", line, "zero", NULL};
    const char *env[] = {"A=b", "PATH=/usr/bin:/bin", NULL};

    if (e->kind == ACTOR_EVENT_START) {
        int in[2];
        CHECK(pipe2(in, O_CLOEXEC) == 0 && write(in[1], "given\n", 6) == 6 && close(in[1]) == 0);
        CHECK(actor_exec(a, &(struct actor_exec){.argv = argv,
                                                 .env = env,
                                                 .cwd = "/",
                                                 .name = "x",
                                                 .in = in[0],
                                                 .err = ACTOR_STDIO_NULL}) == 1);
        CHECK(close(in[0]) == 0);
        (void)actor_return(a);
    }
}

/* What a program of a child inherits that is given nothing. */
static void case_environment(struct actor *a, const struct actor_event *e)
{
    if (e->kind != ACTOR_EVENT_START)
        return;
    (void)worker(a, "one", "environment", 0);
    (void)actor_return(a);
}

static void case_refused(struct actor *a, const struct actor_event *e)
{
    static char big[ACTOR_EXEC_BYTES_MAX + 1];
    const char *none[] = {NULL};
    const char *one[] = {"true", NULL};
    const char *too_big[] = {"true", big, NULL};
    int end[2];

    if (e->kind != ACTOR_EVENT_START)
        return;
    memset(big, 'b', sizeof(big) - 1);
    CHECK(pipe2(end, O_CLOEXEC) == 0);
    say(a, "%d %d %d %d %d", actor_exec(a, &(struct actor_exec){0}),
        actor_exec(a, &(struct actor_exec){.argv = none}),
        actor_exec(a, &(struct actor_exec){.argv = too_big}),
        actor_exec(a, &(struct actor_exec){.argv = one, .out = 1000}),
        actor_exec(a, &(struct actor_exec){.argv = one, .nursery = 8}));
    int file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    say(a, "%d %d %d %d", actor_watch(a, 1000, ACTOR_READABLE), actor_watch(a, -1, ACTOR_READABLE),
        actor_watch(a, end[0], 8), actor_watch(a, file, ACTOR_READABLE));
    int rc = 0;
    int watched = 0;
    for (; rc == 0; watched++)
        rc = actor_watch(a, fcntl(end[0], F_DUPFD_CLOEXEC, 100), ACTOR_READABLE);
    say(a, "%d %d", watched - 1, rc);
    /* One that is watched already takes no other place. */
    CHECK(actor_watch(a, 100, ACTOR_READABLE) == 0 && actor_watch(a, 100, 0) == 0);
    say(a, "%d", actor_watch(a, 164, ACTOR_READABLE));
    say(a, "%d", actor_raise(a, 1));
    (void)actor_return(a);
}

/* Told once, at the end of what comes, and not after it was taken back. */
static void case_watches(struct actor *a, const struct actor_event *e)
{
    struct state *s = actor_state(a);
    char text[64];
    int end[2];

    if (e->kind == ACTOR_EVENT_START) {
        CHECK(pipe2(end, O_CLOEXEC) == 0);
        s->fd = end[0];
        s->other = end[1];
        CHECK(actor_watch(a, end[0], ACTOR_READABLE) == 0);
        CHECK(actor_watch(a, end[1], ACTOR_WRITABLE) == 0);
        return;
    }
    if (e->kind == ACTOR_EVENT_TIMER) { /* both are ready, and nobody asks for them */
        say(a, "said %d", s->count);
        CHECK(actor_watch(a, s->fd, ACTOR_READABLE) == 0);
        return;
    }
    if (e->kind != ACTOR_EVENT_READY)
        return;
    s->count++;
    if (e->id == (uint32_t)s->other) {
        say(a, "writable %d", (int)e->code);
        CHECK(write(s->other, "some", 4) == 4);
        return;
    }
    ssize_t size = read(s->fd, text, sizeof(text));
    say(a, "readable %d, read %d", (int)e->code, (int)size);
    if (size == 0) {
        (void)actor_return(a);
    } else {
        CHECK(write(s->other, "more", 4) == 4);
        CHECK(actor_watch(a, s->fd, ACTOR_READABLE) == 0);
        CHECK(actor_watch(a, s->fd, 0) == 0);
        CHECK(read(s->fd, text, sizeof(text)) == 4);
        CHECK(close(s->other) == 0);
        CHECK(actor_timer(a, 0, actor_now_ns(a) + 50 * INT64_C(1000000)) == 0);
    }
}

/* A program that obeys a cancel, one that does not, and one that ends with a status. */
static void case_cancels(struct actor *a, const struct actor_event *e)
{
    static const char *const lines[] = {"echo; exec sleep 100",
                                        "trap '' TERM; echo; exec sleep 100",
                                        "trap 'exit 9' TERM; echo; while :; do :; done"};
    struct state *s = actor_state(a);
    /* Only the deaf one uses it up. */
    int64_t grace_ns = (s->count == 2 ? 400 : 60000) * INT64_C(1000000);

    if (e->kind == ACTOR_EVENT_READY) {
        CHECK(close((int)e->id) == 0);
        s->at_ns = actor_now_ns(a);
        CHECK(actor_cancel(a, (uint16_t)s->child, grace_ns) == 0);
    }
    if (e->kind == ACTOR_EVENT_OUTCOME) {
        bool late = actor_now_ns(a) - s->at_ns > 300 * INT64_C(1000000);
        say_outcome(a, e);
        if (e->code == SIGKILL)
            say(a, "%s", late ? "at its deadline" : "before it");
    }
    if (e->kind != ACTOR_EVENT_START && e->kind != ACTOR_EVENT_OUTCOME)
        return;
    if (s->count < 3)
        (void)shell_piped(a, lines[s->count], (struct actor_exec){0}, &s->child);
    else
        (void)actor_return(a);
    s->count++;
}

/* One in the terminal's group and one that is not; the worker prompts where `prompts` says so. */
static void start_two(struct actor *a, struct state *s, bool prompts)
{
    s->nursery = actor_nursery_open(a, 0, true);
    s->child = shell(a, "exec sleep 100", (struct actor_exec){.nursery = (unsigned)s->nursery});
    s->other = shell(a, "exec sleep 100",
                     (struct actor_exec){.nursery = (unsigned)s->nursery, .group = true});
    if (prompts)
        (void)worker(a, "one", "prompt", 0);
}

static void case_interrupt(struct actor *a, const struct actor_event *e)
{
    struct state *s = actor_state(a);

    if (e->kind == ACTOR_EVENT_START)
        start_two(a, s, false);
    if (e->kind == ACTOR_EVENT_LIVE && ++s->count == 2)
        say(a, "both run");
    if (e->kind == ACTOR_EVENT_OUTCOME)
        say_outcome(a, e);
    if (e->kind == ACTOR_EVENT_CANCEL)
        (void)actor_return(a);
}

static void case_interrupt_at_prompt(struct actor *a, const struct actor_event *e)
{
    struct state *s = actor_state(a);

    if (e->kind == ACTOR_EVENT_START)
        start_two(a, s, true);
    if (e->kind != ACTOR_EVENT_OUTCOME)
        return;
    say_outcome(a, e);
    if (e->from == 3) {
        (void)actor_cancel(a, (uint16_t)s->other, 0);
        (void)actor_return(a);
    }
}

/* Prints at what is typed: by the root, by a sibling, by the one who prompts. */
static void case_prints(struct actor *a, const struct actor_event *e)
{
    struct state *s = actor_state(a);

    if (e->kind == ACTOR_EVENT_START) {
        say(a, "before");
        s->other = worker(a, "two", "", 0);
        s->child = worker(a, "one", "prompt", 0);
    }
    if (e->kind == ACTOR_EVENT_CALL) {
        say(a, "root says %.*s", (int)e->size, (const char *)e->data);
        (void)actor_call(a, (uint16_t)s->other, "sibling says so", 15);
        (void)actor_call(a, (uint16_t)s->child, "its own", 7);
    }
    if (e->kind == ACTOR_EVENT_OUTCOME && e->from == s->child) {
        say(a, "after");
        (void)actor_cancel(a, (uint16_t)s->other, 0);
        (void)actor_return(a);
    }
}

/* The root is stopped while the worker prints more than all that is on the way can hold. */
static void case_flood(struct actor *a, const struct actor_event *e)
{
    struct state *s = actor_state(a);

    if (e->kind == ACTOR_EVENT_START)
        (void)worker(a, "one", "flood", 0);
    if (e->kind == ACTOR_EVENT_LIVE) {
        (void)actor_call(a, e->from, "", 0);
        (void)actor_timer(a, 0, actor_now_ns(a));
    }
    if (e->kind == ACTOR_EVENT_TIMER)
        CHECK(raise(SIGSTOP) == 0);
    if (e->kind == ACTOR_EVENT_OUTCOME) {
        s->count++;
        (void)actor_return(a);
    }
}

/* The worker fails, and below it another time, and is started again each time. */
static void case_retries(struct actor *a, const struct actor_event *e)
{
    static const char *const args[] = {"fail", "fail below", "end"};
    struct state *s = actor_state(a);

    if (e->kind == ACTOR_EVENT_START) {
        s->nursery = actor_nursery_open(a, 0, true);
        s->child =
            worker(a, "keeper", "prompt", s->nursery); /* what fails beside it does not end it */
    }
    if (e->kind == ACTOR_EVENT_OUTCOME)
        say_outcome(a, e);
    if (e->kind == ACTOR_EVENT_START ||
        (e->kind == ACTOR_EVENT_OUTCOME && e->from != s->child && s->count < 3))
        (void)worker(a, "job", args[s->count++], s->nursery);
    else if (e->kind == ACTOR_EVENT_OUTCOME && e->from != s->child)
        (void)actor_cancel(a, (uint16_t)s->child, 0);
    else if (e->kind == ACTOR_EVENT_OUTCOME)
        (void)actor_nursery_close(a, (unsigned)s->nursery);
    if (e->kind == ACTOR_EVENT_CLOSED) {
        say(a, "closed %s %d '%s'", actor_error_name(e->error_kind), (int)e->code, e->path);
        (void)actor_return(a);
    }
}

/* Gives up at the second failure, which is not the nursery's first. */
static void case_raises(struct actor *a, const struct actor_event *e)
{
    static const char *const args[] = {"fail", "fail below"};
    struct state *s = actor_state(a);

    if (e->kind == ACTOR_EVENT_START)
        s->nursery = actor_nursery_open(a, 0, true);
    if (e->kind != ACTOR_EVENT_START && e->kind != ACTOR_EVENT_OUTCOME)
        return;
    if (s->count < 2)
        (void)worker(a, s->count == 0 ? "first" : "second", args[s->count], s->nursery);
    else
        CHECK(actor_raise(a, e->from) == 0);
    s->count++;
}

/* By the first error the nursery takes no more children, without `collect`. */
static void case_closes(struct actor *a, const struct actor_event *e)
{
    struct state *s = actor_state(a);

    if (e->kind == ACTOR_EVENT_START) {
        s->nursery = actor_nursery_open(a, 0, false);
        (void)worker(a, "job", "fail", s->nursery);
    }
    if (e->kind == ACTOR_EVENT_OUTCOME) {
        say_outcome(a, e);
        say(a, "again: %d", worker(a, "job", "end", s->nursery));
        (void)actor_nursery_close(a, (unsigned)s->nursery);
    }
    if (e->kind == ACTOR_EVENT_CLOSED)
        (void)actor_return(a);
}

/* A prompt in a nursery whose errors are not the root's. */
static void case_aborts(struct actor *a, const struct actor_event *e)
{
    if (e->kind == ACTOR_EVENT_START)
        (void)worker(a, "one", "prompt", actor_nursery_open(a, 0, true));
    if (e->kind == ACTOR_EVENT_CANCEL)
        (void)actor_return(a);
}

/* Leaves a process behind that has a child of its own: the shell goes on when both are there. And
 * has one that lives when its actor is killed. */
static void case_leaves(struct actor *a, const struct actor_event *e)
{
    static const char line[] = ": $( (sleep 100 >&2 & exec sleep 100 >&2) & ); exit 0";

    if (e->kind == ACTOR_EVENT_START)
        (void)shell(a, line, (struct actor_exec){0});
    if (e->kind == ACTOR_EVENT_OUTCOME) {
        say_outcome(a, e);
        (void)actor_return(a);
    }
}

/* Ends beside a process of its own code that the runtime has not heard of, which has a child. */
static void case_forks(struct actor *a, const struct actor_event *e)
{
    char line[8];

    if (e->kind != ACTOR_EVENT_START)
        return;
    /* NOLINTNEXTLINE(cert-env33-c): a program of a user's own does that */
    FILE *from = popen("sleep 100 >&2 & echo both; exec sleep 100 >&2", "r");
    CHECK(from != NULL && fgets(line, sizeof(line), from) != NULL);
    (void)actor_return(a);
}

static void case_killed(struct actor *a, const struct actor_event *e)
{
    if (e->kind == ACTOR_EVENT_START)
        (void)shell(a, "trap '' TERM HUP; echo ready; exec sleep 100", (struct actor_exec){0});
}

/* A signal that would end it. */
static void case_replaces(struct actor *a, const struct actor_event *e)
{
    if (e->kind == ACTOR_EVENT_START) {
        CHECK(actor_signal(a, SIGUSR2, ACTOR_SIGNAL_IGNORE) == 0);
        CHECK(actor_timer(a, 0, actor_now_ns(a)) == 0);
    }
    if (e->kind == ACTOR_EVENT_TIMER) {
        CHECK(raise(SIGUSR2) == 0);
        say(a, "still there");
        (void)actor_return(a);
    }
}

/* Prints more than can wait to be shown, and nobody reads it. */
static void case_unread(struct actor *a, const struct actor_event *e)
{
    int end[2];

    if (e->kind != ACTOR_EVENT_START)
        return;
    CHECK(pipe2(end, O_CLOEXEC) == 0 && dup2(end[1], STDOUT_FILENO) == STDOUT_FILENO);
    CHECK(close(end[0]) == 0);
    for (int i = 0; i <= ACTOR_CALLS_QUEUED_MAX; i++)
        say(a, "lost");
    (void)actor_return(a);
}

static const struct {
    const char *name;
    void (*event)(struct actor *a, const struct actor_event *e);
} cases[] = {
    {"ends",      case_ends               },
    {"inherits",  case_inherits           },
    {"environs",  case_environment        },
    {"refused",   case_refused            },
    {"watches",   case_watches            },
    {"cancels",   case_cancels            },
    {"interrupt", case_interrupt          },
    {"at-prompt", case_interrupt_at_prompt},
    {"prints",    case_prints             },
    {"flood",     case_flood              },
    {"retries",   case_retries            },
    {"raises",    case_raises             },
    {"closes",    case_closes             },
    {"aborts",    case_aborts             },
    {"leaves",    case_leaves             },
    {"killed",    case_killed             },
    {"forks",     case_forks              },
    {"replaces",  case_replaces           },
    {"unread",    case_unread             },
    {"looks",     case_looks              },
};

static int case_main(const char *name)
{
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct actor_def defs[] = {
            {.name = "root",   .state_bytes = sizeof(struct state), .event = cases[i].event},
            {.name = "worker", .state_bytes = sizeof(struct state), .event = worker_event  },
        };
        const struct actor_program program = {.def = defs, .def_count = 2};
        if (strcmp(cases[i].name, name) == 0)
            return actor_main(&program, "root", NULL, 0);
    }
    return 99;
}

#endif

/* call_bench.h: a world whose command is this program itself, called again to make certain system
 * calls, and whose calls are points. */
#ifndef HARNESS_REAL_TESTS_CALL_BENCH_H
#define HARNESS_REAL_TESTS_CALL_BENCH_H

#include "harness/real/listener.h"
#include "harness/real/tests/real_test.h"
#include "harness/world/world.h"
#include "runtime/base/check.h"
#include "runtime/base/tests/suite.h"

#include <stdlib.h>
#include <string.h>

#define MS INT64_C(1000000)

enum { CALLS_MAX = 4 };

struct bench {
    struct world *world;
    struct cast *cast;
    struct call_watch calls[CALLS_MAX];
    size_t call_count;
    bool firm;
    char path[4096];
    const char *argv[8];
    uint16_t held; /* who is, or ACTOR_NONE */
    unsigned holds;
    bool quiet;
    bool key;
    bool over;
    bool failed;
    char shown[4096];
    size_t shown_size;
};

static inline void bench_event(void *user, const struct world_event *e)
{
    struct bench *b = user;

    if (e->kind == WORLD_HELD) {
        b->held = e->actor;
        b->holds++;
    }
    b->quiet = b->quiet || e->kind == WORLD_QUIET;
    b->key = b->key || e->kind == WORLD_KEY;
    b->over = b->over || e->kind == WORLD_STOPPED;
    if (e->kind == WORLD_FAILED) {
        b->failed = true;
        (void)fprintf(stderr, "\n%s\n", e->diag->text);
    }
    if (e->kind == WORLD_OUTPUT) {
        size_t room = sizeof(b->shown) - 1 - b->shown_size;
        size_t size = e->size < room ? e->size : room;
        memcpy(b->shown + b->shown_size, e->data, size);
        b->shown_size += size;
    }
}

/* A bench whose command is this program with that word; "-" is a program of its own. */
static inline void bench_command(struct bench *b, const char *word)
{
    memset(b, 0, sizeof(*b));
    ssize_t size = readlink("/proc/self/exe", b->path, sizeof(b->path) - 1);
    CHECK(size > 0);
    b->argv[0] = "subject";
    b->argv[1] = word;
    b->held = ACTOR_NONE;
}

static inline void bench_call(struct bench *b, const char *name, bool holds)
{
    char near[CALL_NAME_BYTES];

    CHECK(b->call_count < CALLS_MAX);
    struct call_watch *w = &b->calls[b->call_count++];
    w->holds = holds;
    CHECK(call_read(name, &w->call, near));
}

static inline int bench_try(struct bench *b, struct diag *diag)
{
    /* Who looks for leaks at its end traces itself, and waits: calls that are not the test's. */
    static const char *const env[] = {"PATH=/usr/bin:/bin", "ASAN_OPTIONS=detect_leaks=0", NULL};
    struct who who = {.parent = ACTOR_NONE, .kind = WHO_PROCESS};
    static struct command_line line;

    line = (struct command_line){.path = b->path, .argv = b->argv, .envp = env};
    b->cast = calloc(1, cast_bytes(CAST_COMMAND_ROOM));
    CHECK(b->cast != NULL);
    b->cast->room = CAST_COMMAND_ROOM;
    who_name(&who, "command");
    CHECK(cast_add(b->cast, &who) == ACTOR_ROOT);
    static uint8_t asks[(POINTS + 7) / 8];
    const struct world_options options = {.cast = b->cast,
                                          .subject = SUBJECT_COMMAND,
                                          .command = &line,
                                          .rows = 24,
                                          .columns = 80,
                                          .asks = asks,
                                          .calls = b->calls,
                                          .call_count = b->call_count,
                                          .calls_firm = b->firm,
                                          .grace_ns = 2000 * MS,
                                          .helper_dir = helper_dir(),
                                          .run_id = "call",
                                          .on_event = bench_event,
                                          .user = b};
    int rc = real_world_new(&options, &b->world, diag);
    return rc < 0 ? rc : world_start(b->world, diag);
}

static inline void bench_start(struct bench *b)
{
    struct diag diag = {0};
    int rc = bench_try(b, &diag);

    if (rc < 0)
        (void)fprintf(stderr, "\n%s\n", diag.text);
    CHECK(rc == 0);
}

/* Turns until that is so. */
static inline bool bench_until(struct bench *b, const bool *what)
{
    int64_t end_ns = loop_now_ns() + TEST_WAIT_MS * MS;

    while (!*what && !b->failed && loop_now_ns() < end_ns) {
        if (!world_turn(b->world, 100 * MS))
            break;
    }
    return *what;
}

/* Turns until somebody is held, or all is over. */
static inline bool bench_held(struct bench *b)
{
    int64_t end_ns = loop_now_ns() + TEST_WAIT_MS * MS;

    while (b->held == ACTOR_NONE && !b->over && !b->failed && loop_now_ns() < end_ns) {
        if (!world_turn(b->world, 100 * MS))
            break;
    }
    return b->held != ACTOR_NONE;
}

static inline void bench_go(struct bench *b)
{
    uint16_t actor = b->held;

    CHECK(actor != ACTOR_NONE);
    b->held = ACTOR_NONE;
    world_release(b->world, actor);
}

/* How often that call was counted; of anybody where `actor` is ACTOR_NONE. */
static inline unsigned bench_count(const struct bench *b, const char *name, uint16_t actor)
{
    const struct trace *t = &b->world->trace;
    char near[CALL_NAME_BYTES];
    struct call c;
    unsigned count = 0;

    CHECK(call_read(name, &c, near));
    for (size_t i = 0; i < t->count; i++) {
        const struct trace_record *rec = &t->record[i];
        count += rec->point == POINT_SYS_CALL && call_is(c, call_unpack(rec->value)) &&
                 (actor == ACTOR_NONE || rec->actor == actor);
    }
    return count;
}

static inline unsigned bench_unseen(const struct bench *b, enum unseen what)
{
    const struct trace *t = &b->world->trace;
    unsigned count = 0;

    for (size_t i = 0; i < t->count; i++)
        count += t->record[i].point == POINT_SYS_UNSEEN && t->record[i].value == what;
    return count;
}

/* The first record of that point, or NULL. */
static inline const struct trace_record *bench_record(const struct bench *b, enum point point)
{
    const struct trace *t = &b->world->trace;

    for (size_t i = 0; i < t->count; i++) {
        if (t->record[i].point == point)
            return &t->record[i];
    }
    return NULL;
}

/* The wait status of the command. */
static inline int bench_status(const struct bench *b)
{
    const struct trace_record *end = bench_record(b, POINT_RUN_END);

    return end != NULL ? (int)end->value : -1;
}

static inline void bench_close(struct bench *b)
{
    world_free(b->world);
    free(b->cast);
}

#endif

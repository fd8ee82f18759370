/* tree_bench.h: a tree of real processes in a world, turned until something has happened. */
#ifndef HARNESS_REAL_TESTS_TREE_BENCH_H
#define HARNESS_REAL_TESTS_TREE_BENCH_H

#include "harness/real/real.h"
#include "harness/real/tests/real_test.h"
#include "harness/subject/tests/cast_made.h"
#include "harness/world/tests/act.h"
#include "runtime/base/buf.h"
#include "runtime/base/pidfd.h"
#include "runtime/base/tests/suite.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>

#define MS (INT64_C(1000) * 1000)

enum { DEADLINE_MS = 15 * 1000 };

struct bench {
    struct tree tree;
    struct cast *cast;
    struct world_options options;
    struct world *world;
    uint8_t asks[(POINTS + 7) / 8];
    struct buf shown;
    uint16_t held; /* the last one held, or ACTOR_NONE */
    uint16_t held_point;
    int64_t grace_ns; /* 0: 5 s */
    bool hold;        /* do not release by yourself */
    unsigned keys;
    unsigned quiets;
    unsigned settleds;
    unsigned stills;
    unsigned timers;
    unsigned links;
    bool stopped;
    bool failed;
    char text[512];
};

static inline void bench_event(void *user, const struct world_event *e)
{
    struct bench *b = user;

    switch (e->kind) {
    case WORLD_RECORD:
        break;
    case WORLD_HELD:
        b->held = e->actor;
        b->held_point = e->point;
        if (!b->hold)
            world_release(b->world, e->actor);
        break;
    case WORLD_OUTPUT:
        buf_add(&b->shown, e->data, e->size);
        break;
    case WORLD_KEY:
        b->keys++;
        break;
    case WORLD_QUIET:
        b->quiets++;
        break;
    case WORLD_EOF:
        break;
    case WORLD_SETTLED:
        b->settleds++;
        (void)snprintf(b->text, sizeof(b->text), "%s", e->busy);
        break;
    case WORLD_STILL:
        b->stills++;
        break;
    case WORLD_LINK:
    case WORLD_JOB:
        b->links++;
        break;
    case WORLD_TIMER:
        b->timers++;
        break;
    case WORLD_STOPPED:
        b->stopped = true;
        break;
    case WORLD_FAILED:
        b->failed = true;
        (void)snprintf(b->text, sizeof(b->text), "%s", e->diag->text);
        break;
    }
}

static inline void node(struct bench *b, const char *name, uint16_t parent, enum role role)
{
    struct tree_node *n = &b->tree.node[b->tree.count++];

    *n = (struct tree_node){.parent = parent, .role = (uint8_t)role, .pause_tasks = 1};
    (void)snprintf(n->name, sizeof(n->name), "%s", name);
    if (role == ROLE_SUPERVISOR)
        n->exit_when = WHEN_CHILDREN_GONE;
}

/* root, `depth` parents below each other, a leaf that prompts at its start. */
static inline void bench_chain(struct bench *b, unsigned depth)
{
    char name[TREE_NAME_BYTES];

    *b = (struct bench){.shown = BUF_INIT, .held = ACTOR_NONE};
    b->tree.magic = TREE_MAGIC;
    b->tree.bytes = sizeof(struct tree_node);
    node(b, "root", ACTOR_NONE, ROLE_SUPERVISOR);
    for (unsigned i = 0; i < depth; i++) {
        (void)snprintf(name, sizeof(name), "mid.%u", i + 1);
        node(b, name, (uint16_t)i, ROLE_SUPERVISOR);
    }
    node(b, "leaf", (uint16_t)depth, ROLE_REPL);
    b->tree.node[depth + 1].pause_when = WHEN_START;
    for (unsigned i = 0; i <= depth; i++)
        b->tree.node[i].below = (uint16_t)(depth + 1 - i);
}

static inline void bench_start(struct bench *b)
{
    struct diag diag = {0};

    b->cast = cast_of_tree(&b->tree);
    b->options = (struct world_options){.cast = b->cast,
                                        .subject = SUBJECT_TREE,
                                        .tree = &b->tree,
                                        .rows = 24,
                                        .columns = 80,
                                        .asks = b->asks,
                                        .grace_ns = b->grace_ns != 0 ? b->grace_ns : 5000 * MS,
                                        .helper_dir = helper_dir(),
                                        .run_id = "test",
                                        .on_event = bench_event,
                                        .user = b};
    CU_ASSERT_EQUAL_FATAL(real_world_new(&b->options, &b->world, &diag), 0);
    int rc = world_start(b->world, &diag);
    if (rc < 0)
        (void)fprintf(stderr, "\n%s\n", diag.text);
    CU_ASSERT_EQUAL_FATAL(rc, 0);
}

/* Turns until `done` says so; false after DEADLINE_MS or when the world is over. */
static inline bool bench_until(struct bench *b, bool (*done)(const struct bench *b),
                               const char *what)
{
    int64_t end = world_now(b->world) + DEADLINE_MS * MS;

    while (!done(b)) {
        bool more = world_turn(b->world, 100 * MS);
        if (done(b))
            break;
        if (!more || world_now(b->world) > end) {
            (void)fprintf(stderr, "\nno %s; failure: %s; the terminal shows: %s\n", what, b->text,
                          buf_text(&b->shown));
            for (size_t i = 0; i < b->world->trace.count; i++) {
                const struct trace_record *r = &b->world->trace.record[i];
                (void)fprintf(stderr, "%6zu %6ld us %5u %-28s %5u %ld %ld #%u\n", i,
                              (long)(r->at_ns / 1000), r->actor, point_name(r->point), r->peer,
                              (long)r->value, (long)r->extra, r->request);
            }
            return false;
        }
    }
    return true;
}

static inline bool shows_prompt(const struct bench *b)
{
    return strstr(buf_text(&b->shown), "leaf> ") != NULL;
}

static inline bool has_key(const struct bench *b)
{
    return b->keys > 0;
}

static inline bool has_quiet(const struct bench *b)
{
    return b->quiets > 0;
}

static inline bool is_held(const struct bench *b)
{
    return b->held != ACTOR_NONE;
}

static inline bool is_over(const struct bench *b)
{
    return b->stopped;
}

static inline bool has_timer(const struct bench *b)
{
    return b->timers > 0;
}

static inline bool has_failed(const struct bench *b)
{
    return b->failed;
}

static inline void bench_close(struct bench *b)
{
    world_free(b->world);
    free(b->cast);
    buf_release(&b->shown);
}

static inline size_t records(const struct bench *b, uint16_t actor, enum point point)
{
    size_t count = 0;

    for (size_t i = 0; i < b->world->trace.count; i++) {
        const struct trace_record *r = &b->world->trace.record[i];
        if (r->actor == actor && r->point == (uint16_t)point)
            count++;
    }
    return count;
}

/* The actor's last one, or NULL. */
static inline const struct trace_record *record_of(const struct bench *b, uint16_t actor,
                                                   enum point point)
{
    const struct trace_record *found = NULL;

    for (size_t i = 0; i < b->world->trace.count; i++) {
        const struct trace_record *rec = &b->world->trace.record[i];
        if (rec->actor == actor && rec->point == (uint16_t)point)
            found = rec;
    }
    return found;
}

static inline const struct trace_record *record_last(const struct bench *b, enum point point)
{
    for (size_t i = b->world->trace.count; i > 0; i--) {
        if (b->world->trace.record[i - 1].point == (uint16_t)point)
            return &b->world->trace.record[i - 1];
    }
    return NULL;
}

#endif

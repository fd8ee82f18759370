/* sim_run.h: a simulated run in a test: a tree, what it has shown, and turns until something is so.
 */
#ifndef HARNESS_SIM_TESTS_SIM_RUN_H
#define HARNESS_SIM_TESTS_SIM_RUN_H

#include "harness/subject/tests/cast_made.h"
#include "harness/world/tests/act.h"
#include "runtime/actor/core.h"
#include "runtime/base/buf.h"

#include <CUnit/Basic.h>
#include <CUnit/CUnit.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

enum { TURNS_MAX = 200000, SEEDS = 1000 };
#define GRACE_NS (20000 * MS_NS)

struct run {
    struct world *w;
    struct tree *tree;
    struct cast *cast;
    struct buf output;
    uint8_t asks[POINTS / 8 + 1];
    unsigned records;
    unsigned held;
    uint16_t held_actor;
    bool keep_held;     /* else a held actor is released at once */
    bool stop_at_timer; /* the story is taken to hang */
    bool key;
    bool quiet;
    bool settled;
    bool still;
    bool timer;
    bool link;
    bool stopped;
    bool failed;
    struct kept *kept; /* or NULL */
};

static inline void on_event(void *user, const struct world_event *e)
{
    struct run *r = user;

    switch (e->kind) {
    case WORLD_RECORD:
        CU_ASSERT_EQUAL(e->index, r->records);
        r->records++;
        break;
    case WORLD_HELD:
        r->held++;
        r->held_actor = e->actor;
        if (!r->keep_held)
            world_release(r->w, e->actor);
        break;
    case WORLD_OUTPUT:
        buf_add(&r->output, e->data, e->size);
        break;
    case WORLD_KEY:
        r->key = true;
        break;
    case WORLD_QUIET:
        r->quiet = true;
        break;
    case WORLD_EOF:
        break;
    case WORLD_SETTLED:
        r->settled = true;
        break;
    case WORLD_STILL:
        r->still = true;
        break;
    case WORLD_LINK:
    case WORLD_JOB:
        r->link = true;
        break;
    case WORLD_TIMER:
        r->timer = true;
        if (r->stop_at_timer)
            world_stop(r->w, STOP_TIMED_OUT);
        break;
    case WORLD_STOPPED:
        r->stopped = true;
        break;
    case WORLD_FAILED:
        r->failed = true;
        break;
    }
}

/* ---- Trees ---- */

static inline struct tree_node node(const char *name, uint16_t parent, uint16_t below,
                                    enum role role)
{
    struct tree_node n = {.parent = parent, .below = below, .role = (uint8_t)role};

    memcpy(n.name, name, strlen(name));
    n.pause_tasks = 1;
    return n;
}

static inline struct tree *tree_new(uint32_t count, uint64_t defects)
{
    struct tree *t = calloc(1, sizeof(*t));

    if (t == NULL)
        abort();
    t->magic = TREE_MAGIC;
    t->bytes = sizeof(t->node[0]);
    t->count = count;
    t->defects = defects;
    return t;
}

/* root, `depth` parents one below the other, and a leaf that prompts at its start. */
static inline struct tree *chain_new(uint16_t depth, uint64_t defects)
{
    struct tree *t = tree_new(depth + 2U, defects);
    char name[] = "mid.0";

    t->node[0] = node("root", ACTOR_NONE, (uint16_t)(depth + 1), ROLE_SUPERVISOR);
    for (uint16_t i = 1; i <= depth; i++) {
        name[4] = (char)('0' + i);
        t->node[i] = node(name, (uint16_t)(i - 1), (uint16_t)(depth + 1 - i), ROLE_SUPERVISOR);
    }
    t->node[depth + 1] = node("leaf", depth, 0, ROLE_REPL);
    t->node[depth + 1].pause_when = WHEN_START;
    return t;
}

/* ---- Runs ---- */

static inline void run_start(struct run *r, struct tree *tree, uint64_t seed)
{
    r->cast = cast_of_tree(tree);
    struct world_options options = {.cast = r->cast,
                                    .tree = tree,
                                    .rows = 24,
                                    .columns = 80,
                                    .asks = r->asks,
                                    .seed = seed,
                                    .kept = r->kept,
                                    .grace_ns = GRACE_NS,
                                    .on_event = on_event,
                                    .user = r};
    struct diag diag = {0};

    r->tree = tree;
    CU_ASSERT_EQUAL_FATAL(tree_check(tree, tree_size(tree), &diag), 0);
    CU_ASSERT_EQUAL_FATAL(sim_world_new(&options, &r->w, &diag), 0);
    CU_ASSERT_EQUAL_FATAL(world_start(r->w, &diag), 0);
}

static inline void run_end(struct run *r)
{
    world_free(r->w);
    free(r->tree);
    free(r->cast);
    buf_release(&r->output);
    memset(r, 0, sizeof(*r));
}

/* Turns until *flag is set; false when the world ended or the turns ran out before. */
static inline bool until(struct run *r, const bool *flag)
{
    for (unsigned i = 0; i < TURNS_MAX && !*flag; i++) {
        if (!world_turn(r->w, 0))
            break;
    }
    return *flag;
}

static inline bool until_quiet(struct run *r)
{
    r->quiet = false;
    want_quiet(r->w);
    return until(r, &r->quiet);
}

static inline bool press(struct run *r, uint8_t byte)
{
    struct diag diag = {0};

    r->key = false;
    CU_ASSERT_EQUAL(act_key(r->w, byte, false, &diag), ACT_GOES_ON);
    return until(r, &r->key);
}

static inline void type(struct run *r, const char *text)
{
    struct diag diag = {0};

    CU_ASSERT_EQUAL(act_type(r->w, text, strlen(text), &diag), 0);
}

static inline const struct trace_record *find(const struct run *r, unsigned point, uint16_t actor)
{
    for (size_t i = 0; i < r->w->trace.count; i++) {
        const struct trace_record *rec = &r->w->trace.record[i];
        if (rec->point == point && (actor == ACTOR_NONE || rec->actor == actor))
            return rec;
    }
    return NULL;
}

static inline int64_t end_status(const struct run *r)
{
    const struct trace_record *rec = find(r, POINT_RUN_END, ACTOR_HARNESS);
    return rec == NULL ? -1 : rec->value;
}

/* 1 when the terminal was left as found, 0 when not, -1 when its modes were never changed. */
static inline int64_t last_modes(const struct run *r)
{
    int64_t last = -1;

    for (size_t i = 0; i < r->w->trace.count; i++) {
        if (r->w->trace.record[i].point == POINT_TTY_MODES)
            last = r->w->trace.record[i].value;
    }
    return last;
}

static inline bool all_reaped(const struct run *r)
{
    for (uint16_t i = 0; i < r->tree->count; i++) {
        enum process_state state = world_state(r->w, i);
        if (state != PROCESS_REAPED && state != PROCESS_NONE)
            return false;
    }
    return true;
}

/* ---- Tests ---- */

#endif

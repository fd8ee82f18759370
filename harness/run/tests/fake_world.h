/* fake_world.h: a world that plays a script, and a scenario around it; for the tests of this
 * folder only, each of which is one program.
 *
 * A script is a list of events. A held actor's events wait until it is released, those of the
 * others go on. When the script is over, quiet and time come if they were asked for, then the end.
 * Everything that the run does is written down, one word per action. */
#ifndef HARNESS_RUN_TESTS_FAKE_WORLD_H
#define HARNESS_RUN_TESTS_FAKE_WORLD_H

#include "harness/run/run.h"
#include "harness/subject/tests/cast_made.h"
#include "harness/world/world.h"
#include "runtime/base/check.h"

#include <CUnit/Basic.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>

#define SECOND_NS INT64_C(1000000000)

/* The tree of every test. */
enum { ROOT, LEAF, OTHER, ACTORS };

enum { FAKE_EVENTS_MAX = 64, FAKE_ACTORS_MAX = 8 };

struct fake_event {
    int64_t at_ns;      /* the clock goes there first; 0: stays */
    int64_t said_ns;    /* of a record that tells of an earlier moment; 0: of now */
    uint16_t actor;     /* of a record */
    uint16_t point;     /* of a record */
    uint16_t peer;      /* of a record of the harness */
    int64_t value;      /* of a record */
    int64_t extra;      /* of a record */
    const char *output; /* not NULL: output instead of a record */
    bool fail;          /* WORLD_FAILED instead */
    int64_t stall_ns;   /* for so long before it the engine could not run */
};

/* What the next world does; filled in by a test. */
struct fake_script {
    struct fake_event event[FAKE_EVENTS_MAX];
    int status;                     /* wait status of the root in run.end */
    int left;                       /* and how many were left */
    uint16_t lasting;               /* an actor that is alive then; 0: nobody is */
    bool stays;                     /* the subject does not end by itself */
    bool never_quiet;               /* WORLD_QUIET does not come */
    const char *busy;               /* WORLD_SETTLED comes, beside these */
    bool eof;                       /* WORLD_EOF comes once the script is over */
    bool still;                     /* WORLD_STILL comes */
    bool never_key;                 /* WORLD_KEY does not come */
    bool never_link;                /* WORLD_LINK does not come */
    bool never_job;                 /* WORLD_JOB does not come */
    bool groups;                    /* signals to groups are the engine's, and end with WORLD_KEY */
    bool full_input;                /* there is no room to type the first time */
    bool never_input;               /* nor later */
    const char *why;                /* what the root is still waited for; or NULL */
    const char *processes, *modes;  /* what the engine says of them; or NULL */
    const struct termios *terminal; /* its modes; NULL: as own actors have them */
    int terminal_rc;                /* how they are given */
    uint64_t typed;                 /* a bit for each signal that keys have made */
    unsigned left_alive;            /* processes of a command, the first of them "sleep (9)" */
    bool full_trace;
    volatile sig_atomic_t *asks_dump; /* set once something is shown; or NULL */
    int start_error;
    /* What happened. */
    char actions[1024]; /* "key:3:0 release:leaf stop:normal " */
    int64_t key_at_ns[8];
    size_t keys;
};

static struct fake_script fake;

/* ---- The world ---- */

struct fake_world {
    struct world world;
    struct world_options options;
    int64_t now_ns;
    int64_t timer_ns;
    size_t next;
    bool given[FAKE_EVENTS_MAX];
    bool held[FAKE_ACTORS_MAX];
    uint8_t state[FAKE_ACTORS_MAX];
    bool quiet;
    bool settled;
    bool eof;
    bool still;
    bool job; /* WORLD_JOB is due */
    bool key;
    int64_t key_byte;
    bool stopping;
    uint16_t link_next; /* an actor whose WORLD_LINK is due, or ACTOR_NONE */
    uint16_t hold_next; /* an actor whose WORLD_HELD is due, or ACTOR_NONE */
    uint16_t hold_point;
};

static struct fake_world *fake_of(struct world *w)
{
    return (struct fake_world *)w;
}

static void action(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void action(const char *format, ...)
{
    size_t size = strlen(fake.actions);
    va_list args;

    va_start(args, format);
    (void)vsnprintf(fake.actions + size, sizeof(fake.actions) - size, format, args);
    va_end(args);
}

static void give(struct fake_world *f, struct world_event event)
{
    f->options.on_event(f->options.user, &event);
}

static void give_event(struct fake_world *f, const struct fake_event *e)
{
    uint16_t actor = e->actor;
    uint16_t point = e->point;
    const struct trace_record record = {.at_ns = e->said_ns != 0 ? e->said_ns : f->now_ns,
                                        .actor = actor,
                                        .point = point,
                                        .value = e->value,
                                        .extra = e->extra,
                                        .peer = actor == ACTOR_HARNESS ? e->peer
                                                                       : (uint16_t)ACTOR_NONE};

    (void)trace_add(&f->world.trace, &record);
    if (actor < FAKE_ACTORS_MAX && point == POINT_PROC_SPAWNED)
        f->state[actor] = PROCESS_LIVE;
    if (actor < FAKE_ACTORS_MAX && point == POINT_PROC_EXITED)
        f->state[actor] = PROCESS_ZOMBIE;
    if (actor < FAKE_ACTORS_MAX && point == POINT_PROC_STOPPED)
        f->state[actor] = PROCESS_STOPPED;
    if (actor < FAKE_ACTORS_MAX && point == POINT_PROC_REAPED)
        f->state[actor] = PROCESS_REAPED;
    give(f, (struct world_event){.kind = WORLD_RECORD,
                                 .actor = actor,
                                 .point = point,
                                 .index = f->world.trace.count - 1,
                                 .record = &record});
}

static void give_record(struct fake_world *f, uint16_t actor, uint16_t point, int64_t value,
                        int64_t extra)
{
    const struct fake_event e = {
        .actor = actor, .point = point, .peer = ACTOR_NONE, .value = value, .extra = extra};

    give_event(f, &e);
}

static int fake_start(struct world *w, struct diag *diag)
{
    (void)w;
    return fake.start_error < 0 ? diag_set(diag, fake.start_error, "cannot start") : 0;
}

/* The end: everybody is reaped, the root's status is known. */
static bool fake_end(struct fake_world *f)
{
    for (uint16_t i = 0; i < FAKE_ACTORS_MAX; i++) {
        if (f->state[i] != PROCESS_NONE && (i == ROOT || i != fake.lasting))
            f->state[i] = PROCESS_REAPED;
    }
    give_record(f, ACTOR_HARNESS, POINT_RUN_END, fake.status, fake.left);
    give(f, (struct world_event){.kind = WORLD_STOPPED});
    return false;
}

/* Gives the next event whose actor is not held. Returns false when there is none. */
static bool fake_script_turn(struct fake_world *f)
{
    for (size_t i = 0; i < FAKE_EVENTS_MAX; i++) {
        const struct fake_event *e = &fake.event[i];
        bool used = e->output != NULL || e->point != 0 || e->fail;
        bool acts = e->output == NULL && e->actor < FAKE_ACTORS_MAX;
        if (f->given[i] || !used || (acts && f->held[e->actor]))
            continue;
        f->given[i] = true;
        f->now_ns = e->at_ns > f->now_ns ? e->at_ns : f->now_ns;
        f->now_ns += e->stall_ns;
        f->world.stalled_ns += e->stall_ns;
        if (e->fail) {
            static const struct diag diag = {"the engine broke"};
            give(f, (struct world_event){.kind = WORLD_FAILED, .diag = &diag});
            return true;
        }
        if (e->output != NULL) {
            if (fake.asks_dump != NULL)
                *fake.asks_dump = 1;
            give(f, (struct world_event){
                        .kind = WORLD_OUTPUT, .data = e->output, .size = strlen(e->output)});
            return true;
        }
        if (acts && (f->options.asks[e->point / 8] & (1U << (e->point % 8))) != 0) {
            f->held[e->actor] = true;
            f->hold_next = e->actor;
            f->hold_point = e->point;
        }
        give_event(f, e);
        return true;
    }
    return false;
}

/* Says what an action that goes on has come to. Returns false when there is none. */
static bool fake_acted(struct fake_world *f)
{
    if (f->link_next != ACTOR_NONE && !fake.never_link) {
        uint16_t actor = f->link_next;
        f->link_next = ACTOR_NONE;
        action("linked ");
        give(f, (struct world_event){.kind = WORLD_LINK, .actor = actor});
        return true;
    }
    if (f->job && !fake.never_job) {
        f->job = false;
        give(f, (struct world_event){.kind = WORLD_JOB});
        return true;
    }
    return false;
}

static bool fake_turn(struct world *w, int64_t max_wait_ns)
{
    struct fake_world *f = fake_of(w);

    (void)max_wait_ns;
    if (f->hold_next != ACTOR_NONE) {
        uint16_t actor = f->hold_next;
        f->hold_next = ACTOR_NONE;
        give(f, (struct world_event){.kind = WORLD_HELD, .actor = actor, .point = f->hold_point});
        return true;
    }
    if (f->stopping)
        return fake_end(f);
    if (fake_acted(f))
        return true;
    if (f->key && f->key_byte < 0 && !fake.never_key) {
        f->key = false;
        give(f, (struct world_event){.kind = WORLD_KEY});
        return true;
    }
    if (f->key && !fake.never_key) {
        /* That it was sent stands in the trace already. */
        const struct trace_record sent = {
            .actor = ACTOR_HARNESS, .point = POINT_KEY_SENT, .value = f->key_byte};
        f->key = false;
        give(f,
             (struct world_event){.kind = WORLD_RECORD, .actor = ACTOR_HARNESS, .record = &sent});
        give_record(f, ACTOR_HARNESS, POINT_KEY_DONE, 0, 0);
        give(f, (struct world_event){.kind = WORLD_KEY});
        return true;
    }
    if (fake_script_turn(f))
        return true;
    if (fake.eof && !f->eof) {
        f->eof = true;
        give(f, (struct world_event){.kind = WORLD_EOF});
        return true;
    }
    if (f->quiet && !fake.never_quiet) {
        f->quiet = false;
        give_record(f, ACTOR_HARNESS, POINT_QUIET, 0, 0);
        give(f, (struct world_event){.kind = WORLD_QUIET});
        return true;
    }
    if (f->settled && fake.busy != NULL) {
        f->settled = false;
        give(f, (struct world_event){.kind = WORLD_SETTLED, .busy = fake.busy});
        return true;
    }
    if (f->still && fake.still) {
        f->still = false;
        give(f, (struct world_event){.kind = WORLD_STILL});
        return true;
    }
    bool held = false;
    for (size_t i = 0; i < FAKE_ACTORS_MAX; i++)
        held = held || f->held[i];
    if (!fake.stays && !held && !f->key)
        return fake_end(f);
    if (f->timer_ns == INT64_MAX)
        return false;
    /* It is asked for on the run's clock, which stands while the engine cannot run. */
    int64_t at_ns = f->timer_ns + f->world.stalled_ns;
    f->now_ns = at_ns > f->now_ns ? at_ns : f->now_ns;
    f->timer_ns = INT64_MAX;
    give(f, (struct world_event){.kind = WORLD_TIMER});
    return true;
}

static void fake_release(struct world *w, uint16_t actor)
{
    fake_of(w)->held[actor] = false;
    action("release:%s ", w->options->cast->who[actor].name);
}

static int fake_allow(struct world *w, const struct action *a, struct diag *diag)
{
    if (a->kind == ACTION_TYPE && (fake.full_input || fake.never_input)) {
        fake.full_input = false;
        return diag_set(diag, ERR_FULL, "no room");
    }
    if (a->kind == ACTION_SIGNAL && a->target != TARGET_ACTOR && fake_of(w)->key)
        return diag_set(diag, ERR_STATE, "one is under way");
    return ALLOW_NOW;
}

/* Writes down every action alike: "key:3:0 signal:leaf:15 ". */
static void action_note(const struct world *w, const struct action *a)
{
    const struct action_row *row = action_row(a->kind);

    action("%s", row->name);
    if ((row->needs & ACTION_WHO) != 0)
        action(":%s", a->target == TARGET_ACTOR ? w->options->cast->who[a->who].name : "group");
    if ((row->needs & ACTION_VALUE) != 0)
        action(":%d", (int)a->value);
    if ((row->needs & ACTION_EXTRA) != 0)
        action(":%d", (int)a->extra);
    if (a->text != NULL)
        action(":%.*s", (int)a->size, a->text);
    action(" ");
}

static int fake_act(struct world *w, const struct action *a, struct diag *diag)
{
    struct fake_world *f = fake_of(w);

    (void)diag;
    action_note(w, a);
    if (a->kind == ACTION_LINK)
        f->link_next = a->who;
    if (a->kind == ACTION_CONTINUE || a->kind == ACTION_HANG_UP) {
        f->job = true;
        return ACT_GOES_ON;
    }
    if (a->kind == ACTION_SIGNAL && a->target != TARGET_ACTOR) {
        f->key = true;
        f->key_byte = -1;
        return ACT_GOES_ON;
    }
    if (a->kind == ACTION_KEY) {
        CU_ASSERT_FALSE(f->key); /* one press at a time */
        f->key = true;
        f->key_byte = a->value;
        if (fake.keys < 8)
            fake.key_at_ns[fake.keys++] = f->now_ns;
    }
    return a->kind == ACTION_LINK || a->kind == ACTION_KEY ? ACT_GOES_ON : ACT_DONE;
}

static void fake_want(struct world *w, enum world_event_kind what, int64_t at_ns)
{
    if (what == WORLD_QUIET)
        fake_of(w)->quiet = at_ns != INT64_MAX;
    else if (what == WORLD_SETTLED)
        fake_of(w)->settled = at_ns != INT64_MAX;
    else if (what == WORLD_STILL)
        fake_of(w)->still = at_ns != INT64_MAX;
    else if (what == WORLD_STOPPED)
        action("let-be ");
    else
        fake_of(w)->timer_ns = at_ns;
}

static void fake_look(struct world *w, uint16_t actor, struct who_state *out)
{
    out->state = (enum process_state)fake_of(w)->state[actor];
    if (actor == ROOT && fake.why != NULL)
        out->why = fake.why;
}

static void fake_say(struct world *w, enum world_words what, struct buf *out)
{
    const char *words = what == WORDS_PROCESSES ? fake.processes : fake.modes;

    (void)w;
    buf_add_text(out, words != NULL ? words : "");
}

static int fake_modes(struct world *w, struct termios *out)
{
    (void)w;
    if (fake.terminal == NULL)
        return ERR_UNSUPPORTED;
    *out = *fake.terminal;
    return fake.terminal_rc;
}

static unsigned fake_left(struct world *w, struct buf *who)
{
    (void)w;
    buf_add_text(who, fake.left_alive > 0 ? "sleep (9)" : "");
    return fake.left_alive;
}

static int64_t fake_now(const struct world *w)
{
    return ((const struct fake_world *)w)->now_ns;
}

static void fake_stop(struct world *w, enum stop_why why)
{
    static const char *const whys[] = {STOP_MAP(ROW_NAME)};
    struct fake_world *f = fake_of(w);

    f->stopping = true;
    memset(f->held, 0, sizeof(f->held));
    action("stop:%s ", whys[why]);
}

static void fake_free(struct world *w)
{
    trace_release(&w->trace);
    free(w);
}

static const struct world_ops fake_ops = {
    .start = fake_start,
    .turn = fake_turn,
    .allow = fake_allow,
    .act = fake_act,
    .release = fake_release,
    .want = fake_want,
    .look = fake_look,
    .left = fake_left,
    .modes = fake_modes,
    .say = fake_say,
    .now = fake_now,
    .stop = fake_stop,
    .free = fake_free,
};

static int fake_world_new(const struct world_options *options, struct world **out,
                          struct diag *diag)
{
    struct fake_world *f = calloc(1, sizeof(*f));

    if (f == NULL)
        return diag_set(diag, ERR_NOMEM, "out of memory");
    f->options = *options;
    f->world = (struct world){
        .ops = &fake_ops, .options = &f->options, .trace = TRACE_INIT, .subject = "the tree"};
    f->world.groups = fake.groups;
    f->world.typed = fake.typed;
    if (fake.full_trace)
        f->world.trace.limit = 1;
    f->timer_ns = INT64_MAX;
    f->hold_next = ACTOR_NONE;
    f->link_next = ACTOR_NONE;
    for (size_t i = 0; i < options->cast->count; i++)
        f->state[i] = PROCESS_LIVE;
    *out = &f->world;
    return 0;
}

/* ---- Scenarios ---- */

enum { FAKE_ARENA_BYTES = 16 * 1024 * 1024 };

static struct arena arena;
static struct cast *cast;
static struct scenario scenario;
static struct variant variant;
static struct run_options options;
static struct run_result result;

static int suite_start(void)
{
    static const char *const names[ACTORS] = {"root", "leaf", "other"};

    cast = cast_new(ACTORS);
    for (uint16_t i = 0; i < ACTORS; i++) {
        struct who who = {.parent = i == ROOT ? ACTOR_NONE : ROOT};
        (void)snprintf(who.name, sizeof(who.name), "%s", names[i]);
        (void)cast_add(cast, &who);
    }
    return 0;
}

static int suite_end(void)
{
    free(cast);
    arena_release(&arena);
    return 0;
}

/* Every test starts from a scenario with nothing in it. */
static void fresh(void)
{
    fake = (struct fake_script){0};
    scenario = (struct scenario){.path = "x.yaml",
                                 .id = "x",
                                 .engines = ENGINE_SIM,
                                 .total_ns = 30 * SECOND_NS,
                                 .step_ns = 10 * SECOND_NS,
                                 .rows = 24,
                                 .columns = 80,
                                 .variant = &variant,
                                 .variant_count = 1};
    variant = (struct variant){.id = "x", .parameters = "", .cast = cast, .tree_empty = true};
    options = (struct run_options){.engine = ENGINE_SIM, .world_new = fake_world_new};
}

/* The subject does not end by itself, and the scenario does not ask for it. */
static __attribute__((unused)) void stays(void)
{
    fake.stays = true;
    variant.tree_empty = false;
}

static enum verdict run(void)
{
    struct diag diag = {0};

    result_release(&result);
    fake.actions[0] = 0;
    fake.keys = 0;
    CU_ASSERT_EQUAL(run_variant(&scenario, &variant, &options, &result, &diag), 0);
    return (enum verdict)result.verdict;
}

/* True of a verdict about the subject: whoever reads it sees what there was at that moment. */
static bool has_story(enum verdict verdict, const char *reason)
{
    static const char *const reasons[] = {"never-fired", "stalled", "oracle-blind"};
    bool has = verdict == VERDICT_FAIL || verdict == VERDICT_LEAK || verdict == VERDICT_CRASH ||
               verdict == VERDICT_TIMEOUT;

    for (size_t i = 0; i < COUNT_OF(reasons); i++)
        has = has || strcmp(reason, reasons[i]) == 0;
    return has;
}

static void expect_verdict(enum verdict wanted, const char *reason, const char *message_part)
{
    enum verdict got = run();

    CU_ASSERT_EQUAL(result_get(&result, RESULT_LOCK)[0] != 0,
                    has_story(got, result_get(&result, RESULT_REASON)));

    CU_ASSERT_EQUAL(got, wanted);
    CU_ASSERT_STRING_EQUAL(result_get(&result, RESULT_REASON), reason);
    CU_ASSERT_PTR_NOT_NULL(strstr(result_get(&result, RESULT_MESSAGE), message_part));
    if (got != wanted || strstr(result_get(&result, RESULT_MESSAGE), message_part) == NULL)
        (void)printf("%s %s: %s\n", verdict_name(got), result_get(&result, RESULT_REASON),
                     result_get(&result, RESULT_MESSAGE));
}

/* What the scenario says besides its tree; the lines count from the one behind the head. */
enum { HEAD_LINES = 3 };

static void scenario_says(const char *text)
{
    static const struct scenario_options reading = {.steps = run_steps};
    static struct findings findings;
    struct buf all = BUF_INIT;
    struct scenario *read = NULL;

    buf_addf(&all,
             "scenario: 1\nno-ctrl-c: x\ntree: { root: { run: supervisor, children: "
             "{ leaf: { run: repl }, other: { run: repl } } } }\n%s"
             "outcome: { exit: any }\n",
             text);
    arena_release(&arena);
    arena = arena_new(FAKE_ARENA_BYTES);
    (void)scenario_parse(&arena, "x.yaml", buf_text(&all), all.size, &reading, &read, &findings,
                         NULL);
    buf_release(&all);
    findings_print(&findings, &all);
    (void)printf("%s", buf_text(&all));
    buf_release(&all);
    CHECK(read != NULL);
    variant.counted = read->variant[0].counted;
    variant.counted_count = read->variant[0].counted_count;
    variant.steps = read->variant[0].steps;
    variant.slots = read->variant[0].slots;
    variant.inject = read->variant[0].inject;
    variant.inject_count = read->variant[0].inject_count;
    variant.order = read->variant[0].order;
    variant.order_count = read->variant[0].order_count;
}

#endif

/* world_test.c: what the world does itself with an action: checks it, records it, hands it on. */
#include "harness/subject/tests/cast_made.h"
#include "harness/world/world.h"
#include "runtime/base/tests/suite.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

enum { ROOT, LEAF, DEAD, LATER, ACTORS };

/* An engine that writes down what it is asked, and the records that there were by then. */
static struct bench {
    struct world world;
    struct world_options options;
    struct cast *cast;
    char said[256];
    int allows; /* what `allow` returns */
    int acts;   /* what `act` returns */
} bench;

static void say(const char *verb, const struct action *a)
{
    size_t size = strlen(bench.said);

    (void)snprintf(bench.said + size, sizeof(bench.said) - size, "%s-%s-%u@%zu ", verb,
                   action_row(a->kind)->name, a->who, bench.world.trace.count);
}

static int allow(struct world *w, const struct action *a, struct diag *diag)
{
    (void)w;
    say("allow", a);
    return bench.allows < 0 ? diag_set(diag, bench.allows, "no") : bench.allows;
}

static int act(struct world *w, const struct action *a, struct diag *diag)
{
    (void)w;
    say("act", a);
    return bench.acts < 0 ? diag_set(diag, bench.acts, "broken") : bench.acts;
}

static void look(struct world *w, uint16_t actor, struct who_state *out)
{
    static const enum process_state states[ACTORS] = {
        [ROOT] = PROCESS_LIVE, [LEAF] = PROCESS_STOPPED, [DEAD] = PROCESS_ZOMBIE};

    (void)w;
    out->state = states[actor];
}

static int64_t now(const struct world *w)
{
    (void)w;
    return 500;
}

static void bench_open(void)
{
    static const struct world_ops ops = {.allow = allow, .act = act, .look = look, .now = now};
    static const char *const names[ACTORS] = {"root", "leaf", "dead", "later"};

    trace_release(&bench.world.trace);
    free(bench.cast);
    bench = (struct bench){.cast = cast_new(ACTORS)};
    for (size_t i = 0; i < ACTORS; i++) {
        struct who who = {.parent = ACTOR_NONE};
        (void)snprintf(who.name, sizeof(who.name), "%s", names[i]);
        (void)cast_add(bench.cast, &who);
    }
    bench.options.cast = bench.cast;
    bench.world = (struct world){.ops = &ops, .options = &bench.options, .trace = TRACE_INIT};
}

static int done(struct action a)
{
    struct diag diag = {0};
    int rc = world_act(&bench.world, &a, &diag);

    CU_ASSERT_EQUAL(diag.text[0] != 0, rc < 0);
    return rc;
}

static void test_a_record_stands_between_the_asking_and_the_doing(void)
{
    bench_open();
    CU_ASSERT_EQUAL(done((struct action){.kind = ACTION_TELL, .who = LEAF, .value = TELL_FAIL}),
                    ACT_DONE);
    CU_ASSERT_STRING_EQUAL(bench.said, "allow-tell-1@0 act-tell-1@1 ");
    const struct trace_record *rec = &bench.world.trace.record[0];
    CU_ASSERT_EQUAL(rec->point, POINT_TELL_SENT);
    CU_ASSERT_EQUAL(rec->peer, LEAF);
    CU_ASSERT_EQUAL(rec->value, TELL_FAIL);
    CU_ASSERT_EQUAL(rec->at_ns, 500);
    bench.acts = ACT_GOES_ON;
    CU_ASSERT_EQUAL(done((struct action){.kind = ACTION_KEY, .value = 3}), ACT_GOES_ON);
    CU_ASSERT_EQUAL(bench.world.trace.count, 2);
}

static void test_what_is_refused_leaves_no_record(void)
{
    bench_open();
    bench.allows = ERR_GONE;
    CU_ASSERT_EQUAL(done((struct action){.kind = ACTION_HANG_UP}), ERR_GONE);
    CU_ASSERT_STRING_EQUAL(bench.said, "allow-hang-up-0@0 ");
    CU_ASSERT_EQUAL(bench.world.trace.count, 0);
}

/* The engine is not even asked. */
static void test_actors_and_numbers_are_checked_before(void)
{
    bench_open();
    CU_ASSERT_EQUAL(done((struct action){.kind = ACTION_SIGNAL, .who = DEAD, .value = SIGINT}),
                    ERR_GONE);
    CU_ASSERT_EQUAL(done((struct action){.kind = ACTION_LINK, .who = LATER}), ERR_STATE);
    CU_ASSERT_EQUAL(done((struct action){.kind = ACTION_TELL, .who = ACTORS}), ERR_NOTFOUND);
    CU_ASSERT_EQUAL(done((struct action){.kind = ACTION_SIGNAL, .who = LEAF}), ERR_INPUT);
    CU_ASSERT_STRING_EQUAL(bench.said, "");
    /* Who it is does not matter to an action that is nobody's. */
    CU_ASSERT_EQUAL(done((struct action){.kind = ACTION_RESIZE, .who = DEAD}), ACT_DONE);
}

static void test_what_is_done_late_is_recorded_by_the_engine(void)
{
    const struct action key = {.kind = ACTION_KEY, .value = 3};

    bench_open();
    bench.allows = ALLOW_LATE;
    bench.acts = ACT_GOES_ON;
    CU_ASSERT_EQUAL(done(key), ACT_GOES_ON);
    CU_ASSERT_EQUAL(bench.world.trace.count, 0);
    world_acted(&bench.world, &key);
    CU_ASSERT_EQUAL(bench.world.trace.count, 1);
    CU_ASSERT_EQUAL(bench.world.trace.record[0].point, POINT_KEY_SENT);
}

static void test_a_group_is_whoever_lives_unless_the_engine_knows_better(void)
{
    const struct action a = {.kind = ACTION_SIGNAL, .target = TARGET_TREE, .value = SIGINT};

    bench_open();
    CU_ASSERT_EQUAL(done(a), ACT_DONE);
    CU_ASSERT_STRING_EQUAL(bench.said, "allow-signal-0@0 act-signal-0@1 "
                                       "allow-signal-1@1 act-signal-1@2 ");
    bench_open();
    bench.allows = ERR_GONE;
    CU_ASSERT_EQUAL(done(a), ERR_GONE);
    bench_open();
    bench.allows = ERR_IO; /* which is nobody's own end */
    CU_ASSERT_EQUAL(done(a), ERR_IO);
    CU_ASSERT_STRING_EQUAL(bench.said, "allow-signal-0@0 ");
    bench_open();
    bench.world.groups = true;
    CU_ASSERT_EQUAL(done(a), ACT_DONE);
    CU_ASSERT_STRING_EQUAL(bench.said, "allow-signal-0@0 act-signal-0@1 ");
}

/* The run's clock stands still while the engine cannot run, the trace's does not. */
static void test_a_stall_is_no_time_of_the_run(void)
{
    bench_open();
    bench.world.stalled_ns = 200;
    CU_ASSERT_EQUAL(world_now(&bench.world), 300);
    world_note(&bench.world, (struct trace_record){.point = POINT_STEP_DONE});
    CU_ASSERT_EQUAL(bench.world.trace.record[0].at_ns, 500);
}

static int suite_end(void)
{
    trace_release(&bench.world.trace);
    return 0;
}

int main(void)
{
    CU_pSuite suite = suite_open("world", NULL, suite_end);
    CU_ADD_TEST(suite, test_a_record_stands_between_the_asking_and_the_doing);
    CU_ADD_TEST(suite, test_what_is_refused_leaves_no_record);
    CU_ADD_TEST(suite, test_actors_and_numbers_are_checked_before);
    CU_ADD_TEST(suite, test_what_is_done_late_is_recorded_by_the_engine);
    CU_ADD_TEST(suite, test_a_group_is_whoever_lives_unless_the_engine_knows_better);
    CU_ADD_TEST(suite, test_a_stall_is_no_time_of_the_run);
    return suite_close();
}

/* queue_test.c: events and records are given in the order in which they came, and none is lost
 * without a word. */
#include "harness/world/world.h"
#include "runtime/base/tests/suite.h"

#include <stdio.h>
#include <string.h>

/* A world without an engine: it only has a queue. */
struct bench {
    struct world world;
    struct world_options options;
    char said[256];      /* a word for each event */
    unsigned given;      /* events */
    size_t output;       /* bytes */
    unsigned answers;    /* how often the handler still shows what it got once more */
    const char *failure; /* text of WORLD_FAILED */
};

static void note(struct bench *b, uint16_t value)
{
    const struct trace_record record = {.actor = ACTOR_HARNESS, .value = value};

    (void)trace_add(&b->world.trace, &record);
}

static void on_event(void *user, const struct world_event *e)
{
    struct bench *b = user;
    char word[64];

    if (e->kind == WORLD_RECORD)
        (void)snprintf(word, sizeof(word), "record%d ", (int)e->record->value);
    else if (e->kind == WORLD_OUTPUT)
        (void)snprintf(word, sizeof(word), "%.*s ", (int)e->size, e->data);
    else
        (void)snprintf(word, sizeof(word), "%s%u ", e->kind == WORLD_FAILED ? "failed" : "event",
                       e->point);
    if (b->given++ < 16)
        (void)strncat(b->said, word, sizeof(b->said) - strlen(b->said) - 1);
    b->output += e->size;
    if (e->kind == WORLD_FAILED)
        b->failure = e->diag->text;
    if (e->kind == WORLD_OUTPUT && b->answers > 0) {
        b->answers--;
        queue_output(&b->world, "more", 4);
        CU_ASSERT_EQUAL(memcmp(e->data, "text", 4), 0); /* what is lent has not moved */
    }
}

static void bench_open(struct bench *b)
{
    *b = (struct bench){.world = {.trace = TRACE_INIT}};
    b->options = (struct world_options){.on_event = on_event, .user = b};
    b->world.options = &b->options;
}

static void bench_close(struct bench *b)
{
    CU_ASSERT_FALSE(queue_waits(&b->world));
    queue_release(&b->world);
    trace_release(&b->world.trace);
}

static void test_events_and_records_come_in_their_order(void)
{
    struct bench b;

    bench_open(&b);
    CU_ASSERT_FALSE(queue_give(&b.world));
    queue_event(&b.world, WORLD_HELD, 0, 1);
    note(&b, 1);
    note(&b, 2);
    queue_event(&b.world, WORLD_HELD, 0, 2);
    queue_event(&b.world, WORLD_HELD, 0, 3);
    note(&b, 3);
    CU_ASSERT(queue_waits(&b.world));
    CU_ASSERT(queue_give(&b.world));
    CU_ASSERT_STRING_EQUAL(b.said, "event1 record1 record2 event2 event3 record3 ");
    bench_close(&b);
}

static void test_output_joins_where_nothing_came_in_between(void)
{
    struct bench b;

    bench_open(&b);
    queue_output(&b.world, "a", 1);
    queue_output(&b.world, "", 0);
    queue_output(&b.world, "b", 1);
    note(&b, 1);
    queue_output(&b.world, "c", 1);
    queue_event(&b.world, WORLD_HELD, 0, 2);
    queue_output(&b.world, "d", 1);
    CU_ASSERT(queue_give(&b.world));
    CU_ASSERT_STRING_EQUAL(b.said, "ab record1 c event2 d ");
    bench_close(&b);
}

static void test_what_the_handler_causes_is_given_too(void)
{
    struct bench b;

    bench_open(&b);
    b.answers = 1;
    queue_output(&b.world, "text", 4);
    CU_ASSERT(queue_give(&b.world));
    CU_ASSERT_STRING_EQUAL(b.said, "text more ");
    bench_close(&b);
}

static void test_a_failure_is_given_once(void)
{
    static const struct diag first = {"first"};
    static const struct diag second = {"second"};
    struct bench b;

    bench_open(&b);
    note(&b, 1);
    queue_fail(&b.world, &first);
    queue_fail(&b.world, &second);
    CU_ASSERT(queue_give(&b.world));
    CU_ASSERT_STRING_EQUAL(b.said, "record1 failed0 ");
    CU_ASSERT_STRING_EQUAL(b.failure, "first");
    bench_close(&b);
}

/* The run sees that for itself, and the engine goes on to its end. */
static void test_a_full_trace_is_no_failure_of_the_engine(void)
{
    struct bench b;

    bench_open(&b);
    b.world.trace.limit = 2;
    for (uint16_t i = 1; i <= 3; i++)
        note(&b, i);
    CU_ASSERT(queue_give(&b.world));
    queue_event(&b.world, WORLD_HELD, 0, 4);
    CU_ASSERT(queue_give(&b.world));
    CU_ASSERT_STRING_EQUAL(b.said, "record1 record2 event4 ");
    CU_ASSERT_PTR_NULL(b.failure);
    bench_close(&b);
}

static void test_an_event_without_room_is_a_failure_behind_the_others(void)
{
    static struct bench b;

    bench_open(&b);
    for (unsigned i = 0; i <= QUEUE_EVENTS_MAX; i++)
        queue_event(&b.world, WORLD_HELD, 0, 0);
    queue_output(&b.world, "x", 1);
    CU_ASSERT(queue_give(&b.world));
    CU_ASSERT_EQUAL(b.given, QUEUE_EVENTS_MAX + 1);
    CU_ASSERT_EQUAL(b.output, 0);
    CU_ASSERT_PTR_NOT_NULL_FATAL(b.failure);
    CU_ASSERT_PTR_NOT_NULL(strstr(b.failure, "no room for 1048576 events"));
    CU_ASSERT(b.world.queue.failed);
    bench_close(&b);
}

/* Why the engine failed is told although there was no room for that. */
static void test_a_failure_without_room_is_given_all_the_same(void)
{
    static const struct diag why = {"the guard is gone"};
    static struct bench b;

    bench_open(&b);
    for (unsigned i = 0; i < QUEUE_EVENTS_MAX; i++)
        queue_event(&b.world, WORLD_HELD, 0, 0);
    queue_fail(&b.world, &why);
    CU_ASSERT(queue_give(&b.world));
    CU_ASSERT_EQUAL(b.given, QUEUE_EVENTS_MAX + 1);
    CU_ASSERT_PTR_NOT_NULL_FATAL(b.failure);
    CU_ASSERT_STRING_EQUAL(b.failure, "the guard is gone");
    CU_ASSERT_FALSE(queue_give(&b.world));
    bench_close(&b);
}

int main(void)
{
    CU_pSuite suite = suite_open("queue", NULL, NULL);
    CU_ADD_TEST(suite, test_events_and_records_come_in_their_order);
    CU_ADD_TEST(suite, test_output_joins_where_nothing_came_in_between);
    CU_ADD_TEST(suite, test_what_the_handler_causes_is_given_too);
    CU_ADD_TEST(suite, test_a_failure_is_given_once);
    CU_ADD_TEST(suite, test_a_full_trace_is_no_failure_of_the_engine);
    CU_ADD_TEST(suite, test_an_event_without_room_is_a_failure_behind_the_others);
    CU_ADD_TEST(suite, test_a_failure_without_room_is_given_all_the_same);
    return suite_close();
}

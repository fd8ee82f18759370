/* looks_test.c: what several looks at a command say, on looks and times that are made up here. */
#include "harness/real/looks.h"
#include "runtime/base/tests/suite.h"

#define MS INT64_C(1000000)

#define NOW INT64_C(1000)

/* At rest, with somebody in the group. */
static struct job_look rest_of(uint64_t digest)
{
    return (struct job_look){
        .all = {.count = 2, .rest = true, .digest = digest    },
        .group = {.count = 1, .rest = true, .digest = digest + 1},
        .met = 7,
        .pending = true
    };
}

static void test_three_looks_that_are_alike_are_rest(void)
{
    struct looks l = {0};
    const struct job_look look = rest_of(5);

    for (int i = 1; i <= 4; i++) {
        CU_ASSERT_EQUAL(looks_rest(&l), i > 3);
        CU_ASSERT_EQUAL(looks_ready(&l, &look, 0), i > 3);
        CU_ASSERT_EQUAL(looks_taken(&l, &look), i > 3);
        looks_add(&l, &look, 0, 0);
    }
}

/* Two looks, then another one in that way, then as before: rest comes so many looks later. */
static void test_whatever_differs_makes_the_looks_begin_anew(void)
{
    static const struct {
        bool busy, group_busy, digest, group_digest, shown;
        int all, group; /* looks until rest, from the odd one on */
    } rows[] = {
        {0, 0, 0, 0, 0, 1, 1},
        {0, 0, 0, 0, 1, 3, 3},
        {0, 0, 1, 0, 0, 4, 1}, /* it differs, and so does the next */
        {0, 0, 0, 1, 0, 1, 4},
        {1, 0, 0, 0, 0, 4, 1},
        {0, 1, 0, 0, 0, 1, 4},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct looks l = {0};
        struct job_look look = rest_of(5);
        struct job_look odd = look;
        uint64_t activity = rows[i].shown;
        odd.all.rest = !rows[i].busy;
        odd.group.rest = !rows[i].group_busy;
        odd.all.digest += rows[i].digest;
        odd.group.digest += rows[i].group_digest;
        looks_add(&l, &look, 0, 0);
        looks_add(&l, &look, 0, 0);
        looks_add(&l, &odd, activity, 0);
        for (int look_no = 1; look_no <= 4; look_no++) {
            CU_ASSERT_EQUAL(looks_rest(&l), look_no >= rows[i].all);
            CU_ASSERT_EQUAL(looks_ready(&l, &look, 0), look_no >= rows[i].group);
            looks_add(&l, &look, activity, 0);
        }
    }
}

static void test_a_press_begins_anew_and_so_does_the_group_when_it_was_sent(void)
{
    struct looks l = {0};
    const struct job_look look = rest_of(5);

    for (int i = 0; i < 3; i++)
        looks_add(&l, &look, 0, NOW);
    CU_ASSERT(looks_rest(&l) && l.next_ns > NOW);
    looks_sent(&l);
    CU_ASSERT_TRUE(looks_rest(&l));
    CU_ASSERT_FALSE(looks_taken(&l, &look));
    CU_ASSERT_EQUAL(l.next_ns, 0);
    for (int i = 0; i < 3; i++) {
        CU_ASSERT_FALSE(looks_taken(&l, &look));
        looks_add(&l, &look, 0, 2 * NOW);
    }
    CU_ASSERT_TRUE(looks_taken(&l, &look));
    CU_ASSERT_EQUAL(l.met_since_ns, NOW);
    looks_begin(&l);
    CU_ASSERT_FALSE(looks_rest(&l));
    CU_ASSERT_FALSE(looks_taken(&l, &look));
    CU_ASSERT_EQUAL(l.next_ns, 0);
    looks_add(&l, &look, 0, 3 * NOW);
    CU_ASSERT_EQUAL(l.met_since_ns, 3 * NOW); /* how it is met is seen anew */
    looks_add(&l, &look, 0, 3 * NOW);
    CU_ASSERT_FALSE(looks_rest(&l));
    CU_ASSERT_FALSE(looks_taken(&l, &look));
    looks_add(&l, &look, 0, 3 * NOW);
    CU_ASSERT_TRUE(looks_rest(&l));
    CU_ASSERT_TRUE(looks_taken(&l, &look));
}

static void test_who_changes_is_looked_at_less_and_less_often(void)
{
    struct looks l = {0};
    struct job_look look = rest_of(5);
    static const int64_t gaps[] = {1 * MS, 2 * MS, 4 * MS, 4 * MS};

    for (int i = 0; i < 4; i++) {
        look.all.rest = false;
        looks_add(&l, &look, 0, NOW);
        CU_ASSERT_EQUAL(l.next_ns, NOW + gaps[i]);
    }
    look.all.rest = true; /* it may come to rest: then at once again */
    looks_add(&l, &look, 0, NOW);
    CU_ASSERT_EQUAL(l.next_ns, NOW + LOOK_NS);
    looks_add(&l, &look, 0, NOW);
    CU_ASSERT_EQUAL(l.next_ns, NOW + LOOK_NS);
    look.all.digest++; /* still the first of its kind */
    looks_add(&l, &look, 0, NOW);
    CU_ASSERT_EQUAL(l.next_ns, NOW + 2 * MS);
}

static void test_nobody_to_be_reached_is_waited_for_until_all_rest(void)
{
    struct looks l = {0};
    struct job_look look = rest_of(5);

    look.group.count = 0;
    CU_ASSERT_FALSE(looks_ready(&l, &look, INT64_MAX / 2));
    CU_ASSERT_TRUE(looks_taken(&l, &look));
    for (int i = 0; i < 3; i++)
        looks_add(&l, &look, 0, 0);
    l.group_alike = 0;
    CU_ASSERT_TRUE(looks_ready(&l, &look, 0));
}

static void test_what_nobody_has_pending_was_taken(void)
{
    struct looks l = {0};
    struct job_look look = rest_of(5);

    CU_ASSERT_FALSE(looks_taken(&l, &look));
    look.pending = false;
    CU_ASSERT_TRUE(looks_taken(&l, &look));
}

/* One that never rests is ready after so much of its own time, or so much more of everybody's. */
static void test_who_never_rests_is_ready_after_a_while(void)
{
    static const struct {
        bool caught;
        int64_t cpu_ns, clock_ns; /* just enough, each */
    } rows[] = {
        {true,  250 * MS,  2000 * MS},
        {false, 1000 * MS, 8000 * MS},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct looks l = {0};
        struct job_look look = rest_of(5);
        look.all.rest = look.group.rest = false;
        look.caught = rows[i].caught;
        look.group.cpu_ns = 500;
        looks_add(&l, &look, 0, NOW);
        CU_ASSERT_FALSE(looks_ready(&l, &look, NOW + rows[i].clock_ns - 1));
        CU_ASSERT_TRUE(looks_ready(&l, &look, NOW + rows[i].clock_ns));
        look.group.cpu_ns = 500 + (uint64_t)rows[i].cpu_ns - 1;
        looks_add(&l, &look, 0, NOW + 1);
        CU_ASSERT_FALSE(looks_ready(&l, &look, NOW + 1));
        look.group.cpu_ns++;
        CU_ASSERT_TRUE(looks_ready(&l, &look, NOW + 1));
        /* Another way to meet it begins another while. */
        look.met++;
        looks_add(&l, &look, 0, NOW + 2);
        CU_ASSERT_FALSE(looks_ready(&l, &look, NOW + 2));
        CU_ASSERT_TRUE(looks_ready(&l, &look, NOW + 2 + rows[i].clock_ns));
        CU_ASSERT_FALSE(looks_ready(&l, &look, NOW + 1 + rows[i].clock_ns));
    }
}

/* Goal: one that writes faster than anybody reads is ready after as much of its own time as one
 * that computes. Method: it shows more all the time, and is asleep in every other look. */
static void test_who_floods_the_terminal_is_ready_after_a_while(void)
{
    struct looks l = {0};
    struct job_look look = rest_of(5);
    int64_t now_ns = NOW;
    int64_t own_ns = 0;

    for (uint64_t i = 0; own_ns < LOOKS_BUSY_DEFAULT_NS; i++) {
        look.group.rest = i % 2 == 0;
        looks_add(&l, &look, i, now_ns);
        own_ns = look.group.rest ? now_ns - NOW - look.group.queued_ns : own_ns;
        CU_ASSERT_EQUAL_FATAL(looks_ready(&l, &look, now_ns), own_ns >= LOOKS_BUSY_DEFAULT_NS);
        now_ns += 20 * MS;
        look.group.queued_ns += i % 2 == 0 ? 0 : 10 * MS; /* told when it is over */
    }
    CU_ASSERT_EQUAL(l.own_ns, LOOKS_BUSY_DEFAULT_NS + 20 * MS);
    /* Another way to meet it begins another while. */
    look.met++;
    looks_add(&l, &look, 0, now_ns);
    CU_ASSERT_FALSE(looks_ready(&l, &look, now_ns));
}

/* What is added between two looks that find it asleep. */
static void test_what_is_its_own_time(void)
{
    static const struct {
        int64_t queued_ns[2];
        int64_t own_ns; /* of 30 ms */
        bool disk;      /* between them */
    } rows[] = {
        {{0, 0},             30 * MS, false},
        {{5 * MS, 5 * MS},   30 * MS, false},
        {{5 * MS, 15 * MS},  20 * MS, false},
        {{0, 30 * MS},       0,       false},
        {{0, 31 * MS},       0,       false}, /* two have waited at once */
        {{5 * MS, 4 * MS},   0,       false}, /* one has ended */
        {{0, 0},             0,       true }, /* how long, nobody knows */
        {{5 * MS, 35 * MS},  0,       false},
        {{40 * MS, 50 * MS}, 20 * MS, false},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct looks l = {0};
        struct job_look look = rest_of(5);
        look.group.queued_ns = rows[i].queued_ns[0];
        looks_add(&l, &look, 0, 10 * MS);
        CU_ASSERT_EQUAL(l.own_ns, 0);
        look.group.rest = false;
        look.group.disk = rows[i].disk;
        looks_add(&l, &look, 0, 20 * MS);
        CU_ASSERT_EQUAL(l.own_ns, 0);
        look.group.rest = true;
        look.group.disk = false;
        look.group.queued_ns = rows[i].queued_ns[1];
        looks_add(&l, &look, 0, 40 * MS);
        CU_ASSERT_EQUAL(l.own_ns, rows[i].own_ns);
        looks_add(&l, &look, 0, 45 * MS);
        CU_ASSERT_EQUAL(l.own_ns, rows[i].own_ns + 5 * MS);
    }
}

int main(void)
{
    static const CU_TestInfo tests[] = {
        {"three",   test_three_looks_that_are_alike_are_rest                       },
        {"anew",    test_whatever_differs_makes_the_looks_begin_anew               },
        {"press",   test_a_press_begins_anew_and_so_does_the_group_when_it_was_sent},
        {"gap",     test_who_changes_is_looked_at_less_and_less_often              },
        {"nobody",  test_nobody_to_be_reached_is_waited_for_until_all_rest         },
        {"pending", test_what_nobody_has_pending_was_taken                         },
        {"busy",    test_who_never_rests_is_ready_after_a_while                    },
        {"floods",  test_who_floods_the_terminal_is_ready_after_a_while            },
        {"own",     test_what_is_its_own_time                                      },
        CU_TEST_INFO_NULL,
    };

    return suite_run("looks", tests);
}

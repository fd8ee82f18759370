/* shard_test.c: who runs what when a suite is split, whoever says which part this is. */
#include "harness/cli/durations.h"
#include "harness/cli/shard.h"
#include "harness/cli/tests/folder.h"
#include "harness/observe/setting.h"
#include "runtime/base/hash.h"
#include "runtime/base/tests/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ITEMS = 400, VARIABLES = 5 };

static struct diag diag;
static char ids[ITEMS][32];
static struct shard_item item[ITEMS];

/* ---- As it is asked for ---- */

static void test_a_shard_is_a_part_of_a_number(void)
{
    static const struct {
        const char *text;
        bool good;
        struct shard shard;
    } cases[] = {
        {"1/1",       true,  {1, 1, false}      },
        {"2/8",       true,  {2, 8, false}      },
        {"4096/4096", true,  {4096, 4096, false}},
        {"auto",      true,  {0, 0, true}       },
        {"auto/16",   true,  {0, 16, true}      },
        {"0/8",       false, {0}                },
        {"9/8",       false, {0}                },
        {"1/0",       false, {0}                },
        {"1/4097",    false, {0}                },
        {"2",         false, {0}                },
        {"2/",        false, {0}                },
        {"2/8x",      false, {0}                },
        {"-1/8",      false, {0}                },
        {" 1/8",      false, {0}                },
        {"1/ 8",      false, {0}                },
        {"",          false, {0}                },
        {"auto/0",    false, {0}                },
        {"autox",     false, {0}                },
        {"auto/",     false, {0}                },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct shard shard = {0};
        CU_ASSERT_EQUAL(shard_read(cases[i].text, &shard), cases[i].good);
        CU_ASSERT_EQUAL(shard.index, cases[i].shard.index);
        CU_ASSERT_EQUAL(shard.count, cases[i].shard.count);
        CU_ASSERT_EQUAL(shard.outside, cases[i].shard.outside);
    }
}

/* ---- Schedulers ---- */

/* An environment: NAME=VALUE, as many as there are. */
static const char *const *environment;

static char *environment_get(const char *name)
{
    static char value[32];
    size_t size = strlen(name);

    for (size_t i = 0; i < VARIABLES && environment[i] != NULL; i++) {
        if (strncmp(environment[i], name, size) != 0 || environment[i][size] != '=')
            continue;
        (void)snprintf(value, sizeof(value), "%s", environment[i] + size + 1);
        return value;
    }
    return NULL;
}

static const struct {
    const char *variable[VARIABLES];
    const char *asked;
    uint32_t index; /* 0: refused */
    uint32_t count;
    const char *text;
} tasks[] = {
    {{"SLURM_ARRAY_TASK_ID=1", "SLURM_ARRAY_TASK_MIN=1", "SLURM_ARRAY_TASK_COUNT=16"},
     "auto",                                                                                        1,
     16,                                                                                                   ""                                                               },
    {{"SLURM_ARRAY_TASK_ID=15", "SLURM_ARRAY_TASK_MIN=0", "SLURM_ARRAY_TASK_COUNT=16"},
     "auto",                                                                                        16,
     16,                                                                                                   ""                                                               },
    {{"SLURM_ARRAY_TASK_ID=7", "SLURM_ARRAY_TASK_MIN=3", "SLURM_ARRAY_TASK_STEP=2",
      "SLURM_ARRAY_TASK_COUNT=4"},
     "auto",                                                                                        3,
     4,                                                                                                    ""                                                               },
    {{"SLURM_ARRAY_TASK_ID=6", "SLURM_ARRAY_TASK_MIN=3", "SLURM_ARRAY_TASK_STEP=2",
      "SLURM_ARRAY_TASK_COUNT=4"},
     "auto",                                                                                        0,
     0,                                                                                                    "SLURM_ARRAY_TASK_ID is 6, which is none of 4 in a row from 3 on"},
 /* --array=1,5,9: what has holes is no part of three. */
    {{"SLURM_ARRAY_TASK_ID=9", "SLURM_ARRAY_TASK_MIN=1", "SLURM_ARRAY_TASK_COUNT=3"},
     "auto",                                                                                        0,
     0,                                                                                                    "none of 3 in a row"                                             },
 /* One task run again as an array of its own. */
    {{"SLURM_ARRAY_TASK_ID=5", "SLURM_ARRAY_TASK_MIN=5", "SLURM_ARRAY_TASK_COUNT=1"},
     "auto/16",                                                                                     0,
     0,                                                                                                    "--shard auto/16: SLURM_ARRAY_TASK_COUNT is 1; say --shard I/N"  },
    {{"SLURM_ARRAY_TASK_ID=0", "SLURM_ARRAY_TASK_MIN=1", "SLURM_ARRAY_TASK_COUNT=16"},
     "auto",                                                                                        0,
     0,                                                                                                    "none of 16"                                                     },
    {{"SLURM_ARRAY_TASK_ID=2", "SLURM_ARRAY_TASK_MIN=1"},
     "auto",                                                                                        0,
     0,                                                                                                    "SLURM_ARRAY_TASK_COUNT is not"                                  },
    {{"SLURM_ARRAY_TASK_ID=x"},                                                           "auto",   0,  0, "SLURM_ARRAY_TASK_ID is 'x', not a number"                       },
    {{"SLURM_ARRAY_TASK_ID=1", "SLURM_ARRAY_TASK_MIN=1", "SLURM_ARRAY_TASK_COUNT=4097"},
     "auto",                                                                                        0,
     0,                                                                                                    "SLURM_ARRAY_TASK_COUNT is 4097, more than 4096 shards"          },
    {{"CI_NODE_INDEX=1", "CI_NODE_TOTAL=3"},                                              "auto",   1,  3, ""                                                               },
    {{"CI_NODE_INDEX=3", "CI_NODE_TOTAL=3"},                                              "auto",   3,  3, ""                                                               },
    {{"CI_NODE_INDEX=0", "CI_NODE_TOTAL=3"},                                              "auto",   0,  0, "none of 3 in a row from 1 on"                                   },
    {{"CI_NODE_INDEX=4", "CI_NODE_TOTAL=3"},                                              "auto",   0,  0, "none of 3"                                                      },
    {{"JOB_COMPLETION_INDEX=0"},                                                          "auto/5", 1,  5, ""                                                               },
    {{"JOB_COMPLETION_INDEX=4"},                                                          "auto/5", 5,  5, ""                                                               },
    {{"JOB_COMPLETION_INDEX=5"},                                                          "auto/5", 0,  0, "none of 5"                                                      },
    {{"JOB_COMPLETION_INDEX=0"},                                                          "auto",   0,  0, "does not say of how many; say --shard auto/N"                   },
    {{"TEST_SHARD_INDEX=0", "TEST_TOTAL_SHARDS=2"},                                       "auto",   1,  2, ""                                                               },
    {{"TEST_SHARD_INDEX=1", "TEST_TOTAL_SHARDS=2"},                                       "auto",   2,  2, ""                                                               },
    {{"TEST_SHARD_INDEX=1", "TEST_TOTAL_SHARDS=2"},                                       "auto/3", 0,  0, "TEST_TOTAL_SHARDS is 2"                                         },
 /* The first that is set counts, and one that is set to nothing is not. */
    {{"TEST_SHARD_INDEX=1", "TEST_TOTAL_SHARDS=2", "CI_NODE_INDEX=3", "CI_NODE_TOTAL=3"},
     "auto",                                                                                        3,
     3,                                                                                                    ""                                                               },
    {{"TEST_SHARD_INDEX=1", "TEST_TOTAL_SHARDS=2", "CI_NODE_INDEX="},                     "auto",   2,  2, ""                                                               },
    {{NULL},                                                                              "auto",   0,  0, "TEST_SHARD_INDEX is set; say --shard I/N"                       },
 /* Who says which part it is asks nobody. */
    {{"CI_NODE_INDEX=3", "CI_NODE_TOTAL=3"},                                              "1/2",    1,  2, ""                                                               },
};

static void test_schedulers_say_which_task_this_is(void)
{
    for (size_t i = 0; i < sizeof(tasks) / sizeof(tasks[0]); i++) {
        struct shard shard = {0};
        diag.text[0] = 0;
        environment = tasks[i].variable;
        CU_ASSERT_TRUE_FATAL(shard_read(tasks[i].asked, &shard));
        int rc = shard_resolve(&shard, environment_get, &diag);
        CU_ASSERT_EQUAL(rc, tasks[i].index == 0 ? ERR_USAGE : 0);
        if (rc == 0) {
            CU_ASSERT_EQUAL(shard.index, tasks[i].index);
            CU_ASSERT_EQUAL(shard.count, tasks[i].count);
        }
        if (strstr(diag.text, tasks[i].text) == NULL)
            CU_FAIL("another text");
        if (strstr(diag.text, tasks[i].text) == NULL)
            (void)printf("\ncase %zu: %s\n", i, diag.text);
    }
}

/* ---- Plans ---- */

/* `count` items; each one's time is `time_ns`, and `more_ns` more with each. */
static void items_begin(size_t count, int64_t time_ns, int64_t more_ns)
{
    for (size_t i = 0; i < count; i++) {
        (void)snprintf(ids[i], sizeof(ids[i]), "a[depth=%zu]", i);
        item[i] = (struct shard_item){
            .id = ids[i], .engines = ENGINE_REAL, .time_ns = time_ns, .place = i};
        time_ns += more_ns;
    }
}

/* Item i again, which a plan has sorted away. */
static const struct shard_item *item_at(size_t count, size_t place)
{
    for (size_t i = 0; i < count; i++) {
        if (item[i].place == place)
            return &item[i];
    }
    CU_FAIL_FATAL("an item is gone");
    return NULL;
}

static uint64_t plan(size_t count, uint32_t shards)
{
    return shard_plan(item, count, shards, HASH_BEGIN);
}

static void test_by_hash_an_item_stays_when_others_are_added(void)
{
    uint32_t before[ITEMS];
    size_t held[7] = {0};

    items_begin(ITEMS / 2, 0, 0);
    uint64_t half = plan(ITEMS / 2, 7);
    for (size_t i = 0; i < ITEMS / 2; i++)
        before[i] = item_at(ITEMS / 2, i)->shard;
    items_begin(ITEMS, 0, 0);
    CU_ASSERT_NOT_EQUAL(plan(ITEMS, 7), half);
    for (size_t i = 0; i < ITEMS; i++) {
        uint32_t shard = item_at(ITEMS, i)->shard;
        CU_ASSERT_TRUE_FATAL(shard >= 1 && shard <= 7);
        held[shard - 1]++;
        if (i < ITEMS / 2)
            CU_ASSERT_EQUAL(shard, before[i]);
    }
    /* 57 each on average; ids that differ in one digit are spread, too. */
    for (size_t s = 0; s < 7; s++)
        CU_ASSERT(held[s] > 57 / 2 && held[s] < 57 * 3 / 2);
}

static void test_a_stored_plan_keeps_its_meaning(void)
{
    static const uint32_t shards[] = {1, 3, 1, 2, 1};

    /* A shard that is run again with the next build has what it had. */
    items_begin(5, 0, 0);
    (void)plan(5, 3);
    for (size_t i = 0; i < 5; i++)
        CU_ASSERT_EQUAL(item_at(5, i)->shard, shards[i]);
}

static void test_a_plan_is_the_same_in_whatever_order(void)
{
    for (int timed = 0; timed < 2; timed++) {
        uint32_t before[ITEMS];
        items_begin(ITEMS, timed, timed * (int64_t)1000003);
        uint64_t hash = plan(ITEMS, 16);
        for (size_t i = 0; i < ITEMS; i++)
            before[i] = item_at(ITEMS, i)->shard;
        items_begin(ITEMS, timed, timed * (int64_t)1000003);
        for (size_t i = 0; i < ITEMS / 2; i++) {
            struct shard_item kept = item[i];
            item[i] = item[ITEMS - 1 - i];
            item[ITEMS - 1 - i] = kept;
        }
        CU_ASSERT_EQUAL(plan(ITEMS, 16), hash);
        for (size_t i = 0; i < ITEMS; i++)
            CU_ASSERT_EQUAL(item_at(ITEMS, i)->shard, before[i]);
    }
}

static void test_a_plan_has_the_hash_of_all_that_it_says(void)
{
    items_begin(20, 0, 0);
    uint64_t hash = plan(20, 4);
    items_begin(20, 0, 0);
    CU_ASSERT_NOT_EQUAL(plan(20, 5), hash);
    items_begin(19, 0, 0);
    CU_ASSERT_NOT_EQUAL(plan(19, 4), hash);
    items_begin(20, 0, 0);
    item[3].engines = ENGINE_SIM;
    CU_ASSERT_NOT_EQUAL(plan(20, 4), hash);
    items_begin(20, 5, 1); /* other parts */
    CU_ASSERT_NOT_EQUAL(plan(20, 4), hash);
    items_begin(20, 0, 0);
    CU_ASSERT_NOT_EQUAL(shard_plan(item, 20, 4, HASH_BEGIN + 1), hash);
}

static void test_by_time_the_shards_take_as_long_as_one_another(void)
{
    int64_t load_ns[16] = {0};
    int64_t least_ns = INT64_MAX;
    int64_t most_ns = 0;

    items_begin(ITEMS, 1000, 1000);
    (void)plan(ITEMS, 16);
    for (size_t i = 0; i < ITEMS; i++)
        load_ns[item[i].shard - 1] += item[i].time_ns;
    for (size_t s = 0; s < 16; s++) {
        least_ns = load_ns[s] < least_ns ? load_ns[s] : least_ns;
        most_ns = load_ns[s] > most_ns ? load_ns[s] : most_ns;
    }
    /* 5,012,500 each. */
    CU_ASSERT(most_ns - least_ns < 50000);
    /* A long one is alone. */
    items_begin(5, 10, 0);
    item[2].time_ns = 1000;
    (void)plan(5, 2);
    for (size_t i = 0; i < 5; i++)
        CU_ASSERT_EQUAL(item_at(5, i)->shard, i == 2 ? 1 : 2);
}

static void test_one_without_a_time_counts_as_the_mean(void)
{
    /* 90 and 30, and two of 60 by that. */
    items_begin(4, 0, 0);
    item[0].time_ns = 90;
    item[1].time_ns = 30;
    (void)plan(4, 2);
    CU_ASSERT_EQUAL(item_at(4, 0)->shard, 1);
    CU_ASSERT_EQUAL(item_at(4, 2)->shard, 2);
    CU_ASSERT_EQUAL(item_at(4, 3)->shard, 2);
    CU_ASSERT_EQUAL(item_at(4, 1)->shard, 1);
}

static void test_more_shards_than_items_leave_some_empty(void)
{
    items_begin(2, 7, 0);
    (void)plan(2, SHARDS_MAX);
    CU_ASSERT_EQUAL(item_at(2, 0)->shard, 1);
    CU_ASSERT_EQUAL(item_at(2, 1)->shard, 2);
    CU_ASSERT_NOT_EQUAL(plan(0, 3), plan(0, 4));
}

/* ---- Durations ---- */

static void file_write(const char *text)
{
    FILE *file = fopen("durations", "w");

    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    CU_ASSERT_EQUAL(fwrite(text, 1, strlen(text), file), strlen(text));
    CU_ASSERT_EQUAL(fclose(file), 0);
}

static void test_durations_are_read_as_they_are_written(void)
{
    struct durations d = DURATIONS_INIT;
    struct buf text = BUF_INIT;

    buf_add_text(&text, "# of the nightly run\n\n");
    duration_add(&text, "b[text=a b]", "real", 1512 * INT64_C(1000000));
    duration_add(&text, "a", "sim", 3);
    duration_add(&text, "a", "real", 60 * INT64_C(1000000000));
    duration_add(&text, "two\nlines", "real", 5);
    CU_ASSERT_STRING_EQUAL(buf_text(&text), "# of the nightly run\n\n"
                                            "1512ms real b[text=a b]\n1ms sim a\n1m real a\n");
    file_write(buf_text(&text));
    CU_ASSERT_EQUAL_FATAL(durations_load(&d, "durations", &diag), 0);
    CU_ASSERT_EQUAL(d.count, 3);
    CU_ASSERT_EQUAL(durations_get(&d, "b[text=a b]", ENGINE_REAL), 1512 * INT64_C(1000000));
    CU_ASSERT_EQUAL(durations_get(&d, "b[text=a b]", ENGINE_SIM), 0);
    CU_ASSERT_EQUAL(durations_get(&d, "a", ENGINE_SIM), 1000000);
    CU_ASSERT_EQUAL(durations_get(&d, "a", ENGINE_REAL), 60 * INT64_C(1000000000));
    CU_ASSERT_EQUAL(durations_get(&d, "c", ENGINE_REAL), 0);
    durations_release(&d);
    file_write("");
    CU_ASSERT_EQUAL(durations_load(&d, "durations", &diag), 0);
    CU_ASSERT_EQUAL(durations_get(&d, "a", ENGINE_REAL), 0);
    durations_release(&d);
    file_write("1s real the last line has no end");
    CU_ASSERT_EQUAL(durations_load(&d, "durations", &diag), 0);
    CU_ASSERT_EQUAL(d.count, 1);
    durations_release(&d);
    buf_release(&text);
}

static void test_durations_that_are_wrong_are_told_by_their_place(void)
{
    static const struct {
        const char *text;
        const char *place;
    } cases[] = {
        {"5 real a\n",             "durations:1:1: expected a duration" },
        {"5ms real a\n25h real b", "durations:2:1: expected a duration" },
        {"\n5ms both a\n",         "durations:2:5: expected real or sim"},
        {"5ms\n",                  "durations:1:4: expected real or sim"},
        {"5ms sim\n",              "durations:1:8: expected the id"     },
        {"5ms sim \n",             "durations:1:9: expected the id"     },
    };
    struct durations d = DURATIONS_INIT;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        file_write(cases[i].text);
        CU_ASSERT_EQUAL(durations_load(&d, "durations", &diag), ERR_INPUT);
        CU_ASSERT_PTR_NOT_NULL(strstr(diag.text, cases[i].place));
        if (strstr(diag.text, cases[i].place) == NULL)
            (void)printf("\n%s\n", diag.text);
        durations_release(&d);
    }
    CU_ASSERT_EQUAL(durations_load(&d, "none", &diag), ERR_NOTFOUND);
    durations_release(&d);
}

static int suite_start(void)
{
    return folder_enter("shard_test");
}

int main(void)
{
    CU_pSuite suite = suite_open("shard", suite_start, folder_leave);

    CU_add_test(suite, "part", test_a_shard_is_a_part_of_a_number);
    CU_add_test(suite, "schedulers", test_schedulers_say_which_task_this_is);
    CU_add_test(suite, "hash", test_by_hash_an_item_stays_when_others_are_added);
    CU_add_test(suite, "stored", test_a_stored_plan_keeps_its_meaning);
    CU_add_test(suite, "order", test_a_plan_is_the_same_in_whatever_order);
    CU_add_test(suite, "all", test_a_plan_has_the_hash_of_all_that_it_says);
    CU_add_test(suite, "balance", test_by_time_the_shards_take_as_long_as_one_another);
    CU_add_test(suite, "mean", test_one_without_a_time_counts_as_the_mean);
    CU_add_test(suite, "empty", test_more_shards_than_items_leave_some_empty);
    CU_add_test(suite, "durations", test_durations_are_read_as_they_are_written);
    CU_add_test(suite, "wrong", test_durations_that_are_wrong_are_told_by_their_place);
    return suite_close();
}

/* result_test.c: results on their way through a pipe, and the counters of addresses. */
#include "harness/run/addresses.h"
#include "harness/run/result.h"
#include "runtime/base/tests/suite.h"

#include <string.h>

static struct run_result sample(void)
{
    struct run_result r = {.verdict = VERDICT_LEAK, .engine = ENGINE_SIM, .seed = UINT64_MAX};

    r.line = 7;
    for (unsigned i = 0; i < RESULT_TEXTS; i += 2)
        result_setf(&r, (enum result_text)i, "text %u", i);
    return r;
}

static void test_result_survives_the_pipe(void)
{
    struct run_result in = sample();
    struct run_result out = RESULT_INIT;
    struct buf bytes = BUF_INIT;

    result_encode(&in, &bytes);
    CU_ASSERT_EQUAL(result_decode(bytes.data, bytes.size, &out, NULL), 0);
    CU_ASSERT_EQUAL(out.verdict, VERDICT_LEAK);
    CU_ASSERT_EQUAL(out.seed, UINT64_MAX);
    CU_ASSERT_EQUAL(out.line, 7);
    for (unsigned i = 0; i < RESULT_TEXTS; i++)
        CU_ASSERT_STRING_EQUAL(result_get(&out, (enum result_text)i),
                               result_get(&in, (enum result_text)i));
    result_release(&in);
    result_release(&out);
    buf_release(&bytes);
}

static void test_text_of_any_length_is_kept_whole(void)
{
    struct run_result r = RESULT_INIT;
    char id[4096];

    memset(id, 'x', sizeof(id));
    id[sizeof(id) - 1] = 0;
    result_setf(&r, RESULT_AGAIN, "scenario run x.yaml -k '%s' --seed 0x%x", id, 1U);
    CU_ASSERT_EQUAL(r.text[RESULT_AGAIN].size,
                    strlen("scenario run x.yaml -k '' --seed 0x1") + 4095);
    result_release(&r);
}

static void test_result_cut_anywhere_is_refused(void)
{
    struct run_result in = sample();
    struct run_result out = RESULT_INIT;
    struct buf bytes = BUF_INIT;

    result_encode(&in, &bytes);
    for (size_t size = 0; size < bytes.size; size++)
        CU_ASSERT_EQUAL(result_decode(bytes.data, size, &out, NULL), ERR_INPUT);
    bytes.data[0] ^= 1;
    CU_ASSERT_EQUAL(result_decode(bytes.data, bytes.size, &out, NULL), ERR_INPUT);
    CU_ASSERT_EQUAL(out.seed, 0);
    result_release(&in);
    buf_release(&bytes);
}

static void test_result_with_an_unknown_verdict_is_refused(void)
{
    struct run_result in = sample();
    struct run_result out = RESULT_INIT;
    struct buf bytes = BUF_INIT;

    in.verdict = VERDICTS;
    result_encode(&in, &bytes);
    CU_ASSERT_EQUAL(result_decode(bytes.data, bytes.size, &out, NULL), ERR_INPUT);
    result_release(&in);
    buf_release(&bytes);
}

static struct trace_record at(uint16_t actor, uint16_t point)
{
    return (struct trace_record){.actor = actor, .point = point};
}

static void test_addresses_count_for_the_actor_and_for_any(void)
{
    struct addresses a = ADDRESSES_INIT;
    const struct trace_record records[] = {at(0, POINT_DBG_PROMPT), at(1, POINT_DBG_PROMPT),
                                           at(1, POINT_DBG_PROMPT),
                                           at(ACTOR_HARNESS, POINT_KEY_SENT)};
    const struct counted counted[] = {
        {0,          POINT_DBG_PROMPT},
        {1,          POINT_DBG_PROMPT},
        {ACTOR_NONE, POINT_DBG_PROMPT},
        {ACTOR_NONE, POINT_KEY_SENT  }
    };
    struct address first = {.actor = 1, .point = POINT_DBG_PROMPT, .nth = 1};
    struct address third = {.actor = ACTOR_NONE, .point = POINT_DBG_PROMPT, .nth = 3};

    CU_ASSERT_EQUAL(addresses_start(&a, counted, 4, NULL), 0);
    CU_ASSERT_FALSE(addresses_happened(&a, &first, 0));
    for (size_t i = 0; i < 4; i++) {
        addresses_add(&a, &records[i]);
        CU_ASSERT_EQUAL(addresses_happened(&a, &first, 0), i >= 1);
        CU_ASSERT_EQUAL(addresses_happened(&a, &third, 0), i >= 2);
    }
    CU_ASSERT_EQUAL(addresses_count(&a, 0, POINT_DBG_PROMPT), 1);
    CU_ASSERT_EQUAL(addresses_count(&a, ACTOR_NONE, POINT_DBG_PROMPT), 3);
    CU_ASSERT_EQUAL(addresses_count(&a, ACTOR_NONE, POINT_KEY_SENT), 1);
    /* Nobody has asked for these. */
    CU_ASSERT_EQUAL(addresses_count(&a, ACTOR_HARNESS, POINT_KEY_SENT), 0);
    CU_ASSERT_EQUAL(addresses_count(&a, 1, POINT_EXIT_CLOSED), 0);
    /* From now on, the next is the first. */
    first.relative = true;
    CU_ASSERT_FALSE(addresses_happened(&a, &first, 2));
    addresses_add(&a, &records[1]);
    CU_ASSERT_TRUE(addresses_happened(&a, &first, 2));
    first.nth = UINT32_MAX;
    CU_ASSERT_FALSE(addresses_happened(&a, &first, 2));
    addresses_release(&a);
}

int main(void)
{
    CU_pSuite suite = suite_open("result", NULL, NULL);

    CU_add_test(suite, "pipe", test_result_survives_the_pipe);
    CU_add_test(suite, "length", test_text_of_any_length_is_kept_whole);
    CU_add_test(suite, "cut", test_result_cut_anywhere_is_refused);
    CU_add_test(suite, "verdict", test_result_with_an_unknown_verdict_is_refused);
    CU_add_test(suite, "addresses", test_addresses_count_for_the_actor_and_for_any);
    return suite_close();
}

/* result_test.c: results on their way through a pipe, and the counters of addresses. */
#include "harness/run/addresses.h"
#include "harness/run/result.h"
#include "runtime/base/tests/suite.h"

#include <stdlib.h>
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

#define NO_CALL \
    {           \
        0, 0    \
    }

static struct trace_record at(uint16_t actor, uint16_t point)
{
    return (struct trace_record){.actor = actor, .point = point};
}

static void test_addresses_count_for_the_actor_and_for_any(void)
{
    const struct trace_record records[] = {at(0, POINT_DBG_PROMPT), at(1, POINT_DBG_PROMPT),
                                           at(1, POINT_DBG_PROMPT),
                                           at(ACTOR_HARNESS, POINT_KEY_SENT)};
    enum { ROOT_PROMPT, CHILD_PROMPT, ANY_PROMPT, ANY_KEY, ROWS };
    const struct counted counted[ROWS] = {
        {0,          POINT_DBG_PROMPT, NO_CALL},
        {1,          POINT_DBG_PROMPT, NO_CALL},
        {ACTOR_NONE, POINT_DBG_PROMPT, NO_CALL},
        {ACTOR_NONE, POINT_KEY_SENT,   NO_CALL}
    };
    const struct variant v = {.counted = counted, .counted_count = ROWS};
    struct address first = {.nth = 1, .row = CHILD_PROMPT};
    const struct address third = {.nth = 3, .row = ANY_PROMPT};
    struct addresses *a = addresses_new(&v);

    CU_ASSERT_PTR_NOT_NULL_FATAL(a);
    CU_ASSERT_FALSE(addresses_happened(a, &first, 0));
    for (size_t i = 0; i < 4; i++) {
        addresses_add(a, &records[i], NULL);
        CU_ASSERT_EQUAL(addresses_happened(a, &first, 0), i >= 1);
        CU_ASSERT_EQUAL(addresses_happened(a, &third, 0), i >= 2);
    }
    CU_ASSERT_EQUAL(addresses_count(a, ROOT_PROMPT), 1);
    CU_ASSERT_EQUAL(addresses_count(a, CHILD_PROMPT), 2);
    CU_ASSERT_EQUAL(addresses_count(a, ANY_PROMPT), 3);
    CU_ASSERT_EQUAL(addresses_count(a, ANY_KEY), 1);
    CU_ASSERT_EQUAL(addresses_anybody(a, POINT_DBG_PROMPT), 3);
    /* Nobody has asked for this. */
    CU_ASSERT_EQUAL(addresses_anybody(a, POINT_EXIT_CLOSED), 0);
    /* From now on, the next is the first. */
    first.relative = true;
    CU_ASSERT_FALSE(addresses_happened(a, &first, 2));
    addresses_add(a, &records[1], NULL);
    CU_ASSERT_TRUE(addresses_happened(a, &first, 2));
    first.nth = UINT32_MAX;
    CU_ASSERT_FALSE(addresses_happened(a, &first, 2));
    free(a);
}

static void test_a_call_counts_for_its_family_and_for_its_form(void)
{
    enum { CALL = 7, FORM = 3, FORMS = 5 };
    enum { ROOT_CALL, ANY_FORM, ANY_CALL, ROWS };
    const struct counted counted[ROWS] = {
        {0,          POINT_SYS_CALL, {CALL, 0}   },
        {ACTOR_NONE, POINT_SYS_CALL, {CALL, FORM}},
        {ACTOR_NONE, POINT_SYS_CALL, {CALL, 0}   },
    };
    const struct variant v = {.counted = counted, .counted_count = ROWS};
    struct addresses *a = addresses_new(&v);

    CU_ASSERT_PTR_NOT_NULL_FATAL(a);
    for (uint16_t form = 0; form < FORMS; form++) {
        struct trace_record record = at(form == 0 ? 0 : 1, POINT_SYS_CALL);
        record.value = call_pack((struct call){CALL, form});
        addresses_add(a, &record, NULL);
        record.value = call_pack((struct call){CALL + 1, form});
        addresses_add(a, &record, NULL);
    }
    CU_ASSERT_EQUAL(addresses_count(a, ROOT_CALL), 1);
    CU_ASSERT_EQUAL(addresses_count(a, ANY_FORM), 1);
    CU_ASSERT_EQUAL(addresses_count(a, ANY_CALL), FORMS);
    free(a);
}

/* A state of a run is its bytes: what is counted in a copy is not counted in the original. */
static void test_a_copy_of_the_counters_goes_on_by_itself(void)
{
    const struct counted counted[] = {
        {1, POINT_DBG_PROMPT, NO_CALL}
    };
    const struct variant v = {.counted = counted, .counted_count = 1};
    const struct trace_record record = at(1, POINT_DBG_PROMPT);
    const size_t bytes = sizeof(struct addresses) + sizeof(uint32_t);
    struct addresses *a = addresses_new(&v);
    struct addresses *copy = malloc(bytes);

    CU_ASSERT_FATAL(a != NULL && copy != NULL);
    if (a == NULL || copy == NULL) {
        free(a);
        free(copy);
        return;
    }
    addresses_add(a, &record, NULL);
    memcpy(copy, a, bytes);
    addresses_add(copy, &record, NULL);
    CU_ASSERT_EQUAL(addresses_count(a, 0), 1);
    CU_ASSERT_EQUAL(addresses_count(copy, 0), 2);
    free(copy);
    free(a);
}

int main(void)
{
    CU_pSuite suite = suite_open("result", NULL, NULL);

    CU_add_test(suite, "calls", test_a_call_counts_for_its_family_and_for_its_form);
    CU_add_test(suite, "pipe", test_result_survives_the_pipe);
    CU_add_test(suite, "length", test_text_of_any_length_is_kept_whole);
    CU_add_test(suite, "cut", test_result_cut_anywhere_is_refused);
    CU_add_test(suite, "verdict", test_result_with_an_unknown_verdict_is_refused);
    CU_add_test(suite, "addresses", test_addresses_count_for_the_actor_and_for_any);
    CU_add_test(suite, "copied counters", test_a_copy_of_the_counters_goes_on_by_itself);
    return suite_close();
}

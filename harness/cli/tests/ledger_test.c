/* ledger_test.c: how much of one invocation is written down. */
#include "harness/cli/ledger.h"
#include "runtime/base/tests/suite.h"

static int outcome_count(void *user, int64_t key, const struct outcome *o)
{
    uint64_t *count = user;

    (void)key, (void)o;
    (*count)++;
    return 0;
}

/* Goal: what runs for hours does not fill the disk, or the memory where there is no disk. */
static void test_an_invocation_has_at_most_100000_outcomes(void)
{
    const struct results nowhere = {.folder = ""};
    const struct invocation own = {.verb = "run"};
    struct run_result r = RESULT_INIT;
    struct ledger l;
    uint64_t count = 0;

    result_set(&r, RESULT_ID, "x");
    ledger_open(&l, &nowhere, &own);
    for (uint64_t i = 0; i < LEDGER_OUTCOMES_MAX; i++) {
        if (ledger_add(&l, &r, i) == 0)
            CU_FAIL_FATAL("an outcome has no key");
    }
    for (uint64_t i = 0; i < 3; i++)
        CU_ASSERT_EQUAL(ledger_add(&l, &r, LEDGER_OUTCOMES_MAX + i), 0);
    /* Nothing comes of what is said of them later. */
    ledger_change(&l, 0, &r, 0);
    ledger_drop(&l, 0);
    CU_ASSERT_EQUAL(index_each(l.index, l.own.key, outcome_count, &count, NULL), 0);
    CU_ASSERT_EQUAL(count, LEDGER_OUTCOMES_MAX);
    ledger_close(&l, true);
    result_release(&r);
}

int main(void)
{
    CU_pSuite suite = suite_open("ledger", NULL, NULL);

    CU_add_test(suite, "most", test_an_invocation_has_at_most_100000_outcomes);
    return suite_close();
}

/* diverge.c: when two verdicts are a disagreement, and the one that is said then. */
#include "harness/cli/diverge.h"

#include <string.h>

/* True when the verdict is about the subject. */
static bool is_judged(const struct run_result *r)
{
    const char *reason = result_get(r, RESULT_REASON);

    if (r->verdict == VERDICT_HARNESS || r->verdict == VERDICT_UNSUPPORTED ||
        r->verdict == VERDICT_SKIPPED)
        return false;
    return strcmp(reason, "interrupted") != 0 && strcmp(reason, "trace-full") != 0;
}

/* True when two runs may go different ways and both be right: no disagreement if one fails. */
static bool ends_vary(const struct variant *v)
{
    if (v->must_fail_count > 0)
        return false;
    return v->outcome_count != 1 || v->outcome[0].kind == OUTCOME_ANY;
}

static bool agree(const struct run_result *real, const struct run_result *sim)
{
    if (sim->schedules > 1)
        return verdict_is_bad(real->verdict) ? sim->failed > 0 : sim->failed < sim->schedules;
    return real->verdict == sim->verdict;
}

/* "FAIL step:expect", "PASS" */
static void add_verdict(struct buf *out, const struct run_result *r)
{
    const char *signature = result_get(r, RESULT_SIGNATURE);

    buf_add_text(out, verdict_name(r->verdict));
    if (verdict_is_bad(r->verdict) && signature[0] != 0)
        buf_addf(out, " %s", signature);
}

bool engines_diverge(struct job *real, struct job *sim, const struct worker_options *options)
{
    struct run_result *a = &real->result;
    struct run_result *b = &sim->result;
    struct run_result head = RESULT_INIT;
    struct buf message = BUF_INIT;
    struct job both = *real;

    if (!is_judged(a) || !is_judged(b) || ends_vary(real->variant) || agree(a, b))
        return false;
    buf_add_text(&message, "the engines disagree: real says ");
    add_verdict(&message, a);
    buf_add_text(&message, ", sim says ");
    add_verdict(&message, b);
    struct run_result one = verdict_is_bad(a->verdict) ? *a : *b;
    uint32_t verdicts[] = {a->verdict, b->verdict};
    if (verdict_is_bad(a->verdict))
        *a = RESULT_INIT;
    else
        *b = RESULT_INIT;
    result_release(a);
    result_release(b);
    *a = one;
    a->engine = ENGINE_REAL | ENGINE_SIM;
    a->verdict = VERDICT_DIVERGED;
    result_set(a, RESULT_REASON, "engines");
    result_set(a, RESULT_MESSAGE, buf_text(&message));
    result_setf(a, RESULT_SIGNATURE, "diverged:real=%s sim=%s", verdict_name(verdicts[0]),
                verdict_name(verdicts[1]));
    /* What repeats it runs on both. */
    both.engine = a->engine;
    both.seed = a->seed;
    worker_head(&both, options, &head);
    result_set(a, RESULT_AGAIN, result_get(&head, RESULT_AGAIN));
    result_release(&head);
    buf_release(&message);
    sim->replaced = true;
    return true;
}

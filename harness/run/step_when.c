/* step_when.c: the steps where a condition on the parameters holds. */
#include "harness/run/steps.h"
#include "harness/scenario/condition.h"
#include "harness/scenario/live.h"

static bool when_unroll(struct build *b, const struct node *n, const struct step_visit *visit)
{
    bool holds = false;

    if (!map_check_word(b->p, n, &step_when.word) ||
        !condition_read(b->p, b->scope, node_get(n, "if"), &holds))
        return false;
    /* What a script's parameters will be is not known while it is only checked. */
    bool maybe = !holds || b->p->guessing;
    uint64_t before = captures_sure(b);
    if (maybe)
        captures_maybe(b, true);
    bool ok = visit->steps(b, node_get(n, "steps"), "when", holds, visit->user);
    if (maybe) {
        captures_maybe(b, false);
        captures_set(b, before);
    }
    return ok;
}

const struct step_entry step_when = {
    .word = {.name = "when",
             .shape = "{if!: CONDITION, steps!: STEPS}",
             .help = "the steps if the condition holds",
             .example = "- when:\n    if: 'presses == 3 and prompt in [\"pause\", \"crash\"]'\n"
                        "    steps:\n      - await: quiet\n"},
    .unroll = when_unroll,
};

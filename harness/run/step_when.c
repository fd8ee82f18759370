/* step_when.c: the steps where a condition on the parameters holds. */
#include "harness/run/steps.h"
#include "harness/scenario/condition.h"

static bool when_unroll(struct build *b, const struct node *n, const struct step_visit *visit)
{
    bool holds = false;

    return map_check_word(b->p, n, &step_when.word) &&
           condition_read(b->p, b->scope, node_get(n, "if"), &holds) &&
           visit->steps(b, node_get(n, "steps"), "when", holds, visit->user);
}

const struct step_entry step_when = {
    .word = {.name = "when",
             .shape = "{if!: CONDITION, steps!: STEPS}",
             .help = "the steps if the condition holds",
             .example = "- when:\n    if: 'presses == 3 and prompt in [\"pause\", \"crash\"]'\n"
                        "    steps:\n      - await: quiet\n"},
    .unroll = when_unroll,
};

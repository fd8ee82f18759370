/* step_repeat.c: the steps several times over. */
#include "harness/run/steps.h"

static bool repeat_unroll(struct build *b, const struct node *n, const struct step_visit *visit)
{
    static const struct value_range range = {"times", 0, SCENARIO_STEPS_MAX};
    int64_t times = 0;

    if (!map_check_word(b->p, n, &step_repeat.word) || !int_get(b->p, b->scope, n, &range, &times))
        return false;
    for (int64_t i = 0; i < times; i++) {
        if (!visit->steps(b, node_get(n, "steps"), "repeat", true, visit->user))
            return false;
    }
    return true;
}

const struct step_entry step_repeat = {
    .word = {.name = "repeat",
             .shape = "{times!: INTEGER, steps!: STEPS}",
             .help = "the steps N times",
             .example = "- repeat:\n    times: 3\n    steps:\n      - key: C-c\n"
                        "      - await: quiet\n"},
    .unroll = repeat_unroll,
};

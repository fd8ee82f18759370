/* rules_fired.c: whatever the scenario has for a point has had its effect.
 *
 * An inject that never fires, an order that has nobody to hold, a Ctrl-C for which there is no
 * prompt: such a run passes without having tried what it is about. */
#include "harness/observe/rows.h"

static bool check(const struct look *l)
{
    static const char *const what[] = {
        [RULE_INJECT] = "an inject never fired",
        [RULE_ORDER] = "an order had nobody to hold",
        [RULE_PRESS] = "there was no prompt at which to press Ctrl-C",
    };
    size_t rule = (size_t)l->rec->value;

    return replay_violation(l->replay, l->out, ACTOR_NONE, CAUSE_NONE, "%s",
                            rule < sizeof(what) / sizeof(what[0]) ? what[rule]
                                                                  : "a rule was missed");
}

const struct invariant_entry invariant_rules_fired = {
    .name = "rules-fired",
    .note = "",
    .help =
        "every inject has fired, every order has held somebody back, Ctrl-C was pressed where it "
        "was to be; otherwise the run proves nothing",
    .subjects = SUBJECT_TREE | SUBJECT_COMMAND,
    .unresolved = "never-fired",
    .points = ROW_POINTS(POINT_RULE_MISSED),
    .on = check,
};

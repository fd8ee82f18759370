/* action.c: the table of actions, and what follows from a row alone. */
#include "harness/language/action.h"

#include "runtime/base/check.h"

#include <inttypes.h>
#include <signal.h>

enum { ERRNO_END = 4096 }; /* the kernel's */

static const struct action_row rows[] = {ACTION_MAP(ROW_ENTRY)};

const struct action_row *action_row(unsigned kind)
{
    CHECK(kind < ACTIONS);
    return &rows[kind];
}

bool action_has_who(const struct action *a)
{
    return (action_row(a->kind)->needs & ACTION_WHO) != 0 && a->target == TARGET_ACTOR;
}

static bool in_range(int64_t value, int64_t first, int64_t end)
{
    return value >= first && value < end;
}

int action_check(const struct action *a, struct diag *diag)
{
    if (a->kind == ACTION_SIGNAL && !in_range(a->value, 1, NSIG))
        return diag_set(diag, ERR_INPUT, "there is no signal %" PRId64, a->value);
    if (a->kind == ACTION_TELL && (!in_range(a->value, 0, TELL_OPS) || a->value == TELL_WORDS))
        return diag_set(diag, ERR_INPUT, "an actor cannot be told %" PRId64, a->value);
    if (a->kind == ACTION_FAIL && !in_range(a->value, 1, ERRNO_END))
        return diag_set(diag, ERR_INPUT, "no call fails with %" PRId64, a->value);
    if (a->kind == ACTION_LINK &&
        (!in_range(a->value, 0, LINK_HARMS) || !in_range(a->extra, 0, LINK_SIDES)))
        return diag_set(diag, ERR_INPUT, "there is no harm %" PRId64, a->value);
    return 0;
}

struct trace_record action_record(const struct action *a)
{
    const struct action_row *row = action_row(a->kind);

    CHECK(row->point < POINTS);
    /* A group of processes is its leader's. */
    uint16_t who = a->target == TARGET_ACTOR ? a->who : ACTOR_ROOT;
    return (struct trace_record){
        .actor = ACTOR_HARNESS,
        .point = row->point,
        .peer = (row->needs & ACTION_WHO) != 0 ? who : ACTOR_NONE,
        .value = (row->needs & ACTION_VALUE) != 0 ? a->value : 0,
        .extra = (row->needs & ACTION_EXTRA) != 0 ? a->extra : 0,
    };
}

/* keeps.c: one sentence for all rows that look at what is kept. */
#include "harness/observe/keeps.h"

#include <inttypes.h>
#include <stdio.h>

bool keeps_wrong(const struct look *l, unsigned things, const char *keeps)
{
    const struct replay *r = l->replay;
    const struct trace_record *rec = l->rec;
    bool known = replay_knows(r, rec->peer);
    char number[32] = "";

    if (rec->value < 0 || rec->value >= LEFTOVERS || (things & KEEPS(rec->value)) == 0 ||
        (known && replay_is_halted(r, rec->peer)))
        return false;
    if (rec->extra != 0)
        (void)snprintf(number, sizeof(number), " %" PRId64, rec->extra);
    return replay_violation(r, l->out, known ? rec->peer : (uint16_t)ACTOR_NONE, CAUSE_NONE,
                            "%s %s%s", known ? replay_name(r, rec->peer) : "a process", keeps,
                            number);
}

bool keeps_count_wrong(const struct look *l, unsigned thing, const char *one, const char *many)
{
    const struct trace_record *rec = l->rec;

    if (rec->value != thing)
        return false;
    return replay_violation(l->replay, l->out, ACTOR_ROOT, CAUSE_NONE, "%s leaves %" PRId64 " %s",
                            replay_name(l->replay, ACTOR_ROOT), rec->extra,
                            rec->extra == 1 ? one : many);
}

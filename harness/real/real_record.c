/* real_record.c: records, and the clock that they bear. */
#include "harness/real/real.h"

int64_t real_now(const struct real_world *r)
{
    return loop_now_ns() - r->start_ns;
}

bool real_stalled(struct real_world *r)
{
    int64_t now_ns = loop_now_ns();
    int64_t over_ns = now_ns - r->awake_ns - r->asked_ns;

    r->awake_ns = now_ns;
    if (over_ns < REAL_STALL_NS)
        return false;
    r->world.stalled_ns += over_ns;
    r->slept_ns = now_ns - over_ns - r->start_ns;
    r->activity++;
    if (r->end_at_ns != 0) {
        r->end_at_ns += over_ns;
        (void)loop_timer_start(r->loop, &r->end_timer, r->end_at_ns, NULL);
    }
    r->sweep_end_ns += over_ns;
    return true;
}

void real_record(struct real_world *r, struct trace_record record)
{
    if (record.at_ns == 0)
        record.at_ns = r->said_ns != 0 ? r->said_ns : real_now(r);
    (void)trace_add(&r->world.trace, &record); /* a full one is seen when events are given */
}

void real_note(struct real_world *r, enum point point, uint16_t peer, int64_t value, int64_t extra)
{
    real_record(r, (struct trace_record){.point = (uint16_t)point,
                                         .actor = ACTOR_HARNESS,
                                         .peer = peer,
                                         .value = value,
                                         .extra = extra});
}

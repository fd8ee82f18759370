/* real_link.c: harm to the links between actors: ordered from the actor at the sending end, which
 * answers when it is done. */
#include "harness/real/real.h"

/* Sends the order to one end of the link of `actor`. */
static int end_order(struct real_world *r, uint16_t actor, uint16_t by, enum link_harm harm,
                     struct diag *diag)
{
    struct real_process *p = &r->process[actor];
    bool *owes = by == actor ? &p->harm_owed_below : &p->harm_owed_above;

    int rc = process_order(r, by, CONTROL_LINK, control_harm(actor, harm), diag);
    if (rc < 0 || *owes)
        return rc;
    *owes = true;
    r->harms++;
    return 0;
}

static int end_check(const struct real_world *r, uint16_t by, struct diag *diag)
{
    const struct real_process *p = &r->process[by];

    if (p->state == PROCESS_STOPPED || p->stopping)
        return diag_set(diag, ERR_STATE, "%s is stopped and sends nothing", r->cast->who[by].name);
    return process_listens(r, by, diag);
}

/* From here on the two numbers of a direction need not become equal. */
static void link_marks(struct real_process *p, unsigned traits, enum link_side side)
{
    bool up = side != SIDE_DOWN;
    bool down = side != SIDE_UP;

    if ((traits & HARM_RESUMES) != 0) {
        p->delayed_up = false;
        p->delayed_down = false;
    } else if ((traits & HARM_DELAYS) != 0) {
        p->delayed_up |= up;
        p->delayed_down |= down;
    } else if ((traits & HARM_DROPS) != 0) {
        p->dropped_up |= up;
        p->dropped_down |= down;
    }
}

/* The end that does it. */
static uint16_t harmer_of(const struct real_world *r, const struct action *a)
{
    bool asleep = r->process[a->who].state == PROCESS_STOPPED || r->process[a->who].stopping;
    bool either = (link_harm_traits(a->value) & HARM_EITHER) != 0;

    return a->extra == SIDE_DOWN || (either && asleep) ? r->cast->who[a->who].parent : a->who;
}

int link_allow(const struct real_world *r, const struct action *a, struct diag *diag)
{
    if (r->cast->who[a->who].parent == ACTOR_NONE)
        return diag_set(diag, ERR_INPUT, "the root has no link to a parent");
    int rc = end_check(r, harmer_of(r, a), diag);
    if (rc == 0 && (link_harm_traits(a->value) & HARM_RESUMES) != 0)
        rc = end_check(r, r->cast->who[a->who].parent, diag);
    return rc;
}

int link_act(struct real_world *r, const struct action *a, struct diag *diag)
{
    uint16_t by = harmer_of(r, a);
    unsigned traits = link_harm_traits(a->value);

    r->harmed = true;
    link_marks(&r->process[a->who], traits, (enum link_side)a->extra);
    int rc = end_order(r, a->who, by, (enum link_harm)a->value, diag);
    if (rc == 0 && (traits & HARM_RESUMES) != 0)
        rc = end_order(r, a->who, r->cast->who[a->who].parent, (enum link_harm)a->value, diag);
    /* What the first end has let go may be what the other ends by, and with it the link. */
    if (rc == ERR_GONE && r->process[a->who].harm_owed_below)
        rc = 0;
    return rc < 0 ? rc : ACT_GOES_ON;
}

static void owed_end(struct real_world *r, uint16_t actor, bool *owes)
{
    const struct real_process *p = &r->process[actor];

    if (!*owes)
        return;
    *owes = false;
    r->harms--;
    r->activity++;
    if (!p->harm_owed_below && !p->harm_owed_above)
        queue_event(&r->world, WORLD_LINK, actor, 0);
}

void link_answered(struct real_world *r, uint16_t by, int64_t value)
{
    uint64_t actor = (uint64_t)value / 256;

    if (actor >= r->cast->count)
        return;
    struct real_process *p = &r->process[actor];
    owed_end(r, (uint16_t)actor, by == actor ? &p->harm_owed_below : &p->harm_owed_above);
}

void links_settle(struct real_world *r)
{
    /* With an end the link itself is gone. The root has none. */
    for (uint16_t i = ACTOR_ROOT + 1; i < r->cast->count; i++) {
        struct real_process *p = &r->process[i];
        if (!process_lives(p))
            owed_end(r, i, &p->harm_owed_below);
        if (!process_lives(&r->process[r->cast->who[i].parent]))
            owed_end(r, i, &p->harm_owed_above);
    }
}

/* real_link.c: harm to the links between actors: ordered from the actor at the sending end, which
 * answers when it is done. */
#include "harness/real/real.h"

static uint16_t parent_of(const struct real_world *r, uint16_t actor)
{
    return r->options.tree->node[actor].parent;
}

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
    const char *name = r->options.tree->node[by].name;

    if (p->state == PROCESS_NONE || (process_lives(p) && p->orders < 0))
        return diag_set(diag, ERR_STATE, "%s does not run yet", name);
    if (!process_lives(p))
        return diag_set(diag, ERR_GONE, "%s is dead", name);
    if (p->state == PROCESS_STOPPED || p->stopping)
        return diag_set(diag, ERR_STATE, "%s is stopped and sends nothing", name);
    return 0;
}

/* From here on the two numbers of a direction need not become equal. */
static void link_marks(struct real_process *p, enum link_harm harm, enum link_side side)
{
    if (harm == LINK_HARM_RESUME) {
        p->delayed_up = false;
        p->delayed_down = false;
    } else if (harm == LINK_HARM_DELAY && side == SIDE_UP) {
        p->delayed_up = true;
    } else if (harm == LINK_HARM_DELAY) {
        p->delayed_down = true;
    } else if (harm == LINK_HARM_DROP && side == SIDE_UP) {
        p->dropped_up = true;
    } else if (harm == LINK_HARM_DROP) {
        p->dropped_down = true;
    }
}

int real_link(struct world *w, uint16_t actor, enum link_harm harm, enum link_side side,
              struct diag *diag)
{
    struct real_world *r = real_of(w);

    if (actor >= r->count)
        return diag_set(diag, ERR_NOTFOUND, "there is no actor %u", actor);
    uint16_t parent = parent_of(r, actor);
    if (parent == ACTOR_NONE)
        return diag_set(diag, ERR_INPUT, "the root has no link to a parent");
    bool asleep = r->process[actor].state == PROCESS_STOPPED || r->process[actor].stopping;
    bool above = side == SIDE_DOWN || (harm == LINK_HARM_CUT && asleep);
    int rc = end_check(r, above ? parent : actor, diag);
    if (rc == 0 && harm == LINK_HARM_RESUME)
        rc = end_check(r, parent, diag);
    if (rc == 0 && !process_lives(&r->process[actor]))
        rc = end_check(r, actor, diag);
    if (rc < 0)
        return rc;
    /* The record comes first: what the harm does may be reported before this call returns. */
    real_note(r, POINT_LINK_HARMED, actor, harm, side);
    r->activity++;
    link_marks(&r->process[actor], harm, side);
    rc = end_order(r, actor, above ? parent : actor, harm, diag);
    if (rc == 0 && harm == LINK_HARM_RESUME)
        rc = end_order(r, actor, parent, harm, diag);
    return rc;
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
        real_event(r, WORLD_LINK, actor, 0);
}

void link_answered(struct real_world *r, uint16_t by, int64_t value)
{
    uint16_t actor = (uint16_t)(value / 256);

    if (value < 0 || actor >= r->count)
        return;
    struct real_process *p = &r->process[actor];
    owed_end(r, actor, by == actor ? &p->harm_owed_below : &p->harm_owed_above);
}

void links_settle(struct real_world *r)
{
    for (uint16_t i = 0; i < r->count && r->harms > 0; i++) {
        struct real_process *p = &r->process[i];
        if (!p->harm_owed_below && !p->harm_owed_above)
            continue;
        /* With an end the link itself is gone. */
        if (!process_lives(p))
            owed_end(r, i, &p->harm_owed_below);
        if (!process_lives(&r->process[parent_of(r, i)]))
            owed_end(r, i, &p->harm_owed_above);
    }
}

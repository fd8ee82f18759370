/* world.c: calls the engine behind a world. */
#include "harness/world/world.h"

int world_start(struct world *w, struct diag *diag)
{
    return w->ops->start(w, diag);
}

bool world_turn(struct world *w, int64_t max_wait_ns)
{
    return w->ops->turn(w, max_wait_ns);
}

void world_release(struct world *w, uint16_t actor)
{
    w->ops->release(w, actor);
}

int world_input(struct world *w, const void *data, size_t size, struct diag *diag)
{
    return w->ops->input(w, data, size, diag);
}

int world_key(struct world *w, uint8_t byte, bool tiocsig, struct diag *diag)
{
    return w->ops->key(w, byte, tiocsig, diag);
}

int world_signal(struct world *w, uint16_t actor, int signal, struct diag *diag)
{
    return w->ops->signal(w, actor, signal, diag);
}

int world_signal_group(struct world *w, bool foreground, int signal, struct diag *diag)
{
    if (w->ops->signal_group == NULL)
        return diag_set(diag, ERR_UNSUPPORTED, "this subject is signalled actor by actor");
    return w->ops->signal_group(w, foreground, signal, diag);
}

const char *world_why(struct world *w)
{
    return w->ops->why != NULL ? w->ops->why(w) : "";
}

int world_tell(struct world *w, uint16_t actor, int op, struct diag *diag)
{
    return w->ops->tell(w, actor, op, diag);
}

int world_link(struct world *w, uint16_t actor, enum link_harm harm, enum link_side side,
               struct diag *diag)
{
    if (w->ops->link == NULL)
        return diag_set(diag, ERR_UNSUPPORTED, "this subject has no links");
    return w->ops->link(w, actor, harm, side, diag);
}

int world_resize(struct world *w, uint16_t rows, uint16_t columns, struct diag *diag)
{
    return w->ops->resize(w, rows, columns, diag);
}

int world_hang_up(struct world *w, struct diag *diag)
{
    return w->ops->hang_up(w, diag);
}

int world_resume(struct world *w, struct diag *diag)
{
    return w->ops->resume(w, diag);
}

void world_quiet(struct world *w, bool want)
{
    w->ops->quiet(w, want);
}

void world_timer(struct world *w, int64_t at_ns)
{
    w->ops->timer(w, at_ns);
}

enum process_state world_state(struct world *w, uint16_t actor)
{
    return w->ops->state(w, actor);
}

int64_t world_now(struct world *w)
{
    return w->ops->now(w);
}

void world_note(struct world *w, const struct trace_record *record)
{
    w->ops->note(w, record);
}

void world_stop(struct world *w, int why)
{
    w->ops->stop(w, why);
}

void world_free(struct world *w)
{
    if (w != NULL)
        w->ops->free(w);
}

/* world.c: what is the same for every engine: an action is checked, recorded and handed on. */
#include "harness/world/world.h"

#include "runtime/base/check.h"

int world_start(struct world *w, struct diag *diag)
{
    return w->ops->start(w, diag);
}

bool world_turn(struct world *w, int64_t max_wait_ns)
{
    return w->ops->turn(w, max_wait_ns);
}

/* ---- Actions ---- */

bool world_is_alive(struct world *w, uint16_t actor)
{
    enum process_state state = world_state(w, actor);

    return state == PROCESS_LIVE || state == PROCESS_STOPPED;
}

/* Refuses an actor that is not there. */
static int who_check(struct world *w, uint16_t who, struct diag *diag)
{
    if (who >= w->options->cast->count)
        return diag_set(diag, ERR_NOTFOUND, "there is no actor %u", who);
    const char *name = w->options->cast->who[who].name;
    if (world_state(w, who) == PROCESS_NONE)
        return diag_set(diag, ERR_STATE, "%s was not started yet", name);
    if (!world_is_alive(w, who))
        return diag_set(diag, ERR_GONE, "%s is dead", name);
    return 0;
}

static int act(struct world *w, const struct action *a, struct diag *diag)
{
    int rc = action_check(a, diag);

    if (rc == 0 && action_has_who(a))
        rc = who_check(w, a->who, diag);
    if (rc == 0)
        rc = w->ops->allow(w, a, diag);
    if (rc < 0)
        return rc;
    CHECK(rc == ALLOW_NOW || (action_row(a->kind)->needs & ACTION_LATE) != 0);
    if (rc == ALLOW_NOW)
        world_acted(w, a);
    return w->ops->act(w, a, diag);
}

/* Actors share the root's session and, in this version, its process group, which is the foreground
 * one: all the collective targets are the whole tree. */
static int signal_each(struct world *w, const struct action *a, struct diag *diag)
{
    struct action one = *a;
    bool sent = false;

    one.target = TARGET_ACTOR;
    for (one.who = 0; one.who < w->options->cast->count; one.who++) {
        if (!world_is_alive(w, one.who))
            continue;
        int rc = act(w, &one, diag);
        if (rc < 0 && rc != ERR_GONE)
            return rc;
        sent = sent || rc >= 0;
    }
    return sent ? ACT_DONE : diag_set(diag, ERR_GONE, "nobody is left to get the signal");
}

int world_act(struct world *w, const struct action *a, struct diag *diag)
{
    if (a->target != TARGET_ACTOR && !w->groups)
        return signal_each(w, a, diag);
    return act(w, a, diag);
}

void world_acted(struct world *w, const struct action *a)
{
    if (action_row(a->kind)->point < POINTS)
        world_note(w, action_record(a));
}

/* ---- What an engine does alone ---- */

void world_release(struct world *w, uint16_t actor)
{
    w->ops->release(w, actor);
}

void world_want(struct world *w, enum world_event_kind what, int64_t at_ns)
{
    w->ops->want(w, what, at_ns);
}

struct who_state world_look(struct world *w, uint16_t actor)
{
    struct who_state out = {.state = PROCESS_NONE, .why = ""};

    w->ops->look(w, actor, &out);
    return out;
}

enum process_state world_state(struct world *w, uint16_t actor)
{
    return world_look(w, actor).state;
}

int world_modes(struct world *w, struct termios *out, size_t *shown)
{
    int rc = w->ops->modes != NULL ? w->ops->modes(w, out) : ERR_UNSUPPORTED;

    if (rc == 0 || rc == ERR_FULL)
        *shown = w->queue.shown.size;
    return rc;
}

unsigned world_left(struct world *w, struct buf *who)
{
    return w->ops->left != NULL ? w->ops->left(w, who) : 0;
}

int64_t world_now(const struct world *w)
{
    return w->ops->now(w) - w->stalled_ns;
}

void world_note(struct world *w, struct trace_record record)
{
    record.at_ns = w->ops->now(w);
    /* A full trace is remembered by the trace, and whoever turns the world looks there. */
    (void)trace_add(&w->trace, &record);
}

void world_say(struct world *w, enum world_words what, struct buf *out)
{
    if (w->ops->say != NULL)
        w->ops->say(w, what, out);
}

void world_stop(struct world *w, enum stop_why why)
{
    w->ops->stop(w, why);
}

void world_free(struct world *w)
{
    if (w == NULL)
        return;
    buf_release(&w->end.processes);
    buf_release(&w->end.modes);
    buf_release(&w->end.files);
    buf_release(&w->end.memory);
    w->ops->free(w);
}

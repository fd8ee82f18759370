/* type.c: what several steps do to type: bytes, at the moment when the terminal's modes are known.
 */
#include "harness/run/steps.h"

/* One that writes without end has had its time to say what it wants of the terminal. */
#define TYPE_WAIT_NS (INT64_C(2000) * 1000 * 1000)

/* How long a line editor may take to read what was typed before, and how often it is asked. */
#define TYPE_UNREAD_NS (INT64_C(250) * 1000 * 1000)
#define TYPE_LOOK_NS   (INT64_C(1000) * 1000)

/* While a line editor has typed bytes to read it may leave at any moment, and then the terminal
 * echoes what comes. Which of the two it will be is known when they are read. */
static bool type_is_early(struct run *r, struct task *t)
{
    struct termios modes;
    size_t shown;
    int64_t now = world_now(r->world);

    t->wake_ns = INT64_MAX;
    if (world_modes(r->world, &modes, &shown) != ERR_FULL)
        return false;
    if (t->typed_by_ns == INT64_MAX)
        t->typed_by_ns = now + TYPE_UNREAD_NS;
    if (now >= t->typed_by_ns)
        return false;
    t->wake_ns = now + TYPE_LOOK_NS;
    return true;
}

enum step_status type_bytes(struct run *r, struct task *t, const struct step *s, const char *text,
                            size_t size)
{
    const struct action type = {.kind = ACTION_TYPE, .text = text, .size = size};
    struct diag diag = {0};

    if (size == 0) /* what was captured is empty */
        return STEP_DONE;
    if (!t->echo_told && type_is_early(r, t))
        return STEP_PENDING;
    if (!t->echo_told) {
        t->unseen += run_types(r, text, size) ? size : 0;
        match_pass(r->match);
    }
    t->echo_told = true;
    t->typed_by_ns = INT64_MAX;
    int rc = world_act(r->world, &type, &diag);
    if (rc >= 0)
        run_typed(r);
    return rc == ERR_FULL ? STEP_PENDING : step_acted(r, t, s, rc, &diag);
}

void type_wait(struct run *r, struct task *t)
{
    t->wants_settle = r->variant->command != NULL;
    if (!t->wants_settle)
        return;
    t->wake_ns = world_now(r->world) + TYPE_WAIT_NS;
    r->quiet_over = r->settled_over = false;
}

bool type_waits(struct run *r, struct task *t, const struct world_event *event)
{
    bool settled = event != NULL && (event->kind == WORLD_QUIET || event->kind == WORLD_SETTLED);

    if (t->wants_settle && (settled || world_now(r->world) >= t->wake_ns)) {
        t->wants_settle = false;
        t->wake_ns = INT64_MIN;
    }
    return t->wants_settle;
}

/* real_act.c: what is done to every subject alike; the rest is the subject's own. */
#include "harness/real/listener.h"
#include "harness/real/real.h"
#include "harness/real/subject.h"
#include "runtime/base/pidfd.h"

#include <signal.h>

static int process_signal(struct real_world *r, uint16_t actor, int signal, struct diag *diag)
{
    if (signal == SIGKILL)
        process_kill_known(r, actor);
    if (signal == SIGTERM)
        process_term_known(r, actor);
    if (!pidfd_send(r->process[actor].pidfd, signal))
        return diag_errno(diag, ERR_GONE, "cannot signal %s", r->cast->who[actor].name);
    if (signal == SIGSTOP || signal == SIGTSTP)
        process_may_stop(r, actor, signal);
    /* The kernel continues it, and forgets a stop that is on its way, before the call returns. */
    if (signal == SIGCONT)
        process_continued(r, actor);
    return ACT_DONE;
}

/* What was stopped goes on by the order; said before the kernel does it, so that no report comes
 * earlier. That the root has stopped may be told twice, and the second time only now. */
static int job_continues(struct real_world *r, enum guard_order_kind order, struct diag *diag)
{
    for (uint16_t i = 0; i < r->cast->count; i++) {
        if (r->process[i].state == PROCESS_STOPPED || r->process[i].stopping)
            process_continued(r, i);
    }
    r->job_stops = false;
    r->continuing++;
    int rc = guard_link_order(&r->guard, order, diag);
    return rc < 0 ? rc : ACT_GOES_ON;
}

static int hang_up(struct real_world *r, struct diag *diag)
{
    int rc = terminal_hang_up(r, diag);

    if (rc < 0)
        return rc;
    /* Its last echo is nobody's any more. */
    r->press.open = false;
    return job_continues(r, GUARD_HUP, diag);
}

/* Answered by what runs: by its reports, or by looking at it. */
static bool is_the_subject_s(const struct action *a)
{
    return a->kind == ACTION_KEY || a->kind == ACTION_TELL || a->kind == ACTION_LINK ||
           a->target != TARGET_ACTOR;
}

int real_allow(struct world *w, const struct action *a, struct diag *diag)
{
    struct real_world *r = real_of(w);

    if (is_the_subject_s(a))
        return r->subject->allow(r, a, diag);
    if (a->kind == ACTION_TYPE && r->hung_up)
        return diag_set(diag, ERR_GONE, "the terminal is closed");
    if (a->kind == ACTION_HANG_UP)
        reports_drain(r);
    if ((a->kind == ACTION_HANG_UP || a->kind == ACTION_RESIZE) && r->pty == NULL)
        return diag_set(diag, ERR_GONE, "the terminal is closed");
    if (a->kind == ACTION_CONTINUE && !process_lives(&r->process[ACTOR_ROOT]))
        return diag_set(diag, ERR_GONE, "there is no job any more");
    return ALLOW_NOW;
}

int real_act(struct world *w, const struct action *a, struct diag *diag)
{
    struct real_world *r = real_of(w);

    r->activity++;
    r->touched++;
    if (is_the_subject_s(a))
        return r->subject->act(r, a, diag);
    switch ((enum action_kind)a->kind) {
    case ACTION_TYPE:
        return terminal_type(r, a->text, a->size, diag);
    case ACTION_SIGNAL:
        return process_signal(r, a->who, (int)a->value, diag);
    case ACTION_RESIZE:
        return pty_resize(r->pty, (uint16_t)a->value, (uint16_t)a->extra, diag);
    case ACTION_HANG_UP:
        return hang_up(r, diag);
    case ACTION_CONTINUE:
        return job_continues(r, GUARD_CONT, diag);
    case ACTION_FAIL:
        return listener_fail(r, a->who, (int)a->value, diag);
    case ACTION_KEY:
    case ACTION_TELL:
    case ACTION_LINK:
    case ACTIONS:
        break;
    }
    return ACT_DONE;
}

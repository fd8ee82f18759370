/* signals_heard.c: who is in front does not ignore the signal that a key makes.
 *
 * A shell without job control starts what is in the background with SIGINT and SIGQUIT ignored, and
 * that goes on through every execve: so a Ctrl-C ends all but these. Many ignore one on purpose. */
#include "harness/observe/rows.h"
#include "runtime/base/status.h"

static bool check(const struct look *l)
{
    const struct replay *r = l->replay;
    struct buf signal = BUF_INIT;

    if (!replay_knows(r, l->rec->peer))
        return false;
    signal_add(l->rec->value, &signal);
    (void)replay_violation(r, l->out, l->rec->peer, CAUSE_NONE,
                           "%s ignores %s, by itself or as it was started so: it never hears of it",
                           replay_name(r, l->rec->peer), buf_text(&signal));
    buf_release(&signal);
    return true;
}

const struct invariant_entry invariant_signals_heard = {
    .name = "signals-heard",
    .note = "",
    .help = "nobody whom a key or a signal of the scenario reaches ignores it; actor: who does",
    .remedy =
        "set the signal's default in the child before its execve, or start it where job control "
        "is on (set -m)",
    .subjects = SUBJECT_COMMAND,
    .told = SUBJECT_COMMAND,
    .points = ROW_POINTS(POINT_SIG_IGNORED),
    .on = check,
};

/* subject_command.c: a command in place of a tree: how it starts, when it is ready and when quiet.
 *
 * A program that is not ours reports nothing, so it is looked at (job_look.h), again and again
 * (looks.h). */
#include "harness/real/command_end.h"
#include "harness/real/job_look.h"
#include "harness/real/listener.h"
#include "harness/real/looks.h"
#include "harness/real/observer.h"
#include "harness/real/ready.h"
#include "harness/real/real.h"
#include "harness/real/stops.h"
#include "harness/real/subject.h"
#include "harness/real/waits.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

/* The press under way, and the last looks at the processes. */
struct command {
    struct looks looks;
    struct action action; /* the press */
    bool sent;            /* it was ready */
    pid_t group;          /* that it was sent to */
    char why[96];
    struct observer observer;
    struct stops stops;
};

static struct command *command_of(const struct real_world *r)
{
    return r->own;
}

/* The press is a signal, not a key. */
static bool is_signal(const struct command *c)
{
    return c->action.kind == ACTION_SIGNAL;
}

/* The press is a key by the driver's custom, whatever the modes. */
static bool is_tiocsig(const struct command *c)
{
    return c->action.kind == ACTION_KEY && c->action.extra != 0;
}

/* ---- Start ------------------------------------------------------------------------------ */

/* Where it can be had: nothing that a run shows depends on it. */
static bool group_make(struct real_world *r)
{
    if (!r->options.isolate || features_have(r->options.without, FEATURE_CGROUP) ||
        !isolate_open(&r->isolate))
        return false;
    leftover_group(&r->leftover, r->isolate.path);
    return true;
}

static int command_send(struct real_world *r, int slave, struct diag *diag)
{
    static const struct guard_move move[] = {
        {0, 0},
        {0, 1},
        {0, 2}
    };
    const struct command_line *command = r->options.command;
    int fd[] = {slave, -1, -1, -1};
    unsigned count = 1;

    int rc = listener_new(r, &fd[count], diag);
    if (rc < 0)
        return rc;
    command_begins(r);
    bool filtered = fd[count] >= 0;
    count += filtered;
    bool grouped = group_make(r);
    if (grouped) {
        fd[count] = r->isolate.procs;
        fd[count + 1] = r->isolate.kill;
    }
    const struct guard_request request = {.path = command->path,
                                          .cwd = command->cwd,
                                          .argv = command->argv,
                                          .envp = command->envp,
                                          .fd = fd,
                                          .fd_count = grouped ? count + 2 : count,
                                          .tty = 0,
                                          .leader = r->options.leads_session,
                                          .grouped = grouped,
                                          .group_procs = count,
                                          .group_kill = count + 1,
                                          .filter = filtered,
                                          .firm = r->options.calls_firm,
                                          .filter_fd = 1,
                                          .move = move,
                                          .move_count = sizeof(move) / sizeof(move[0])};
    return guard_link_start(&r->guard, &request, diag);
}

/* ---- Looking ---------------------------------------------------------------------------- */

/* The group that the press under way goes to, 0: none. */
static pid_t press_group(const struct real_world *r)
{
    const struct command *c = command_of(r);

    if (!r->press.open)
        return 0;
    if (c->sent)
        return c->group;
    if (is_signal(c) && c->action.target != TARGET_FOREGROUND)
        return r->process[ACTOR_ROOT].pid;
    pid_t group = r->pty != NULL ? pty_foreground(r->pty, NULL) : 0;
    return group > 0 ? group : 0;
}

/* Which signal the press will be, as far as can be said before. */
static int press_signal(struct real_world *r)
{
    const struct command *c = command_of(r);

    if (is_signal(c) || c->sent)
        return r->press.signal;
    return terminal_signal_of(r, r->press.byte, is_tiocsig(c));
}

static void why_set(struct command *c, const struct job_crowd *crowd)
{
    if (crowd->rest)
        (void)snprintf(c->why, sizeof(c->why), "it goes on writing, or wakes up again and again");
    else
        (void)snprintf(c->why, sizeof(c->why), "%s (%d) is busy", crowd->busy.name,
                       (int)crowd->busy.pid);
}

static void each_seen(void *user, pid_t pid, const struct procfs_stat *stat)
{
    struct real_world *r = user;

    (void)observer_see(&command_of(r)->observer, r, pid, stat);
    stops_see(&command_of(r)->stops, r, pid, stat);
}

static bool each_keeps(void *user, pid_t pid)
{
    return listener_keeps(user, pid);
}

/* ---- Its calls -------------------------------------------------------------------------- */

static uint16_t command_find(struct real_world *r, pid_t pid)
{
    return observer_find(&command_of(r)->observer, r, pid);
}

static uint16_t command_see(struct real_world *r, pid_t pid)
{
    uint16_t actor = command_find(r, pid);
    struct procfs_stat stat;

    /* Numbers are given by birth, and an elder sibling may call later. */
    if (actor == ACTOR_NONE) {
        observer_walk(&command_of(r)->observer, r);
        actor = command_find(r, pid);
    }
    if (actor == ACTOR_NONE && procfs_stat(pid, &stat))
        actor = observer_see(&command_of(r)->observer, r, pid, &stat);
    return actor;
}

static void command_becomes(struct real_world *r, uint16_t actor, const char *name,
                            const char *argv)
{
    observer_becomes(r, actor, name, argv);
}

/* ---- Presses and signals ---------------------------------------------------------------- */

static void press_done(struct real_world *r)
{
    r->press.open = false;
    r->activity++;
    r->touched++;
    if (!is_signal(command_of(r)))
        real_note(r, POINT_KEY_DONE, ACTOR_NONE, r->press.byte, r->press.lost);
    terminal_sample(r);
    queue_event(&r->world, WORLD_KEY, ACTOR_NONE, 0);
}

/* Who of them will not hear of it. */
struct deaf {
    struct real_world *r;
    pid_t group;
    int signal;
};

static void each_deaf(void *user, pid_t pid, const struct procfs_stat *stat)
{
    const struct deaf *d = user;
    struct ready_status s;

    if (stat->group == d->group && !procfs_state_dead(stat->state) &&
        ready_read(pid, &s, NULL) == 0 && ready_for(&s, d->signal) == READY_IGNORED)
        real_note(d->r, POINT_SIG_IGNORED, process_find(d->r, pid), d->signal, 0);
}

static void deaf_note(struct real_world *r, pid_t group)
{
    struct deaf deaf = {.r = r, .group = group, .signal = press_signal(r)};
    const struct job_question question = {
        .guard = r->guard.pid, .anchor = r->anchor, .each = each_deaf, .user = &deaf};
    struct job_look look;

    if (group > 0 && deaf.signal > 0)
        (void)job_look(&question, &look, NULL);
}

/* It is ready: types or sends. What fails here fails because nobody is left. */
static void press_do(struct real_world *r, pid_t group)
{
    struct command *c = command_of(r);
    struct diag diag;
    int rc;

    /* An interrupt flushes what was written and not yet read. */
    terminal_drain(r);
    terminal_sample(r);
    deaf_note(r, group);
    c->sent = true;
    c->group = group;
    looks_sent(&c->looks);
    if (is_signal(c)) {
        world_acted(&r->world, &c->action);
        rc = group > 0 ? kill(-group, r->press.signal) : -1;
    } else {
        r->press.signal = terminal_signal_of(r, r->press.byte, is_tiocsig(c));
        world_acted(&r->world, &c->action);
        rc = is_tiocsig(c) ? terminal_signal(r, r->press.signal, &diag)
                           : terminal_type(r, &r->press.byte, 1, &diag);
    }
    r->press.lost = rc < 0;
    r->activity++;
    r->touched++;
    terminal_drain(r);
    if (r->press.lost || r->press.signal == 0)
        press_done(r);
}

/* While somebody is held for it: whoever it will reach is as the scenario wants it. When what was
 * typed has been acted on, or the signal was sent, each member has it pending or has taken it. */
static void press_at_once(struct real_world *r)
{
    press_do(r, press_group(r));
    if (r->press.open)
        press_done(r);
}

static void press_settle(struct real_world *r, const struct job_look *look, pid_t group)
{
    struct command *c = command_of(r);

    if (!c->sent) {
        why_set(c, look->group.count == 0 ? &look->all : &look->group);
        /* The number of a group without members may be anybody's by now. */
        if (looks_ready(&c->looks, look, loop_now_ns()))
            press_do(r, is_signal(c) && look->group.count == 0 ? 0 : group);
        return;
    }
    if (looks_taken(&c->looks, look))
        press_done(r);
}

/* Keys that a terminal's driver may have a signal for. Enter, Tab and Escape have none. */
static bool byte_may_signal(uint8_t byte)
{
    return byte < 0x20 && (byte == 0 || strchr("\r\n\t\x1b", byte) == NULL);
}

/* A key, or a signal to one of the command's groups. */
static bool is_press(const struct action *a)
{
    return a->kind == ACTION_KEY || (a->kind == ACTION_SIGNAL && a->target != TARGET_ACTOR);
}

static int command_allow(struct real_world *r, const struct action *a, struct diag *diag)
{
    if (!is_press(a))
        return diag_set(diag, ERR_UNSUPPORTED, "a command takes no %s", action_row(a->kind)->name);
    if (a->kind == ACTION_KEY && a->extra != 0 &&
        terminal_signal_of(r, (uint8_t)a->value, true) == 0)
        return diag_set(diag, ERR_INPUT, "byte %u stands for no signal", (unsigned)a->value);
    if (r->press.open)
        return diag_set(diag, ERR_STATE, "the last key or signal is not done yet");
    if (r->hung_up || r->phase == REAL_NEW)
        return diag_set(diag, ERR_GONE, "the terminal is closed");
    if (!process_lives(&r->process[ACTOR_ROOT]))
        return diag_set(diag, ERR_GONE, "the command has ended");
    return ALLOW_LATE;
}

static int command_act(struct real_world *r, const struct action *a, struct diag *diag)
{
    struct command *c = command_of(r);
    bool key = a->kind == ACTION_KEY;

    (void)diag;
    r->press = (struct real_press){.open = true};
    if (key)
        r->press.byte = (uint8_t)a->value;
    else
        r->press.signal = (int)a->value;
    c->action = *a;
    c->sent = false;
    looks_begin(&c->looks);
    if (key && !byte_may_signal(r->press.byte) && !is_tiocsig(c))
        press_do(r, 0);
    else if (a->at_once)
        press_at_once(r);
    return ACT_GOES_ON;
}

/* ---- Rest ------------------------------------------------------------------------------- */

/* Takes in what has happened, so that a look is not taken for newer than it is. */
static void command_drain(struct real_world *r)
{
    listener_drain(r);
    processes_drain(r);
    guard_drain(r);
    terminal_drain(r);
    processes_look(r);
}

/* Looks at everybody, for whoever asks. */
static int look_ask(struct real_world *r, const struct job_question *question,
                    struct job_look *look, struct diag *diag)
{
    if (question->turns == NULL)
        return job_look(question, look, diag);
    settle_look(r);
    turns_begin(question->turns, loop_now_ns());
    int rc = job_look(question, look, diag);
    turns_end(question->turns);
    return rc;
}

/* What looking at everybody has come to. */
struct waiting_look {
    struct real_world *r;
    bool others; /* each waits for others */
    struct buf *out;
};

static void each_waits(void *user, pid_t pid, const struct procfs_stat *stat)
{
    struct waiting_look *w = user;
    char what[WAITS_TEXT_BYTES];

    bool kept = stat->state == 'D' && listener_keeps(w->r, pid);
    if (procfs_state_dead(stat->state) || procfs_state_stopped(stat->state) || kept ||
        listener_has(w->r, pid))
        return;
    bool waits = waits_for_others(pid, what);
    w->others = w->others && waits;
    if (waits && w->out != NULL)
        buf_addf(w->out, "%s %s, ", stat->name, what);
}

static bool command_waits(struct real_world *r, struct buf *out)
{
    struct waiting_look w = {.r = r, .others = true, .out = out};
    const struct job_question question = {
        .guard = r->guard.pid, .anchor = r->anchor, .each = each_waits, .user = &w};
    struct job_look look;

    return r->guard.fd >= 0 && job_look(&question, &look, NULL) == 0 && w.others;
}

/* Nothing has happened for a while, and nothing can but by the run. */
static void still_look(struct real_world *r)
{
    struct real_still *s = &r->still;
    int64_t now_ns = loop_now_ns();

    if (s->since_ns == 0 || s->activity != r->activity) {
        s->activity = r->activity;
        s->since_ns = now_ns;
    }
    if (now_ns < s->since_ns + REAL_STILL_NS || !command_waits(r, NULL))
        return;
    s->wanted = false;
    queue_event(&r->world, WORLD_STILL, ACTOR_NONE, 0);
}

static bool still_is_wanted(const struct real_world *r)
{
    return r->still.wanted && r->phase == REAL_RUN && listener_holds(r);
}

/* One look for the press, the quiet or the settling that is waited for. */
static void command_look(struct real_world *r)
{
    struct command *c = command_of(r);
    struct job_look look;
    struct diag diag;

    command_drain(r);
    if (r->guard.fd == -1) /* the world has failed already */
        return;
    const struct job_question question = {.guard = r->guard.pid,
                                          .anchor = r->anchor,
                                          .group = press_group(r),
                                          .signal = press_signal(r),
                                          .turns = r->settle.wanted ? &r->settle.turns : NULL,
                                          .each = each_seen,
                                          .keeps = each_keeps,
                                          .user = r};
    stops_look_begin(&c->stops);
    if (look_ask(r, &question, &look, &diag) < 0) {
        queue_fail(&r->world, &diag);
        return;
    }
    looks_add(&c->looks, &look, r->activity, loop_now_ns());
    stops_look_end(&c->stops, r);
    if (r->press.open) {
        press_settle(r, &look, question.group);
    } else {
        why_set(c, &look.all);
        if (looks_rest(&c->looks) && r->quiet.wanted)
            quiet_reached(r);
        else if (r->settle.wanted && settle_still(r) && turns_over(&r->settle.turns))
            settle_reached(r);
        else if (still_is_wanted(r) && looks_rest(&c->looks))
            still_look(r);
    }
}

static bool look_is_wanted(const struct real_world *r)
{
    return r->press.open || r->quiet.wanted || r->settle.wanted || still_is_wanted(r);
}

/* Of two times of which each may be none, 0. */
static int64_t sooner(int64_t a_ns, int64_t b_ns)
{
    return a_ns == 0 || (b_ns != 0 && b_ns < a_ns) ? b_ns : a_ns;
}

static void command_rest(struct real_world *r)
{
    struct command *c = command_of(r);
    int64_t next_ns = observer_left(&c->observer, r);
    int64_t walk_ns = observer_turn(&c->observer, r);

    if (r->press.open && r->phase == REAL_KILLED)
        press_done(r);
    if (r->phase == REAL_NEW || r->phase == REAL_OVER)
        return;
    if (look_is_wanted(r) && loop_now_ns() >= c->looks.next_ns)
        command_look(r);
    next_ns = sooner(next_ns, walk_ns);
    if (look_is_wanted(r))
        next_ns = sooner(next_ns, c->looks.next_ns);
    if (next_ns != 0)
        (void)loop_timer_start(r->loop, &r->look_timer, next_ns, NULL);
}

/* ---- The end ---------------------------------------------------------------------------- */

static void group_hang_up(struct real_world *r, pid_t group)
{
    const struct job_question question = {
        .guard = r->guard.pid, .anchor = r->anchor, .group = group};
    struct job_look look;

    /* Only what was started here: the group must have a member below the guard. */
    if (group <= 0 || job_look(&question, &look, NULL) < 0 || look.group.count == 0)
        return;
    (void)kill(-group, SIGHUP);
    (void)kill(-group, SIGCONT);
}

/* As the kernel does it: whoever is in front, and the first one, which the leader of the session
 * stands for here. */
static void command_hang_up(struct real_world *r)
{
    pid_t foreground = r->pty != NULL ? pty_foreground(r->pty, NULL) : 0;

    group_hang_up(r, foreground);
    if (r->process[ACTOR_ROOT].pid != foreground)
        group_hang_up(r, r->process[ACTOR_ROOT].pid);
}

static unsigned command_left(struct real_world *r, struct buf *who)
{
    const struct job_question question = {
        .guard = r->guard.pid, .anchor = r->anchor, .each = each_seen, .user = r};
    struct job_look look;

    /* Whoever is about to be named is a member. */
    if (who == NULL && r->guard.fd >= 0)
        observer_settle(&command_of(r)->observer, r);
    look.all.count = 0;
    for (unsigned i = 0; i < JOB_LOOKS && look.all.count == 0; i++) {
        if (r->guard.fd == -1 || job_look(&question, &look, NULL) < 0)
            return 0;
    }
    if (look.all.count > 0 && who != NULL)
        buf_addf(who, "%s (%d)", look.all.first.name, (int)look.all.first.pid);
    return look.all.count;
}

static void command_unnamed(struct real_world *r, pid_t pid)
{
    observer_count(&command_of(r)->observer, r, pid);
}

/* Whoever is seen is in the cast. */
static void command_census(struct real_world *r)
{
    observer_settle(&command_of(r)->observer, r);
}

static void command_list(struct real_world *r, struct buf *out)
{
    observer_list(&command_of(r)->observer, r, out);
    command_facts(r, out);
}

/* Whoever is in front then is known, however short it has been there. */
static void root_ended(struct real_world *r, pid_t front)
{
    observer_settle(&command_of(r)->observer, r);
    /* In a namespace of pids the guard has its own numbers; of one that is gone there is no other.
     */
    command_ended(r, guard_link_pid(&r->guard, front));
}

/* ---- The subject ------------------------------------------------------------------------ */

static const char *command_why(struct real_world *r)
{
    return command_of(r)->why;
}

const struct real_subject subject_command = {
    .name = "the command",
    .spares = true,
    .groups = true,
    .own_bytes = sizeof(struct command),
    .send = command_send,
    .allow = command_allow,
    .act = command_act,
    .rest = command_rest,
    .find = command_find,
    .see = command_see,
    .becomes = command_becomes,
    .why = command_why,
    .left = command_left,
    .unnamed = command_unnamed,
    .hang_up = command_hang_up,
    .ended = root_ended,
    .census = command_census,
    .keeps = command_keeps,
    .gone = command_gone,
    .waits = command_waits,
    .list = command_list,
};

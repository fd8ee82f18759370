/* subject_command.c: a command in place of a tree: how it starts, when it is ready and when quiet.
 *
 * A program that is not ours reports nothing, so it is looked at (job_look.h). A key or a signal
 * that comes before its handler is there proves nothing; so it waits until everybody whom it will
 * reach is at rest: whoever is about to install a handler runs. One that never rests (it computes,
 * or polls) is ready when it has met the signal in the same way for a while, and for longer when
 * that way is death by default. (measured with interpreters: rest alone is right every time) */
#include "harness/real/job_look.h"
#include "harness/real/real.h"
#include "harness/real/subject.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

enum { LOOKS = 3 }; /* that find the same: then it is at rest */

#define MS              INT64_C(1000000)
#define LOOK_NS         (1 * MS) /* between two looks, at least */
#define LOOK_SLOW_NS    (4 * MS) /* while they differ, in the end */
#define BUSY_CAUGHT_NS  (250 * MS)
#define BUSY_DEFAULT_NS (1000 * MS)

enum { BUSY_CLOCK_FACTOR = 8 };

/* The press under way, and the last looks at the processes. */
struct command {
    int64_t next_look_ns; /* on the loop's clock; 0: at once */
    int64_t look_gap_ns;
    uint64_t activity; /* as of the last look */
    uint64_t digest;
    uint64_t group_digest;
    unsigned looks; /* alike and at rest, the last one included */
    unsigned group_looks;
    uint64_t met; /* how the group meets the signal */
    int64_t met_since_ns;
    uint64_t met_cpu_ns;  /* the group's time on a processor then */
    struct action action; /* the press */
    bool sent;            /* it was ready */
    pid_t group;          /* that it was sent to */
    char why[96];
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

static int command_send(struct real_world *r, int slave, struct diag *diag)
{
    static const struct guard_move move[] = {
        {0, 0},
        {0, 1},
        {0, 2}
    };
    const struct command_line *command = r->options.command;
    struct guard_request request = {.path = command->path,
                                    .cwd = command->cwd,
                                    .argv = command->argv,
                                    .envp = command->envp,
                                    .fd = &slave,
                                    .fd_count = 1,
                                    .tty = 0,
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

/* The number of looks that were alike, with this one. */
static unsigned looks_next(unsigned looks, const struct job_crowd *crowd, uint64_t digest,
                           bool shown)
{
    if (!crowd->rest)
        return 0;
    return !shown && crowd->digest == digest ? looks + 1 : 1;
}

static void looks_count(struct real_world *r, const struct job_look *look)
{
    struct command *c = command_of(r);
    bool shown = c->activity != r->activity;

    c->looks = looks_next(c->looks, &look->all, c->digest, shown);
    c->group_looks = looks_next(c->group_looks, &look->group, c->group_digest, shown);
    if (c->met != look->met) {
        c->met = look->met;
        c->met_since_ns = loop_now_ns();
        c->met_cpu_ns = look->group.cpu_ns;
    }
    c->digest = look->all.digest;
    c->group_digest = look->group.digest;
    c->activity = r->activity;
}

/* ---- Presses and signals ---------------------------------------------------------------- */

static bool press_is_ready(struct real_world *r, const struct job_look *look)
{
    struct command *c = command_of(r);
    int64_t same_ns = loop_now_ns() - c->met_since_ns;

    /* Nobody to be reached: then whoever may come to be is waited for. */
    if (look->group.count == 0) {
        why_set(c, &look->all);
        return c->looks >= LOOKS;
    }
    why_set(c, &look->group);
    if (c->group_looks >= LOOKS)
        return true;
    /* Time on a processor is what a busy program needs to get somewhere; on a loaded machine the
     * clock alone says little. One that waits for a disk has none. */
    int64_t wanted_ns = look->caught ? BUSY_CAUGHT_NS : BUSY_DEFAULT_NS;
    int64_t cpu_ns = (int64_t)(look->group.cpu_ns - c->met_cpu_ns);
    return cpu_ns >= wanted_ns || same_ns >= BUSY_CLOCK_FACTOR * wanted_ns;
}

static void press_done(struct real_world *r)
{
    r->press.open = false;
    r->activity++;
    r->touched++;
    if (!is_signal(command_of(r)))
        real_note(r, POINT_KEY_DONE, ACTOR_NONE, r->press.byte, r->press.lost);
    queue_event(&r->world, WORLD_KEY, ACTOR_NONE, 0);
}

/* It is ready: types or sends. What fails here fails because nobody is left. */
static void press_do(struct real_world *r, pid_t group)
{
    struct command *c = command_of(r);
    struct diag diag;
    int rc;

    /* An interrupt flushes what was written and not yet read. */
    terminal_drain(r);
    c->sent = true;
    c->group = group;
    c->group_looks = 0;
    c->next_look_ns = 0;
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

static void press_settle(struct real_world *r, const struct job_look *look, pid_t group)
{
    struct command *c = command_of(r);

    if (!c->sent) {
        /* The number of a group without members may be anybody's by now. */
        if (press_is_ready(r, look))
            press_do(r, is_signal(c) && look->group.count == 0 ? 0 : group);
        return;
    }
    /* One that blocks it, or is stopped, keeps it pending: at rest it will not take it soon. */
    if (!look->pending || look->group.count == 0 || c->group_looks >= LOOKS)
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
    c->looks = 0;
    c->group_looks = 0;
    c->met = 0; /* the first look begins anew */
    c->next_look_ns = 0;
    if (key && !byte_may_signal(r->press.byte) && !is_tiocsig(c))
        press_do(r, 0);
    return ACT_GOES_ON;
}

/* ---- Rest ------------------------------------------------------------------------------- */

/* Takes in what has happened, so that a look is not taken for newer than it is. */
static void command_drain(struct real_world *r)
{
    processes_drain(r);
    guard_drain(r);
    terminal_drain(r);
    processes_look(r);
}

/* Looks at everybody, for whoever asks. */
static int command_look(struct real_world *r, const struct job_question *question,
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

static void command_rest(struct real_world *r)
{
    struct command *c = command_of(r);
    struct job_look look;
    struct diag diag;

    if ((!r->press.open && !r->quiet.wanted && !r->settle.wanted) || r->phase == REAL_NEW ||
        r->phase == REAL_OVER)
        return;
    if (r->press.open && r->phase == REAL_KILLED) {
        press_done(r);
        return;
    }
    if (loop_now_ns() < c->next_look_ns) {
        (void)loop_timer_start(r->loop, &r->look_timer, c->next_look_ns, NULL);
        return;
    }
    command_drain(r);
    if (r->guard.fd < 0) /* the world has failed already */
        return;
    const struct job_question question = {.guard = r->guard.pid,
                                          .group = press_group(r),
                                          .signal = press_signal(r),
                                          .turns = r->settle.wanted ? &r->settle.turns : NULL};
    if (command_look(r, &question, &look, &diag) < 0) {
        queue_fail(&r->world, &diag);
        return;
    }
    unsigned before = c->looks;
    looks_count(r, &look);
    c->look_gap_ns = c->looks > before || c->look_gap_ns == 0 ? LOOK_NS : c->look_gap_ns * 2;
    if (c->look_gap_ns > LOOK_SLOW_NS)
        c->look_gap_ns = LOOK_SLOW_NS;
    c->next_look_ns = loop_now_ns() + c->look_gap_ns;
    if (r->press.open) {
        press_settle(r, &look, question.group);
    } else {
        why_set(c, &look.all);
        if (c->looks >= LOOKS && r->quiet.wanted)
            quiet_reached(r);
        else if (r->settle.wanted && settle_still(r) && turns_over(&r->settle.turns))
            settle_reached(r);
    }
    if (r->press.open || r->quiet.wanted || r->settle.wanted)
        (void)loop_timer_start(r->loop, &r->look_timer, c->next_look_ns, NULL);
}

/* ---- The end ---------------------------------------------------------------------------- */

static void hang_up(struct real_world *r, pid_t group)
{
    const struct job_question question = {.guard = r->guard.pid, .group = group};
    struct job_look look;

    /* Only what was started here: the group must have a member below the guard. */
    if (group <= 0 || job_look(&question, &look, NULL) < 0 || look.group.count == 0)
        return;
    (void)kill(-group, SIGHUP);
    (void)kill(-group, SIGCONT);
}

/* As when the terminal's window is closed: beside the SIGTERM a shell needs a SIGHUP. */
static void command_stop(struct real_world *r)
{
    pid_t foreground = r->pty != NULL ? pty_foreground(r->pty, NULL) : 0;

    hang_up(r, foreground);
    if (r->process[ACTOR_ROOT].pid != foreground)
        hang_up(r, r->process[ACTOR_ROOT].pid);
}

static unsigned command_left(struct real_world *r)
{
    const struct job_question question = {.guard = r->guard.pid};
    struct job_look look;

    return r->guard.fd >= 0 && job_look(&question, &look, NULL) == 0 ? look.all.count : 0;
}

/* ---- The subject ------------------------------------------------------------------------ */

static const char *command_why(struct real_world *r)
{
    return command_of(r)->why;
}

const struct real_subject subject_command = {
    .name = "the command",
    .groups = true,
    .own_bytes = sizeof(struct command),
    .send = command_send,
    .allow = command_allow,
    .act = command_act,
    .rest = command_rest,
    .why = command_why,
    .left = command_left,
    .stop = command_stop,
};

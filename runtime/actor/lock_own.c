/* lock_own.c: this actor's own requests for the terminal and its prompt. Every prompt is left in
 * one way: the terminal's modes first, then the record lock, then the release. */
#include "runtime/actor/lock_parts.h"

#include <string.h>

static struct core_task *own_task(struct core *c)
{
    return &c->lock.task[0];
}

/* The first task is over: it hears how, the others move up. */
static void own_done(struct step *s, enum actor_left left)
{
    struct core *c = s->c;
    struct core_lock *l = &c->lock;
    struct core_task task = *own_task(c);

    CHECK(l->tasks > 0);
    own_move(s->c, DBG_NONE);
    /* The root's own prompt and its patience with another's share the timer. */
    if (l->revoked == 1)
        timer_clear(s, TIMER_REVOKE);
    l->revoked = 0;
    l->own_shield = 0;
    l->suspended = 0;
    l->tasks--;
    memmove(&l->task[0], &l->task[1], l->tasks * sizeof(l->task[0]));
    memset(&l->task[l->tasks], 0, sizeof(l->task[0]));
    if (task.number == 0) {
        c->self.crash_left = 1;
        return;
    }
    if (left == ACTOR_LEFT_QUIT && self_works(c) && c->self.state != SELF_FAILED) {
        static const char text[] = "its prompt was left";
        error_raise(s, ERROR_APP, ERROR_CODE_QUIT, CAUSE_NONE, text, sizeof(text) - 1);
        self_fail(s, false);
    }
    struct core_user *u = user_event(s, ACTOR_EVENT_LEFT, c->self.id);
    u->request = task.number;
    u->code = (int32_t)left;
}

/* `say`: what the root is to do to the tree. */
static void release_send(struct step *s, enum cancel_mode say)
{
    struct core *c = s->c;
    const struct core_lock *l = &c->lock;

    point(s, POINT_DBG_REL_SENT, ACTOR_NONE, l->request, say, 0);
    if (c->self.root) {
        struct core_entry *e = entry_find(c, c->self.id, l->request);
        if (e != NULL)
            entry_remove(c, e);
        root_released(s, c->self.id, l->request);
        return;
    }
    struct frame f = lock_frame(FRAME_DBG_REL, c->self.id, l->request);
    f.mode = (uint8_t)say;
    send_frame(s, LINK_PARENT, &f);
}

/* Tells the ancestors that the current request is over. */
static void own_release(struct step *s, enum cancel_mode say)
{
    if (defect(s, DEFECT_NO_RELEASE))
        return;
    release_send(s, say);
    if (defect(s, DEFECT_DOUBLE_RELEASE))
        release_send(s, say);
}

void lock_want(struct step *s, uint32_t task, bool shield)
{
    struct core *c = s->c;
    struct core_lock *l = &c->lock;
    bool cancelled = c->self.cancel != CANCEL_NONE || c->self.cancel_told;
    bool refused = c->self.cancel == CANCEL_ABORT || (cancelled && !shield) || self_over(c) ||
                   l->tasks == CORE_TASKS_MAX;

    if (refused) {
        point(s, POINT_DBG_DENIED, ACTOR_NONE, 0, DENY_CANCELLED, 0);
        if (task == 0) {
            c->self.crash_left = 1;
            return;
        }
        struct core_user *u = user_event(s, ACTOR_EVENT_LEFT, c->self.id);
        u->request = task;
        u->code = ACTOR_LEFT_DENIED;
        return;
    }
    struct core_task *t = &l->task[l->tasks++];
    memset(t, 0, sizeof(*t)); /* its padding too: equal states are equal bytes */
    t->number = task;
    t->shield = shield;
    if (l->tasks > 1)
        point(s, POINT_DBG_QUEUED, ACTOR_NONE, task, l->tasks, 0);
}

void own_request(struct step *s)
{
    struct core *c = s->c;
    struct core_lock *l = &c->lock;
    const struct core_task *task = own_task(c);
    bool crash = task->number == 0;

    l->request++;
    own_move(s->c, DBG_WAIT);
    l->own_shield = task->shield;
    point(s, POINT_DBG_WANT, ACTOR_NONE, l->request, crash, 0);
    point(s, POINT_DBG_REQ_SENT, c->self.parent, l->request, crash, 0);
    if (c->self.root && l->entries == CORE_ENTRIES_MAX) {
        point(s, POINT_DBG_DENIED, ACTOR_NONE, l->request, DENY_FULL, 0);
        own_done(s, ACTOR_LEFT_DENIED);
        return;
    }
    if (c->self.root) {
        struct core_entry *e = &l->entry[l->entries++];
        memset(e, 0, sizeof(*e));
        e->origin = c->self.id;
        e->request = l->request;
        e->via = SLOT_NONE;
        entry_move(e, ENTRY_WAIT);
        e->shield = task->shield;
        e->pid = c->note.pid;
        e->pid_start = c->note.pid_start;
        root_enqueue(s, e);
        return;
    }
    struct frame f = lock_frame(FRAME_DBG_REQ, c->self.id, l->request);
    f.flags |= task->shield ? FRAME_SHIELD : 0;
    f.pid = c->note.pid;
    f.pid_start = c->note.pid_start;
    send_frame(s, LINK_PARENT, &f);
}

static void own_withdraw(struct step *s)
{
    struct core_lock *l = &s->c->lock;

    point(s, POINT_DBG_WITHDRAWN, ACTOR_NONE, l->request, 0, 0);
    own_release(s, CANCEL_NONE);
    own_done(s, ACTOR_LEFT_DENIED);
}

void own_grant(struct step *s, uint32_t request)
{
    struct core_lock *l = &s->c->lock;

    if (l->dbg != DBG_WAIT || (l->request != request && !defect(s, DEFECT_STALE_GRANT))) {
        point(s, POINT_DBG_GRANT_STALE, s->c->self.id, request, 0, 0);
        return;
    }
    own_move(s->c, DBG_GRANTED);
    point(s, POINT_DBG_GRANT_RECV, ACTOR_NONE, request, 0, 0);
    if (defect(s, DEFECT_TWO_HOLDERS)) {
        own_move(s->c, DBG_TAKING);
        point(s, POINT_DBG_TTY_TAKE, ACTOR_NONE, l->request, 0, 0);
        emit(s, EFFECT_TTY_TAKE);
        return;
    }
    point(s, POINT_DBG_BATON_TRY, ACTOR_NONE, l->request, 0, 0);
    emit(s, EFFECT_BATON_TRY);
}

void lock_baton(struct step *s, const struct core_event *e)
{
    struct core_lock *l = &s->c->lock;

    if (e->value == BATON_FREE || e->value == BATON_HELD || e->value == BATON_HOLDER_DEAD) {
        root_looked(s, e);
        return;
    }
    if (l->dbg != DBG_GRANTED) {
        if (e->value == BATON_GOT)
            emit(s, EFFECT_BATON_DROP);
        return;
    }
    if (e->value == BATON_BUSY) {
        point(s, POINT_DBG_BATON_BUSY, ACTOR_NONE, l->request, e->pid, 0);
        own_release(s, CANCEL_NONE);
        own_move(s->c, DBG_NONE); /* the task stays first: settle asks again */
        return;
    }
    own_move(s->c, DBG_TAKING);
    point(s, POINT_DBG_TTY_TAKE, ACTOR_NONE, l->request, 0, 0);
    emit(s, EFFECT_TTY_TAKE);
}

static void own_prompt(struct step *s)
{
    struct core *c = s->c;
    struct core_lock *l = &c->lock;

    point(s, POINT_DBG_ACTIVE_SENT, ACTOR_NONE, l->request, 0, 0);
    if (c->self.root) {
        struct core_entry *e = entry_find(c, c->self.id, l->request);
        if (e != NULL)
            entry_move(e, ENTRY_ACTIVE);
    } else {
        struct frame f = lock_frame(FRAME_DBG_ACTIVE, c->self.id, l->request);
        send_frame(s, LINK_PARENT, &f);
    }
    own_move(s->c, DBG_ACTIVE);
    c->ghost.prompts++;
    policy_assert(s);
    point(s, POINT_DBG_PROMPT, ACTOR_NONE, l->request, 0, 0);
    if (own_task(c)->number == 0)
        print_line(s, PRINT_CRASH, c->self.id, c->note.error[0].code);
    emit(s, EFFECT_PROMPT);
}

void lock_tty(struct step *s, enum tty_event what)
{
    struct core_lock *l = &s->c->lock;

    if (what == TTY_TAKEN && l->dbg == DBG_TAKING) {
        own_prompt(s);
        if (l->revoked == 2)
            lock_leave(s, LEAVE_REVOKED);
    } else if (what == TTY_TAKEN && l->dbg == DBG_ACTIVE && l->suspended) {
        l->suspended = 0;
        emit(s, EFFECT_PROMPT);
    } else if (what == TTY_REFUSED && l->dbg == DBG_TAKING) {
        lock_leave(s, LEAVE_REFUSED);
    } else if (what == TTY_EOF && l->dbg == DBG_ACTIVE) {
        point(s, POINT_REPL_EOF, ACTOR_NONE, l->request, 0, 0);
        lock_leave(s, LEAVE_EOF);
    } else if (what == TTY_HUP && l->dbg == DBG_ACTIVE) {
        point(s, POINT_REPL_HUP, ACTOR_NONE, l->request, 0, 0);
        lock_leave(s, LEAVE_HUNG_UP);
    } else if (what == TTY_HUP && l->dbg == DBG_TAKING) {
        lock_leave(s, LEAVE_HUNG_UP);
    }
}

/* What the actor's own code hears about the way its prompt was left. Nobody has typed anything
 * when the terminal hangs up: the root ends the tree, as it does by the SIGHUP. */
static enum actor_left own_left(enum leave_how how, bool prompted)
{
    switch (how) {
    case LEAVE_QUIT:
    case LEAVE_ABORT:
    case LEAVE_EOF:
        return ACTOR_LEFT_QUIT;
    case LEAVE_REFUSED:
        return ACTOR_LEFT_DENIED;
    case LEAVE_HUNG_UP:
        return prompted ? ACTOR_LEFT_CONTINUE : ACTOR_LEFT_DENIED;
    case LEAVE_CONTINUE:
    case LEAVE_REVOKED:
    case LEAVE_SIGNAL:
    case LEAVE_ORPHANED:
        break;
    }
    return ACTOR_LEFT_CONTINUE;
}

/* What the root hears about it. */
static enum cancel_mode own_says(enum leave_how how)
{
    if (how == LEAVE_ABORT)
        return CANCEL_ABORT;
    return how == LEAVE_HUNG_UP ? CANCEL_GRACEFUL : CANCEL_NONE;
}

/* Leaves the prompt: the terminal's modes first, then the record lock, then the release. */
void lock_leave(struct step *s, enum leave_how how)
{
    struct core *c = s->c;
    struct core_lock *l = &c->lock;

    if (!own_granted(c))
        return;
    bool took = l->dbg != DBG_GRANTED;
    bool prompted = l->dbg == DBG_ACTIVE;
    own_move(s->c, DBG_LEAVING);
    point(s, POINT_DBG_LEAVING, ACTOR_NONE, l->request, how, 0);
    if (took && !defect(s, DEFECT_KEEP_MODES)) {
        point(s, POINT_DBG_TTY_GIVE, ACTOR_NONE, l->request, 0, 0);
        emit(s, EFFECT_TTY_GIVE);
    }
    point(s, POINT_DBG_BATON_DROP, ACTOR_NONE, l->request, 0, 0);
    if (!defect(s, DEFECT_BATON_KEPT))
        emit(s, EFFECT_BATON_DROP);
    policy_assert(s);
    own_release(s, own_says(how));
    own_done(s, own_left(how, prompted));
    if (c->self.root)
        root_told(s, own_says(how));
}

struct command_row {
    const char *word;
    int leave; /* enum leave_how, or -1 */
    int print; /* enum core_print, or -1 */
};

static const struct command_row commands[] = {
    {"c",  LEAVE_CONTINUE, -1             },
    {"q",  LEAVE_QUIT,     -1             },
    {"a",  LEAVE_ABORT,    -1             },
    {"s",  -1,             PRINT_STATE    },
    {"t",  -1,             PRINT_TREE     },
    {"bt", -1,             PRINT_BACKTRACE},
    {"h",  -1,             PRINT_HELP     },
};

static const struct command_row *command_find(const char *text, size_t size)
{
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        const char *word = commands[i].word;
        size_t length = word[1] == 0 ? 1 : 2;
        if (size == length && memcmp(text, word, length) == 0)
            return &commands[i];
    }
    return NULL;
}

/* `x` and what stands behind it: the actor's own code runs at its own prompt. */
static void own_command(struct step *s, const char *text, size_t size)
{
    while (size > 0 && text[0] == ' ') {
        text++;
        size--;
    }
    struct core_user *u = user_event(s, ACTOR_EVENT_COMMAND, s->c->self.id);
    u->request = own_task(s->c)->number;
    u->size = (uint16_t)size;
    memcpy(u->data, text, size);
    emit(s, EFFECT_PROMPT);
}

void lock_line(struct step *s, const char *text, size_t size)
{
    struct core *c = s->c;

    if (c->lock.dbg != DBG_ACTIVE)
        return;
    while (size > 0 && (text[0] == ' ' || text[0] == '\t')) {
        text++;
        size--;
    }
    while (size > 0 && (text[size - 1] == ' ' || text[size - 1] == '\t'))
        size--;
    if (size == 0) {
        emit(s, EFFECT_PROMPT);
        return;
    }
    bool own = text[0] == 'x' && (size == 1 || text[1] == ' ');
    const struct command_row *row = own ? NULL : command_find(text, size);
    /* Of what is no command nothing is told: it may be a secret. */
    uint8_t first = own || row != NULL ? (uint8_t)text[0] : 0;
    point(s, POINT_DBG_COMMAND, ACTOR_NONE, c->lock.request, first, 0);
    if (own) {
        own_command(s, text + 1, size - 1);
    } else if (row != NULL && row->leave >= 0) {
        lock_leave(s, (enum leave_how)row->leave);
    } else {
        print_line(s, row != NULL ? (enum core_print)row->print : PRINT_UNKNOWN, c->self.id, 0);
        emit(s, EFFECT_PROMPT);
    }
}

void own_denied(struct step *s, const struct frame *f)
{
    const struct core_lock *l = &s->c->lock;

    if (l->dbg != DBG_WAIT || l->request != f->request)
        return;
    point(s, POINT_DBG_DENIED, ACTOR_NONE, f->request, f->cause, 0);
    own_done(s, ACTOR_LEFT_DENIED);
}

/* ---- cancel, revoke, loss ---- */

void lock_cancelled(struct step *s, enum cancel_mode mode)
{
    struct core_lock *l = &s->c->lock;

    if (l->dbg == DBG_ACTIVE) {
        print_line(s, PRINT_CANCEL, s->c->self.id, mode);
        if (mode == CANCEL_ABORT)
            lock_revoke(s, s->now + CORE_REVOKE_NS);
        else
            emit(s, EFFECT_PROMPT);
    } else if (mode == CANCEL_ABORT && (l->dbg == DBG_GRANTED || l->dbg == DBG_TAKING)) {
        l->revoked = 2;
    }
    if (l->dbg == DBG_WAIT && (!l->own_shield || mode == CANCEL_ABORT))
        own_withdraw(s);
    /* Tasks that have not even asked yet; the first one may be the current request. */
    for (unsigned i = l->dbg == DBG_NONE ? 0 : 1; i < l->tasks; i++) {
        if (!l->task[i].shield || mode == CANCEL_ABORT)
            l->task[i].refused = 1;
    }
}

/* Drops one task that may not ask any more; true when there was one. */
bool own_refuse(struct step *s)
{
    struct core_lock *l = &s->c->lock;
    unsigned at = 0;

    while (at < l->tasks && !l->task[at].refused)
        at++;
    if (at == l->tasks)
        return false;
    uint32_t number = l->task[at].number;
    l->tasks--;
    memmove(&l->task[at], &l->task[at + 1], (l->tasks - at) * sizeof(l->task[0]));
    memset(&l->task[l->tasks], 0, sizeof(l->task[0]));
    point(s, POINT_DBG_DENIED, ACTOR_NONE, 0, DENY_CANCELLED, 0);
    if (number == 0) {
        s->c->self.crash_left = 1;
        return true;
    }
    struct core_user *u = user_event(s, ACTOR_EVENT_LEFT, s->c->self.id);
    u->request = number;
    u->code = ACTOR_LEFT_DENIED;
    return true;
}

/* At the root for anybody's prompt, at an origin for its own. */
void lock_revoke(struct step *s, int64_t deadline_ns)
{
    struct core *c = s->c;
    struct core_lock *l = &c->lock;

    if (c->self.root && l->state == LOCK_HELD && l->holder != c->self.id) {
        struct core_entry *e = entry_find(c, l->holder, l->holder_request);
        if (e == NULL)
            return;
        struct frame f = lock_frame(FRAME_DBG_REVOKE, e->origin, e->request);
        f.deadline_ns = deadline_ns;
        point(s, POINT_DBG_HOP_REVOKE, e->origin, e->request, deadline_ns, 0);
        send_frame(s, e->via, &f);
        /* The way down and back up takes its time, too. */
        timer_set(s, TIMER_REVOKE, deadline_ns + CORE_ACK_NS);
        return;
    }
    if (l->dbg == DBG_GRANTED || l->dbg == DBG_TAKING) {
        l->revoked = 2;
        return;
    }
    if (l->dbg != DBG_ACTIVE)
        return;
    point(s, POINT_DBG_REVOKED, ACTOR_NONE, l->request, deadline_ns, 0);
    if (deadline_ns <= s->now) {
        lock_leave(s, LEAVE_REVOKED);
        return;
    }
    l->revoked = 1;
    timer_set(s, TIMER_REVOKE, deadline_ns);
    print_line(s, PRINT_REVOKE, c->self.id, 0);
    emit(s, EFFECT_PROMPT);
}

void lock_revoke_due(struct step *s)
{
    struct core *c = s->c;
    struct core_lock *l = &c->lock;

    /* The holder is stopped, hangs, or never heard of it: the root does not wait for ever. */
    if (c->self.root && l->state == LOCK_HELD && l->holder != c->self.id)
        signal_insist(s);
    else
        lock_leave(s, LEAVE_REVOKED);
}

/* Nobody above tells them any more. A holder that stays would have to be waited for at every level
 * on the way to it, one after the other. */
static void holders_below_leave(struct step *s)
{
    struct core_lock *l = &s->c->lock;

    for (unsigned i = 0; i < l->entries; i++) {
        const struct core_entry *e = &l->entry[i];
        if (e->via == SLOT_NONE || e->state == ENTRY_WAIT)
            continue;
        struct frame f = lock_frame(FRAME_DBG_REVOKE, e->origin, e->request);
        f.deadline_ns = s->now;
        point(s, POINT_DBG_HOP_REVOKE, e->origin, e->request, f.deadline_ns, 0);
        send_frame(s, e->via, &f);
    }
}

void lock_orphaned(struct step *s)
{
    struct core_lock *l = &s->c->lock;

    holders_below_leave(s);
    if (l->dbg == DBG_WAIT)
        own_withdraw(s);
    else
        lock_leave(s, LEAVE_ORPHANED);
    /* Nobody grants any more. */
    l->tasks = 0;
    memset(l->task, 0, sizeof(l->task));
}

void lock_suspend(struct step *s)
{
    struct core_lock *l = &s->c->lock;

    if (l->dbg != DBG_ACTIVE || l->suspended)
        return;
    l->suspended = 1;
    emit(s, EFFECT_TTY_GIVE)->value = 1;
}

void lock_resume(struct step *s)
{
    struct core_lock *l = &s->c->lock;

    if (l->dbg == DBG_ACTIVE && l->suspended)
        emit(s, EFFECT_TTY_TAKE);
}

void lock_redraw(struct step *s)
{
    if (s->c->lock.dbg != DBG_ACTIVE)
        return;
    print_line(s, PRINT_IGNORED_INT, s->c->self.id, 0);
    emit(s, EFFECT_PROMPT);
}

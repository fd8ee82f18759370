/* host_uv.c: one event in, effects out, on the real machine. */
#include "runtime/base/check.h"
#include "runtime/base/procfs.h"
#include "runtime/host/baton.h"
#include "runtime/host/host_parts.h"
#include "runtime/host/stray.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

enum { PRINT_BYTES = 16 * 1024 };

/* ---- effects ----------------------------------------------------------------------------- */

static struct link *link_of(struct host *h, uint16_t number)
{
    if (number == LINK_PARENT)
        return &h->parent;
    CHECK(number < h->slots);
    return &h->child[number].link;
}

void host_point(struct host *h, const struct core_effect *e)
{
    if (!h->points.on)
        return;
    struct trace_record r = {
        .at_ns = loop_now_ns(),
        .value = e->value,
        .extra = e->extra,
        .request = e->request,
        .point = e->point,
        .actor = h->core.self.id,
        .peer = e->peer,
    };
    /* Three interrupts while the harness holds us are no busy loop. */
    signals_set_escape(ESCAPE_NONE);
    points_report(&h->points, &r);
    signals_set_escape(escape_by(&h->core));
}

static void perform_send(struct host *h, const struct core_effect *e)
{
    struct link *l = link_of(h, e->link);
    const struct frame *f = &h->effects.frame[e->frame];
    static const struct frame left_out = {.type = FRAME_TEXT};

    if (f->type == FRAME_TEXT && e->link == LINK_PARENT && h->text_lost)
        h->text_lost = link_send(l, &left_out) == ERR_FULL;
    if (link_send(l, f) != ERR_FULL)
        return;
    if (f->type >= FRAME_TYPES) {
        h->text_lost = true;
        return;
    }
    /* A peer that leaves so much unread is as good as broken. */
    driver_answer(&h->driver, EVENT_LINK_FAULT, e->link, 0, 0);
}

static void perform_result(struct host *h)
{
    h->want_result = link_queued(&h->parent);
    if (!h->want_result)
        driver_answer(&h->driver, EVENT_WRITTEN, 0, 0, 0);
}

static void timer_due(struct loop_timer *t)
{
    struct host_timer *timer = t->user;
    struct host *h = timer->host;
    struct core_event e = {
        .kind = EVENT_TIMER, .timer = timer->number, .generation = timer->generation};

    /* A SIGCONT that came while we were stopped goes first (D7); the core then knows by the
     * generation whether this deadline is still meant. */
    signals_drain(&h->signals);
    if (timer->number == TIMER_HEARTBEAT)
        h->scan_due = h->root;
    host_feed(h, &e);
}

static void perform_timer(struct host *h, const struct core_effect *e)
{
    struct host_timer *timer = &h->timer[e->timer];

    CHECK(e->timer < TIMERS);
    if (e->kind == EFFECT_TIMER_CLEAR) {
        loop_timer_stop(&timer->timer);
        return;
    }
    timer->host = h;
    timer->number = e->timer;
    timer->generation = e->generation;
    timer->timer.on_time = timer_due;
    timer->timer.user = timer;
    CHECK(loop_timer_start(h->loop, &timer->timer, e->value, NULL) == 0);
}

static const char *actor_text(uint16_t id, void *user)
{
    const struct host *h = user;
    static char text[ACTOR_NAME_BYTES];

    if (h->program->name_of != NULL)
        return h->program->name_of(id, h->program->shared);
    if (id == h->core.self.id)
        return h->core.note.name;
    for (unsigned slot = 0; slot < h->slots; slot++) {
        if (h->core.child[slot].state != CHILD_FREE && h->core.child[slot].id == id)
            return h->core.note.child[slot].name;
    }
    (void)snprintf(text, sizeof(text), "actor %u", (unsigned)id);
    return text;
}

static void perform_print(struct host *h, const struct core_effect *e)
{
    char text[PRINT_BYTES];

    size_t size = core_print_text(&h->core, e, actor_text, h, text, sizeof(text));
    if (size > sizeof(text))
        size = sizeof(text);
    if (e->print == PRINT_DUMP && e->value == 0)
        tty_log(text, size);
    else
        tty_write(&h->tty, text, size);
}

static void perform_write(struct host *h, const struct core_effect *e)
{
    const struct frame *f = &h->effects.frame[e->frame];
    char text[TEXT_BYTES_MAX + 2];
    size_t size = 0;

    if (e->value == 1)
        text[size++] = '\n';
    memcpy(text + size, f->u.text, f->size);
    size += f->size;
    if (e->value == 1 && text[size - 1] != '\n')
        text[size++] = '\n';
    tty_write(&h->tty, text, size);
}

static void perform_prompt(struct host *h)
{
    char text[ACTOR_NAME_BYTES + 3];

    int size = snprintf(text, sizeof(text), "%s> ", h->core.note.name);
    tty_prompt(&h->tty, text, (size_t)size);
}

static void perform_tty(struct host *h, const struct core_effect *e)
{
    switch (e->kind) {
    case EFFECT_TTY_TAKE: {
        signals_stop_waits(&h->signals, true);
        bool taken = tty_take(&h->tty, h->core.lock.modes) >= 0;
        enum tty_event none = h->tty.fd < 0 ? TTY_REFUSED : TTY_HUP;
        driver_answer(&h->driver, EVENT_TTY, 0, taken ? TTY_TAKEN : none, 0);
        break;
    }
    case EFFECT_TTY_GIVE:
        tty_give(&h->tty, h->core.lock.modes);
        if (e->value == 0)
            signals_stop_waits(&h->signals, false);
        break;
    default:
        if (h->root)
            tty_give(&h->tty, h->modes);
        if (e->value == 1)
            tty_flush_input(&h->tty);
        break;
    }
}

static void perform_baton(struct host *h, const struct core_effect *e)
{
    enum baton_event answer = BATON_GOT;
    pid_t holder = 0;

    if (e->kind == EFFECT_BATON_DROP) {
        baton_drop(h->baton);
        return;
    }
    if (e->kind == EFFECT_BATON_TRY) {
        /* Without the file (ERR_IO) there is no witness, and nothing to wait for. */
        holder = baton_try(h->baton);
        answer = holder > 0 ? BATON_BUSY : BATON_GOT;
    } else {
        pid_t pid = (pid_t)e->extra;
        holder = baton_peek(h->baton);
        answer = holder > 0 ? BATON_HELD : BATON_FREE;
        if (answer == BATON_FREE && e->value == 1 &&
            procfs_dead(pid, h->core.lock.holder_pid_start))
            answer = BATON_HOLDER_DEAD;
    }
    driver_answer(&h->driver, EVENT_BATON, 0, answer, holder);
}

_Noreturn static void perform_spin(void)
{
    volatile unsigned turns = 0;

    for (;;)
        turns++;
}

static void perform_policy(struct host *h)
{
    uint64_t found = signals_assert(&h->signals);

    for (int number = 1; found >> number != 0; number++) {
        if ((found >> number & 1U) != 0)
            driver_answer(&h->driver, EVENT_POLICY, 0, number, 0);
    }
}

/* One row per effect: a table in the form of a switch. */
// NOLINTNEXTLINE(readability-function-size)
static void perform(struct host *h, const struct core_effect *e)
{
    switch ((enum core_effect_kind)e->kind) {
    case EFFECT_POINT:
        host_point(h, e);
        break;
    case EFFECT_SEND:
        perform_send(h, e);
        break;
    case EFFECT_SPAWN:
        host_child_start(h, e->link, e->peer);
        break;
    case EFFECT_EXEC:
        host_exec_start(h, e->link, (unsigned)e->value);
        break;
    case EFFECT_KILL:
        host_child_kill(h, e->link, (int)e->value);
        break;
    case EFFECT_REAP:
        host_child_reap(h, e->link);
        break;
    case EFFECT_FORGET:
        host_child_forget(h, e->link);
        break;
    case EFFECT_KILL_PID:
        host_kill_pid((pid_t)e->value, (uint64_t)e->extra);
        break;
    case EFFECT_TIMER_SET:
    case EFFECT_TIMER_CLEAR:
        perform_timer(h, e);
        break;
    case EFFECT_CLOSE:
        link_finish(link_of(h, e->link));
        break;
    case EFFECT_PRINT:
        perform_print(h, e);
        break;
    case EFFECT_WRITE:
        perform_write(h, e);
        break;
    case EFFECT_PROMPT:
        perform_prompt(h);
        break;
    case EFFECT_TTY_TAKE:
    case EFFECT_TTY_GIVE:
    case EFFECT_TTY_RESTORE:
        perform_tty(h, e);
        break;
    case EFFECT_BATON_TRY:
    case EFFECT_BATON_DROP:
    case EFFECT_BATON_PEEK:
        perform_baton(h, e);
        break;
    case EFFECT_USER:
        user_run(&h->core, &h->effects.user[e->frame], h->program, loop_now_ns(), &h->calls);
        break;
    case EFFECT_WATCH_RESULT:
        perform_result(h);
        break;
    case EFFECT_SIGACTION:
        signals_replace((int)e->value, (enum actor_signal)e->extra);
        break;
    case EFFECT_POLICY:
        perform_policy(h);
        break;
    case EFFECT_DETACH:
        driver_answer(&h->driver, EVENT_DETACHED, 0, stray_start(e->value != 0), 0);
        h->scan_due = h->root;
        break;
    case EFFECT_FREEZE:
        stray_freeze();
        break;
    case EFFECT_STOP:
        signals_stop(&h->signals);
        break;
    case EFFECT_SPIN:
        perform_spin();
    case EFFECT_DIE:
    case EFFECT_CONTINUE:
        break; /* the driver's */
    }
}

/* ---- steps ------------------------------------------------------------------------------- */

/* In a callback of the step that ends this actor: its calls come to nothing, and it is nobody's
 * turn any more. The effects that end it follow, so this is the place in the order, too. */
static void print_last(struct host *h, const char *text, size_t size)
{
    struct frame f = {.type = FRAME_TEXT, .origin = h->core.self.id};
    bool ended = text[size - 1] == '\n';

    if (h->root) {
        tty_write(&h->tty, text, size);
        tty_write(&h->tty, "\n", !ended);
        return;
    }
    while (size > 0) {
        f.size = (uint16_t)(size < TEXT_BYTES_MAX ? size : TEXT_BYTES_MAX);
        memcpy(f.u.text, text, f.size);
        (void)link_send(&h->parent, &f);
        text += f.size;
        size -= f.size;
    }
    f.size = 1;
    f.u.text[0] = '\n';
    if (!ended)
        (void)link_send(&h->parent, &f);
}

/* Where no prompt can be on the screen, lines go where the program's own output goes. */
static bool host_print(void *user, const char *text, size_t size)
{
    struct host *h = user;
    bool ended = text[size - 1] == '\n';
    size_t done = 0;

    if (h->tty.fd >= 0 && isatty(STDOUT_FILENO) != 0) {
        bool over = h->core.self.state == SELF_REPORTING || h->core.self.state == SELF_EXITED;
        if (over)
            print_last(h, text, size);
        return over;
    }
    while (done < size + !ended) {
        ssize_t put = done < size ? write(STDOUT_FILENO, text + done, size - done)
                                  : write(STDOUT_FILENO, "\n", 1);
        if (put < 0 && errno == EAGAIN)
            (void)poll(&(struct pollfd){.fd = STDOUT_FILENO, .events = POLLOUT}, 1, -1);
        else if (put < 0 && errno != EINTR)
            return true; /* nobody reads it */
        done += put > 0 ? (size_t)put : 0;
    }
    return true;
}

/* What the process itself owes to the core's new state. */
static void host_follow(struct host *h, unsigned news)
{
    signals_set_escape(escape_by(&h->core));
    if ((news & DRIVER_NAMED) != 0) {
        (void)prctl(PR_SET_NAME, h->core.note.name);
        if (defect_in(h->core.self.defects, DEFECT_ORPHAN_STAYS)) {
            (void)prctl(PR_SET_PDEATHSIG, 0);
            signals_set_parent(0);
        }
        if (defect_in(h->core.self.defects, DEFECT_STOP_LATE))
            signals_stop_late(&h->signals);
    }
    if ((news & DRIVER_ORPHANED) != 0)
        (void)alarm(DRIVER_ORPHAN_S);
}

static void host_step(struct host *h, struct core_event *e)
{
    h->activity++;
    e->now_ns = loop_now_ns();
    host_follow(h, driver_step(&h->driver, &h->core, e, &h->effects));
}

/* Does what the actor owes itself until it rests. */
static void host_settle(struct host *h)
{
    const struct core_effect *effect = NULL;
    struct core_event e;

    for (;;) {
        while ((effect = driver_effect(&h->driver, &h->effects)) != NULL)
            perform(h, effect);
        if (!driver_event(&h->driver, &h->calls, &e))
            return;
        host_step(h, &e);
    }
}

void host_feed(struct host *h, struct core_event *e)
{
    CHECK(!h->driver.busy);
    if (h->driver.dying)
        return;
    host_step(h, e);
    host_settle(h);
}

/* True while something that is none of its actors may wake this one: a descriptor of its own code,
 * a process that the root has adopted. */
static bool host_watches(const struct host *h)
{
    for (unsigned i = 0; i < ACTOR_WATCHES_MAX; i++) {
        if (h->watch[i].host != NULL)
            return true;
    }
    return host_has_adopted(h);
}

/* One order of the harness. A probe is answered when a turn of the loop found nothing to do. */
static void host_obey(struct host *h, const struct control_order *order)
{
    struct trace_record r = {.at_ns = loop_now_ns(), .actor = h->core.self.id, .peer = ACTOR_NONE};

    if (order->kind == CONTROL_TELL) {
        int op = (int)order->value;
        points_pop(&h->points);
        driver_tell(&h->driver, &h->core, op, h->program, loop_now_ns(), &h->calls);
        host_settle(h);
        return;
    }
    if (order->kind == CONTROL_PROBE) {
        h->activity = 0;
        (void)loop_run_nowait(h->loop);
        if (h->activity > 0 || h->scan_due || h->driver.dying)
            return;
        r.extra = host_watches(h) ? CORE_WAITS_SOME : core_waits(&h->core);
        points_idle(&h->points, order->value, &r);
    }
    points_pop(&h->points);
}

void host_harm(void *user, uint16_t child, enum link_harm harm)
{
    struct host *h = user;

    if (child == h->core.self.id) {
        link_harm(&h->parent, harm);
        return;
    }
    for (uint16_t slot = 0; slot < h->slots; slot++) {
        if (h->child[slot].pid != 0 && h->core.child[slot].id == child)
            link_harm(&h->child[slot].link, harm);
    }
}

/* Serves until the actor is to end. */
static void host_serve(struct host *h)
{
    while (!h->driver.dying) {
        const struct control_order *order = points_order(&h->points);
        if (order != NULL)
            host_obey(h, order);
        else
            (void)loop_run_once(h->loop);
        if (h->scan_due && !h->driver.dying) {
            h->scan_due = false;
            host_scan(h);
        }
    }
}

int host_run(const struct host_options *o)
{
    struct host *h = calloc(1, sizeof(*h));
    struct core_start start = {0};
    struct diag diag = {0};
    int unexpected = 0;

    if (h == NULL) {
        (void)fprintf(stderr, "actor: out of memory\n");
        return 1;
    }
    h->user_host = (struct user_host){
        .exec = host_exec_keep, .watch = host_watch_start, .print = host_print, .user = h};
    h->calls.host = &h->user_host;
    driver_init(&h->driver);
    h->driver.status = 1;
    if (host_start(h, o, &start, &unexpected, &diag) < 0) {
        (void)fprintf(stderr, "actor: %s\n", diag.text);
    } else {
        struct core_event e = {.kind = EVENT_START, .value = unexpected, .start = &start};
        e.pid = start.pid;
        e.pid_start = start.pid_start;
        core_init(&h->core);
        host_feed(h, &e);
        host_serve(h);
        if (h->root)
            host_sweep(h);
        if (h->driver.restores)
            tty_give(&h->tty, h->modes);
    }
    int status = h->driver.status;
    int signal = h->driver.signal;
    host_end(h);
    free(h);
    if (signal != 0)
        signals_die(signal);
    return status;
}

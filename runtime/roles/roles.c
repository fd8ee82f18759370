/* roles.c: what an actor of a scenario's tree does. One event function: what differs between the
 * roles is data of the tree. */
#include "runtime/roles/roles.h"

#include "runtime/base/check.h"

#include <signal.h>
#include <string.h>

enum {
    SLOW_NS = 500 * 1000 * 1000,
    CALL_WAITING_MAX = 4,
    /* Children of one callback: beside them a timer, eight tasks, a signal, a process left
     * behind, an end and a spin are asked. */
    START_MAX = ACTOR_CALLS_QUEUED_MAX - 14,
    TIMER_START_MORE = 0,
    TIMER_SLOW_CANCEL = 1
};

/* State of one actor; plain, the simulator copies it. */
struct role_state {
    uint16_t node;
    uint8_t done;     /* has returned or failed */
    uint8_t pausing;  /* tasks at, or waiting for, a prompt */
    uint8_t told;     /* number of the last task */
    uint16_t next;    /* child to start next, 0: none; a callback starts only so many */
    uint16_t late;    /* the last child that was started late */
    uint16_t running; /* children not ended */
    uint16_t callers;
    struct {
        uint32_t number;
        uint16_t from;
    } call[CALL_WAITING_MAX]; /* asked while busy: answered when the prompt is left */
};

_Static_assert(sizeof(struct role_state) <= 64, "fits the search build");

static const struct tree *tree_of(const struct actor *a)
{
    return actor_shared(a);
}

static const struct tree_node *node_of(struct actor *a)
{
    const struct role_state *s = actor_state(a);

    return &tree_of(a)->node[s->node];
}

/* A request can fail only when an actor asks for more than its tree has: a mistake of ours. */
static void must(int rc)
{
    CHECK(rc >= 0);
}

static void start_child(struct actor *a, uint16_t id)
{
    struct role_state *s = actor_state(a);
    const struct tree_node *n = &tree_of(a)->node[id];
    uint8_t arg[2] = {(uint8_t)(id & 0xff), (uint8_t)(id >> 8)};
    struct actor_spawn spawn = {.id = id,
                                .name = n->name,
                                .arg = arg,
                                .arg_size = sizeof(arg),
                                .room = n->below,
                                .deadline_ns = n->deadline_ns,
                                .collect = n->on_child_error == CHILD_ERROR_COLLECT};

    if (actor_spawn(a, &spawn) >= 0)
        s->running++;
}

/* Starts what was not started before of the children, from `first` on, as many as a callback may
 * ask for; a timer of this actor goes on with the rest. */
static void start_children(struct actor *a, uint16_t first)
{
    struct role_state *s = actor_state(a);
    uint16_t end = (uint16_t)(s->node + node_of(a)->below);
    unsigned asked = 0;

    for (uint16_t id = first; id <= end; id = (uint16_t)(id + tree_of(a)->node[id].below + 1)) {
        if (tree_of(a)->node[id].late)
            continue;
        if (++asked > START_MAX) {
            s->next = id;
            must(actor_timer(a, TIMER_START_MORE, actor_now_ns(a)));
            return;
        }
        start_child(a, id);
    }
    s->next = 0;
}

static void ask_prompt(struct actor *a)
{
    struct role_state *s = actor_state(a);

    s->pausing++;
    if (++s->told == 0) /* 0 is no task */
        s->told = 1;
    must(actor_pause(a, s->told, false));
}

static void finish(struct actor *a)
{
    struct role_state *s = actor_state(a);

    if (s->done)
        return;
    s->done = 1;
    must(actor_return(a));
}

static void fail(struct actor *a, const char *text, bool prompts)
{
    struct role_state *s = actor_state(a);

    if (s->done)
        return;
    s->done = 1;
    must(actor_fail(a, node_of(a)->exit_value, text, prompts));
}

static void do_exit(struct actor *a)
{
    struct role_state *s = actor_state(a);
    const struct tree_node *n = node_of(a);

    if (s->done)
        return;
    if (n->exit_how == EXIT_SIGNAL) {
        s->done = 1;
        must(actor_die_by(a, n->exit_value));
    } else if (n->exit_how == EXIT_ERROR) {
        fail(a, "told to fail", n->pause_prompt == PROMPT_CRASH);
    } else if (n->exit_value == 0) {
        finish(a);
    } else {
        s->done = 1;
        must(actor_exit_now(a, n->exit_value));
    }
}

static void do_pause(struct actor *a)
{
    struct role_state *s = actor_state(a);
    const struct tree_node *n = node_of(a);

    if (n->pause_prompt == PROMPT_CRASH) {
        s->done = 1;
        must(actor_fail(a, 0, "crashed", true));
        return;
    }
    unsigned tasks = n->pause_tasks > 0 ? n->pause_tasks : 1;
    for (unsigned i = 0; i < tasks; i++)
        ask_prompt(a);
}

/* A supervisor ends when no child is left; one that waits to be told something does not. */
static void maybe_finish(struct actor *a)
{
    struct role_state *s = actor_state(a);
    const struct tree_node *n = node_of(a);

    if (s->done || s->pausing > 0 || s->running > 0 || s->next != 0)
        return;
    if (n->exit_when == WHEN_CHILDREN_GONE) {
        do_exit(a);
        return;
    }
    if (n->role == ROLE_SUPERVISOR && n->exit_when == WHEN_NEVER)
        finish(a);
}

/* The next child that is only started when told to, 0: there is none. */
static uint16_t late_next(struct actor *a)
{
    const struct role_state *s = actor_state(a);
    const struct tree *tree = tree_of(a);

    for (uint16_t id = (uint16_t)(s->node + 1); id <= s->node + tree->node[s->node].below;
         id = (uint16_t)(id + tree->node[id].below + 1)) {
        if (tree->node[id].late && id > s->late)
            return id;
    }
    return 0;
}

static void maybe_override(struct actor *a, enum tree_override_when when)
{
    const struct tree_node *n = node_of(a);

    if (n->override_with != OVERRIDE_NONE && n->override_when == when)
        must(actor_signal(a, n->override_signal, (enum actor_signal)(n->override_with - 1)));
}

static void on_start(struct actor *a, const struct actor_event *event)
{
    struct role_state *s = actor_state(a);
    const uint8_t *arg = event->data;

    CHECK(event->size == 2);
    s->node = (uint16_t)(arg[0] | arg[1] << 8);
    const struct tree_node *n = node_of(a);
    maybe_override(a, OVERRIDE_START);
    if (n->detach != DETACH_NONE)
        must(actor_detach(a, n->detach == DETACH_SETSID));
    if (n->below > 0)
        start_children(a, (uint16_t)(s->node + 1));
    if (n->role == ROLE_SPINNER) {
        /* From this point on its loop hears nothing any more. */
        must(actor_point(a, 1));
        must(actor_spin(a));
        return;
    }
    if (n->pause_when == WHEN_START)
        do_pause(a);
    if (n->exit_when == WHEN_START)
        do_exit(a);
    else if (late_next(a) == 0)
        maybe_finish(a);
}

static void start_late(struct actor *a)
{
    struct role_state *s = actor_state(a);
    uint16_t id = late_next(a);

    if (id == 0)
        return;
    s->late = id;
    start_child(a, id);
}

static void obey(struct actor *a, enum tell_op op)
{
    switch (op) {
    case TELL_PAUSE:
        ask_prompt(a);
        break;
    case TELL_CRASH:
        fail(a, "told to crash", true);
        break;
    case TELL_EXIT:
        do_exit(a);
        break;
    case TELL_FAIL:
        fail(a, "told to fail", node_of(a)->pause_prompt == PROMPT_CRASH);
        break;
    case TELL_CANCEL:
        must(actor_cancel(a, ACTOR_SELF, 0));
        break;
    case TELL_SPAWN:
        start_late(a);
        break;
    case TELL_FREEZE:
        must(actor_freeze(a));
        break;
    case TELL_WORDS:
    case TELL_OPS:
        break;
    }
}

/* `x WORD` at a prompt: the actor's own code does while it prompts what `tell` would ask for, or
 * does not come back. Without a word it is only there for its override. */
static void on_command(struct actor *a, const struct actor_event *event)
{
    static const char block[] = "block";

    maybe_override(a, OVERRIDE_IN_PROMPT);
    for (unsigned op = 0; op < TELL_WORDS; op++) {
        const char *word = tell_name(op);
        if (event->size == strlen(word) && memcmp(event->data, word, event->size) == 0)
            obey(a, (enum tell_op)op);
    }
    if (event->size == strlen(block) && memcmp(event->data, block, event->size) == 0) {
        must(actor_point(a, 1));
        must(actor_spin(a));
    }
}

/* The parent of a prompt asks its child once and waits, so that every scenario has a call that is
 * pending across the prompt. */
static void on_call(struct actor *a, const struct actor_event *event)
{
    struct role_state *s = actor_state(a);

    if (s->pausing == 0 || s->callers == CALL_WAITING_MAX) {
        must(actor_reply(a, event->from, event->id, NULL, 0));
        return;
    }
    s->call[s->callers].number = event->id;
    s->call[s->callers].from = event->from;
    s->callers++;
}

static void on_left(struct actor *a, const struct actor_event *event)
{
    struct role_state *s = actor_state(a);
    const struct tree_node *n = node_of(a);

    maybe_override(a, OVERRIDE_AFTER_PROMPT);
    if (s->pausing > 0)
        s->pausing--;
    if (s->pausing > 0)
        return;
    for (unsigned i = 0; i < s->callers; i++)
        must(actor_reply(a, s->call[i].from, s->call[i].number, NULL, 0));
    s->callers = 0;
    if (event->code == ACTOR_LEFT_DENIED && n->on_cancel != CANCEL_OBEY)
        return; /* refused because of a cancel that this actor does not obey */
    if (event->code == ACTOR_LEFT_QUIT)
        s->done = 1; /* the core has made it an error */
    else if (actor_cancelled(a) || n->role == ROLE_REPL)
        finish(a);
    else
        maybe_finish(a);
}

static void on_cancel(struct actor *a)
{
    const struct tree_node *n = node_of(a);

    if (n->on_cancel == CANCEL_IGNORE)
        return;
    if (n->on_cancel == CANCEL_SLOW)
        must(actor_timer(a, TIMER_SLOW_CANCEL, actor_now_ns(a) + SLOW_NS));
    else
        finish(a);
}

static void on_live(struct actor *a, const struct actor_event *event)
{
    if (tree_of(a)->node[event->from].role == ROLE_REPL && !actor_cancelled(a))
        must(actor_call(a, event->from, NULL, 0));
}

static void role_event(struct actor *a, const struct actor_event *event)
{
    struct role_state *s = actor_state(a);

    switch (event->kind) {
    case ACTOR_EVENT_START:
        on_start(a, event);
        break;
    case ACTOR_EVENT_LIVE:
        on_live(a, event);
        break;
    case ACTOR_EVENT_OUTCOME:
        if (s->running > 0)
            s->running--;
        maybe_finish(a);
        break;
    case ACTOR_EVENT_CANCEL:
        on_cancel(a);
        break;
    case ACTOR_EVENT_CALL:
        on_call(a, event);
        break;
    case ACTOR_EVENT_TIMER:
        if (event->id == TIMER_SLOW_CANCEL)
            finish(a);
        else
            start_children(a, s->next);
        break;
    case ACTOR_EVENT_LEFT:
        on_left(a, event);
        break;
    case ACTOR_EVENT_TELL:
        obey(a, (enum tell_op)event->code);
        break;
    case ACTOR_EVENT_COMMAND:
        on_command(a, event);
        break;
    case ACTOR_EVENT_CLOSED:
    case ACTOR_EVENT_REPLY:
    case ACTOR_EVENT_READY:
        break;
    }
}

static const struct actor_def role_def = {
    .name = "role", .state_bytes = sizeof(struct role_state), .event = role_event};

static const char *role_name_of(uint16_t id, const void *shared)
{
    const struct tree *tree = shared;

    return id < tree->count ? tree->node[id].name : "a process that is not in the tree";
}

struct actor_program roles_program(const struct tree *tree)
{
    return (struct actor_program){
        .def = &role_def, .def_count = 1, .shared = tree, .name_of = role_name_of};
}

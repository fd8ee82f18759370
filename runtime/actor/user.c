/* user.c: the functions of actor.h: each puts one request into the queue of this callback. */
#include "runtime/actor/user.h"

#include "runtime/actor/parts.h"

#include <string.h>

_Static_assert((int)ACTOR_BYTES_MAX == (int)ACTOR_DATA_BYTES_MAX, "one limit, two headers");
_Static_assert((int)ACTOR_PRINT_BYTES_MAX == (int)TEXT_BYTES_MAX, "one limit, two headers");
_Static_assert((int)ACTOR_CODE_QUIT == (int)ERROR_CODE_QUIT, "one code, two headers");
_Static_assert((int)ACTOR_ERROR_NONE == (int)ERROR_NONE && (int)ACTOR_ERROR_APP == (int)ERROR_APP &&
                   (int)ACTOR_ERROR_SIGNAL == (int)ERROR_SIGNAL &&
                   (int)ACTOR_ERROR_EXIT == (int)ERROR_EXIT &&
                   (int)ACTOR_ERROR_CANCELLED == (int)ERROR_CANCELLED &&
                   (int)ACTOR_ERROR_TIMEOUT == (int)ERROR_TIMEOUT &&
                   (int)ACTOR_ERROR_SPAWN == (int)ERROR_SPAWN &&
                   (int)ACTOR_ERROR_BOOT == (int)ERROR_BOOT &&
                   (int)ACTOR_ERROR_PROTO == (int)ERROR_PROTO &&
                   (int)ACTOR_ERROR_LOST == (int)ERROR_LOST &&
                   (int)ACTOR_ERROR_GROUP == (int)ERROR_GROUP &&
                   (int)ACTOR_ERROR_GROUP + 1 == (int)ERROR_KINDS,
               "one list of kinds, two headers");
_Static_assert((int)ACTOR_STATE_BYTES_MAX >= (int)CORE_USER_BYTES, "one limit, two headers");

enum { SIGNAL_LAST = 31, SIGNAL_KILL = 9, SIGNAL_STOP = 19 }; /* these two cannot be replaced */
enum { SPAWN_NUMBERED = 2 }; /* among a spawn's flags: its number does not come from the counter */

struct actor {
    struct core *core;
    struct user_calls *calls;
    const struct actor_program *program;
    int64_t now_ns;
};

static void run(struct core *c, const struct actor_event *event,
                const struct actor_program *program, int64_t now_ns, struct user_calls *calls)
{
    struct actor a = {.core = c, .calls = calls, .program = program, .now_ns = now_ns};

    CHECK(c->self.def < program->def_count);
    CHECK(program->def[c->self.def].state_bytes <= CORE_USER_BYTES);
    program->def[c->self.def].event(&a, event);
}

void user_run(struct core *c, const struct core_user *user, const struct actor_program *program,
              int64_t now_ns, struct user_calls *calls)
{
    struct actor_event event = {.kind = (enum actor_event_kind)user->kind,
                                .from = user->id,
                                .id = user->request,
                                .code = user->code,
                                .error_kind = user->error_kind,
                                .origin = user->origin,
                                .path = user->path,
                                .text = user->text,
                                .data = user->data,
                                .size = user->size};

    run(c, &event, program, now_ns, calls);
}

void user_tell(struct core *c, int op, const struct actor_program *program, int64_t now_ns,
               struct user_calls *calls)
{
    struct actor_event event = {
        .kind = ACTOR_EVENT_TELL, .from = ACTOR_HARNESS, .code = op, .path = "", .text = ""};

    run(c, &event, program, now_ns, calls);
}

const struct core_call *user_next(struct user_calls *calls)
{
    if (calls->count == 0) {
        calls->head = 0;
        return NULL;
    }
    struct core_call *call = &calls->call[calls->head];
    calls->head = (uint16_t)((calls->head + 1) % ACTOR_CALLS_QUEUED_MAX);
    calls->count--;
    if ((call->kind == CALL_SPAWN && (call->flags & SPAWN_NUMBERED) == 0) ||
        call->kind == CALL_EXEC)
        calls->ids = (uint16_t)(calls->ids - 1 - call->room);
    else if (call->kind == CALL_NURSERY)
        calls->nurseries--;
    else if (call->kind == CALL_CALL)
        calls->call_numbers--;
    return call;
}

/* A zeroed place at the end of the queue, or NULL when it is full. */
static struct core_call *queue(struct actor *a, enum core_call_kind kind)
{
    struct user_calls *q = a->calls;

    if (q->count == ACTOR_CALLS_QUEUED_MAX)
        return NULL;
    struct core_call *call = &q->call[(q->head + q->count) % ACTOR_CALLS_QUEUED_MAX];
    q->count++;
    memset(call, 0, sizeof(*call));
    call->kind = (uint8_t)kind;
    return call;
}

/* Queues a call that needs nothing more. Returns 0 or ACTOR_ERR_FULL. */
static int queue_all(struct actor *a, const struct core_call *whole)
{
    struct core_call *call = queue(a, (enum core_call_kind)whole->kind);

    if (call == NULL)
        return ACTOR_ERR_FULL;
    *call = *whole;
    return 0;
}

const char *actor_error_name(unsigned kind)
{
    return kind < ERROR_KINDS ? error_name(kind) : "UNKNOWN";
}

uint16_t actor_id(const struct actor *a)
{
    return a->core->self.id;
}

const char *actor_name(const struct actor *a)
{
    return a->core->note.name;
}

int64_t actor_now_ns(const struct actor *a)
{
    return a->now_ns;
}

void *actor_state(struct actor *a)
{
    return a->core->user;
}

const void *actor_shared(const struct actor *a)
{
    return a->program->shared;
}

bool actor_cancelled(const struct actor *a)
{
    return a->core->self.cancel != CANCEL_NONE || a->core->self.cancel_told;
}

/* What the actor's own code may mean by "never": a span that a frame can carry. */
static int64_t span_limited(int64_t ns)
{
    return ns < FRAME_TIME_NS_MAX / 2 ? ns : FRAME_TIME_NS_MAX / 2;
}

/* A nursery that is not open yet may be opened by a call of this callback. */
static bool may_start(const struct actor *a, unsigned nursery)
{
    uint8_t state = a->core->nursery[nursery].state;

    return !actor_cancelled(a) && (state == NURSERY_NONE || state == NURSERY_OPEN);
}

int actor_spawn(struct actor *a, const struct actor_spawn *spawn)
{
    const struct core *c = a->core;
    unsigned id = spawn->id != 0 ? spawn->id : (unsigned)c->self.next_id + a->calls->ids;
    const char *name_end = memchr(spawn->name, 0, ACTOR_NAME_BYTES);

    if (spawn->def >= a->program->def_count || spawn->nursery >= CORE_NURSERIES_MAX ||
        name_end == NULL || spawn->arg_size > ACTOR_DATA_BYTES_MAX || spawn->room > c->self.room ||
        id <= c->self.id || id + spawn->room > (unsigned)c->self.id + c->self.room ||
        spawn->deadline_ns < 0)
        return ACTOR_ERR_RANGE;
    if (!may_start(a, spawn->nursery))
        return ACTOR_ERR_CANCELED;
    struct core_call *call = queue(a, CALL_SPAWN);
    if (call == NULL)
        return ACTOR_ERR_FULL;
    call->id = (uint16_t)id;
    call->room = (uint16_t)spawn->room;
    call->def = (uint16_t)spawn->def;
    call->nursery = (uint8_t)spawn->nursery;
    call->flags = (uint8_t)((spawn->collect ? 1 : 0) | (spawn->id != 0 ? SPAWN_NUMBERED : 0));
    call->deadline_ns = span_limited(spawn->deadline_ns);
    memcpy(call->name, spawn->name, (size_t)(name_end - spawn->name));
    call->size = (uint16_t)spawn->arg_size;
    if (spawn->arg_size > 0)
        memcpy(call->u.data, spawn->arg, spawn->arg_size);
    if (spawn->id == 0)
        a->calls->ids = (uint16_t)(a->calls->ids + 1 + spawn->room);
    return (int)id;
}

/* The last part of a path, as far as a name goes. */
static void name_of_path(const char *path, char *name)
{
    const char *last = path;

    for (const char *p = path; *p != 0; p++)
        last = *p == '/' ? p + 1 : last;
    for (size_t i = 0; i + 1 < ACTOR_NAME_BYTES && last[i] != 0; i++)
        name[i] = last[i];
}

int actor_exec(struct actor *a, const struct actor_exec *exec)
{
    const struct user_calls *q = a->calls;
    unsigned id = (unsigned)a->core->self.next_id + q->ids;

    if (q->host == NULL)
        return ACTOR_ERR_UNSUPPORTED;
    if (exec->nursery >= CORE_NURSERIES_MAX || exec->argv == NULL || exec->argv[0] == NULL ||
        (exec->name != NULL && memchr(exec->name, 0, ACTOR_NAME_BYTES) == NULL) ||
        id > (unsigned)a->core->self.id + a->core->self.room)
        return ACTOR_ERR_RANGE;
    if (!may_start(a, exec->nursery))
        return ACTOR_ERR_CANCELED;
    if (q->count == ACTOR_CALLS_QUEUED_MAX)
        return ACTOR_ERR_FULL;
    int number = q->host->exec(q->host->user, exec);
    if (number < 0)
        return number;
    struct core_call *call = queue(a, CALL_EXEC);
    CHECK(call != NULL);
    call->id = (uint16_t)id;
    call->nursery = (uint8_t)exec->nursery;
    call->request = (uint32_t)number;
    name_of_path(exec->name != NULL ? exec->name : exec->argv[0], call->name);
    a->calls->ids++;
    return (int)id;
}

int actor_watch(struct actor *a, int fd, unsigned ready)
{
    const struct user_host *host = a->calls->host;

    if (host == NULL)
        return ACTOR_ERR_UNSUPPORTED;
    if (fd < 0 || (ready & ~(unsigned)(ACTOR_READABLE | ACTOR_WRITABLE)) != 0)
        return ACTOR_ERR_RANGE;
    return host->watch(host->user, fd, ready);
}

int actor_nursery_open(struct actor *a, int64_t deadline_ns, bool collect)
{
    unsigned queued = a->calls->nurseries; /* these take the first free numbers */
    unsigned number = 1;

    for (; number < CORE_NURSERIES_MAX; number++) {
        uint8_t state = a->core->nursery[number].state;
        if ((state == NURSERY_NONE || state == NURSERY_CLOSED) && queued-- == 0)
            break;
    }
    if (number == CORE_NURSERIES_MAX)
        return ACTOR_ERR_FULL;
    struct core_call *call = queue(a, CALL_NURSERY);
    if (call == NULL)
        return ACTOR_ERR_FULL;
    call->nursery = (uint8_t)number;
    call->deadline_ns = span_limited(deadline_ns);
    call->flags = collect ? 1 : 0;
    a->calls->nurseries++;
    return (int)number;
}

int actor_nursery_close(struct actor *a, unsigned nursery)
{
    if (nursery >= CORE_NURSERIES_MAX)
        return ACTOR_ERR_RANGE;
    return queue_all(a, &(struct core_call){.kind = CALL_CLOSE, .nursery = (uint8_t)nursery});
}

int actor_return(struct actor *a)
{
    return queue_all(a, &(struct core_call){.kind = CALL_RETURN});
}

int actor_fail(struct actor *a, int32_t code, const char *text, bool prompt)
{
    struct core_call *call = queue(a, CALL_FAIL);

    if (call == NULL)
        return ACTOR_ERR_FULL;
    call->code = code;
    call->flags = prompt ? 1 : 0;
    const char *end = memchr(text, 0, sizeof(call->u.text));
    size_t size = end == NULL ? sizeof(call->u.text) - 1 : (size_t)(end - text);
    memcpy(call->u.text, text, size);
    return 0;
}

int actor_raise(struct actor *a, uint16_t child)
{
    if (nursery_error_of(a->core, child) == NULL)
        return ACTOR_ERR_RANGE;
    return queue_all(a, &(struct core_call){.kind = CALL_RAISE, .id = child});
}

int actor_cancel(struct actor *a, uint16_t child, int64_t grace_ns)
{
    return queue_all(a, &(struct core_call){.kind = CALL_CANCEL,
                                            .id = child,
                                            .deadline_ns = span_limited(grace_ns)});
}

int actor_shield(struct actor *a, int64_t ns)
{
    return queue_all(a, &(struct core_call){.kind = CALL_SHIELD, .deadline_ns = span_limited(ns)});
}

static int ask(struct actor *a, enum core_call_kind kind, uint16_t to, uint32_t number,
               const void *data, size_t size)
{
    if (size > ACTOR_DATA_BYTES_MAX)
        return ACTOR_ERR_RANGE;
    struct core_call *call = queue(a, kind);
    if (call == NULL)
        return ACTOR_ERR_FULL;
    call->id = to;
    call->request = number;
    call->size = (uint16_t)size;
    if (size > 0)
        memcpy(call->u.data, data, size);
    return 0;
}

int actor_call(struct actor *a, uint16_t to, const void *data, size_t size)
{
    uint32_t number = a->core->self.call_number + a->calls->call_numbers + 1;

    if (actor_cancelled(a))
        return ACTOR_ERR_CANCELED;
    int rc = ask(a, CALL_CALL, to, number, data, size);
    if (rc < 0)
        return rc;
    a->calls->call_numbers++;
    return (int)number;
}

int actor_reply(struct actor *a, uint16_t to, uint32_t call, const void *data, size_t size)
{
    return ask(a, CALL_REPLY, to, call, data, size);
}

int actor_timer(struct actor *a, uint32_t number, int64_t at_ns)
{
    if (number >= CORE_USER_TIMERS_MAX)
        return ACTOR_ERR_RANGE;
    return queue_all(
        a, &(struct core_call){.kind = CALL_TIMER, .request = number, .deadline_ns = at_ns});
}

/* Of the first piece of a text, cut behind a line if possible; with room for the end of a line. */
static size_t piece_size(const char *text, size_t size)
{
    if (size < TEXT_BYTES_MAX)
        return size;
    for (size_t cut = TEXT_BYTES_MAX; cut > 0; cut--) {
        if (text[cut - 1] == '\n')
            return cut;
    }
    return TEXT_BYTES_MAX - 1;
}

int actor_print(struct actor *a, const char *text, size_t size)
{
    const struct user_host *host = a->calls->host;
    unsigned pieces = 0;

    if (size == 0 || (host != NULL && host->print(host->user, text, size)))
        return 0;
    for (size_t at = 0; at < size; at += piece_size(text + at, size - at))
        pieces++;
    if (a->calls->count + pieces > ACTOR_CALLS_QUEUED_MAX)
        return ACTOR_ERR_FULL;
    while (size > 0) {
        struct core_call *call = queue(a, CALL_PRINT);
        CHECK(call != NULL);
        call->size = (uint16_t)piece_size(text, size);
        memcpy(call->u.lines, text, call->size);
        text += call->size;
        size -= call->size;
        if (size == 0 && text[-1] != '\n')
            call->u.lines[call->size++] = '\n';
    }
    return 0;
}

int actor_pause(struct actor *a, uint32_t task, bool shield)
{
    if (task == 0)
        return ACTOR_ERR_RANGE;
    return queue_all(
        a, &(struct core_call){.kind = CALL_PAUSE, .request = task, .flags = shield ? 1 : 0});
}

int actor_point(struct actor *a, uint32_t number)
{
    return queue_all(a, &(struct core_call){.kind = CALL_POINT, .request = number});
}

int actor_signal(struct actor *a, int signal, enum actor_signal how)
{
    if (signal < 1 || signal > SIGNAL_LAST || signal == SIGNAL_KILL || signal == SIGNAL_STOP ||
        (unsigned)how > ACTOR_SIGNAL_HANDLER)
        return ACTOR_ERR_RANGE;
    return queue_all(
        a, &(struct core_call){.kind = CALL_SIGNAL, .code = signal, .flags = (uint8_t)how});
}

int actor_detach(struct actor *a, bool session)
{
    return queue_all(a, &(struct core_call){.kind = CALL_DETACH, .flags = session ? 1 : 0});
}

int actor_freeze(struct actor *a)
{
    return queue_all(a, &(struct core_call){.kind = CALL_FREEZE});
}

int actor_exit_now(struct actor *a, int status)
{
    return queue_all(a, &(struct core_call){.kind = CALL_DIE, .code = status});
}

int actor_die_by(struct actor *a, int signal)
{
    return queue_all(a, &(struct core_call){.kind = CALL_DIE, .code = signal, .flags = 1});
}

int actor_spin(struct actor *a)
{
    return queue_all(a, &(struct core_call){.kind = CALL_SPIN});
}

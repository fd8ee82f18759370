/* crew.c: a supervisor that deals with errors, runs a command and shows what that says.
 *
 * The worker fails at its first try and is started again in the same nursery. The second one stops
 * at its prompt: `x` there runs the command line behind it, whose lines appear above the prompt;
 * `c` ends the worker, and with it the tree. Where there is no terminal nobody prompts.
 *
 *   cc crew.c $(pkg-config --cflags --libs scenario-actor) -o crew && ./crew
 */
#include <fcntl.h>
#include <scenario/actor.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { ROOT, WORKER, TRIES_MAX = 3 };

struct root_state {
    int nursery;
    int tries;
    int worker;    /* the number of the child that tries now */
    int pipe;      /* what the command says; 0: nothing runs */
    uint32_t call; /* of the worker that waits for the command's end */
};

static void say(struct actor *a, const char *who, const char *what)
{
    char line[400];
    int size = snprintf(line, sizeof(line), "%s: %s\n", who, what);

    actor_print(a, line, (size_t)size < sizeof(line) ? (size_t)size : sizeof(line) - 1);
}

static void worker_start(struct actor *a, struct root_state *s)
{
    struct actor_spawn worker = {.def = WORKER,
                                 .name = "worker",
                                 .nursery = (unsigned)s->nursery,
                                 .arg = &s->tries,
                                 .arg_size = sizeof(s->tries)};

    s->tries++;
    s->worker = actor_spawn(a, &worker);
}

static void command_start(struct actor *a, struct root_state *s, const struct actor_event *event)
{
    char line[ACTOR_BYTES_MAX + 1] = "";
    const char *argv[] = {"sh", "-c", line, NULL};
    int end[2];

    memcpy(line, event->data, event->size);
    if (s->pipe != 0 || pipe(end) < 0) {
        actor_reply(a, event->from, event->id, NULL, 0);
        return;
    }
    /* Out of reach of Ctrl-C, as who prompts is. */
    struct actor_exec sh = {
        .argv = argv, .nursery = (unsigned)s->nursery, .out = end[1], .err = end[1], .group = true};
    int rc = actor_exec(a, &sh);
    close(end[1]); /* copied */
    s->call = event->id;
    s->pipe = end[0];
    fcntl(end[0], F_SETFD, FD_CLOEXEC);
    if (rc < 0 || actor_watch(a, s->pipe, ACTOR_READABLE) < 0)
        actor_fail(a, 1, "cannot run a command", false);
}

static void command_says(struct actor *a, struct root_state *s)
{
    char text[4096];
    ssize_t size = read(s->pipe, text, sizeof(text));

    if (size > 0)
        actor_print(a, text, (size_t)size);
    if (size != 0) {
        actor_watch(a, s->pipe, ACTOR_READABLE); /* one event for each time that it is asked for */
        return;
    }
    close(s->pipe);
    s->pipe = 0;
    actor_reply(a, (uint16_t)s->worker, s->call, NULL, 0);
}

static void child_ended(struct actor *a, struct root_state *s, const struct actor_event *event)
{
    char what[300];

    snprintf(what, sizeof(what), "%s ended: %s %d%s%s", event->path,
             actor_error_name(event->error_kind), (int)event->code, *event->text ? ": " : "",
             event->text);
    if (event->error_kind != ACTOR_ERROR_NONE)
        say(a, "root", what);
    if (event->from != s->worker)
        return; /* a command; its errors are no errors of ours */
    if (event->error_kind == ACTOR_ERROR_NONE)
        actor_nursery_close(a, (unsigned)s->nursery);
    else if (s->tries < TRIES_MAX && !actor_cancelled(a))
        worker_start(a, s);
    else
        actor_raise(a, event->from);
}

static void root_event(struct actor *a, const struct actor_event *event)
{
    struct root_state *s = actor_state(a);

    switch (event->kind) {
    case ACTOR_EVENT_START:
        s->nursery = actor_nursery_open(a, 0, true); /* collects errors: they are ours to judge */
        worker_start(a, s);
        break;
    case ACTOR_EVENT_CALL:
        command_start(a, s, event);
        break;
    case ACTOR_EVENT_READY:
        command_says(a, s);
        break;
    case ACTOR_EVENT_OUTCOME:
        child_ended(a, s, event);
        break;
    case ACTOR_EVENT_CLOSED:
        say(a, "root", "all have ended");
        actor_return(a);
        break;
    case ACTOR_EVENT_CANCEL:
        actor_return(a);
        break;
    default:
        break;
    }
}

static void worker_event(struct actor *a, const struct actor_event *event)
{
    switch (event->kind) {
    case ACTOR_EVENT_START:
        if (*(const int *)event->data == 1)
            actor_fail(a, 7, "no route", false);
        else
            actor_pause(a, 1, false);
        break;
    case ACTOR_EVENT_COMMAND: /* `x` and what stands behind it */
        actor_call(a, ACTOR_PARENT, event->data, event->size);
        break;
    case ACTOR_EVENT_REPLY:
        say(a, actor_name(a), "the command is over");
        break;
    case ACTOR_EVENT_LEFT:
    case ACTOR_EVENT_CANCEL:
        actor_return(a);
        break;
    default:
        break;
    }
}

static const struct actor_def defs[] = {
    [ROOT] = {.name = "root", .state_bytes = sizeof(struct root_state), .event = root_event},
    [WORKER] = {.name = "worker",              .event = worker_event                                      },
};

int main(void)
{
    struct actor_program program = {.def = defs, .def_count = 2};

    return actor_main(&program, "root", NULL, 0);
}

/* program.h: an actor whose own code is a script: a function that a test sets, called on the next
 * event. */
#ifndef RUNTIME_ACTOR_TESTS_PROGRAM_H
#define RUNTIME_ACTOR_TESTS_PROGRAM_H

#include "runtime/actor/tests/drive.h"

static void (*script)(struct actor *a, const struct actor_event *event);
static struct actor_event heard; /* the last event of the program */
static unsigned events;

static void program_event(struct actor *a, const struct actor_event *event)
{
    void (*once)(struct actor * a, const struct actor_event *event) = script;

    heard = *event;
    events++;
    script = NULL;
    if (once != NULL)
        once(a, event);
}

static const struct actor_def defs[] = {
    {.name = "one", .state_bytes = 64,              .event = program_event},
    {.name = "two", .state_bytes = CORE_USER_BYTES, .event = program_event},
};

static const int shared = 7;
static const struct actor_program program = {.def = defs, .def_count = 2, .shared = &shared};

/* Runs the script once, as EVENT_START of a root or of the actor mid. */
static struct drive *run(void (*with)(struct actor *a, const struct actor_event *event),
                         uint16_t id)
{
    struct drive *d = &row_drive;

    drive_init(d);
    d->program = &program;
    script = with;
    events = 0;
    drive_alone(d, id);
    script = NULL;
    return d;
}

/* The same by a message of the harness, in an actor that runs already. */
static void tell(struct drive *d, void (*with)(struct actor *a, const struct actor_event *event))
{
    script = with;
    user_tell(&d->core, 5, &program, d->now_ns, &d->calls);
    script = NULL;
    for (const struct core_call *call; (call = user_next(&d->calls)) != NULL;) {
        struct core_call copy = *call;
        drive_feed(d, (struct core_event){.kind = EVENT_CALL, .call = &copy});
    }
}

#endif

/* pause.c: a process tree of your own in one file.
 *
 * The root starts two workers and asks each for its square. The first worker stops at a prompt
 * before it answers; where there is no terminal the request is refused and it goes on. Type `c` at
 * "one> " to continue, `q` to make it fail, `h` for more; press Ctrl-C there as often as you like.
 *
 *   cc pause.c $(pkg-config --cflags --libs scenario-actor) -o pause && ./pause
 */
#include <scenario/actor.h>
#include <stdio.h>

enum { ROOT, WORKER };

/* State is a plain struct without pointers; it starts as zeroes. */
struct root_state {
    int sum;
    unsigned answers;
};

struct worker_state {
    int number;
    uint32_t call; /* the question that waits for the prompt's end */
    bool asked;
    bool ready;
};

static void root_event(struct actor *a, const struct actor_event *event)
{
    struct root_state *s = actor_state(a);
    static const char *const names[] = {"one", "two"};

    switch (event->kind) {
    case ACTOR_EVENT_START:
        for (int i = 0; i < 2; i++) {
            int number = i + 3;
            struct actor_spawn worker = {
                .def = WORKER, .name = names[i], .arg = &number, .arg_size = sizeof(number)};
            actor_spawn(a, &worker);
        }
        break;
    case ACTOR_EVENT_LIVE: /* a child is ready: ask it; the answer is another event */
        actor_call(a, event->from, NULL, 0);
        break;
    case ACTOR_EVENT_REPLY:
        if (event->error_kind == 0 && event->size == sizeof(int))
            s->sum += *(const int *)event->data;
        if (++s->answers == 2) {
            printf("3 * 3 + 4 * 4 = %d\n", s->sum);
            fflush(stdout);
            actor_return(a); /* the tree ends when every child has ended and was reaped */
        }
        break;
    default:
        break;
    }
}

static void worker_answer(struct actor *a, struct worker_state *s)
{
    int square = s->number * s->number;

    if (!s->asked || !s->ready)
        return;
    actor_reply(a, ACTOR_PARENT, s->call, &square, sizeof(square));
    actor_return(a);
}

static void worker_event(struct actor *a, const struct actor_event *event)
{
    struct worker_state *s = actor_state(a);

    switch (event->kind) {
    case ACTOR_EVENT_START:
        s->number = *(const int *)event->data;
        if (s->number == 3)
            actor_pause(a, 1, false); /* asks for the terminal; ACTOR_EVENT_LEFT follows */
        else
            s->ready = true;
        break;
    case ACTOR_EVENT_CALL:
        s->asked = true;
        s->call = event->id;
        worker_answer(a, s);
        break;
    case ACTOR_EVENT_LEFT:
        s->ready = true;
        worker_answer(a, s);
        break;
    case ACTOR_EVENT_CANCEL:
        actor_return(a);
        break;
    default:
        break;
    }
}

static const struct actor_def defs[] = {
    [ROOT] = {.name = "root",   .state_bytes = sizeof(struct root_state), .event = root_event},
    [WORKER] = {.name = "worker",
              .state_bytes = sizeof(struct worker_state),
              .event = worker_event                                                          },
};

int main(void)
{
    struct actor_program program = {.def = defs, .def_count = 2};

    return actor_main(&program, "root", NULL, 0);
}

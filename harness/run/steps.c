/* steps.c: what each kind of step does, a row each. Output is in steps_output.c, the state of the
 * tree in steps_tree.c. */
#include "harness/run/steps.h"

#include "harness/language/fault.h"
#include "runtime/base/check.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Presses closer than CORE_MERGE_NS (200 ms) count once, so that this is the shortest safe gap. */
#define KEY_GAP_NS (INT64_C(250) * 1000 * 1000)

/* What has become of a step's action: one that goes on is done when its event comes. */
static enum step_status step_acted(struct run *r, struct task *t, const struct step *s, int rc,
                                   const struct diag *diag)
{
    if (rc >= 0)
        return rc == ACT_GOES_ON ? STEP_PENDING : STEP_DONE;
    failure_set(r, t, s, diag->text);
    return STEP_FAILED;
}

static enum step_status step_act(struct run *r, struct task *t, const struct step *s,
                                 const struct action *a)
{
    struct diag diag = {0};
    int rc = world_act(r->world, a, &diag);

    return step_acted(r, t, s, rc, &diag);
}

/* What the subject is still waited for, "" for nothing. */
static const char *subject_why(const struct run *r)
{
    return world_look(r->world, ACTOR_ROOT).why;
}

/* ---- send ---- */

static enum step_status send_try(struct run *r, struct task *t, const struct step *s)
{
    const struct action type = {.kind = ACTION_TYPE, .text = s->text, .size = s->text_size};
    struct diag diag = {0};

    /* Its echo is no answer. Past a limit of the matcher an echo stays visible, nothing worse. */
    if (!t->echo_told)
        (void)match_sent(r->match, NULL, s->text, s->text_size);
    t->echo_told = true;
    int rc = world_act(r->world, &type, &diag);
    return rc == ERR_FULL ? STEP_PENDING : step_acted(r, t, s, rc, &diag);
}

static enum step_status send_poll(struct run *r, struct task *t, const struct step *s,
                                  const struct world_event *event)
{
    return event == NULL ? STEP_PENDING : send_try(r, t, s);
}

static void send_late(struct run *r, const struct task *t, const struct step *s, char *label,
                      size_t size)
{
    (void)r, (void)t, (void)s;
    (void)snprintf(label, size, "the terminal takes no more input");
}

/* ---- key ---- */

static enum step_status key_press(struct run *r, struct task *t, const struct step *s)
{
    const struct action press = {.kind = ACTION_KEY, .value = s->key, .extra = s->tiocsig};

    /* One press at a time; the poll tries again when the other task's press is done. */
    if (r->key_task != NULL)
        return STEP_PENDING;
    t->wake_ns = INT64_MAX;
    (void)match_sent(r->match, NULL, &s->key, 1);
    enum step_status status = step_act(r, t, s, &press);
    if (status == STEP_PENDING)
        r->key_task = t;
    return status;
}

static enum step_status key_start(struct run *r, struct task *t, const struct step *s)
{
    t->presses = s->times > 0 ? s->times : 1;
    /* The gaps are no waiting of the step's own. */
    t->deadline_ns += (t->presses - 1) * (s->gap_ns > 0 ? s->gap_ns : KEY_GAP_NS);
    t->wake_ns = world_now(r->world);
    return key_press(r, t, s);
}

static enum step_status key_poll(struct run *r, struct task *t, const struct step *s,
                                 const struct world_event *event)
{
    int64_t now = world_now(r->world);

    if (r->key_task == t) {
        /* A subject that ended has nobody left to handle the key: that is done, too. */
        if (!r->over && (event == NULL || event->kind != WORLD_KEY))
            return STEP_PENDING;
        r->key_task = NULL;
        t->presses--;
        if (t->presses == 0)
            return STEP_DONE;
        t->wake_ns = now + (s->gap_ns > 0 ? s->gap_ns : KEY_GAP_NS);
    }
    if (r->over || t->wake_ns > now)
        return STEP_PENDING;
    return key_press(r, t, s);
}

static void key_late(struct run *r, const struct task *t, const struct step *s, char *label,
                     size_t size)
{
    const char *what = r->key_task == t ? "pressed, but not handled by every member of the "
                                          "foreground group"
                                        : "not pressed";
    const char *why = subject_why(r);

    if (r->over) {
        (void)snprintf(label, size,
                       "the subject has ended after %" PRIu32 " of %" PRIu32 " presses",
                       s->times - t->presses, s->times);
        return;
    }
    (void)snprintf(label, size, "%s", why[0] != 0 ? why : what);
}

/* ---- signal, fault, tell ---- */

static enum step_status signal_try(struct run *r, struct task *t, const struct step *s)
{
    const struct action a = {
        .kind = ACTION_SIGNAL, .who = s->actor, .target = s->target, .value = s->signal};
    struct diag diag = {0};
    int rc = world_act(r->world, &a, &diag);

    /* A group that is waited for takes one at a time, as a key does. */
    if (rc == ERR_STATE && s->target != TARGET_ACTOR && r->key_task != NULL)
        return STEP_PENDING;
    if (rc == ACT_GOES_ON)
        r->key_task = t;
    return step_acted(r, t, s, rc, &diag);
}

static enum step_status signal_poll(struct run *r, struct task *t, const struct step *s,
                                    const struct world_event *event)
{
    if (r->key_task != t)
        return signal_try(r, t, s);
    if (!r->over && (event == NULL || event->kind != WORLD_KEY))
        return STEP_PENDING;
    r->key_task = NULL;
    return STEP_DONE;
}

static void signal_late(struct run *r, const struct task *t, const struct step *s, char *label,
                        size_t size)
{
    const char *why = subject_why(r);

    (void)t, (void)s;
    (void)snprintf(label, size, "not sent%s%s", why[0] != 0 ? ": " : "", why);
}

static enum step_status fault_start(struct run *r, struct task *t, const struct step *s)
{
    const struct action a = fault_action(s->fault, s->actor, s->signal, s->side);
    enum step_status status = step_act(r, t, s, &a);

    if (status != STEP_FAILED)
        world_note(r->world, (struct trace_record){.point = POINT_FAULT_DONE,
                                                   .actor = ACTOR_HARNESS,
                                                   .peer = s->actor,
                                                   .value = s->fault,
                                                   .extra = s->signal});
    return status;
}

static enum step_status fault_poll(struct run *r, struct task *t, const struct step *s,
                                   const struct world_event *event)
{
    (void)t;
    /* A subject that has ended has no links left: that is done, too. */
    if (r->over || (event != NULL && event->kind == WORLD_LINK && event->actor == s->actor))
        return STEP_DONE;
    return STEP_PENDING;
}

static void fault_late(struct run *r, const struct task *t, const struct step *s, char *label,
                       size_t size)
{
    (void)t;
    (void)snprintf(label, size, "the link of %s is not harmed yet: its sending end does not act",
                   r->tree->node[s->actor].name);
}

/* An actor hears once its own code runs; a tell that comes earlier waits for that. */
static enum step_status tell_try(struct run *r, struct task *t, const struct step *s)
{
    const struct action tell = {.kind = ACTION_TELL, .who = s->actor, .value = s->tell};
    struct diag diag = {0};

    if (addresses_count(&r->addresses, s->actor, POINT_SPAWN_READY) == 0 &&
        !actor_is_gone(r, s->actor))
        return STEP_PENDING;
    int rc = world_act(r->world, &tell, &diag);
    return rc == ERR_STATE ? STEP_PENDING : step_acted(r, t, s, rc, &diag);
}

static enum step_status tell_poll(struct run *r, struct task *t, const struct step *s,
                                  const struct world_event *event)
{
    return event == NULL ? STEP_PENDING : tell_try(r, t, s);
}

static void tell_late(struct run *r, const struct task *t, const struct step *s, char *label,
                      size_t size)
{
    (void)t;
    (void)snprintf(label, size, "%s does not run yet", r->tree->node[s->actor].name);
}

/* ---- await ---- */

static enum step_status await_poll(struct run *r, struct task *t, const struct step *s,
                                   const struct world_event *event)
{
    bool done = false;

    switch (s->await) {
    case AWAIT_ADDRESS:
        done = addresses_happened(&r->addresses, &s->address, t->base);
        break;
    case AWAIT_QUIET:
        /* While a `do` goes on, the harness itself is not quiet, unless it is the one that asks. */
        done = r->over || (event != NULL && event->kind == WORLD_QUIET &&
                           (t->held != ACTOR_NONE || !tasks_hold_any(r)));
        break;
    case AWAIT_TREE:
        done = tree_state_holds(r, s, NULL, 0);
        break;
    }
    return done ? STEP_DONE : STEP_PENDING;
}

static enum step_status await_start(struct run *r, struct task *t, const struct step *s)
{
    t->base = addresses_count(&r->addresses, s->address.actor, s->address.point);
    t->wants_quiet = s->await == AWAIT_QUIET;
    return await_poll(r, t, s, NULL);
}

void address_text(const struct run *r, const struct address *a, char *out, size_t size)
{
    const char *actor = a->actor == ACTOR_NONE ? "any" : r->tree->node[a->actor].name;

    if (a->nth == 1 && !a->relative)
        (void)snprintf(out, size, "%s@%s", actor, point_name(a->point));
    else
        (void)snprintf(out, size, "%s@%s#%s%" PRIu32, actor, point_name(a->point),
                       a->relative ? "+" : "", a->nth);
}

static void await_late(struct run *r, const struct task *t, const struct step *s, char *label,
                       size_t size)
{
    char address[128];
    char why[192];

    switch (s->await) {
    case AWAIT_ADDRESS:
        address_text(r, &s->address, address, sizeof(address));
        (void)snprintf(label, size, "%s has not happened (it was there %" PRIu32 " times)", address,
                       addresses_count(&r->addresses, s->address.actor, s->address.point) -
                           (s->address.relative ? t->base : 0));
        break;
    case AWAIT_QUIET:
        (void)snprintf(label, size, "%s does not come to rest%s%s", r->world->subject,
                       subject_why(r)[0] != 0 ? ": " : "", subject_why(r));
        break;
    case AWAIT_TREE:
        (void)tree_state_holds(r, s, why, sizeof(why));
        (void)snprintf(label, size, "%s", why);
        break;
    }
}

/* ---- parallel ---- */

static enum step_status parallel_start(struct run *r, struct task *t, const struct step *s)
{
    t->deadline_ns = INT64_MAX; /* its steps have their own */
    for (size_t i = 0; i < s->branch_count; i++) {
        (void)task_start(r, &s->branch[i], t, ACTOR_NONE);
        t->branches++;
    }
    return t->branches == 0 ? STEP_DONE : STEP_PENDING;
}

static enum step_status parallel_poll(struct run *r, struct task *t, const struct step *s,
                                      const struct world_event *event)
{
    (void)r, (void)s, (void)event;
    return t->branches == 0 ? STEP_DONE : STEP_PENDING;
}

static void parallel_late(struct run *r, const struct task *t, const struct step *s, char *label,
                          size_t size)
{
    (void)r, (void)s;
    (void)snprintf(label, size, "%zu of its lists are not done", t->branches);
}

/* ---- wait, resize, note ---- */

static enum step_status wait_poll(struct run *r, struct task *t, const struct step *s,
                                  const struct world_event *event)
{
    (void)s, (void)event;
    if (world_now(r->world) < t->wake_ns)
        return STEP_PENDING;
    return STEP_DONE;
}

static enum step_status wait_start(struct run *r, struct task *t, const struct step *s)
{
    t->wake_ns = world_now(r->world) + s->gap_ns;
    t->deadline_ns += s->gap_ns;
    return wait_poll(r, t, s, NULL);
}

static void wait_late(struct run *r, const struct task *t, const struct step *s, char *label,
                      size_t size)
{
    (void)r, (void)t, (void)s;
    (void)snprintf(label, size, "the time was not over yet");
}

static enum step_status resize_start(struct run *r, struct task *t, const struct step *s)
{
    const struct action resize = {.kind = ACTION_RESIZE, .value = s->rows, .extra = s->columns};

    return step_act(r, t, s, &resize);
}

static enum step_status note_start(struct run *r, struct task *t, const struct step *s)
{
    (void)t;
    run_mark(r, "%s", s->text != NULL ? s->text : "");
    return STEP_DONE;
}

/* The loader unrolls repeat, when and use. */
static const struct step_row rows[STEPS] = {
    [STEP_EXPECT] = {expect_start,   expect_poll,   expect_late  },
    [STEP_ABSENT] = {absent_start,   absent_poll,   absent_late  },
    [STEP_SEND] = {send_try,       send_poll,     send_late    },
    [STEP_KEY] = {key_start,      key_poll,      key_late     },
    [STEP_SIGNAL] = {signal_try,     signal_poll,   signal_late  },
    [STEP_FAULT] = {fault_start,    fault_poll,    fault_late   },
    [STEP_AWAIT] = {await_start,    await_poll,    await_late   },
    [STEP_TELL] = {tell_try,       tell_poll,     tell_late    },
    [STEP_PARALLEL] = {parallel_start, parallel_poll, parallel_late},
    [STEP_WAIT] = {wait_start,     wait_poll,     wait_late    },
    [STEP_RESIZE] = {resize_start,   NULL,          NULL         },
    [STEP_NOTE] = {note_start,     NULL,          NULL         },
};

const struct step_row *step_row(enum step_kind kind)
{
    CHECK((unsigned)kind < STEPS && rows[kind].start != NULL);
    return &rows[kind];
}

/* tasks.c: lists of steps side by side, each waiting for what its step waits for. */
#include "harness/run/steps.h"
#include "runtime/base/check.h"

#include <stdint.h>
#include <stdlib.h>

/* The list and those within its steps; as deep as the loader lets a file be. */
static size_t lists_count(const struct step_list *list) /* NOLINT(misc-no-recursion) */
{
    size_t count = 1;

    for (size_t i = 0; i < list->count; i++) {
        for (size_t k = 0; k < list->step[i].branch_count; k++)
            count += lists_count(&list->step[i].branch[k]);
    }
    return count;
}

int tasks_init(struct run *r, struct diag *diag)
{
    r->task_room = lists_count(&r->variant->steps);
    for (size_t i = 0; i < r->variant->inject_count; i++)
        r->task_room += lists_count(&r->variant->inject[i].steps);
    if (r->variant->ctrl_c_each_prompt)
        r->task_room += r->cast->count;
    r->task = calloc(r->task_room, sizeof(*r->task));
    return r->task != NULL ? 0 : diag_set(diag, ERR_NOMEM, "no memory for a run");
}

struct task *task_start(struct run *r, const struct step_list *list, struct task *parent,
                        uint16_t held)
{
    size_t at = 0;

    while (at < r->task_count && r->task[at].used)
        at++;
    CHECK(at < r->task_room);
    if (at == r->task_count)
        r->task_count++;
    struct task *t = &r->task[at];
    *t = (struct task){.used = true,
                       .list = list,
                       .parent = parent,
                       .held = held,
                       .main = parent == NULL && held == ACTOR_NONE,
                       .told = parent == NULL && held == ACTOR_NONE,
                       .deadline_ns = INT64_MAX,
                       .wake_ns = INT64_MAX,
                       .typed_by_ns = INT64_MAX,
                       .stays_ns = INT64_MAX};
    return t;
}

static const struct step *task_step(const struct task *t)
{
    return &t->list->step[t->index];
}

void task_branch(struct run *r, struct task *t, size_t i, bool follows)
{
    struct task *branch = task_start(r, &task_step(t)->branch[i], t, t->held);

    branch->told = follows && t->told;
    branch->depth = t->depth + 1;
    t->branches++;
}

void task_way(struct run *r, const struct task *t, size_t i)
{
    const struct run_recorder *to = r->options->recorder;

    if (t->told && to != NULL && to->way != NULL)
        to->way(to->user, world_now(r->world), task_step(t), i, t->depth);
}

static void note_step(struct run *r, const struct task *t)
{
    const struct run_recorder *to = r->options->recorder;

    /* Only the main list has numbers that a reader can find in the file. */
    if (t->main) {
        world_note(r->world, (struct trace_record){.point = POINT_STEP_DONE,
                                                   .actor = ACTOR_HARNESS,
                                                   .peer = ACTOR_NONE,
                                                   .value = (int64_t)t->index});
    }
    if (t->told && to != NULL && to->step != NULL)
        to->step(to->user, world_now(r->world), task_step(t), t->depth, t->unseen);
}

static void task_end(struct run *r, struct task *t)
{
    struct task *parent = t->parent;
    uint16_t held = t->held;
    bool main = t->main;

    *t = (struct task){0};
    if (main)
        r->steps_done = true;
    if (parent != NULL)
        parent->branches--;
    if (held != ACTOR_NONE && parent == NULL)
        hold_continue(r, held);
}

/* Takes what the step says; returns true when the task moved. */
static bool task_take(struct run *r, struct task *t, enum step_status status)
{
    switch (status) {
    case STEP_PENDING:
        return false;
    case STEP_DONE:
        note_step(r, t);
        t->index++;
        t->started = false;
        t->ready = false;
        t->echo_told = false;
        t->unseen = 0;
        t->wants_quiet = false;
        t->wants_settle = false;
        t->wake_ns = t->typed_by_ns = INT64_MAX;
        look_forget(t);
        return true;
    case STEP_FAILED:
        CHECK(r->failure.set);
        break;
    }
    return false;
}

/* What would be typed while the C-c of a prompt is under way, it would flush, and what it draws no
 * step sees: that is no change of the subject's making, so the scenario's own lists wait. What is
 * done while an actor is held goes on: the press may have to wait for that. */
static bool task_waits(struct run *r, const struct task *t)
{
    const struct task *root = t;

    while (root->parent != NULL)
        root = root->parent;
    return root->main && press_pending(r);
}

/* What is typed or sent by the scenario's own lists waits until a command is ready. */
static bool step_waits(const struct run *r, const struct task *t, const struct step *s)
{
    return s->entry->acts && !r->is_ready && t->held == ACTOR_NONE && !t->press;
}

static enum step_status step_begin(struct run *r, struct task *t, const struct step *s)
{
    t->deadline_ns = world_now(r->world) + (s->within_ns > 0 ? s->within_ns : r->step_ns);
    t->stalled_ns = r->world->stalled_ns;
    t->waits = step_waits(r, t, s);
    t->wants_settle = t->waits;
    if (t->waits)
        return STEP_PENDING;
    return s->entry->start(r, t, s);
}

/* Starts the next step, or ends the task. Returns true when it moved. */
static bool task_next(struct run *r, struct task *t)
{
    const struct step *s = t->index < t->list->count ? task_step(t) : NULL;

    if (t->started)
        return false;
    if (s != NULL && s->entry->ready != NULL && !t->ready)
        s->entry->ready(r, t, s);
    t->ready = true;
    if (task_waits(r, t))
        return false;
    if (s == NULL) {
        task_end(r, t);
        return true;
    }
    t->started = true;
    run_mark(r, "%s", s->entry->word.name);
    enum step_status status = step_begin(r, t, s);
    /* The last quiet was before it. */
    r->quiet_over = r->quiet_over && !t->wants_quiet;
    (void)task_take(r, t, status);
    return true;
}

static bool task_poll(struct run *r, struct task *t, const struct world_event *event)
{
    if (!t->started)
        return false;
    const struct step *s = task_step(t);
    if (t->waits)
        return !step_waits(r, t, s) && task_take(r, t, step_begin(r, t, s));
    CHECK(s->entry->poll != NULL);
    return task_take(r, t, s->entry->poll(r, t, s, event));
}

/* What is still waited for now can never come, or came too late. */
static void task_check(struct run *r, struct task *t)
{
    struct buf label = BUF_INIT;

    /* A step with branches is late when one of them is: that one says why. */
    bool shows_nothing = r->eof && t->wants_settle;
    if (!t->started || t->branches > 0 ||
        (!r->over && !r->still && !shows_nothing && world_now(r->world) < t->deadline_ns))
        return;
    const struct step *s = task_step(t);
    bool first = !r->failure.set;
    r->failure.late = first && !r->over && !r->still && !shows_nothing;
    if (t->waits)
        readiness_late(r, &label);
    else
        s->entry->late(r, t, s, &label);
    failure_set(r, t, s, buf_text(&label));
    if (first && r->still)
        failure_still(r);
    buf_release(&label);
}

void tasks_event(struct run *r, const struct world_event *event)
{
    bool moved = true;

    while (moved && !r->failure.set) {
        moved = false;
        for (size_t i = 0; i < r->task_count && !r->failure.set; i++) {
            struct task *t = &r->task[i];
            if (t->used && task_poll(r, t, event))
                moved = true;
            if (t->used && !r->failure.set && task_next(r, t))
                moved = true;
            /* What the run itself has done may make the world move. */
            r->still = r->still && !moved;
        }
        /* The event itself is given once; after that only its consequences are looked at. */
        event = NULL;
    }
    for (size_t i = 0; i < r->task_count && !r->failure.set; i++) {
        if (r->task[i].used)
            task_check(r, &r->task[i]);
    }
}

void tasks_drop(struct run *r)
{
    for (size_t i = 0; i < r->task_count; i++)
        r->task[i] = (struct task){0};
    r->key_task = NULL;
    r->expect_task = NULL;
}

bool tasks_hold_any(const struct run *r)
{
    for (size_t i = 0; i < r->task_count; i++) {
        if (r->task[i].used && r->task[i].held != ACTOR_NONE)
            return true;
    }
    return false;
}

/* True when nothing but the subject can end what is waited for now. Of a scenario that must fail
 * the consequences are looked for, and those come with time. */
static bool tasks_only_wait(struct run *r)
{
    bool waits = r->steps_done && !r->rests;

    if (r->variant->must_fail_count > 0 || r->variant->defects != 0 || press_pending(r))
        return false;
    for (size_t i = 0; i < r->task_count; i++) {
        const struct task *t = &r->task[i];
        if (!t->used)
            continue;
        if (!t->started || t->wake_ns != INT64_MAX || t->stays_ns != INT64_MAX)
            return false;
        waits = true;
    }
    return waits;
}

void tasks_arm_still(struct run *r)
{
    bool still = !r->still && tasks_only_wait(r);

    if (still == r->still_asked)
        return;
    r->still_asked = still;
    world_want(r->world, WORLD_STILL, still ? 0 : INT64_MAX);
}

/* What is left of a command that is over is waited for by whoever waits; by a step that looks at
 * what is shown as long as it can show something. */
static enum spare tasks_spare(const struct run *r)
{
    enum spare spare = SPARE_NOT;

    for (size_t i = 0; i < r->task_count; i++) {
        const struct task *t = &r->task[i];
        if (!t->used || !t->started || t->branches > 0)
            continue;
        bool looks = t->wants_settle || t->waits || task_step(t)->entry->looks;
        enum spare wants = looks ? SPARE_OUTPUT : SPARE_ALL;
        spare = wants > spare ? wants : spare;
    }
    return spare;
}

/* Asks the world for it, or not any more. */
static void arm(struct run *r, enum world_event_kind what, bool wanted, int64_t at_ns, bool *asked)
{
    if (wanted == *asked)
        return;
    *asked = wanted;
    world_want(r->world, what, wanted ? at_ns : INT64_MAX);
}

void tasks_arm(struct run *r)
{
    int64_t at = r->total_ns;
    bool quiet = r->rests;
    bool settled = press_draws(r);

    if (r->end_ns < at)
        at = r->end_ns;
    if (r->prompts.pressed && r->prompts.until_ns < at)
        at = r->prompts.until_ns;
    for (size_t i = 0; i < r->task_count; i++) {
        const struct task *t = &r->task[i];
        if (!t->used || !t->started)
            continue;
        at = t->deadline_ns < at ? t->deadline_ns : at;
        at = t->wake_ns < at ? t->wake_ns : at;
        at = t->stays_ns < at ? t->stays_ns : at;
        quiet = quiet || t->wants_quiet;
        settled = settled || t->wants_settle;
    }
    if (at != r->timer_ns) {
        r->timer_ns = at;
        world_want(r->world, WORLD_TIMER, at);
    }
    r->world->spare = tasks_spare(r);
    settled = settled && !r->settled_over;
    arm(r, WORLD_QUIET, (quiet || settled) && !r->quiet_over, 0, &r->quiet_asked);
    arm(r, WORLD_SETTLED, settled, r->scenario->settle_ns, &r->settled_asked);
}

void tasks_deadline(struct run *r)
{
    const struct task *t = r->expect_task;
    struct match_result result;
    int64_t now_ns = world_now(r->world);

    if (t == NULL || r->over || (now_ns < t->deadline_ns && now_ns < t->wake_ns))
        return;
    if (match_settle(r->match, &result, NULL) == MATCH_FOUND)
        run_tell(r, t, "decided at the deadline%s%s", subject_why(r)[0] != 0 ? ": " : "",
                 subject_why(r));
}

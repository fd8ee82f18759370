/* run.c: a world and the steps, turned until nothing is left. */
#include "harness/run/run.h"

#include "harness/observe/invariant.h"
#include "harness/run/mask.h"
#include "harness/run/slots.h"
#include "harness/run/state.h"
#include "harness/subject/role.h"
#include "runtime/base/check.h"

#include <signal.h>
#include <stdlib.h>

/* How long a turn may wait before the stop flag is looked at again. */
#define TURN_NS (INT64_C(50) * 1000 * 1000)

static const struct engine_row {
    unsigned engine;
    int (*world_new)(const struct world_options *options, struct world **out, struct diag *diag);
} engines[] = {
    {ENGINE_REAL, real_world_new},
    {ENGINE_SIM,  sim_world_new },
};

/* Of a command: who there is, before it is ended by force. That is of use where it went wrong. */
static void run_list(struct run *r)
{
    bool wanted = r->failure.set;

    for (uint16_t i = 0; i < r->cast->count; i++)
        wanted = wanted || world_state(r->world, i) == PROCESS_ZOMBIE ||
                 world_state(r->world, i) == PROCESS_STOPPED;
    if (wanted && r->variant->subject == SUBJECT_COMMAND)
        world_say(r->world, WORDS_PROCESSES, &r->processes);
}

static void run_stop(struct run *r, enum stop_why why)
{
    if (r->stopping || r->over)
        return;
    r->stopping = true;
    run_list(r);
    tasks_drop(r);
    world_want(r->world, WORLD_QUIET, INT64_MAX);
    world_want(r->world, WORLD_SETTLED, INT64_MAX);
    world_want(r->world, WORLD_STILL, INT64_MAX);
    world_want(r->world, WORLD_TIMER, INT64_MAX);
    world_stop(r->world, why);
}

/* True when the scenario says how the subject ends by itself. */
static bool run_awaits_end(const struct run *r)
{
    return r->variant->tree_empty || r->variant->survivor_count > 0 ||
           r->variant->outcome_count > 0;
}

/* A command that has ended by itself, or does so from now on, is judged by what it leaves, for
 * which it has its grace; nobody hurries it. Returns true when that has begun. */
static bool run_lets_be(struct run *r)
{
    if (r->variant->subject != SUBJECT_COMMAND || world_is_alive(r->world, ACTOR_ROOT))
        return false;
    if (!r->ends)
        world_want(r->world, WORLD_STOPPED, 0);
    r->ends = true;
    r->rests = false;
    r->end_ns = INT64_MAX;
    return true;
}

/* A job, or the root, that is stopped so is somebody's business. */
static bool stop_is_known(const struct run *r, const struct trace_record *rec)
{
    bool job = rec->actor == ACTOR_ROOT || rec->request != 0;

    return (r->world->typed & UINT64_C(1) << (rec->value & 63)) != 0 ||
           (job && (rec->value == SIGSTOP || rec->value == SIGTSTP));
}

/* True of a record after which its actor may do nothing about it for as long as `within` says: it
 * is dead, and its parent lives and has not reaped it; or it was stopped, not by what was typed. */
static bool is_patience(struct run *r, const struct trace_record *rec)
{
    switch (rec->point) {
    case POINT_PROC_EXITED:
        return rec->actor != ACTOR_ROOT && world_state(r->world, rec->actor) == PROCESS_ZOMBIE &&
               world_is_alive(r->world, r->cast->who[rec->actor].parent);
    case POINT_PROC_STOPPED:
        return world_state(r->world, rec->actor) == PROCESS_STOPPED && !stop_is_known(r, rec);
    default:
        return false;
    }
}

/* Until when those who are dead or stopped now have their time, on the run's clock; 0: nobody is.
 * As no-zombies and no-stopped count it, for which time goes forward only: what has happened may be
 * told of a moment before the last record's. */
static int64_t patience_until(struct run *r)
{
    const struct trace *t = &r->world->trace;
    int64_t until_ns = 0;
    int64_t now_ns = 0;

    for (size_t i = 0; i < t->count && r->variant->subject == SUBJECT_COMMAND; i++) {
        const struct trace_record *rec = &t->record[i];
        now_ns = rec->at_ns > now_ns ? rec->at_ns : now_ns;
        if (!is_patience(r, rec))
            continue;
        const char *row = rec->point == POINT_PROC_EXITED ? "no-zombies" : "no-stopped";
        int64_t within_ns = invariant_within(invariant_find(row), r->variant->subject,
                                             r->variant->invariant, r->variant->invariant_count);
        int64_t at_ns = now_ns - r->world->stalled_ns + within_ns;
        until_ns = at_ns > until_ns ? at_ns : until_ns;
    }
    return until_ns;
}

/* How long it may be waited for rest, or for the end. */
static int64_t end_takes(const struct run *r)
{
    if (r->rests)
        return r->options->rest_ns > 0 ? r->options->rest_ns : r->step_ns;
    return r->variant->subject == SUBJECT_COMMAND ? r->scenario->grace_ns : r->step_ns;
}

/* After the last step: waits for the subject's own end, or only for rest when the scenario does
 * not say how it ends. Returns true when the run stops. */
static bool run_ends(struct run *r, const struct world_event *event)
{
    if (!r->steps_done || tasks_hold_any(r) || run_lets_be(r))
        return false;
    r->rests = !run_awaits_end(r);
    bool first = r->end_ns == INT64_MAX;
    if (first)
        r->end_ns = world_now(r->world) + end_takes(r);
    bool late = !r->over && world_now(r->world) >= r->end_ns;
    /* The quiet that let the last steps go on was there before what they did. */
    bool quiet = !first && event != NULL && event->kind == WORLD_QUIET;
    r->quiet_over = r->quiet_over && !first;
    if (r->rests && (quiet || late)) {
        /* The dead and the stopped are given the time that others may take to see to them. */
        int64_t until_ns = patience_until(r);
        if (until_ns >= world_now(r->world)) {
            r->end_ns = until_ns + 1;
            return false;
        }
        run_stop(r, STOP_NORMAL);
        return true;
    }
    if (!late && !r->still)
        return false;
    if (r->variant->subject == SUBJECT_COMMAND)
        failure_outlives(r);
    else
        failure_total(r, "timeout:end", "the subject did not end after the last step");
    if (!late)
        failure_still(r);
    r->failure.late = true;
    run_stop(r, STOP_TIMED_OUT);
    return true;
}

/* Decides what follows from what has happened. */
static void run_advance(struct run *r, const struct world_event *event)
{
    if (r->stopping)
        return;
    readiness_look(r);
    prompts_look(r);
    tasks_event(r, event);
    if (!r->failure.set && !r->over && world_now(r->world) >= r->total_ns) {
        failure_total(r, "timeout:total", "not over within limits.total");
        r->failure.late = true;
        r->failure.total = true;
    }
    if (r->failure.set) {
        run_stop(r, r->failure.late ? STOP_TIMED_OUT : STOP_NORMAL);
        return;
    }
    if (run_ends(r, event))
        return;
    if (r->over)
        return;
    tasks_arm(r);
    tasks_arm_still(r);
}

static void output_write(struct run *r, const char *data, size_t size)
{
    const struct run_recorder *recorder = r->options->recorder;

    if (size > 0 && recorder != NULL && recorder->output != NULL)
        recorder->output(recorder->user, world_now(r->world), data, size);
}

/* Tells the recorder what was shown, less the secrets in it. */
static void run_writes(struct run *r, const char *data, size_t size, bool over)
{
    struct buf clean = BUF_INIT;

    if (r->variant->secrets == NULL) {
        output_write(r, data, size);
        return;
    }
    mask_output(r, data, size, &clean);
    if (over)
        mask_flush(r, &clean);
    output_write(r, buf_text(&clean), clean.size);
    buf_release(&clean);
}

static void run_output(struct run *r, const struct world_event *event)
{
    run_writes(r, event->data, event->size, false);
    run_listen(r, event->data, event->size);
    screen_shown(r);
}

/* Nothing more comes for now, but for what some who are busy may yet show. */
static void run_settled(struct run *r, const char *busy)
{
    struct match_result result;

    r->settled_over = true;
    /* The answer is read by the expect that waits; without one it is an error, ignored. */
    prompts_settle(r);
    int rc = match_settle(r->match, &result, NULL);
    if (rc == MATCH_FOUND && r->expect_task != NULL && busy[0] != 0)
        run_tell(r, r->expect_task, "decided by settle; busy: %s", busy);
    press_quiet(r);
}

static void run_record_seen(struct run *r, const struct trace_record *record)
{
    const struct run_recorder *recorder = r->options->recorder;

    r->records_seen++;
    if (recorder != NULL && recorder->record != NULL)
        recorder->record(recorder->user, record);
    if (r->found != NULL)
        roles_see(r->found, record->actor);
    if (press_sees(r, record)) {
        addresses_add(r->addresses, record, r->found);
        hold_note(r, record);
    } else if (record->point == POINT_KEY_SENT) {
        prompts_pressed(r);
    }
    if (record->actor < r->cast->count && record->point == POINT_SPAWN_READY)
        r->hold[record->actor].ready = true;
    if (record->actor < r->cast->count && record->point == POINT_SYS_CALL)
        r->hold[record->actor].call = call_unpack(record->value);
    hold_check(r);
}

/* What a command has left set by what it wrote, which only the run reads. */
static void run_modes(struct run *r)
{
    struct buf *told = &r->world->end.modes;
    struct buf left = BUF_INIT;

    modes_tell(&r->modes, &left);
    if (left.size > 0 && r->variant->subject == SUBJECT_COMMAND) {
        world_note(r->world, (struct trace_record){.point = POINT_TTY_MODES,
                                                   .actor = ACTOR_TERMINAL,
                                                   .peer = ACTOR_NONE,
                                                   .value = 0});
        buf_addf(told, "%s%s", told->size > 0 ? ", " : "", buf_text(&left));
    }
    buf_release(&left);
}

static void rule_missed(struct run *r, enum rule rule, size_t number)
{
    world_note(r->world, (struct trace_record){.point = POINT_RULE_MISSED,
                                               .actor = ACTOR_HARNESS,
                                               .peer = ACTOR_NONE,
                                               .value = rule,
                                               .extra = (int64_t)number});
}

/* Of a run that came to its end what never had an effect. */
static void run_rules(struct run *r)
{
    if (r->failure.set || r->interrupted || r->engine_error != 0)
        return;
    if (r->variant->ctrl_c_each_prompt && r->press.begun == 0)
        rule_missed(r, RULE_PRESS, 0);
    for (size_t i = 0; i < r->variant->inject_count; i++) {
        if (!r->inject_fired[i])
            rule_missed(r, RULE_INJECT, i + 1);
    }
    for (size_t i = 0; i < r->variant->order_count; i++) {
        if (!r->order_seen[i])
            rule_missed(r, RULE_ORDER, i + 1);
    }
}

static void run_event(void *user, const struct world_event *event)
{
    struct run *r = user;

    if (event->kind != WORLD_QUIET && event->kind != WORLD_SETTLED && event->kind != WORLD_TIMER)
        r->quiet_over = r->settled_over = r->still = false;
    switch (event->kind) {
    case WORLD_RECORD:
        run_record_seen(r, event->record);
        break;
    case WORLD_HELD:
        hold_begin(r, event->actor, event->point);
        break;
    case WORLD_OUTPUT:
        r->eof = false;
        run_output(r, event);
        break;
    case WORLD_QUIET:
        r->quiet_asked = false;
        r->quiet_over = true;
        run_settled(r, "");
        break;
    case WORLD_SETTLED:
        r->settled_asked = false;
        run_settled(r, event->busy);
        break;
    case WORLD_EOF:
        r->eof = true;
        run_settled(r, "");
        break;
    case WORLD_STILL:
        r->still_asked = false;
        r->still = true;
        break;
    case WORLD_TIMER:
        r->timer_ns = INT64_MIN;
        tasks_deadline(r);
        break;
    case WORLD_KEY:
    case WORLD_LINK:
    case WORLD_JOB:
        break;
    case WORLD_STOPPED:
        run_modes(r);
        run_rules(r);
        r->over = true;
        break;
    case WORLD_FAILED:
        r->engine_error = ERR_IO;
        r->engine = event->diag != NULL ? *event->diag : (struct diag){"the engine failed"};
        run_stop(r, STOP_NORMAL);
        break;
    }
    run_advance(r, event);
}

/* Acts on the user's wish to stop. Returns false when it is to happen at once. */
static bool run_obeys(struct run *r)
{
    sig_atomic_t stops = r->options->stop != NULL ? *r->options->stop : 0;

    if (stops > 0 && r->stops == 0) {
        r->interrupted = true;
        run_stop(r, STOP_INTERRUPTED);
    }
    r->stops = stops;
    return stops < 2;
}

static void run_turn(struct run *r)
{
    const struct run_recorder *recorder = r->options->recorder;

    while (!r->over && run_obeys(r)) {
        if (recorder != NULL && recorder->turn != NULL)
            recorder->turn(recorder->user);
        if (r->world->trace.full)
            run_stop(r, STOP_NORMAL);
        if (r->options->dump != NULL && *r->options->dump != 0) {
            *r->options->dump = 0;
            run_dump(r);
        }
        if (world_turn(r->world, TURN_NS) || r->over)
            continue;
        /* No more events, and nobody said that it is over. */
        if (r->stopping && r->engine_error == 0) {
            (void)diag_set(&r->engine, ERR_STATE, "the engine ended without saying so");
            r->engine_error = ERR_STATE;
        }
        if (r->stopping)
            break;
        failure_total(r, "outcome:stuck",
                      "nothing can happen any more, but the subject has not ended");
        run_stop(r, STOP_TIMED_OUT);
    }
}

static int run_start(struct run *r, struct diag *diag)
{
    r->world_options = (struct world_options){
        .cast = r->cast,
        .subject = r->variant->subject,
        .tree = r->variant->tree,
        .command = r->variant->command,
        .rows = r->scenario->rows,
        .columns = r->scenario->columns,
        .asks = r->asks,
        .calls = r->variant->calls,
        .call_count = r->variant->call_count,
        .calls_firm = r->variant->calls_firm,
        .seed = r->options->seed,
        .kept = &r->memory->blocks,
        .grace_ns = r->scenario->grace_ns,
        .helper_dir = r->options->helper_dir,
        .run_id = r->options->run_id,
        .without = r->options->without,
        .state_dir = r->options->state_dir,
        .leads_session = r->scenario->leads_session,
        .adopt = r->scenario->pidns ? ADOPT_PIDNS : ADOPT_SUBREAPER,
        .isolate = r->variant->subject == SUBJECT_COMMAND && !r->scenario->shares_group,
        .on_event = run_event,
        .user = r,
    };
    int (*world_new)(const struct world_options *, struct world **, struct diag *) =
        r->options->world_new;

    for (size_t i = 0; world_new == NULL && i < sizeof(engines) / sizeof(engines[0]); i++) {
        if (engines[i].engine == r->options->engine)
            world_new = engines[i].world_new;
    }
    CHECK(world_new != NULL);
    int rc = world_new(&r->world_options, &r->world, diag);
    return rc < 0 ? rc : world_start(r->world, diag);
}

static uint16_t *nobody_yet(size_t count)
{
    uint16_t *who = calloc(count + 1, sizeof(*who));

    for (size_t i = 0; who != NULL && i < count; i++)
        who[i] = ACTOR_NONE;
    return who;
}

static int run_init(struct run *r, struct diag *diag)
{
    r->addresses = addresses_new(r->variant);
    r->cast = cast_copy(r->variant->cast);
    r->hold = r->cast != NULL ? calloc(r->cast->room, sizeof(*r->hold)) : NULL;
    r->inject_fired = calloc(r->variant->inject_count + 1, 1);
    r->order_seen = calloc(r->variant->order_count + 1, 1);
    r->inject_who = nobody_yet(r->variant->inject_count);
    r->order_who = nobody_yet(r->variant->order_count);
    if (r->addresses == NULL || r->cast == NULL || r->hold == NULL || r->inject_fired == NULL ||
        r->order_seen == NULL || r->inject_who == NULL || r->order_who == NULL)
        return diag_set(diag, ERR_NOMEM, "no memory for a run");
    int rc = r->cast->roles != NULL ? roles_find(r->cast->roles, r->cast, &r->found, diag) : 0;
    if (rc == 0)
        rc = tasks_init(r, diag);
    if (rc < 0)
        return rc;
    hold_asks(r);
    r->rows = r->scenario->rows;
    r->columns = r->scenario->columns;
    rc = slots_init(r, diag);
    if (rc < 0)
        return rc;
    const struct match_options match = {.window_bytes = (size_t)r->scenario->window_bytes};
    rc = match_new(&match, &r->match, diag);
    if (rc == 0)
        rc = readiness_init(r, diag);
    if (rc == 0)
        rc = prompts_init(r, diag);
    return rc < 0
               ? rc
               : display_new(r->match, r->scenario->rows, r->scenario->columns, &r->display, diag);
}

void run_memory_release(struct run_memory *m)
{
    while (m->patterns != NULL) {
        struct run_pattern *next = m->patterns->next;
        match_pattern_free(m->patterns->pattern);
        free(m->patterns);
        m->patterns = next;
    }
    kept_release(&m->blocks);
}

static void run_release(struct run *r)
{
    world_free(r->world);
    display_free(r->display);
    match_free(r->match);
    match_pattern_free(r->ready_pattern);
    prompts_release(&r->prompts);
    run_memory_release(&r->own_memory);
    failure_release(&r->failure);
    slots_release(r);
    buf_release(&r->held_back);
    buf_release(&r->processes);
    buf_release(&r->hows);
    free(r->addresses);
    roles_found_free(r->found);
    free(r->inject_who);
    free(r->order_who);
    free(r->task);
    free(r->shown);
    free(r->cast);
    free(r->hold);
    free(r->inject_fired);
    free(r->order_seen);
    free(r);
}

static void run_record(const struct run *r)
{
    const struct run_recorder *recorder = r->options->recorder;

    if (recorder != NULL && recorder->trace != NULL && r->world != NULL)
        recorder->trace(recorder->user, &r->world->trace, r->cast);
}

int run_variant(const struct scenario *scenario, const struct variant *variant,
                const struct run_options *options, struct run_result *out, struct diag *diag)
{
    struct run *r = calloc(1, sizeof(*r));

    if (r == NULL)
        return diag_set(diag, ERR_NOMEM, "no memory for a run");
    r->scenario = scenario;
    r->variant = variant;
    r->options = options;
    r->memory = options->memory != NULL ? options->memory : &r->own_memory;
    r->end_ns = INT64_MAX;
    r->prompting = ACTOR_NONE;
    r->press.drawer = ACTOR_NONE;
    r->timer_ns = INT64_MAX;
    r->total_ns = options->total_ns > 0 ? options->total_ns : scenario->total_ns;
    r->step_ns = options->step_ns > 0 ? options->step_ns : scenario->step_ns;

    int rc = run_init(r, diag);
    if (rc < 0)
        goto done;
    if (options->recorder != NULL && options->recorder->begin != NULL)
        options->recorder->begin(options->recorder->user, r->cast);
    r->engine_error = run_start(r, &r->engine);
    if (r->engine_error == 0) {
        /* The first list starts before the first event: it may already have something to do. */
        (void)task_start(r, &variant->steps, NULL, ACTOR_NONE);
        run_advance(r, NULL);
        run_turn(r);
    }
    if (r->world != NULL)
        run_writes(r, "", 0, true);
    run_judge(r, out);
    mask_result(r, out);
    run_record(r);
done:
    run_release(r);
    return rc;
}

/* judge.c: from a run that is over to its verdict.
 *
 * In this order: our own failures, a stop by the user, a trace that is cut; then, if the scenario
 * must fail, the invariants it names; otherwise whichever came first of a broken invariant, a
 * step, a survivor, a crash, of which injects that never fired come last; then the outcome. */
#include "harness/observe/invariant.h"
#include "harness/run/state.h"
#include "harness/subject/role.h"
#include "runtime/actor/frame.h"
#include "runtime/base/check.h"
#include "runtime/base/hash.h"
#include "runtime/base/status.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

enum { SOURCE_BYTES_MAX = 1024 };

/* Underlines the word, the quoted text or the rest of the map that begins at the column. */
static uint32_t source_width(const char *line, uint32_t column)
{
    size_t begin = column - 1;

    if (begin >= strlen(line))
        return 1;
    const char *at = line + begin;
    if (*at == '\'' || *at == '"') {
        const char *end = strchr(at + 1, *at);
        return end != NULL ? (uint32_t)(end - at) + 1 : 1;
    }
    size_t size = *at == '{' || *at == '[' ? strcspn(at, "#\r") : strcspn(at, ",}] \t\r");
    while (size > 1 && at[size - 1] == ' ')
        size--;
    return size > 0 ? (uint32_t)size : 1;
}

static void place_set(const struct place *place, const char *label, struct run_result *out)
{
    if (place->file == NULL || place->line == 0)
        return;
    result_set(out, RESULT_FILE, place->file);
    out->line = place->line;
    out->column = place->column;
    if (place->text != NULL)
        result_setf(out, RESULT_SOURCE, "%.*s", SOURCE_BYTES_MAX, place->text);
    out->width = source_width(result_get(out, RESULT_SOURCE), place->column);
    result_set(out, RESULT_LABEL, label);
}

static void verdict_set(struct run_result *out, enum verdict verdict, const char *reason)
{
    out->verdict = verdict;
    result_set(out, RESULT_REASON, reason);
}

/* ---- What the trace says ---- */

/* The last record of that point by that actor, or NULL. */
static const struct trace_record *record_last(const struct run *r, uint16_t point, uint16_t actor)
{
    const struct trace *t = &r->world->trace;

    for (size_t i = t->count; i-- > 0;) {
        if (t->record[i].point == point && (actor == ACTOR_NONE || t->record[i].actor == actor))
            return &t->record[i];
    }
    return NULL;
}

static uint64_t trace_digest(const struct trace *t)
{
    return hash_add(HASH_BEGIN, t->record, t->count * sizeof(t->record[0]));
}

static bool is_command(const struct run *r)
{
    return r->variant->subject == SUBJECT_COMMAND;
}

/* True when the scenario itself makes the actor die by that signal, or says that it does. */
static bool signal_is_wanted(const struct run *r, uint16_t actor, int number)
{
    const struct trace *t = &r->world->trace;

    if (r->cast->who[actor].dies_by == number)
        return true;
    if (is_command(r) && actor == ACTOR_ROOT) {
        if (number < 64 && (r->world->typed & UINT64_C(1) << number) != 0)
            return true;
        for (size_t i = 0; i < r->variant->outcome_count; i++) {
            const struct outcome_rule *o = &r->variant->outcome[i];
            if (o->kind == OUTCOME_ANY || (o->kind == OUTCOME_SIGNAL && o->signal == number))
                return true;
        }
    }
    for (size_t i = 0; i < t->count; i++) {
        const struct trace_record *rec = &t->record[i];
        int64_t sent = rec->point == POINT_SIGNAL_SENT  ? rec->value
                       : rec->point == POINT_FAULT_DONE ? rec->extra
                                                        : 0;
        if (rec->peer == actor && sent == number)
            return true;
        if (rec->point == POINT_TTY_HUNG_UP && number == SIGHUP)
            return true;
    }
    return false;
}

/* The index of the first death by a mistake of its own, of one that is there from the start; or
 * SIZE_MAX. `any`: by whatever signal that nobody has sent. */
static size_t death_find(const struct run *r, bool any)
{
    const struct trace *t = &r->world->trace;

    for (size_t i = 0; i < t->count; i++) {
        const struct trace_record *rec = &t->record[i];
        if (rec->point != POINT_PROC_REAPED && rec->point != POINT_PROC_EXITED)
            continue;
        int status = (int)rec->value;
        if (rec->actor < r->variant->cast->count && WIFSIGNALED(status) &&
            (any || signal_is_crash(WTERMSIG(status))) &&
            !signal_is_wanted(r, rec->actor, WTERMSIG(status)))
            return i;
    }
    return SIZE_MAX;
}

static const char *name_of(const struct run *r, uint16_t actor)
{
    return actor < r->cast->count ? r->cast->who[actor].name : "a process";
}

/* ---- The kinds of verdict ---- */

/* The subject lives on while the harness is stopped, or the machine stands still: what a step was
 * still to do to it comes too late then, which is none of its mistakes. */
static bool judge_stalled(const struct run *r, struct run_result *out)
{
    const struct failure *f = &r->failure;

    if (!f->ended || f->stalled_ns == 0)
        return false;
    verdict_set(out, VERDICT_UNRESOLVED, "stalled");
    place_set(&f->place, f->label, out);
    result_setf(out, RESULT_MESSAGE,
                "%s; the harness could not run for %" PRId64 " ms of this step: it was stopped, or "
                "the machine stood still. Repeat it",
                f->message, f->stalled_ns / 1000000);
    story_tell(r, f->index, out);
    return true;
}

static void judge_step(const struct run *r, struct run_result *out)
{
    const struct failure *f = &r->failure;

    if (r->past != NULL) {
        past_step(r, out);
        return;
    }
    if (judge_stalled(r, out))
        return;
    verdict_set(out, f->total ? VERDICT_TIMEOUT : VERDICT_FAIL,
                f->total ? "total" : (f->step != NULL ? "step" : "run"));
    if (f->late && f->step == NULL)
        out->verdict = VERDICT_TIMEOUT;
    if (f->outlives)
        verdict_set(out, VERDICT_FAIL, "outcome");
    out->step = (uint32_t)f->step_number;
    place_set(&f->place, f->label, out);
    result_set(out, RESULT_MESSAGE, f->message);
    result_set(out, RESULT_SIGNATURE, f->signature);
    result_set(out, RESULT_NEAREST, buf_text(&f->nearest));
    if (f->step != NULL && f->step->use_place.file != NULL)
        result_setf(out, RESULT_USED, "%s:%" PRIu32, f->step->use_place.file,
                    f->step->use_place.line);
    story_tell(r, f->index, out);
}

/* What has had nothing to do with what happened proves nothing. */
static void judge_missed(const struct run *r, const struct verdict_item *item,
                         struct run_result *out)
{
    const struct trace_record *rec = &r->world->trace.record[item->violation.index];
    size_t number = (size_t)rec->extra;
    char address[ADDRESS_BYTES];

    verdict_set(out, VERDICT_UNRESOLVED, item->entry->unresolved);
    result_set(out, RESULT_MESSAGE, item->violation.text);
    if (rec->value == RULE_INJECT && number > 0 && number <= r->variant->inject_count) {
        const struct inject *inject = &r->variant->inject[number - 1];
        address_text(r->cast, &inject->at, address, sizeof(address));
        result_setf(out, RESULT_MESSAGE, "the inject at %s never fired", address);
        place_set(&inject->place, "never fired", out);
    } else if (rec->value == RULE_ORDER && number > 0 && number <= r->variant->order_count) {
        const struct order *order = &r->variant->order[number - 1];
        address_text(r->cast, &order->second, address, sizeof(address));
        result_setf(out, RESULT_MESSAGE, "nothing had to wait: %s did not happen", address);
        place_set(&order->place, "never used", out);
    }
    story_tell(r, r->world->trace.count, out);
}

/* What of a violation stands in no record, as it differs from run to run; "" for nothing. Lent. */
static const char *detail_of(const struct run *r, const struct verdict_item *item,
                             const struct run_result *out)
{
    const struct world_end *end = &r->world->end;

    if (strcmp(item->entry->name, "terminal-restored") == 0)
        return result_get(out, RESULT_MODES);
    if (strcmp(item->entry->name, "files-removed") == 0)
        return buf_text(&end->files);
    if (strcmp(item->entry->name, "memory-released") == 0)
        return buf_text(&end->memory);
    return "";
}

static void judge_violation(const struct run *r, const struct verdict_item *item,
                            struct run_result *out)
{
    char signature[256];

    if (item->entry->unresolved != NULL) {
        judge_missed(r, item, out);
        return;
    }
    violation_signature(item, r->cast, signature, sizeof(signature));
    result_set(out, RESULT_SIGNATURE, signature);
    result_set(out, RESULT_REMEDY, item->entry->remedy != NULL ? item->entry->remedy : "");
    if (item->entry->leak != NULL)
        verdict_set(out, VERDICT_LEAK, item->entry->leak);
    else
        verdict_set(out, VERDICT_FAIL, "invariant");
    if (item->entry->leak != NULL && is_command(r))
        result_setf(out, RESULT_SIGNATURE, "leak:%s actor=%s", item->entry->leak,
                    name_of(r, item->violation.actor));
    const char *detail = detail_of(r, item, out);
    result_setf(out, RESULT_MESSAGE, "%s: %s%s%s", item->entry->name, item->violation.text,
                detail[0] != 0 ? ": " : "", detail);
    story_tell(r, item->violation.index + 1, out);
}

static void judge_death(const struct run *r, size_t index, struct run_result *out)
{
    const struct trace_record *rec = &r->world->trace.record[index];
    char text[64];

    (void)status_text(rec->value, text, sizeof(text));
    if (signal_is_crash(WTERMSIG((int)rec->value))) {
        verdict_set(out, VERDICT_CRASH, "crash");
        result_setf(out, RESULT_MESSAGE, "%s died by %s", name_of(r, rec->actor), text);
        result_setf(out, RESULT_SIGNATURE, "crash:%s actor=%s", text, name_of(r, rec->actor));
    } else {
        verdict_set(out, VERDICT_FAIL, "outcome");
        result_setf(out, RESULT_MESSAGE, "%s died by %s, which nobody in this run has sent",
                    name_of(r, rec->actor), text);
        result_setf(out, RESULT_SIGNATURE, "outcome:died by %s actor=%s", text,
                    name_of(r, rec->actor));
    }
    story_tell(r, index + 1, out);
}

/* True for a row whose violation fails the run. */
static bool is_judged(const struct run *r, const struct invariant_entry *entry)
{
    const struct variant *v = r->variant;
    bool off = false;

    for (size_t i = 0; i < v->invariant_count; i++)
        off = off || (v->invariant[i].off && strcmp(v->invariant[i].name, entry->name) == 0);
    return invariant_serves(entry, v->subject) && !off &&
           !invariant_is_told(entry, v->subject, v->invariant, v->invariant_count);
}

/* The rows that were judged, one line each: the broken ones first, in their order. */
static void invariants_list(const struct run *r, const struct verdict_list *list,
                            struct run_result *out)
{
    struct buf *text = &out->text[RESULT_INVARIANTS];

    buf_release(text);
    for (size_t i = 0; i < list->count; i++) {
        const struct verdict_item *item = &list->item[i];
        /* The sentence that is the message stands there. */
        bool said = strstr(result_get(out, RESULT_MESSAGE), item->violation.text) != NULL;
        buf_addf(text, "✗ %s%s%s\n", item->entry->name, said ? "" : ": ",
                 said ? "" : item->violation.text);
    }
    size_t others = 0;
    for (size_t i = 0; i < invariant_count(); i++)
        others += is_judged(r, invariant_at(i));
    others -= list->count;
    buf_addf(text, "✓ %zu other%s\n", others, plural(others));
}

/* ---- must-fail ---- */

static bool expected_matches(const struct run *r, const struct expected_failure *e,
                             const struct verdict_item *item)
{
    return strcmp(e->invariant, item->entry->name) == 0 &&
           (e->actor == ACTOR_NONE || actor_is_meant(r, e->actor, item->violation.actor)) &&
           (e->cause == NULL || strcmp(e->cause, cause_name(item->violation.cause)) == 0);
}

/* All of them are violated, the first of all violations is the first of them. */
static void judge_must_fail(const struct run *r, const struct verdict_list *list,
                            struct run_result *out)
{
    const struct expected_failure *e = r->variant->must_fail;
    const struct expected_failure *missing = NULL;
    char first[256] = "nothing";

    CHECK(e != NULL);
    if (list->count > 0)
        violation_signature(&list->item[0], r->cast, first, sizeof(first));
    for (size_t i = 0; i < r->variant->must_fail_count && missing == NULL; i++) {
        bool found = false;
        for (size_t k = 0; k < list->count; k++)
            found = found || expected_matches(r, &e[i], &list->item[k]);
        if (!found)
            missing = &e[i];
    }
    result_set(out, RESULT_SIGNATURE, list->count > 0 ? first : "");
    if (missing == NULL && expected_matches(r, &e[0], &list->item[0])) {
        verdict_set(out, VERDICT_PASS, "");
        return;
    }
    verdict_set(out, VERDICT_UNRESOLVED, "oracle-blind");
    if (missing != NULL) {
        result_setf(out, RESULT_MESSAGE, "'%s' must be violated here, but is not; first was %s",
                    missing->invariant, first);
    } else {
        result_setf(out, RESULT_MESSAGE, "'%s' must be violated first, but %s was", e[0].invariant,
                    first);
    }
    place_set(missing != NULL ? &missing->place : &e[0].place,
              missing != NULL ? "the oracle does not see this" : "another was first", out);
    story_tell(r, r->world->trace.count, out);
    if (r->failure.set && out->text[RESULT_NEAREST].size == 0)
        result_setf(out, RESULT_NEAREST, "a step had failed before: %s\n", r->failure.message);
}

/* ---- outcome ---- */

/* True when the error's text, "KIND" or "KIND:CODE", is what the record says. */
static bool error_matches(const char *error, const struct trace_record *final)
{
    char kind[32];
    size_t size = strcspn(error, ":");

    if (size >= sizeof(kind))
        return false;
    memcpy(kind, error, size);
    kind[size] = 0;
    if (final == NULL || error_find(kind) != (int) final->value)
        return false;
    if (error[size] == 0) /* an actor left with `q` has an error of its own name */
        return final->value != ERROR_APP || final->extra != ERROR_CODE_QUIT;
    const char *code = error + size + 1;
    if (strcmp(code, "QUIT") == 0)
        return final->extra == ERROR_CODE_QUIT;
    return strtoll(code, NULL, 10) == final->extra;
}

static bool outcome_matches(const struct run *r, const struct outcome_rule *o, int status)
{
    switch (o->kind) {
    case OUTCOME_ANY:
        return true;
    case OUTCOME_STATUS:
        return WIFEXITED(status) && WEXITSTATUS(status) == o->status;
    case OUTCOME_SIGNAL:
        return WIFSIGNALED(status) && WTERMSIG(status) == o->signal;
    case OUTCOME_ERROR:
        return WIFEXITED(status) && WEXITSTATUS(status) == 1 &&
               error_matches(o->error, record_last(r, POINT_ERR_FINAL, ACTOR_ROOT));
    }
    return false;
}

static void outcome_text(const struct outcome_rule *o, struct buf *out)
{
    char text[64];

    switch (o->kind) {
    case OUTCOME_ANY: /* which nothing differs from */
        break;
    case OUTCOME_STATUS:
        buf_addf(out, "exit status %d", o->status);
        break;
    case OUTCOME_SIGNAL:
        buf_add_text(out, status_text(o->signal, text, sizeof(text)));
        break;
    case OUTCOME_ERROR:
        buf_addf(out, "error %s with exit status 1", o->error);
        break;
    }
}

static void outcome_fail(const struct run *r, const char *message, struct run_result *out)
{
    verdict_set(out, VERDICT_FAIL, "outcome");
    result_set(out, RESULT_MESSAGE, message);
    result_setf(out, RESULT_SIGNATURE, "outcome:%s", message);
    place_set(&r->variant->outcome_place, message, out);
    story_tell(r, r->world->trace.count, out);
}

static bool error_is_known(const struct trace_record *final)
{
    return final != NULL && final->value >= 0 && final->value < ERROR_KINDS;
}

/* "error APP:QUIT" */
static void error_text(const struct trace_record *final, struct buf *out)
{
    buf_addf(out, "error %s", error_name((unsigned) final->value));
    if (final->value == ERROR_APP && final->extra == ERROR_CODE_QUIT)
        buf_add_text(out, ":QUIT");
    else if (final->extra != 0)
        buf_addf(out, ":%" PRId64, final->extra);
}

/* A shell says 128 and the number of the signal that has ended its child; who is ended by it dies
 * by it, and whoever has started it sees that. */
static void signal_remedy(const struct run *r, int status, struct run_result *out)
{
    for (size_t i = 0; i < r->variant->outcome_count; i++) {
        const struct outcome_rule *o = &r->variant->outcome[i];
        if (o->kind == OUTCOME_SIGNAL && WIFEXITED(status) &&
            WEXITSTATUS(status) == 128 + o->signal) {
            struct buf name = BUF_INIT;
            signal_add(o->signal, &name);
            result_setf(out, RESULT_REMEDY,
                        "status %d is a number like any other: after cleaning up, set %s to its "
                        "default and send it to yourself, so that it is seen what has ended you",
                        WEXITSTATUS(status), buf_text(&name));
            buf_release(&name);
        } else if (o->kind == OUTCOME_STATUS && WIFSIGNALED(status) &&
                   o->status == 128 + WTERMSIG(status)) {
            result_setf(
                out, RESULT_REMEDY,
                "that is no exit status: %d is how a shell tells it; write `exit: { signal: "
                "... }`",
                o->status);
        }
    }
}

/* Says what came instead of what was declared. */
static void outcome_differs(const struct run *r, int status, struct run_result *out)
{
    const struct trace_record *final = record_last(r, POINT_ERR_FINAL, ACTOR_ROOT);
    struct buf message = BUF_INIT;
    char text[64];

    buf_addf(&message, "the root ended with %s", status_text(status, text, sizeof(text)));
    if (error_is_known(final)) {
        buf_add_text(&message, " and ");
        error_text(final, &message);
    }
    buf_add_text(&message, ", not with ");
    for (size_t i = 0; i < r->variant->outcome_count; i++) {
        buf_add_text(&message, i > 0 ? " or " : "");
        outcome_text(&r->variant->outcome[i], &message);
    }
    outcome_fail(r, buf_text(&message), out);
    signal_remedy(r, status, out);
    buf_release(&message);
}

/* ---- Who stays, and who is who ---- */

/* Those who are to stay by the outcome, and all below them. */
static void stays_note(struct run *r)
{
    for (size_t i = 0; i < r->variant->survivor_count; i++) {
        uint16_t top = role_fixed(r->found, r->variant->survivor[i]);
        for (uint16_t at = top; at != ACTOR_NONE; at = cast_next_below(r->cast, top, at))
            r->cast->who[at].stays = true;
    }
}

/* True when it was seen to live until the grace was over. */
static bool has_survived(const struct run *r, uint16_t actor)
{
    const struct trace *t = &r->world->trace;

    for (size_t i = 0; i < t->count; i++) {
        const struct trace_record *rec = &t->record[i];
        if (rec->point == POINT_PROC_SURVIVED && rec->peer == actor && rec->request == 0)
            return true;
    }
    return false;
}

/* Returns false when somebody who is to stay has not. */
static bool judge_survivors(const struct run *r, struct run_result *out)
{
    for (size_t i = 0; i < r->variant->survivor_count; i++) {
        uint16_t role = r->variant->survivor[i];
        uint16_t actor = role_fixed(r->found, role);
        char message[128];
        if (actor != ACTOR_NONE && has_survived(r, actor))
            continue;
        (void)snprintf(message, sizeof(message), "%s %s", whom_called(r->cast, role),
                       actor == ACTOR_NONE ? "was never there, and is to survive"
                                           : "has ended, and is to survive");
        outcome_fail(r, message, out);
        return false;
    }
    return true;
}

/* The names of a command that were given to somebody: a record has no arguments to find it by. */
static void who_tell(const struct run *r, struct run_result *out)
{
    struct buf *text = &out->text[RESULT_WHO];

    buf_release(text);
    for (uint16_t i = 0; r->found != NULL && i < r->cast->roles->count; i++) {
        const struct role_said *role = &r->cast->roles->role[i];
        if (role->kind == WHOM_NAMED && role_fixed(r->found, i) != ACTOR_NONE)
            buf_addf(text, "%s %u\n", role->name, role_fixed(r->found, i));
    }
}

static void judge_outcome(struct run *r, struct run_result *out)
{
    const struct trace_record *end = record_last(r, POINT_RUN_END, ACTOR_NONE);
    bool any = r->variant->outcome_count == 0;

    verdict_set(out, VERDICT_PASS, "");
    if (!any && end == NULL) {
        outcome_fail(r, "it is not known how the root ended", out);
        return;
    }
    for (size_t i = 0; i < r->variant->outcome_count && !any; i++)
        any = outcome_matches(r, &r->variant->outcome[i], (int)end->value);
    if (!any) {
        outcome_differs(r, (int)end->value, out);
        return;
    }
    if (!judge_survivors(r, out))
        return;
    for (uint16_t actor = 0; r->variant->tree_empty && actor < r->cast->count; actor++) {
        enum process_state state = world_state(r->world, actor);
        if (state == PROCESS_NONE || state == PROCESS_REAPED)
            continue;
        char message[128];
        (void)snprintf(message, sizeof(message), "%s is %s in the end", name_of(r, actor),
                       process_state_name(state));
        outcome_fail(r, message, out);
        return;
    }
}

/* ---- all of it ---- */

/* The first broken thing decides; the others are its consequences and stand in the lists. */
static bool judge_broken(const struct run *r, const struct verdict_list *list,
                         struct run_result *out)
{
    /* What nobody has sent ends a command that says nothing about its end by a mistake, too. */
    bool any = is_command(r) && r->variant->outcome_count == 0 && !r->failure.set;
    size_t death = is_command(r) && out->ended ? SIZE_MAX : death_find(r, any);
    size_t violation = list->count > 0 ? list->item[0].violation.index : SIZE_MAX;
    size_t step = r->failure.set ? r->failure.index : SIZE_MAX;

    if (death != SIZE_MAX && death <= violation && death <= step)
        judge_death(r, death, out);
    else if (violation != SIZE_MAX && violation < step)
        judge_violation(r, &list->item[0], out);
    else if (step != SIZE_MAX)
        judge_step(r, out);
    else
        return false;
    return true;
}

/* Verdicts that need no look at what the subject did. Returns false when there is none. */
static bool judge_harness(const struct run *r, struct run_result *out)
{
    if (r->world == NULL || r->engine_error < 0) {
        bool unsupported = r->engine_error == ERR_UNSUPPORTED;
        verdict_set(out, unsupported ? VERDICT_UNSUPPORTED : VERDICT_HARNESS,
                    unsupported ? "unsupported" : "engine");
        result_set(out, RESULT_MESSAGE,
                   r->engine.text[0] != 0 ? r->engine.text : err_text(r->engine_error));
        return true;
    }
    if (r->interrupted) {
        verdict_set(out, VERDICT_UNRESOLVED, "interrupted");
        result_set(out, RESULT_MESSAGE, "stopped by the user");
        return true;
    }
    if (r->world->trace.full) {
        verdict_set(out, VERDICT_UNRESOLVED, "trace-full");
        result_setf(out, RESULT_MESSAGE, "more than %zu events: the run was cut short",
                    r->world->trace.limit);
        return true;
    }
    return false;
}

static void told_add(const struct run *r, const struct verdict_item *item, struct run_result *out)
{
    const char *detail = detail_of(r, item, out);

    buf_addf(&out->text[RESULT_TOLD], "%s: %s%s%s\n", item->entry->name, item->violation.text,
             detail[0] != 0 ? ": " : "", detail);
}

/* Of a command a step says more than what has come of it; and what it leaves when the harness has
 * ended it is told, not judged: where the end is told. The rest is told here. */
static void list_reduce(const struct run *r, struct run_result *out, struct verdict_list *list)
{
    bool leak = false;
    size_t kept = 0;

    buf_release(&out->text[RESULT_TOLD]);
    for (size_t i = 0; i < list->count; i++)
        leak = leak || (list->item[i].entry->leak != NULL && is_judged(r, list->item[i].entry));
    for (size_t i = 0; i < list->count; i++) {
        const struct verdict_item *item = &list->item[i];
        if (item->entry->own_end && out->ended)
            continue;
        if (is_judged(r, item->entry) && !r->failure.set)
            list->item[kept++] = *item;
        else if (item->entry->leak == NULL || !leak) /* of one that lives on once is enough */
            told_add(r, item, out);
    }
    list->count = kept;
}

/* Everything: the invariants first, as the first broken thing decides. */
static int judge_all(struct run *r, struct run_result *out, struct diag *diag)
{
    const struct observation observation = {
        .trace = &r->world->trace,
        .cast = r->cast,
        .setting = r->variant->invariant,
        .setting_count = r->variant->invariant_count,
        .complete = record_last(r, POINT_RUN_END, ACTOR_NONE) != NULL,
        .engine = r->options->engine,
        .deadline_zero_ns = r->world->deadline_zero_ns,
        .subject = r->variant->subject,
        .typed = r->world->typed,
        .kept = &r->memory->blocks,
    };
    struct verdict_list *list = calloc(1, sizeof(*list));

    if (list == NULL)
        return ERR_NOMEM;
    stays_note(r);
    int rc = observe_judge(&observation, list, diag);
    if (rc < 0)
        goto done;
    if (is_command(r))
        list_reduce(r, out, list);
    if (r->variant->must_fail_count > 0)
        judge_must_fail(r, list, out);
    else if (!judge_broken(r, list, out))
        judge_outcome(r, out);
    if (out->verdict != VERDICT_PASS)
        invariants_list(r, list, out);
done:
    free(list);
    return rc;
}

static void judge_steps(const struct run *r, struct run_result *out)
{
    static const struct verdict_list none;

    verdict_set(out, VERDICT_PASS, "");
    if (r->failure.set)
        (void)judge_broken(r, &none, out);
}

/* "by SIGINT", "with error APP", "with status 0" */
static void ended_text(const struct run *r, struct run_result *out)
{
    const struct trace_record *final = record_last(r, POINT_ERR_FINAL, ACTOR_ROOT);
    struct buf *text = &out->text[RESULT_ENDED];
    int status = (int)out->status;

    buf_release(text);
    if (out->ended) {
        buf_add_text(text, "by the harness");
    } else if (out->status >= 0 && WIFSIGNALED(status)) {
        buf_add_text(text, "by ");
        signal_add(WTERMSIG(status), text);
    } else if (out->status >= 0 && WEXITSTATUS(status) == 1 && error_is_known(final) &&
               final->value != ERROR_NONE) {
        buf_add_text(text, "with ");
        error_text(final, text);
    } else if (out->status >= 0) {
        buf_addf(text, "with status %d", WEXITSTATUS(status));
    }
}

/* What there is to be seen of a command's end, judged or not. */
static void left_tell(const struct run *r, struct run_result *out)
{
    const struct world_end *end = &r->world->end;
    /* What is killed in the end is not what went wrong before. */
    const struct buf *lived = r->processes.size > 0 ? &r->processes : &end->processes;

    result_set(out, RESULT_PROCESSES, buf_text(lived));
    result_set(out, RESULT_MODES, buf_text(&end->modes));
    result_set(out, RESULT_STAGE, out->ended && end->stage != NULL ? end->stage : "");
}

/* How it ended, whatever that is worth. */
static void end_tell(const struct run *r, struct run_result *out)
{
    const struct trace *t = &r->world->trace;
    const struct trace_record *reaped = record_last(r, POINT_PROC_REAPED, ACTOR_ROOT);
    const struct trace_record *end = record_last(r, POINT_RUN_END, ACTOR_NONE);
    bool dead = false;

    out->status = reaped != NULL ? reaped->value : -1;
    out->left = end != NULL ? (uint32_t)end->extra : 0;
    for (size_t i = 0; i < t->count; i++) {
        const struct trace_record *rec = &t->record[i];
        dead = dead || (rec->point == POINT_PROC_EXITED && rec->actor == ACTOR_ROOT);
        out->ended = out->ended || (rec->point == POINT_RUN_STOPPED && !dead);
        out->unnamed += rec->point == POINT_PROC_SPAWNED && rec->actor == ACTOR_NONE;
    }
}

void run_judge(struct run *r, struct run_result *out)
{
    struct diag diag = {0};
    int rc = 0;

    out->engine = r->options->engine;
    out->seed = r->options->seed;
    out->schedules = 1;
    out->steps = (uint32_t)r->variant->steps.count;
    out->status = -1;
    if (r->world != NULL) {
        out->clock_ns = world_now(r->world);
        out->records = r->world->trace.count;
        out->transitions = r->world->transitions;
        out->digest = trace_digest(&r->world->trace);
        out->failed_at = r->failure.set ? r->failure.index + 1 : 0;
        out->typed = r->world->typed;
        out->deadline_zero_ns = r->world->deadline_zero_ns;
        story_adopted(r, out);
        result_set(out, RESULT_TIER, r->world->tier != NULL ? r->world->tier : "");
        buf_add(&out->text[RESULT_HOW], r->hows.data, r->hows.size);
        end_tell(r, out);
        ended_text(r, out);
        who_tell(r, out);
        if (is_command(r))
            left_tell(r, out);
    }
    if (judge_harness(r, out))
        goto done;
    if (r->variant->steps_only)
        judge_steps(r, out);
    else
        rc = judge_all(r, out, &diag);
    if (rc < 0) {
        verdict_set(out, VERDICT_HARNESS, "memory");
        result_set(out, RESULT_MESSAGE, diag.text[0] != 0 ? diag.text : err_text(rc));
    }
done:
    out->failed = verdict_is_bad(out->verdict);
}

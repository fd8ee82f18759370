/* judge_again.c: a run of the past stands before the judge once more.
 *
 * The judge asks a run for its trace, and the world for who is where in the end: both are had from
 * the record. What is had from nowhere else, because it was in the terminal or in the scenario's
 * steps, is taken from the verdict that was given then. */
#include "harness/observe/verdict.h"
#include "harness/run/state.h"
#include "harness/subject/role.h"

#include <stdlib.h>
#include <string.h>

struct past_world {
    struct world world; /* first */
    int64_t clock_ns;
};

static int64_t past_now(const struct world *w)
{
    return ((const struct past_world *)w)->clock_ns;
}

static void past_look(struct world *w, uint16_t actor, struct who_state *out)
{
    const struct trace *t = &w->trace;

    for (size_t i = 0; i < t->count; i++) {
        if (t->record[i].actor != actor)
            continue;
        switch (t->record[i].point) {
        case POINT_PROC_SPAWNED:
        case POINT_PROC_CONTINUED:
            out->state = PROCESS_LIVE;
            break;
        case POINT_PROC_STOPPED:
            out->state = PROCESS_STOPPED;
            break;
        case POINT_PROC_EXITED:
            out->state = PROCESS_ZOMBIE;
            break;
        case POINT_PROC_REAPED:
            out->state = PROCESS_REAPED;
            break;
        default:
            break;
        }
    }
}

static const struct world_ops past_ops = {.now = past_now, .look = past_look};

static bool is_reason(const struct run_result *result, const char *reason)
{
    return strcmp(result_get(result, RESULT_REASON), reason) == 0;
}

/* True when the verdict then was on the step that failed. */
static bool decided_by_step(const struct run_result *result)
{
    static const char *const kinds[] = {"step:", "run:", "outcome:still runs"};
    const char *signature = result_get(result, RESULT_SIGNATURE);

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (strncmp(signature, kinds[i], strlen(kinds[i])) == 0)
            return true;
    }
    return is_reason(result, "stalled");
}

/* As it was, but for what is counted anew. */
static void past_copy(const struct run *r, struct run_result *out)
{
    const struct run_result *then = r->past->result;

    out->verdict = then->verdict;
    out->line = then->line;
    out->column = then->column;
    out->width = then->width;
    out->step = then->step;
    for (unsigned i = 0; i < RESULT_TEXTS; i++)
        result_set(out, (enum result_text)i, result_get(then, (enum result_text)i));
}

void past_step(const struct run *r, struct run_result *out)
{
    if (decided_by_step(r->past->result)) {
        past_copy(r, out);
        return;
    }
    /* Something else had come first, which is right by the rules of today. */
    out->verdict = VERDICT_FAIL;
    result_set(out, RESULT_REASON, "step");
    result_set(out, RESULT_MESSAGE, "a step failed, too; which one is not in the record");
    result_set(out, RESULT_SIGNATURE, "step");
}

/* The cast of the record knows names; what ends whom by itself is the text's. */
static struct cast *cast_make(const struct variant *variant, const struct run_past *past)
{
    struct cast *cast = cast_copy(past->cast);

    if (cast != NULL)
        cast->roles = variant->cast->roles;
    for (uint16_t i = 0; cast != NULL && i < cast->count; i++) {
        if (variant->subject == SUBJECT_COMMAND)
            cast->who[i].kind = WHO_PROCESS;
    }
    for (uint16_t i = 0; cast != NULL && i < cast->count && i < variant->cast->count; i++) {
        cast->who[i].dies_by = variant->cast->who[i].dies_by;
        cast->who[i].spins = variant->cast->who[i].spins;
    }
    return cast;
}

/* Who was meant by the roles of a command. */
static int found_make(const struct cast *cast, const struct run_past *past,
                      struct roles_found **out)
{
    if (cast->roles == NULL)
        return 0;
    int rc = roles_find(cast->roles, cast, out, NULL);
    const char *text = result_get(past->result, RESULT_WHO);
    while (rc == 0 && *text != 0) {
        size_t name = strcspn(text, " \n");
        for (uint16_t i = 0; text[name] == ' ' && i < cast->roles->count; i++) {
            const char *said = cast->roles->role[i].name;
            unsigned long actor = strtoul(text + name + 1, NULL, 10);
            if (strlen(said) == name && memcmp(said, text, name) == 0 && actor < cast->count)
                role_fix(*out, i, (uint16_t)actor);
        }
        text += strcspn(text, "\n");
        text += *text == '\n';
    }
    return rc;
}

int run_judge_again(const struct scenario *scenario, const struct variant *variant,
                    const struct run_past *past, struct run_result *out, struct diag *diag)
{
    const struct run_result *then = past->result;
    struct past_world world = {
        .world = {.ops = &past_ops,
                  .trace = *past->trace,
                  .typed = then->typed,
                  .deadline_zero_ns = then->deadline_zero_ns,
                  .subject = "the subject"},
        .clock_ns = then->clock_ns
    };
    const struct run_options options = {.engine = past->engine};

    if (then->verdict == VERDICT_HARNESS || then->verdict == VERDICT_UNSUPPORTED ||
        is_reason(then, "interrupted") || is_reason(then, "trace-full"))
        return diag_set(diag, ERR_STATE, "it had no verdict: %s %s", verdict_name(then->verdict),
                        result_get(then, RESULT_REASON));
    if (past->cast == NULL)
        return diag_set(diag, ERR_STATE, "its record names nobody");
    struct run *r = calloc(1, sizeof(*r));
    struct cast *cast = cast_make(variant, past);
    struct roles_found *found = NULL;
    int rc = r == NULL || cast == NULL ? ERR_NOMEM : found_make(cast, past, &found);
    if (rc < 0) {
        free(r);
        free(cast);
        return diag_set(diag, ERR_NOMEM, "out of memory");
    }
    *r = (struct run){
        .past = past,
        .scenario = scenario,
        .variant = variant,
        .cast = cast,
        .found = found,
        .options = &options,
        .world = &world.world,
        .own_memory = RUN_MEMORY_INIT,
        .failure = {.set = then->failed_at > 0,
                    .index = (size_t)then->failed_at - (then->failed_at > 0)}
    };
    r->memory = &r->own_memory;
    /* Lent for the call, as the rest. */
    world.world.end.processes = then->text[RESULT_PROCESSES];
    world.world.end.modes = then->text[RESULT_MODES];
    run_judge(r, out);
    run_memory_release(&r->own_memory);
    roles_found_free(found);
    free(cast);
    free(r);
    return 0;
}

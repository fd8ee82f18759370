/* story.c: the texts of a failure, as of a moment of the trace. */
#include "harness/observe/describe.h"
#include "harness/run/mask.h"
#include "harness/run/state.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { STORY_EVENTS = 24, STORY_EVENTS_MAX = 100 * 1000, STORY_NAMES = 8 };

/* One line without its end. */
static void trim(struct buf *b)
{
    while (b->size > 0 && b->data[b->size - 1] == '\n')
        b->data[--b->size] = 0;
}

void story_tell(const struct run *r, size_t records, struct run_result *out)
{
    const struct observation o = {.trace = &r->world->trace,
                                  .cast = r->cast,
                                  .setting = r->variant->invariant,
                                  .setting_count = r->variant->invariant_count,
                                  .engine = r->options->engine,
                                  .deadline_zero_ns = r->world->deadline_zero_ns};
    const struct state_text state = {.tree = &out->text[RESULT_TREE],
                                     .lock = &out->text[RESULT_LOCK],
                                     .terminal = &out->text[RESULT_TERMINAL]};

    /* Without memory a text is missing, nothing else. */
    (void)observe_state_text(&o, records, &state, NULL);
    if (r->options->all_events)
        observe_tail_text(&o, r->world->trace.count, STORY_EVENTS_MAX, &out->text[RESULT_EVENTS]);
    else
        observe_tail_text(&o, records, STORY_EVENTS, &out->text[RESULT_EVENTS]);
    if (r->past == NULL)
        screen_tell(r, records, &out->text[RESULT_SCREEN]);
    trim(&out->text[RESULT_LOCK]);
    trim(&out->text[RESULT_TERMINAL]);
}

/* True when that number was an actor's process. */
static bool pid_is_actor(const struct trace *t, int64_t pid)
{
    for (size_t i = 0; i < t->count; i++) {
        if (t->record[i].point == POINT_PROC_SPAWNED && t->record[i].value == pid)
            return true;
    }
    return false;
}

/* True when the record says that `by` has reaped what it has adopted; *actor is then who that was,
 * or ACTOR_NONE for a process that is no actor. */
static bool adopted_by(const struct run *r, const struct trace_record *rec, uint16_t by,
                       uint16_t *actor)
{
    *actor = rec->actor < r->cast->count ? rec->actor : ACTOR_NONE;
    if (rec->point == POINT_PROC_REAPED)
        return rec->peer == by && *actor != ACTOR_ROOT &&
               (*actor == ACTOR_NONE || r->cast->who[*actor].parent != by);
    *actor = ACTOR_NONE;
    return rec->point == POINT_ORPHAN_REAPED && rec->actor == by &&
           !pid_is_actor(&r->world->trace, rec->value);
}

static void adopter_add(const struct run *r, uint16_t by, const char *name, struct buf *out)
{
    const struct trace *t = &r->world->trace;
    size_t actors = 0;
    size_t others = 0;

    for (size_t i = 0; i < t->count; i++) {
        uint16_t actor;
        if (!adopted_by(r, &t->record[i], by, &actor))
            continue;
        if (actors + others == 0)
            buf_addf(out, "%sby %s: ", out->size > 0 ? "; " : "", name);
        if (actor == ACTOR_NONE) {
            others++;
            continue;
        }
        if (actors < STORY_NAMES)
            buf_addf(out, "%s%s", actors > 0 ? ", " : "", r->cast->who[actor].name);
        actors++;
    }
    if (actors > STORY_NAMES)
        buf_addf(out, " and %zu more", actors - STORY_NAMES);
    if (others > 0) {
        buf_addf(out, "%s%zu process%s that %s no actor%s", actors > 0 ? ", " : "", others,
                 others == 1 ? "" : "es", others == 1 ? "is" : "are", others == 1 ? "" : "s");
    }
}

void story_adopted(const struct run *r, struct run_result *out)
{
    struct buf *text = &out->text[RESULT_ADOPTED];

    buf_release(text);
    adopter_add(r, ACTOR_ROOT, r->cast->who[ACTOR_ROOT].name, text);
    bool pidns = r->world_options.adopt == ADOPT_PIDNS;
    bool leads = r->world_options.leads_session;
    adopter_add(r, ACTOR_HARNESS, pidns ? "the guard, number 1 of its namespace" : "the guard",
                text);
    if (leads || pidns) {
        result_setf(out, RESULT_STARTED, "%s%s",
                    leads ? "as the leader of its session" : "as a job",
                    pidns ? ", in a namespace of pids" : "");
    }
}

/* A text with its heading; each line ends, and where there is none there is no heading. */
static void section_add(struct buf *out, const char *heading, const char *text)
{
    if (text[0] == 0)
        return;
    buf_addf(out, "  %s\n", heading);
    while (*text != 0) {
        size_t size = strcspn(text, "\n");
        buf_addf(out, "    %.*s\n", (int)size, text);
        text += size + (text[size] == '\n');
    }
}

void run_dump(struct run *r)
{
    struct run_result now = RESULT_INIT;
    struct buf out = BUF_INIT;

    story_tell(r, r->world->trace.count, &now);
    mask_result(r, &now);
    int64_t ms = world_now(r->world) / INT64_C(1000000);
    buf_addf(&out, "%s, engine %s, at %" PRId64 ".%03" PRId64 " s\n", r->variant->id,
             engine_name(r->options->engine), ms / 1000, ms % 1000);
    section_add(&out, "Tree", result_get(&now, RESULT_TREE));
    section_add(&out, "Screen", result_get(&now, RESULT_SCREEN));
    buf_addf(&out, "  %s\n  %s\n", result_get(&now, RESULT_LOCK),
             result_get(&now, RESULT_TERMINAL));
    /* At once: several runs may tell theirs. */
    (void)fwrite(buf_text(&out), 1, out.size, stderr);
    (void)fflush(stderr);
    buf_release(&out);
    result_release(&now);
}

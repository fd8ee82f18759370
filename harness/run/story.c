/* story.c: the texts of a failure, as of a moment of the trace. */
#include "harness/observe/describe.h"
#include "harness/run/state.h"

#include <stdio.h>
#include <stdlib.h>

enum { STORY_EVENTS = 24 };

static struct observation story_observation(const struct run *r)
{
    return (struct observation){.trace = &r->world->trace,
                                .tree = r->tree,
                                .setting = r->variant->invariant,
                                .setting_count = r->variant->invariant_count,
                                .engine = r->options->engine,
                                .deadline_zero_ns = r->world->deadline_zero_ns};
}

/* One line without its end. */
static void trim(struct buf *b)
{
    while (b->size > 0 && b->data[b->size - 1] == '\n')
        b->data[--b->size] = 0;
}

void story_tell(const struct run *r, size_t records, struct run_result *out)
{
    const struct observation o = story_observation(r);

    /* Without memory a text is missing, nothing else. */
    (void)observe_tree_text(&o, records, &out->text[RESULT_TREE], NULL);
    (void)observe_lock_text(&o, records, &out->text[RESULT_LOCK], NULL);
    (void)observe_terminal_text(&o, records, &out->text[RESULT_TERMINAL], NULL);
    observe_tail_text(&o, records, STORY_EVENTS, &out->text[RESULT_EVENTS]);
    trim(&out->text[RESULT_LOCK]);
    trim(&out->text[RESULT_TERMINAL]);
}

void run_dump(struct run *r)
{
    struct run_result now = RESULT_INIT;

    story_tell(r, r->world->trace.count, &now);
    (void)fprintf(stderr, "%s\n%s\n%s%s\n", r->variant->id, result_get(&now, RESULT_TREE),
                  result_get(&now, RESULT_LOCK), result_get(&now, RESULT_TERMINAL));
    result_release(&now);
}

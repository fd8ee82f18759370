/* step_parallel.c: lists of steps go on side by side; all must come to their end. */
#include "harness/run/steps.h"
#include "harness/scenario/live.h"
#include "harness/scenario/step_parse.h"

static bool parallel_read(struct build *b, const struct node *n, struct step *out)
{
    if (!list_check(b->p, n, "parallel"))
        return false;
    if (n->count < 1 || n->count > SCENARIO_BRANCHES_MAX) {
        (void)finding_wants(b->p, n, "parallel", "1 to %d lists of steps", SCENARIO_BRANCHES_MAX);
        return false;
    }
    struct step_list *branch = parse_alloc(b->p, n->count, sizeof(*branch));
    if (branch == NULL)
        return false;
    bool ok = true;
    out->branch = branch;
    uint64_t before = captures_sure(b);
    uint64_t after = before;
    for (const struct node_entry *e = n->first; e != NULL; e = e->next) {
        captures_set(b, before);
        ok = steps_parse(b, e->value, "a branch of parallel", &branch[out->branch_count++]) && ok;
        after |= captures_sure(b);
    }
    captures_set(b, after);
    return ok;
}

static enum step_status parallel_start(struct run *r, struct task *t, const struct step *s)
{
    t->deadline_ns = INT64_MAX; /* its steps have their own */
    for (size_t i = 0; i < s->branch_count; i++)
        task_branch(r, t, i, false);
    return t->branches == 0 ? STEP_DONE : STEP_PENDING;
}

static enum step_status parallel_poll(struct run *r, struct task *t, const struct step *s,
                                      const struct world_event *event)
{
    (void)r, (void)s, (void)event;
    return t->branches == 0 ? STEP_DONE : STEP_PENDING;
}

static struct place parallel_branch(const struct step *s, size_t i, struct buf *out)
{
    buf_addf(out, " number %zu", i + 1);
    return s->branch[i].count > 0 ? s->branch[i].step[0].place : s->place;
}

const struct step_entry step_parallel = {
    .word = {.name = "parallel",
             .shape = "[STEPS]+",
             .help = "lists of steps side by side",
             .example = "- parallel:\n    -\n      - await: w.1@exit.closed\n"
                        "    -\n      - tell: { actor: w.1, do: exit }\n"},
    .tree_only = "one list of steps drives a program",
    .read = parallel_read,
    .start = parallel_start,
    .poll = parallel_poll,
    .branch = parallel_branch,
};

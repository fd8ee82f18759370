/* same.h: whether two readings are the same scenario, places and texts for people aside. */
#ifndef HARNESS_SCENARIO_TESTS_SAME_H
#define HARNESS_SCENARIO_TESTS_SAME_H

#include "harness/scenario/model.h"

#include <string.h>

static inline bool text_same(const char *a, const char *b)
{
    return (a == NULL) == (b == NULL) && (a == NULL || strcmp(a, b) == 0);
}

static inline bool bytes_same(const void *a, const void *b, size_t size)
{
    return size == 0 || memcmp(a, b, size) == 0;
}

static inline bool address_same(const struct address *a, const struct address *b)
{
    return a->actor == b->actor && a->point == b->point && a->nth == b->nth &&
           a->relative == b->relative;
}

static inline bool steps_same(const struct step_list *a, const struct step_list *b);

static inline bool step_same(const struct step *a, const struct step *b)
{
    bool same = a->kind == b->kind && a->within_ns == b->within_ns &&
                text_same(a->pattern, b->pattern) && address_same(&a->address, &b->address) &&
                a->until_quiet == b->until_quiet && a->text_size == b->text_size &&
                bytes_same(a->text, b->text, a->text_size) && a->key == b->key &&
                a->times == b->times && a->gap_ns == b->gap_ns && a->tiocsig == b->tiocsig &&
                a->target == b->target && a->actor == b->actor && a->signal == b->signal &&
                a->fault == b->fault && a->side == b->side && a->rows == b->rows &&
                a->columns == b->columns && a->tell == b->tell && a->await == b->await &&
                a->count == b->count && a->zombies == b->zombies &&
                a->alive.count == b->alive.count && a->gone.count == b->gone.count &&
                a->stopped.count == b->stopped.count && a->branch_count == b->branch_count;

    same = same &&
           bytes_same(a->alive.actor, b->alive.actor, a->alive.count * sizeof(*a->alive.actor)) &&
           bytes_same(a->gone.actor, b->gone.actor, a->gone.count * sizeof(*a->gone.actor)) &&
           bytes_same(a->stopped.actor, b->stopped.actor,
                      a->stopped.count * sizeof(*a->stopped.actor));
    for (size_t i = 0; same && i < a->branch_count; i++)
        same = steps_same(&a->branch[i], &b->branch[i]);
    return same;
}

static inline bool steps_same(const struct step_list *a, const struct step_list *b)
{
    /* Where nothing was left, a note says so. */
    if (a->count == 0 && b->count == 1 && b->step[0].kind == STEP_NOTE)
        return true;
    bool same = a->count == b->count;

    for (size_t i = 0; same && i < a->count; i++)
        same = step_same(&a->step[i], &b->step[i]);
    return same;
}

static inline bool judge_same(const struct variant *a, const struct variant *b)
{
    bool same = a->must_fail_count == b->must_fail_count &&
                a->invariant_count == b->invariant_count && a->outcome_count == b->outcome_count &&
                a->tree_empty == b->tree_empty;

    for (size_t i = 0; same && i < a->must_fail_count; i++) {
        same = text_same(a->must_fail[i].invariant, b->must_fail[i].invariant) &&
               a->must_fail[i].actor == b->must_fail[i].actor &&
               text_same(a->must_fail[i].cause, b->must_fail[i].cause);
    }
    for (size_t i = 0; same && i < a->invariant_count; i++) {
        same = text_same(a->invariant[i].name, b->invariant[i].name) &&
               a->invariant[i].off == b->invariant[i].off &&
               a->invariant[i].within_ns == b->invariant[i].within_ns;
    }
    for (size_t i = 0; same && i < a->outcome_count; i++) {
        same = a->outcome[i].kind == b->outcome[i].kind &&
               a->outcome[i].status == b->outcome[i].status &&
               a->outcome[i].signal == b->outcome[i].signal &&
               text_same(a->outcome[i].error, b->outcome[i].error);
    }
    return same;
}

static inline bool variant_same(const struct variant *a, const struct variant *b)
{
    bool same = a->defects == b->defects && tree_size(a->tree) == tree_size(b->tree) &&
                memcmp(a->tree, b->tree, tree_size(a->tree)) == 0 &&
                steps_same(&a->steps, &b->steps) && a->inject_count == b->inject_count &&
                a->order_count == b->order_count && judge_same(a, b);

    for (size_t i = 0; same && i < a->inject_count; i++)
        same = address_same(&a->inject[i].at, &b->inject[i].at) &&
               steps_same(&a->inject[i].steps, &b->inject[i].steps);
    for (size_t i = 0; same && i < a->order_count; i++)
        same = address_same(&a->order[i].first, &b->order[i].first) &&
               address_same(&a->order[i].second, &b->order[i].second);
    return same;
}

#endif

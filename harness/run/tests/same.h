/* same.h: whether two readings are the same scenario, places and texts for people aside. */
#ifndef HARNESS_RUN_TESTS_SAME_H
#define HARNESS_RUN_TESTS_SAME_H

#include "harness/run/run.h"
#include "harness/scenario/step.h"

#include <string.h>

static inline bool text_same(const char *a, const char *b)
{
    return (a == NULL) == (b == NULL) && (a == NULL || strcmp(a, b) == 0);
}

static inline bool address_same(const struct address *a, const struct address *b)
{
    return a->actor == b->actor && a->point == b->point && a->nth == b->nth &&
           a->relative == b->relative;
}

static inline bool steps_same(const struct step_list *a, const struct step_list *b,
                              const struct cast *cast);

/* A step says in its description all that it does. */
static inline bool step_same(const struct step *a, const struct step *b, const struct cast *cast)
{
    struct buf one = BUF_INIT;
    struct buf other = BUF_INIT;

    step_describe(a, cast, &one);
    step_describe(b, cast, &other);
    bool same = a->entry == b->entry && a->within_ns == b->within_ns &&
                text_same(buf_text(&one), buf_text(&other)) && a->branch_count == b->branch_count;
    buf_release(&one);
    buf_release(&other);
    for (size_t i = 0; same && i < a->branch_count; i++)
        same = steps_same(&a->branch[i], &b->branch[i], cast);
    return same;
}

static inline bool steps_same(const struct step_list *a, const struct step_list *b,
                              const struct cast *cast)
{
    /* Where nothing was left, a note says so. */
    if (a->count == 0 && b->count == 1 && text_same(b->step[0].entry->word.name, "note"))
        return true;
    bool same = a->count == b->count;

    for (size_t i = 0; same && i < a->count; i++)
        same = step_same(&a->step[i], &b->step[i], cast);
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

static inline bool texts_same(const char *const *a, const char *const *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    while (*a != NULL && text_same(*a, *b))
        a++, b++;
    return *a == NULL && *b == NULL;
}

static inline bool command_same(const struct variant *a, const struct variant *b)
{
    bool same =
        texts_same(a->argv, b->argv) && texts_same(a->env, b->env) && text_same(a->cwd, b->cwd) &&
        text_same(a->prompt, b->prompt) && text_same(a->ready.pattern, b->ready.pattern) &&
        address_same(&a->ready.at, &b->ready.at) && a->work_file_count == b->work_file_count;

    for (size_t i = 0; same && i < a->work_file_count; i++) {
        same = text_same(a->work_file[i].path, b->work_file[i].path) &&
               text_same(a->work_file[i].text, b->work_file[i].text) &&
               text_same(a->work_file[i].from, b->work_file[i].from) &&
               a->work_file[i].mode == b->work_file[i].mode;
    }
    return same && a->cast->count == b->cast->count &&
           memcmp(a->cast->who, b->cast->who, a->cast->count * sizeof(a->cast->who[0])) == 0;
}

static inline bool subject_same(const struct variant *a, const struct variant *b)
{
    if (a->subject != b->subject)
        return false;
    if (a->subject == SUBJECT_COMMAND)
        return command_same(a, b);
    return tree_size(a->tree) == tree_size(b->tree) &&
           memcmp(a->tree, b->tree, tree_size(a->tree)) == 0;
}

static inline bool variant_same(const struct variant *a, const struct variant *b)
{
    bool same = a->defects == b->defects && subject_same(a, b) &&
                steps_same(&a->steps, &b->steps, a->cast) && a->inject_count == b->inject_count &&
                a->order_count == b->order_count && judge_same(a, b);

    for (size_t i = 0; same && i < a->inject_count; i++)
        same = address_same(&a->inject[i].at, &b->inject[i].at) &&
               steps_same(&a->inject[i].steps, &b->inject[i].steps, a->cast);
    for (size_t i = 0; same && i < a->order_count; i++)
        same = address_same(&a->order[i].first, &b->order[i].first) &&
               address_same(&a->order[i].second, &b->order[i].second);
    return same;
}

#endif

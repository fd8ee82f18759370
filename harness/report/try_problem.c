/* try_problem.c: cells that are wrong alike, worst first, and what is new of them. */
#include "harness/report/exit_code.h"
#include "harness/report/try_told.h"

#include <string.h>

static const char *const words[TRY_KINDS] = {
#define TRY_KIND_ROW(id, word, help) [id] = (word),
    TRY_KIND_MAP(TRY_KIND_ROW)
#undef TRY_KIND_ROW
};

const char *try_kind_word(enum try_kind kind)
{
    return words[kind];
}

bool try_is_wrong(enum try_kind kind)
{
    return kind >= TRY_OTHER;
}

bool try_is_known(const struct try_told *t, const struct try_cell *c, size_t stimulus)
{
    const struct try_base *base = t->base;

    for (size_t i = 0; base != NULL && i < base->count; i++) {
        const struct try_known *k = &base->known[i];
        if (strcmp(k->stimulus, t->stimulus[stimulus]) == 0 &&
            strcmp(k->kind, words[c->kind]) == 0 && strcmp(k->text, c->text) == 0)
            return true;
    }
    return false;
}

bool try_problem_has(const struct try_problem *p, const struct try_cell *c)
{
    return p->cell->kind == c->kind && strcmp(p->cell->text, c->text) == 0;
}

/* The one to show is the first that somebody must look at. */
static void problem_take(struct try_problem *p, const struct try_cell *c, size_t point,
                         size_t stimulus, bool fresh, bool decides)
{
    bool better = (decides && !p->decides) || (fresh && !p->fresh && decides == p->decides);

    if (p->cells == 0 || better) {
        p->cell = c;
        p->point = point;
        p->stimulus = stimulus;
    }
    p->fresh = p->fresh || (fresh && decides);
    p->decides = p->decides || decides;
    p->cells++;
}

/* Worst first; those that decide nothing last. */
static bool problem_is_worse(const struct try_problem *a, const struct try_problem *b)
{
    if (a->decides != b->decides)
        return a->decides;
    if (a->fresh != b->fresh)
        return a->fresh;
    return a->cell->kind > b->cell->kind;
}

/* Few, and equals stay in their order. */
static void problems_sort(struct try_problem *list, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct try_problem p = list[i];
        size_t at = i;
        for (; at > 0 && problem_is_worse(&p, &list[at - 1]); at--)
            list[at] = list[at - 1];
        list[at] = p;
    }
}

size_t try_problems(const struct try_told *t, struct try_problem out[TRY_PROBLEMS_MAX])
{
    size_t count = 0;
    size_t more = 0;

    for (size_t i = 0; i < t->points * t->stimuli; i++) {
        const struct try_cell *c = &t->cell[i];
        size_t stimulus = i % t->stimuli;
        size_t at = 0;
        if (!try_is_wrong(c->kind))
            continue;
        while (at < count && !try_problem_has(&out[at], c))
            at++;
        if (at == TRY_PROBLEMS_MAX) {
            more++;
            continue;
        }
        if (at == count)
            out[count++] = (struct try_problem){.cells = 0};
        bool fresh = t->base != NULL && !try_is_known(t, c, stimulus);
        problem_take(&out[at], c, i / t->stimuli, stimulus, fresh, t->decides[stimulus]);
    }
    problems_sort(out, count);
    return count + more;
}

int try_exit_code(const struct try_told *t)
{
    int code = EXIT_CODE_OK;

    for (size_t i = 0; i < t->points * t->stimuli; i++) {
        const struct try_cell *c = &t->cell[i];
        if (c->kind == TRY_ERROR)
            return EXIT_CODE_HARNESS;
        if (try_is_wrong(c->kind) && t->decides[i % t->stimuli] &&
            !try_is_known(t, c, i % t->stimuli))
            code = EXIT_CODE_FAILED;
    }
    return code;
}

/* order.c: earlier runs and the jobs to be made, held against each other. */
#include "harness/cli/order.h"

#include "harness/observe/verdict.h"
#include "harness/record/history.h"

#include <stdlib.h>
#include <string.h>

/* What stands at the beginning. */
enum urgency { URGENT_FAILED, URGENT_NEW, URGENT_KNOWN };

struct turn {
    const char *id;
    const char *engine;
    size_t job;
    enum urgency urgency;
    int64_t time_ns;
};

struct turns {
    struct turn *turn; /* owned; by id and engine */
    size_t count;
    size_t expected;
};

static int name_order(const char *id, const char *engine, const struct turn *t)
{
    int order = strcmp(id, t->id);

    return order != 0 ? order : strcmp(engine, t->engine);
}

static int compare_name(const void *a, const void *b)
{
    const struct turn *x = a;
    const struct turn *y = b;
    int order = name_order(x->id, x->engine, y);

    return order != 0 ? order : (x->job > y->job) - (x->job < y->job);
}

static int compare_urgency(const void *a, const void *b)
{
    const struct turn *x = a;
    const struct turn *y = b;

    if (x->urgency != y->urgency)
        return x->urgency < y->urgency ? -1 : 1;
    if (x->time_ns != y->time_ns)
        return x->time_ns > y->time_ns ? -1 : 1;
    return (x->job > y->job) - (x->job < y->job);
}

/* The first turn that is not before that name. */
static size_t turn_find(const struct turns *t, const char *id, const char *engine)
{
    size_t low = 0;
    size_t high = t->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (name_order(id, engine, &t->turn[middle]) > 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static int expectation_take(void *user, const struct expectation *e)
{
    struct turns *t = user;
    size_t i = turn_find(t, e->id, e->engine);

    for (; i < t->count && name_order(e->id, e->engine, &t->turn[i]) == 0; i++) {
        t->turn[i].urgency = verdict_is_bad(e->verdict) ? URGENT_FAILED : URGENT_KNOWN;
        t->turn[i].time_ns = e->time_ns;
        t->expected++;
    }
    return 0;
}

void jobs_order(struct jobs *j, struct index *index)
{
    struct turns t = {.turn = calloc(j->count + 1, sizeof(*t.turn)), .count = j->count};
    size_t *order = calloc(j->count + 1, sizeof(*order));
    struct diag diag = {0};
    int rc = ERR_NOMEM;

    if (t.turn != NULL && order != NULL && index != NULL) {
        for (size_t i = 0; i < j->count; i++)
            t.turn[i] = (struct turn){j->job[i].variant->id, engine_name(j->job[i].engine), i,
                                      URGENT_NEW, 0};
        qsort(t.turn, t.count, sizeof(*t.turn), compare_name);
        rc = index_expectations(index, expectation_take, &t, &diag);
    }
    if (rc == 0 && t.expected > 0) {
        qsort(t.turn, t.count, sizeof(*t.turn), compare_urgency);
        for (size_t i = 0; i < t.count; i++) {
            order[i] = t.turn[i].job;
            j->job[order[i]].turn = i;
        }
        free(j->order);
        j->order = order;
        order = NULL;
    }
    free(order);
    free(t.turn);
}

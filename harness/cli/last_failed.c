/* last_failed.c: a set of ids, from the index. */
#include "harness/cli/last_failed.h"

#include "harness/observe/setting.h"
#include "harness/record/results.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned engines_of(const char *name)
{
    for (unsigned engines = ENGINE_REAL; engines <= (ENGINE_REAL | ENGINE_SIM); engines++) {
        if (strcmp(engine_name(engines), name) == 0)
            return engines;
    }
    return 0;
}

static int outcome_note(void *user, int64_t key, const struct outcome *o)
{
    struct last_failed *l = user;

    (void)key;
    if (!verdict_is_bad(o->verdict))
        return 0;
    if (l->count == l->room) {
        size_t room = l->room == 0 ? 64 : l->room * 2;
        struct last_failed_id *grown = realloc(l->failed, room * sizeof(*grown));
        if (grown == NULL)
            return ERR_NOMEM;
        l->failed = grown;
        l->room = room;
    }
    struct last_failed_id *one = &l->failed[l->count];
    *one = (struct last_failed_id){strdup(o->id), engines_of(o->engine)};
    if (one->id == NULL)
        return ERR_NOMEM;
    l->count++;
    return 0;
}

/* Of an id and an entry. */
static int compare_id(const void *id, const void *entry)
{
    return strcmp(id, ((const struct last_failed_id *)entry)->id);
}

static int compare(const void *a, const void *b)
{
    return strcmp(((const struct last_failed_id *)a)->id, ((const struct last_failed_id *)b)->id);
}

/* Sorts, and makes one of all that have the same id. */
static void ids_unite(struct last_failed *l)
{
    size_t count = 0;

    if (l->count == 0)
        return;
    qsort(l->failed, l->count, sizeof(*l->failed), compare);
    for (size_t i = 1; i < l->count; i++) {
        if (strcmp(l->failed[i].id, l->failed[count].id) == 0) {
            l->failed[count].engines |= l->failed[i].engines;
            free(l->failed[i].id);
        } else {
            l->failed[++count] = l->failed[i];
        }
    }
    l->count = count + 1;
}

int last_failed_read(const char *results, const char *verb, const char *id, struct last_failed *out,
                     struct diag *diag)
{
    char folder[PATH_MAX];
    struct last_failed l = {.count = 0};
    struct invocation last;
    struct index *index = NULL;

    if (results == NULL)
        results_find(folder);
    else
        (void)snprintf(folder, sizeof(folder), "%s", results);
    int rc = index_open(folder, INDEX_READ, &index, diag);
    if (rc == 0)
        rc = index_last(index, verb, id, &last, diag);
    if (rc == 0)
        rc = index_each(index, last.key, outcome_note, &l, diag);
    index_close(index);
    if (rc == ERR_NOMEM)
        (void)diag_set(diag, rc, "out of memory");
    if (rc < 0) {
        last_failed_release(&l);
        return rc;
    }
    ids_unite(&l);
    (void)snprintf(l.run, sizeof(l.run), "%s", last.id);
    *out = l;
    return 0;
}

bool last_failed_has(const struct last_failed *l, const char *id, unsigned engines)
{
    const struct last_failed_id *found = NULL;

    if (l->count > 0)
        found = bsearch(id, l->failed, l->count, sizeof(*l->failed), compare_id);
    return found != NULL && (found->engines & engines) != 0;
}

void last_failed_release(struct last_failed *l)
{
    for (size_t i = 0; i < l->count; i++)
        free(l->failed[i].id);
    free(l->failed);
    *l = (struct last_failed){.count = 0};
}

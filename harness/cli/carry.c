/* carry.c: copies of invocations. */
#include "harness/cli/carry.h"

#include "harness/cli/print.h"
#include "harness/record/record.h"
#include "runtime/base/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { COPIES_MAX = 100 }; /* of a record's name in one folder */

/* ---- Which invocations are there ---- */

/* Where and when it began tells runs apart: ids are names of folders, and may change. */
static uint64_t invocation_hash(const struct invocation *v)
{
    const uint64_t numbers[] = {(uint64_t)v->started_us, v->plan, v->suite, v->selected,
                                v->complete};

    return hash_add(hash_add(HASH_BEGIN, numbers, sizeof(numbers)), v->host, strlen(v->host));
}

/* The place of the first that is not less. */
static size_t there_find(const struct carry *c, uint64_t hash)
{
    size_t low = 0;
    size_t high = c->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (c->there[middle] < hash)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static int there_add(void *user, const struct invocation *v)
{
    struct carry *c = user;

    if (c->count == c->room) {
        size_t room = c->room == 0 ? 64 : c->room * 2;
        uint64_t *grown = realloc(c->there, room * sizeof(*grown));
        if (grown == NULL)
            return ERR_NOMEM;
        c->there = grown;
        c->room = room;
    }
    c->is_newest = v->started_us >= c->newest_us;
    c->newest_us = c->is_newest ? v->started_us : c->newest_us;
    uint64_t hash = invocation_hash(v);
    size_t at = there_find(c, hash);
    memmove(&c->there[at + 1], &c->there[at], (c->count - at) * sizeof(*c->there));
    c->there[at] = hash;
    c->count++;
    return 0;
}

bool carry_has(const struct carry *c, const struct invocation *v)
{
    uint64_t hash = invocation_hash(v);
    size_t at = there_find(c, hash);

    return at < c->count && c->there[at] == hash;
}

/* ---- Invocations ---- */

int carry_open(struct carry *c, const char *folder, struct diag *diag)
{
    struct results made = {.made_folder = false};

    *c = (struct carry){.folder = folder};
    /* The folder has to be there before the index is. */
    int rc = results_begin(&made, folder, "new", diag);
    if (rc < 0)
        return rc;
    (void)rmdir(made.own);
    rc = index_open(folder, INDEX_WRITE, &c->index, diag);
    if (rc == 0 && index_unkept(c->index)[0] != 0)
        rc = diag_set(diag, ERR_IO, "%s", index_unkept(c->index));
    return rc == 0 ? index_each_invocation(c->index, there_add, c, diag) : rc;
}

int carry_begin(struct carry *c, const struct invocation *v, const char *stamp, struct diag *diag)
{
    struct invocation own = *v;
    int rc = results_begin(&c->records, c->folder, stamp, diag);

    if (rc == 0)
        rc = there_add(c, v);
    if (rc < 0)
        return rc;
    (void)snprintf(own.id, sizeof(own.id), "%.63s", strrchr(c->records.own, '/') + 1);
    index_begin(c->index, &own);
    c->outcomes = 0;
    if (own.key == 0 || index_unkept(c->index)[0] != 0)
        return diag_set(diag, ERR_IO, "%s", index_unkept(c->index));
    return 0;
}

/* ---- Records ---- */

/* Returns 0, or -1 with errno. */
static int bytes_copy(int from, int to)
{
    char piece[64 * 1024];
    ssize_t n;

    while ((n = read(from, piece, sizeof(piece))) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        for (ssize_t at = 0; at < n;) {
            ssize_t put = write(to, piece + at, (size_t)(n - at));
            if (put < 0 && errno != EINTR)
                return -1;
            at += put > 0 ? put : 0;
        }
        if (n < 0)
            return -1;
    }
    return 0;
}

/* Returns 0, or -1 with errno. */
static int file_copy(const char *from, const char *to)
{
    int in = open(from, O_RDONLY | O_CLOEXEC);
    int out = in < 0 ? -1 : open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    int rc = out < 0 ? -1 : bytes_copy(in, out);
    int error = errno;

    if (in >= 0)
        (void)close(in);
    if (out >= 0 && close(out) < 0 && rc == 0) {
        rc = -1;
        error = errno;
    }
    if (rc < 0 && out >= 0)
        (void)unlink(to);
    errno = error;
    return rc;
}

/* The recording has the record's name and another suffix. It may be missing. */
static void recording_copy(const char *record, const char *copy)
{
    char from[PATH_MAX];
    char to[PATH_MAX];
    int stem = (int)strlen(record) - (int)strlen(RECORD_SUFFIX);
    int copy_stem = (int)strlen(copy) - (int)strlen(RECORD_SUFFIX);

    if (stem > 0 && copy_stem > 0 &&
        snprintf(from, sizeof(from), "%.*s" RECORD_CAST, stem, record) < (int)sizeof(from) &&
        snprintf(to, sizeof(to), "%.*s" RECORD_CAST, copy_stem, copy) < (int)sizeof(to))
        (void)file_copy(from, to);
}

/* Copies a record to a name that is free: of a shard that ran twice two have the same. Stores the
 * name, or "" when it cannot be. */
static void record_copy(const struct carry *c, const char *from, const char *name, char *out,
                        size_t size)
{
    char to[PATH_MAX];
    int stem = (int)strlen(name) - (int)strlen(RECORD_SUFFIX);
    int rc = -1;

    errno = EINVAL;
    for (int copy = 1; copy < COPIES_MAX && rc < 0 && stem > 0; copy++) {
        if (copy == 1)
            (void)snprintf(out, size, "%s", name);
        else
            (void)snprintf(out, size, "%.*s-%d" RECORD_SUFFIX, stem, name, copy);
        (void)snprintf(to, sizeof(to), "%.3000s/%.1000s", c->records.own, out);
        rc = file_copy(from, to);
        if (rc < 0 && errno != EEXIST)
            break;
    }
    if (rc == 0) {
        recording_copy(from, to);
        return;
    }
    struct diag diag = {0};
    (void)diag_errno(&diag, ERR_IO, "a record is left out: cannot copy %.300s", from);
    print_error(diag.text);
    out[0] = 0;
}

int carry_outcome(struct carry *c, const char *folder, const char *id, const struct outcome *o)
{
    struct outcome own = *o;
    char from[PATH_MAX];
    char name[NAME_MAX + 1] = "";

    if (folder != NULL && o->record[0] != 0 &&
        snprintf(from, sizeof(from), "%s/%s/%s", folder, id, o->record) < (int)sizeof(from))
        record_copy(c, from, o->record, name, sizeof(name));
    own.record = name;
    (void)index_add(c->index, &own);
    c->outcomes++;
    return 0;
}

void carry_end(struct carry *c, bool complete)
{
    if (c->records.own[0] == 0)
        return;
    index_end(c->index, complete);
    /* Older ones are history, and `last` leads elsewhere. */
    if (c->is_newest)
        results_keep(&c->records);
}

void carry_close(struct carry *c)
{
    index_close(c->index);
    free(c->there);
    *c = CARRY_INIT;
}

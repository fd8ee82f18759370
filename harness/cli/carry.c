/* carry.c: copies of invocations. */
#include "harness/cli/carry.h"

#include "harness/cli/print.h"
#include "harness/record/record.h"
#include "runtime/base/buf.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { COPIES_MAX = 100 }; /* of a record's name in one folder */

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
    return rc;
}

struct sought {
    const struct invocation *like;
    bool found;
};

/* Where and when it began tells runs apart: ids are names of folders, and may change. */
static int sought_look(void *user, const struct invocation *v)
{
    struct sought *s = user;
    const struct invocation *like = s->like;

    s->found = s->found || (v->started_us == like->started_us && v->plan == like->plan &&
                            v->suite == like->suite && v->selected == like->selected &&
                            v->complete == like->complete && strcmp(v->host, like->host) == 0);
    return 0;
}

bool carry_has(struct carry *c, const struct invocation *v)
{
    struct sought s = {.like = v};
    struct diag diag = {0};

    (void)index_each_invocation(c->index, sought_look, &s, &diag);
    return s.found;
}

int carry_begin(struct carry *c, const struct invocation *v, const char *stamp, struct diag *diag)
{
    struct invocation own = *v;
    int rc = results_begin(&c->records, c->folder, stamp, diag);

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
    results_keep(&c->records);
}

void carry_close(struct carry *c)
{
    index_close(c->index);
    *c = CARRY_INIT;
}

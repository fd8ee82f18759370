/* index_read.c: invocations and their outcomes as they were written. */
#include "harness/observe/verdict.h"
#include "harness/record/index_db.h"
#include "harness/record/results.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void text_take(sqlite3_stmt *s, int at, char *out, size_t size)
{
    const unsigned char *text = sqlite3_column_text(s, at);

    (void)snprintf(out, size, "%s", text != NULL ? (const char *)text : "");
}

static void invocation_take(sqlite3_stmt *s, struct invocation *v)
{
    *v = (struct invocation){.key = sqlite3_column_int64(s, 0),
                             .started_us = sqlite3_column_int64(s, 9),
                             .suite = (uint64_t)sqlite3_column_int64(s, 10),
                             .shard_i = (uint32_t)sqlite3_column_int64(s, 13),
                             .shard_n = (uint32_t)sqlite3_column_int64(s, 14),
                             .plan = (uint64_t)sqlite3_column_int64(s, 15),
                             .selected = (uint64_t)sqlite3_column_int64(s, 16),
                             .complete = sqlite3_column_int64(s, 17) != 0};
    text_take(s, 1, v->id, sizeof(v->id));
    text_take(s, 2, v->verb, sizeof(v->verb));
    text_take(s, 3, v->tool, sizeof(v->tool));
    text_take(s, 4, v->subject, sizeof(v->subject));
    text_take(s, 5, v->host, sizeof(v->host));
    text_take(s, 6, v->platform.os, sizeof(v->platform.os));
    text_take(s, 7, v->platform.kernel, sizeof(v->platform.kernel));
    text_take(s, 8, v->platform.container, sizeof(v->platform.container));
    v->platform.cores = (uint32_t)sqlite3_column_int64(s, 11);
    v->platform.ci = sqlite3_column_int64(s, 12) != 0;
}

#define INVOCATION_COLUMNS                                                                        \
    "select key, id, verb, tool, subject, host, os, kernel, container, started_us, suite, cores," \
    " ci, shard_i, shard_n, plan, selected, complete from invocation"

int index_each_invocation(struct index *i, index_invocation_fn *each, void *user, struct diag *diag)
{
    sqlite3_stmt *s = NULL;
    struct invocation v;
    int error = SQLITE_ERROR;
    int rc = 0;

    if (i->db != NULL && sqlite3_prepare_v2(i->db, INVOCATION_COLUMNS " order by started_us, key",
                                            -1, &s, NULL) == SQLITE_OK) {
        while (rc == 0 && (error = sqlite3_step(s)) == SQLITE_ROW) {
            invocation_take(s, &v);
            rc = each(user, &v);
        }
    }
    if (rc == 0 && error != SQLITE_DONE)
        rc = index_unread(i, diag);
    (void)sqlite3_finalize(s);
    return rc;
}

#define NEWEST(condition) \
    INVOCATION_COLUMNS " where " condition " order by started_us desc, key desc limit 1"

/* The newest invocation of a query with one or two parameters. Returns 0, ERR_NOTFOUND with nothing
 * said, or ERR_IO. */
static int newest(struct index *i, const char *text, const char *one, const char *two,
                  struct invocation *out, struct diag *diag)
{
    sqlite3_stmt *s = NULL;

    if (i->db == NULL || sqlite3_prepare_v2(i->db, text, -1, &s, NULL) != SQLITE_OK)
        return index_unread(i, diag);
    (void)sqlite3_bind_text(s, 1, one, -1, SQLITE_STATIC);
    if (two != NULL)
        (void)sqlite3_bind_text(s, 2, two, -1, SQLITE_STATIC);
    int error = sqlite3_step(s);
    if (error == SQLITE_ROW)
        invocation_take(s, out);
    (void)sqlite3_finalize(s);
    if (error == SQLITE_ROW)
        return 0;
    if (error != SQLITE_DONE)
        return index_unread(i, diag);
    return ERR_NOTFOUND;
}

int index_find(struct index *i, const char *id, struct invocation *out, struct diag *diag)
{
    static const char text[] = NEWEST("?1 = '" RESULTS_LAST "' or id = ?1");

    int rc = newest(i, text, id, NULL, out, diag);
    if (rc == ERR_NOTFOUND)
        return diag_set(diag, rc, "there is no run '%s' in %s", id, i->folder);
    return rc;
}

int index_last(struct index *i, const char *verb, const char *id, struct invocation *out,
               struct diag *diag)
{
    static const char any[] = NEWEST("verb = ?1");
    static const char with[] =
        NEWEST("verb = ?1 and exists (select 1 from outcome o join variant v on v.key = o.variant"
               " where o.invocation = invocation.key and v.id = ?2)");

    int rc = newest(i, id != NULL ? with : any, verb, id, out, diag);
    if (rc == ERR_NOTFOUND)
        return diag_set(diag, rc, "there is no earlier `scenario %s`%s%s in %s", verb,
                        id != NULL ? " of " : "", id != NULL ? id : "", i->folder);
    return rc;
}

static const char *text_at(sqlite3_stmt *s, int at)
{
    const unsigned char *text = sqlite3_column_text(s, at);

    return text != NULL ? (const char *)text : "";
}

/* A word that this build does not know is no verdict. */
static uint32_t verdict_of(const char *name)
{
    for (unsigned v = 0; v < VERDICTS; v++) {
        if (strcmp(verdict_name(v), name) == 0)
            return v;
    }
    return VERDICT_UNRESOLVED;
}

static void outcome_take(sqlite3_stmt *s, struct outcome *o)
{
    *o = (struct outcome){
        .id = text_at(s, 1),
        .scenario = text_at(s, 2),
        .parameters = text_at(s, 3),
        .engine = text_at(s, 4),
        .verdict = verdict_of(text_at(s, 5)),
        .reason = text_at(s, 6),
        .signature = text_at(s, 7),
        .message = text_at(s, 8),
        .file = text_at(s, 9),
        .ended = text_at(s, 10),
        .again = text_at(s, 11),
        .record = text_at(s, 12),
        .program = text_at(s, 13),
        .version = text_at(s, 14),
        .line = (uint32_t)sqlite3_column_int64(s, 15),
        .seed = (uint64_t)sqlite3_column_int64(s, 16),
        .digest = (uint64_t)sqlite3_column_int64(s, 17),
        .start_us = sqlite3_column_int64(s, 18),
        .time_ns = sqlite3_column_int64(s, 19),
        .schedules = (uint64_t)sqlite3_column_int64(s, 20),
        .failed = (uint64_t)sqlite3_column_int64(s, 21),
        .repeat = (uint32_t)sqlite3_column_int64(s, 22),
        .attempt = (uint32_t)sqlite3_column_int64(s, 23),
        .must_fail = sqlite3_column_int64(s, 24) != 0,
    };
}

#define OUTCOME_COLUMNS                                                                         \
    "select o.key, v.id, v.scenario, v.parameters, v.engine, o.verdict, o.reason, o.signature," \
    " o.message, o.file, o.ended, o.again, o.record, o.program, o.version, o.line, o.seed,"     \
    " o.digest, o.start_us, o.time_ns, o.schedules, o.failed, o.repeat, o.attempt, o.must_fail" \
    " from outcome o join variant v on v.key = o.variant"

/* Ends the statement; NULL: it could not be prepared. */
static int outcomes_each(struct index *i, sqlite3_stmt *s, index_each_fn *each, void *user,
                         struct diag *diag)
{
    struct outcome o;
    int rc = 0;
    int error = SQLITE_ERROR;

    while (s != NULL && rc == 0 && (error = sqlite3_step(s)) == SQLITE_ROW) {
        outcome_take(s, &o);
        rc = each(user, sqlite3_column_int64(s, 0), &o);
    }
    if (rc == 0 && error != SQLITE_DONE)
        rc = index_unread(i, diag);
    (void)sqlite3_finalize(s);
    return rc;
}

int index_each(struct index *i, int64_t invocation, index_each_fn *each, void *user,
               struct diag *diag)
{
    static const char text[] = OUTCOME_COLUMNS " where o.invocation = ?1 order by o.key";
    sqlite3_stmt *s = NULL;

    if (i->db != NULL && sqlite3_prepare_v2(i->db, text, -1, &s, NULL) == SQLITE_OK)
        (void)sqlite3_bind_int64(s, 1, invocation);
    return outcomes_each(i, s, each, user, diag);
}

static const int64_t window_us = INT64_C(1000) * 1000 * 60 * 60 * 24 * INDEX_WINDOW_DAYS;

int index_each_before(struct index *i, const struct invocation *own, index_each_fn *each,
                      void *user, struct diag *diag)
{
    static const char text[] =
        OUTCOME_COLUMNS " join invocation n on n.key = o.invocation"
                        " where n.key <> ?1 and n.host = ?2 and n.started_us between ?4 and ?3"
                        " order by n.started_us, o.key";
    sqlite3_stmt *s = NULL;

    if (i->db != NULL && sqlite3_prepare_v2(i->db, text, -1, &s, NULL) == SQLITE_OK) {
        (void)sqlite3_bind_int64(s, 1, own->key);
        (void)sqlite3_bind_text(s, 2, own->host, -1, SQLITE_STATIC);
        (void)sqlite3_bind_int64(s, 3, own->started_us);
        (void)sqlite3_bind_int64(s, 4, own->started_us - window_us);
    }
    return outcomes_each(i, s, each, user, diag);
}

/* ---- What the user means ---- */

/* A folder: "results/20260131-120000" or a link to one. Splits it. */
static bool folder_split(const char *run, char *folder, char *id, size_t size)
{
    char real[PATH_MAX];
    struct stat st;

    if (stat(run, &st) < 0 || !S_ISDIR(st.st_mode) || realpath(run, real) == NULL)
        return false;
    char *slash = strrchr(real, '/');
    if (slash == NULL)
        return false;
    *slash = 0;
    (void)snprintf(folder, PATH_MAX, "%s", real);
    (void)snprintf(id, size, "%s", slash + 1);
    return true;
}

/* A folder of results, as `merge -o` makes one: its newest invocation is meant. */
static bool is_results(const char *run)
{
    char path[PATH_MAX];

    return snprintf(path, sizeof(path), "%s/" INDEX_NAME, run) < (int)sizeof(path) &&
           access(path, F_OK) == 0;
}

int index_open_run(const char *run, const char *results, struct index **out, struct invocation *v,
                   struct diag *diag)
{
    char folder[PATH_MAX];
    char id[INDEX_ID_BYTES];
    struct index *i = NULL;
    struct invocation found;

    int rc = index_open(results, INDEX_READ, &i, diag);
    if (rc == 0)
        rc = index_find(i, run, &found, diag);
    if (rc == ERR_NOTFOUND && is_results(run)) {
        index_close(i);
        i = NULL;
        rc = index_open(run, INDEX_READ, &i, diag);
        if (rc == 0)
            rc = index_find(i, RESULTS_LAST, &found, diag);
    } else if (rc == ERR_NOTFOUND && folder_split(run, folder, id, sizeof(id))) {
        index_close(i);
        i = NULL;
        rc = index_open(folder, INDEX_READ, &i, diag);
        if (rc == 0)
            rc = index_find(i, id, &found, diag);
    }
    if (rc < 0) {
        index_close(i);
        return rc;
    }
    *v = found;
    *out = i;
    return 0;
}

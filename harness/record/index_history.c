/* index_history.c: the queries over all invocations. */
#include "harness/observe/verdict.h"
#include "harness/record/history.h"
#include "harness/record/index_db.h"

#include <sqlite3.h>
#include <string.h>

static const char *text_at(sqlite3_stmt *s, int at)
{
    const unsigned char *text = sqlite3_column_text(s, at);

    return text != NULL ? (const char *)text : "";
}

/* A word that this build does not know is no verdict. */
static uint32_t verdict_at(sqlite3_stmt *s, int at)
{
    for (unsigned v = 0; v < VERDICTS; v++) {
        if (strcmp(verdict_name(v), text_at(s, at)) == 0)
            return v;
    }
    return VERDICT_UNRESOLVED;
}

static int unreadable(const struct index *i, struct diag *diag)
{
    return diag_set(diag, ERR_IO, "cannot read %s/" INDEX_NAME ": %s", i->folder,
                    i->db != NULL ? sqlite3_errmsg(i->db) : "out of memory");
}

/* Ends a statement of which everything was taken, or `rc` says why not. */
static int query_end(const struct index *i, sqlite3_stmt *s, int error, int rc, struct diag *diag)
{
    if (rc == 0 && error != SQLITE_DONE)
        rc = unreadable(i, diag);
    (void)sqlite3_finalize(s);
    return rc;
}

int index_past(struct index *i, const char *part, past_each_fn *each, void *user, struct diag *diag)
{
    static const char text[] =
        "select v.id, v.engine, n.host, o.verdict, o.signature, o.start_us, o.time_ns, n.id,"
        " n.subject from variant v join outcome o on o.variant = v.key"
        " join invocation n on n.key = o.invocation"
        " where o.attempt = 1 and v.engine <> ''"
        " and n.started_us > (select max(started_us) from invocation) - ?2 and (?1 is null or instr(v.id, ?1) > 0)"
        " order by v.id, v.engine, n.host, n.started_us, o.key";
    sqlite3_stmt *s = NULL;
    int error = SQLITE_ERROR;
    int rc = 0;

    if (i->db == NULL || sqlite3_prepare_v2(i->db, text, -1, &s, NULL) != SQLITE_OK)
        return unreadable(i, diag);
    (void)sqlite3_bind_int64(s, 2, INDEX_WINDOW_DAYS * INT64_C(24) * 3600 * 1000 * 1000);
    if (part != NULL)
        (void)sqlite3_bind_text(s, 1, part, -1, SQLITE_STATIC);
    while (rc == 0 && (error = sqlite3_step(s)) == SQLITE_ROW) {
        const struct past p = {
            .id = text_at(s, 0),
            .engine = text_at(s, 1),
            .host = text_at(s, 2),
            .verdict = verdict_at(s, 3),
            .signature = text_at(s, 4),
            .start_us = sqlite3_column_int64(s, 5),
            .time_ns = sqlite3_column_int64(s, 6),
            .run = text_at(s, 7),
            .subject = text_at(s, 8),
        };
        rc = each(user, &p);
    }
    return query_end(i, s, error, rc, diag);
}

int index_expectations(struct index *i, expectation_each_fn *each, void *user, struct diag *diag)
{
    /* By the index of a variant's outcomes, from its end: however many there are, few are read. */
    static const char text[] =
        "select id, engine, (select verdict from outcome where variant = v.key and attempt = 1"
        " order by key desc limit 1),"
        " (select cast(avg(time_ns) as integer) from"
        " (select time_ns from outcome where variant = v.key order by key desc limit ?1))"
        " from variant v where engine <> '' order by id, engine";
    sqlite3_stmt *s = NULL;
    int error = SQLITE_ERROR;
    int rc = 0;

    if (i->db == NULL || sqlite3_prepare_v2(i->db, text, -1, &s, NULL) != SQLITE_OK)
        return unreadable(i, diag);
    (void)sqlite3_bind_int(s, 1, HISTORY_RECENT);
    while (rc == 0 && (error = sqlite3_step(s)) == SQLITE_ROW) {
        const struct expectation e = {
            .id = text_at(s, 0),
            .engine = text_at(s, 1),
            .verdict = verdict_at(s, 2),
            .time_ns = sqlite3_column_int64(s, 3),
        };
        /* Of one whose runs were all pruned nothing can be expected. */
        if (sqlite3_column_type(s, 3) != SQLITE_NULL)
            rc = each(user, &e);
    }
    return query_end(i, s, error, rc, diag);
}

/* index.c: the tables, and what one invocation writes into them.
 *
 * An id and an engine stand once in a table of their own, as each of their runs would repeat them:
 * a run that passes then takes some 100 bytes. */
#include "harness/record/index.h"

#include "harness/observe/verdict.h"
#include "harness/record/index_db.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { INDEX_VERSION = 2 };

static const char schema[] =
    "begin immediate;"
    "create table invocation(key integer primary key, id text not null unique,"
    " started_us integer not null, verb text not null, tool text not null, suite integer not null,"
    " subject text not null, host text not null, os text not null, kernel text not null,"
    " cores integer not null, container text not null, ci integer not null,"
    " shard_i integer not null, shard_n integer not null, plan integer not null,"
    " selected integer not null, complete integer not null, bytes integer not null) strict;"
    "create table variant(key integer primary key, id text not null, engine text not null,"
    " scenario text not null, parameters text not null, unique(id, engine)) strict;"
    "create table outcome(key integer primary key,"
    " invocation integer not null references invocation on delete cascade,"
    " variant integer not null references variant, verdict text not null, reason text not null,"
    " signature text not null, message text not null, file text not null, line integer not null,"
    " ended text not null, again text not null, record text not null, seed integer not null,"
    " digest integer not null, start_us integer not null, time_ns integer not null,"
    " schedules integer not null, failed integer not null, repeat integer not null,"
    " attempt integer not null, must_fail integer not null, program text not null,"
    " version text not null) strict;"
    "create index outcome_of_invocation on outcome(invocation);"
    "create index outcome_of_variant on outcome(variant);"
    "create index outcome_bad on outcome(invocation) where " INDEX_BAD ";"
    "pragma user_version = 2;"
    "commit;";

static const char *const sql[INDEX_STATEMENTS] = {
    [INDEX_VARIANT_FIND] = "select key from variant where id = ?1 and engine = ?2",
    [INDEX_VARIANT_ADD] = "insert or ignore into variant(id, engine, scenario, parameters)"
                          " values(?1, ?2, ?3, ?4)",
    [INDEX_OUTCOME_ADD] =
        "insert into outcome(invocation, variant, verdict, reason, signature, message, file, ended,"
        " again, record, program, version, line, seed, digest, start_us, time_ns, schedules, failed,"
        " repeat, attempt, must_fail) values(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13,"
        " ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22)",
    [INDEX_OUTCOME_CHANGE] =
        "update outcome set (variant, verdict, reason, signature, message, file, ended, again,"
        " record, program, version, line, seed, digest, time_ns, schedules, failed, repeat,"
        " attempt, must_fail) = (?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?17,"
        " ?18, ?19, ?20, ?21, ?22) where key = ?1",
    [INDEX_OUTCOME_DROP] = "delete from outcome where key = ?1",
};

/* The begun invocation once more, where it was lost. */
static void own_write(struct index *i);

/* ---- Trouble ---- */

/* What the database says has failed, and what to do where it is the file that is wrong. NULL: there
 * was no memory for one. */
static void trouble_say(sqlite3 *db, struct diag *out)
{
    int error = db != NULL ? sqlite3_errcode(db) & 0xff : SQLITE_NOMEM;
    bool wrong = error == SQLITE_CORRUPT || error == SQLITE_NOTADB;

    (void)diag_set(out, ERR_IO, "%s%s", db != NULL ? sqlite3_errmsg(db) : "out of memory",
                   wrong ? ": move it away, and the next run begins a new one" : "");
}

int index_unread(const struct index *i, struct diag *diag)
{
    struct diag why;

    trouble_say(i->db, &why);
    return diag_set(diag, ERR_IO, "cannot read %s/" INDEX_NAME ": %s", i->folder, why.text);
}

/* ---- Open ---- */

int64_t index_number(sqlite3 *db, const char *query)
{
    sqlite3_stmt *s = NULL;
    int64_t number = -1;

    if (sqlite3_prepare_v2(db, query, -1, &s, NULL) == SQLITE_OK && sqlite3_step(s) == SQLITE_ROW)
        number = sqlite3_column_int64(s, 0);
    (void)sqlite3_finalize(s);
    return number;
}

static int version_other(int64_t version, struct diag *diag)
{
    return diag_set(diag, ERR_INPUT,
                    "it is of %s scenario (version %lld, not %d): move it away, or say "
                    "--results DIR",
                    version > INDEX_VERSION ? "a newer" : "an older", (long long)version,
                    INDEX_VERSION);
}

/* Makes the tables, unless they are there. Another may do so at the same time. Returns 0, ERR_IO
 * or ERR_INPUT. */
static int tables_make(sqlite3 *db, struct diag *diag)
{
    int64_t version = index_number(db, "pragma user_version");

    if (version == 0 && sqlite3_exec(db, schema, NULL, NULL, NULL) != SQLITE_OK) {
        struct diag why;
        trouble_say(db, &why);
        (void)sqlite3_exec(db, "rollback", NULL, NULL, NULL);
        if (index_number(db, "pragma user_version") != INDEX_VERSION)
            return diag_set(diag, ERR_IO, "%s", why.text);
    }
    version = index_number(db, "pragma user_version");
    if (version == INDEX_VERSION)
        return 0;
    if (version >= 0)
        return version_other(version, diag);
    trouble_say(db, diag);
    return ERR_INPUT;
}

/* What a writer wants: a commit without waiting for the disk, so that what is killed has lost
 * nothing, and a machine that loses its power has a whole file. */
static int file_open(const char *path, sqlite3 **out, struct diag *diag)
{
    sqlite3 *db = NULL;
    int rc = 0;

    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    int error = sqlite3_open_v2(path, &db, flags, NULL);
    if (error == SQLITE_OK) {
        (void)sqlite3_busy_timeout(db, INDEX_BUSY_MS);
        error = sqlite3_exec(db,
                             "pragma journal_mode = wal; pragma synchronous = normal;"
                             "pragma foreign_keys = on",
                             NULL, NULL, NULL);
    }
    if (error == SQLITE_OK && sqlite3_db_readonly(db, "main") != 0)
        rc = diag_set(diag, ERR_IO, "it may not be written");
    else if (error == SQLITE_OK)
        rc = tables_make(db, diag);
    else {
        trouble_say(db, diag);
        rc = ERR_IO;
    }
    if (rc < 0) {
        (void)sqlite3_close(db);
        return rc;
    }
    *out = db;
    return 0;
}

/* To read; where it can be written as one who does, who leaves nothing beside the file. Where
 * nothing can, as WAL wants, as a file that nobody changes. */
static int file_read(const char *path, sqlite3 **out, struct diag *diag)
{
    static const char *const ways[] = {"rw", "ro", "ro&immutable=1"};
    char uri[3 * PATH_MAX + 64];
    int64_t version = -1;

    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]) && version < 0; i++) {
        sqlite3 *db = NULL;
        size_t size = (size_t)snprintf(uri, sizeof(uri), "file:");
        for (const char *at = path; *at != 0; at++) {
            size += (size_t)snprintf(uri + size, sizeof(uri) - size,
                                     strchr("%?#", *at) != NULL ? "%%%02X" : "%c",
                                     (unsigned)(unsigned char)*at);
        }
        (void)snprintf(uri + size, sizeof(uri) - size, "?mode=%s", ways[i]);
        int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI;
        if (sqlite3_open_v2(uri, &db, flags, NULL) == SQLITE_OK) {
            (void)sqlite3_busy_timeout(db, INDEX_BUSY_MS);
            version = index_number(db, "pragma user_version");
        }
        trouble_say(db, diag);
        if (version < 0)
            (void)sqlite3_close(db);
        else
            *out = db;
    }
    if (version == INDEX_VERSION)
        return 0;
    if (version >= 0) {
        (void)sqlite3_close(*out);
        *out = NULL;
        return version_other(version, diag);
    }
    return ERR_INPUT;
}

/* False, and NULL, without memory. */
static bool memory_open(sqlite3 **out)
{
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;

    *out = NULL;
    if (sqlite3_open_v2(":memory:", out, flags, NULL) == SQLITE_OK)
        return true;
    (void)sqlite3_close(*out);
    *out = NULL;
    return false;
}

/* What is torn is of no use in memory either. */
static bool is_sound(sqlite3 *db)
{
    sqlite3_stmt *s = NULL;

    bool sound = sqlite3_prepare_v2(db, "pragma quick_check(1)", -1, &s, NULL) == SQLITE_OK &&
                 sqlite3_step(s) == SQLITE_ROW &&
                 strcmp((const char *)sqlite3_column_text(s, 0), "ok") == 0;
    (void)sqlite3_finalize(s);
    return sound;
}

static bool file_copy(sqlite3 *from, sqlite3 *to)
{
    sqlite3_backup *copy = sqlite3_backup_init(to, "main", from, "main");

    if (copy == NULL)
        return false;
    int error = sqlite3_backup_step(copy, -1);
    return sqlite3_backup_finish(copy) == SQLITE_OK && error == SQLITE_DONE;
}

/* From here on in memory, with what the file has, where it can be read. */
static void memory_go_on(struct index *i, const char *why)
{
    sqlite3 *db = NULL;
    sqlite3 *from = i->db;
    char path[PATH_MAX + 16];
    struct diag diag;

    (void)diag_set(&i->unkept, ERR_IO, "results are not kept in %s%s" INDEX_NAME ": %s", i->folder,
                   i->folder[0] != 0 ? "/" : "", why);
    i->memory = true;
    for (size_t k = 0; k < INDEX_STATEMENTS; k++) {
        (void)sqlite3_finalize(i->statement[k]);
        i->statement[k] = NULL;
    }
    (void)snprintf(path, sizeof(path), "%s/" INDEX_NAME, i->folder);
    if (from == NULL)
        (void)file_read(path, &from, &diag);
    bool copied = from != NULL && memory_open(&db) && file_copy(from, db) && is_sound(db);
    (void)sqlite3_close(from);
    if (!copied) {
        (void)sqlite3_close(db);
        (void)memory_open(&db);
    }
    i->db = db;
    if (db == NULL)
        return;
    (void)sqlite3_exec(db, "pragma foreign_keys = on", NULL, NULL, NULL);
    (void)tables_make(db, &diag);
    if (!copied && i->own.key != 0)
        own_write(i);
}

int index_open(const char *folder, enum index_mode mode, struct index **out, struct diag *diag)
{
    struct index *i = calloc(1, sizeof(*i));
    char path[PATH_MAX + 16];
    struct diag why = {0};
    int rc = 0;

    if (i == NULL)
        return diag_set(diag, ERR_NOMEM, "out of memory");
    (void)snprintf(i->folder, sizeof(i->folder), "%s", folder);
    (void)snprintf(path, sizeof(path), "%s/" INDEX_NAME, folder);
    i->write = mode == INDEX_WRITE;
    if (i->write) {
        rc = file_open(path, &i->db, &why);
        if (rc < 0)
            memory_go_on(i, why.text);
        *out = i;
        return 0;
    }
    if (access(path, F_OK) < 0)
        rc = diag_errno(diag, ERR_NOTFOUND, "there are no results in %s", folder);
    else
        rc = file_read(path, &i->db, &why);
    if (rc < 0 && rc != ERR_NOTFOUND)
        (void)diag_set(diag, rc, "cannot read %s: %s", path, why.text);
    if (rc < 0)
        free(i);
    else
        *out = i;
    return rc;
}

void index_close(struct index *i)
{
    if (i == NULL)
        return;
    for (size_t k = 0; k < INDEX_STATEMENTS; k++)
        (void)sqlite3_finalize(i->statement[k]);
    (void)sqlite3_close(i->db);
    free(i);
}

const char *index_folder(const struct index *i)
{
    return i->folder;
}

const char *index_unkept(const struct index *i)
{
    return i->unkept.text;
}

/* ---- Write ---- */

/* A statement ready for its values, or NULL. */
static sqlite3_stmt *statement_of(struct index *i, enum index_statement which)
{
    sqlite3_stmt **s = &i->statement[which];

    if (*s == NULL && i->db != NULL)
        (void)sqlite3_prepare_v3(i->db, sql[which], -1, SQLITE_PREPARE_PERSISTENT, s, NULL);
    return *s;
}

static void text_bind(sqlite3_stmt *s, int at, const char *text)
{
    (void)sqlite3_bind_text(s, at, text, -1, SQLITE_STATIC);
}

/* Runs it to its end and takes its values back. The first column of a row goes to *number. */
static bool statement_run(sqlite3_stmt *s, int64_t *number)
{
    int rc = sqlite3_step(s);

    if (rc == SQLITE_ROW && number != NULL)
        *number = sqlite3_column_int64(s, 0);
    bool good = rc == SQLITE_ROW || rc == SQLITE_DONE;
    (void)sqlite3_reset(s);
    (void)sqlite3_clear_bindings(s);
    return good;
}

static bool variant_find(struct index *i, const struct outcome *o, int64_t *key)
{
    sqlite3_stmt *s = statement_of(i, INDEX_VARIANT_FIND);

    *key = 0;
    if (s == NULL)
        return false;
    text_bind(s, 1, o->id);
    text_bind(s, 2, o->engine);
    return statement_run(s, key);
}

/* The key of the outcome's id and engine; 0 when it cannot be written. */
static int64_t variant_key(struct index *i, const struct outcome *o)
{
    int64_t key = 0;

    if (!variant_find(i, o, &key) || key != 0)
        return key;
    sqlite3_stmt *s = statement_of(i, INDEX_VARIANT_ADD);
    if (s == NULL)
        return 0;
    text_bind(s, 1, o->id);
    text_bind(s, 2, o->engine);
    text_bind(s, 3, o->scenario);
    text_bind(s, 4, o->parameters);
    if (!statement_run(s, NULL))
        return 0;
    (void)variant_find(i, o, &key);
    return key;
}

/* Binds 2 to 22. */
static void outcome_bind(sqlite3_stmt *s, int64_t variant, const struct outcome *o)
{
    const char *const texts[] = {verdict_name(o->verdict),
                                 o->reason,
                                 o->signature,
                                 o->message,
                                 o->file,
                                 o->ended,
                                 o->again,
                                 o->record,
                                 o->program,
                                 o->version};
    const int64_t numbers[] = {o->line,    (int64_t)o->seed,      (int64_t)o->digest, o->start_us,
                               o->time_ns, (int64_t)o->schedules, (int64_t)o->failed, o->repeat,
                               o->attempt, o->must_fail};
    int at = 2;

    (void)sqlite3_bind_int64(s, at++, variant);
    for (size_t k = 0; k < sizeof(texts) / sizeof(texts[0]); k++)
        text_bind(s, at++, texts[k]);
    for (size_t k = 0; k < sizeof(numbers) / sizeof(numbers[0]); k++)
        (void)sqlite3_bind_int64(s, at++, numbers[k]);
}

/* `first` is the key that the statement begins with. */
static bool outcome_write(struct index *i, enum index_statement which, int64_t first,
                          const struct outcome *o)
{
    int64_t variant = variant_key(i, o);
    sqlite3_stmt *s = statement_of(i, which);

    if (variant == 0 || s == NULL)
        return false;
    (void)sqlite3_bind_int64(s, 1, first);
    outcome_bind(s, variant, o);
    return statement_run(s, NULL);
}

/* The file cannot be written any more: once more, in memory. */
static bool again_in_memory(struct index *i)
{
    struct diag why;

    if (i->memory)
        return false;
    trouble_say(i->db, &why);
    memory_go_on(i, why.text);
    return i->db != NULL;
}

int64_t index_add(struct index *i, const struct outcome *o)
{
    if (!outcome_write(i, INDEX_OUTCOME_ADD, i->own.key, o) &&
        (!again_in_memory(i) || !outcome_write(i, INDEX_OUTCOME_ADD, i->own.key, o)))
        return 0;
    return sqlite3_last_insert_rowid(i->db);
}

void index_change(struct index *i, int64_t key, const struct outcome *o)
{
    if (!outcome_write(i, INDEX_OUTCOME_CHANGE, key, o) && again_in_memory(i))
        (void)outcome_write(i, INDEX_OUTCOME_CHANGE, key, o);
}

void index_drop(struct index *i, int64_t key)
{
    for (unsigned tries = 0; tries < 2; tries++) {
        sqlite3_stmt *s = statement_of(i, INDEX_OUTCOME_DROP);
        if (s != NULL) {
            (void)sqlite3_bind_int64(s, 1, key);
            if (statement_run(s, NULL))
                return;
        }
        if (!again_in_memory(i))
            return;
    }
}

/* One statement that is not used often; its values are an invocation's. */
static bool invocation_write(struct index *i, const struct invocation *v)
{
    static const char text[] =
        "insert or replace into invocation(id, verb, tool, subject, host, os, kernel, container,"
        " started_us, suite, cores, ci, shard_i, shard_n, plan, selected, complete, bytes)"
        " values(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17,"
        " -1)";
    const struct platform *p = &v->platform;
    const char *const texts[] = {v->id,   v->verb, v->tool,   v->subject,
                                 v->host, p->os,   p->kernel, p->container};
    const int64_t numbers[] = {
        v->started_us,    (int64_t)v->suite,    p->cores,   p->ci, v->shard_i, v->shard_n,
        (int64_t)v->plan, (int64_t)v->selected, v->complete};
    sqlite3_stmt *s = NULL;
    int at = 1;

    if (i->db == NULL || sqlite3_prepare_v2(i->db, text, -1, &s, NULL) != SQLITE_OK)
        return false;
    for (size_t k = 0; k < sizeof(texts) / sizeof(texts[0]); k++)
        text_bind(s, at++, texts[k]);
    for (size_t k = 0; k < sizeof(numbers) / sizeof(numbers[0]); k++)
        (void)sqlite3_bind_int64(s, at++, numbers[k]);
    bool good = statement_run(s, NULL);
    (void)sqlite3_finalize(s);
    return good;
}

void index_begin(struct index *i, struct invocation *v)
{
    bool good = invocation_write(i, v) || (again_in_memory(i) && invocation_write(i, v));

    v->key = good ? sqlite3_last_insert_rowid(i->db) : 0;
    i->own = *v;
}

static void own_write(struct index *i)
{
    i->own.key = invocation_write(i, &i->own) ? sqlite3_last_insert_rowid(i->db) : 0;
}

static bool end_write(struct index *i, bool complete, int64_t bytes)
{
    char text[160];

    (void)snprintf(text, sizeof(text),
                   "update invocation set complete = %d, bytes = %lld where key = %lld", complete,
                   (long long)bytes, (long long)i->own.key);
    return i->db != NULL && sqlite3_exec(i->db, text, NULL, NULL, NULL) == SQLITE_OK;
}

void index_end(struct index *i, bool complete)
{
    int64_t bytes = index_folder_bytes(i->folder, i->own.id);

    if (i->own.key != 0 && !end_write(i, complete, bytes) && again_in_memory(i))
        (void)end_write(i, complete, bytes);
}

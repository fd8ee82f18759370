/* index_db.h: inside of index.c and the files of other queries, index_*.c. */
#ifndef HARNESS_RECORD_INDEX_DB_H
#define HARNESS_RECORD_INDEX_DB_H

#include "harness/record/index.h"

#include <limits.h>

struct sqlite3;
struct sqlite3_stmt;

/* Outcomes that somebody must look at: verdict_is_bad() in SQL. A query that says so in these words
 * has an index of its own. */
#define INDEX_BAD "verdict not in ('PASS', 'XFAIL', 'SKIPPED', 'UNSUPPORTED')"

/* What is prepared once and used often. */
enum index_statement {
    INDEX_VARIANT_FIND,
    INDEX_VARIANT_ADD,
    INDEX_OUTCOME_ADD,
    INDEX_OUTCOME_CHANGE,
    INDEX_OUTCOME_DROP,
    INDEX_STATEMENTS
};

struct index {
    struct sqlite3 *db;
    struct sqlite3_stmt *statement[INDEX_STATEMENTS]; /* NULL: not prepared yet */
    bool write;
    bool memory;           /* it is not in the file */
    struct invocation own; /* begun; key 0: none */
    char folder[PATH_MAX];
    struct diag unkept;
};

/* What the database says about what has failed, and what to do where it is the file that is wrong.
 * Returns ERR_IO. */
int index_unread(const struct index *i, struct diag *diag);

/* ---- index_prune.c ---- */

/* The first column of the first row of a query; -1: none. */
int64_t index_number(struct sqlite3 *db, const char *query);

/* What the files of an invocation's folder take; 0: there is none. */
int64_t index_folder_bytes(const char *folder, const char *id);

#endif

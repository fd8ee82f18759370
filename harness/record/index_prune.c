/* index_prune.c: what is kept for how long, and how much there is. */
#include "harness/record/index_db.h"
#include "harness/record/record.h"

#include <dirent.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HOUR_US (INT64_C(3600) * 1000 * 1000)
#define DAY_US  (HOUR_US * 24)

const struct index_limits index_limits = {.runs = INDEX_RUNS_MAX,
                                          .bytes = INDEX_BYTES_MAX,
                                          .passed_us = INDEX_PASSED_DAYS * DAY_US,
                                          .failed_us = INDEX_FAILED_DAYS * DAY_US};

/* ---- The folder of an invocation ---- */

/* Opens it. NULL: there is none, or the id is no name of a folder of ours. */
static DIR *folder_open(const char *folder, const char *id)
{
    char path[PATH_MAX];

    if (id[0] == 0 || id[0] == '.' || strchr(id, '/') != NULL ||
        snprintf(path, sizeof(path), "%s/%s", folder, id) >= (int)sizeof(path))
        return NULL;
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
    if (fd >= 0 && dir == NULL)
        (void)close(fd);
    return dir;
}

/* Only what a run writes there is counted, and removed. */
static bool is_ours(const char *name)
{
    static const char *const suffixes[] = {RECORD_SUFFIX, RECORD_CAST};
    size_t size = strlen(name);

    for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
        size_t suffix = strlen(suffixes[i]);
        if (size > suffix && strcmp(name + size - suffix, suffixes[i]) == 0)
            return true;
    }
    return false;
}

int64_t index_folder_bytes(const char *folder, const char *id)
{
    DIR *dir = folder_open(folder, id);
    const struct dirent *entry;
    int64_t bytes = 0;

    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        struct stat st;
        if (is_ours(entry->d_name) &&
            fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0)
            bytes += (int64_t)st.st_size;
    }
    if (dir != NULL)
        (void)closedir(dir);
    return bytes;
}

static void folder_remove(const char *folder, const char *id)
{
    char path[PATH_MAX];
    DIR *dir = folder_open(folder, id);
    const struct dirent *entry;

    if (dir == NULL)
        return;
    while ((entry = readdir(dir)) != NULL) {
        if (is_ours(entry->d_name))
            (void)unlinkat(dirfd(dir), entry->d_name, 0);
    }
    (void)closedir(dir);
    /* What somebody else has put there keeps it. */
    if (snprintf(path, sizeof(path), "%s/%s", folder, id) < (int)sizeof(path))
        (void)rmdir(path);
}

/* ---- What goes ---- */

static int64_t index_bytes(sqlite3 *db)
{
    return (index_number(db, "pragma page_count") - index_number(db, "pragma freelist_count")) *
           index_number(db, "pragma page_size");
}

/* Whoever was killed has not said how much it left. */
static void bytes_complete(struct index *i)
{
    static const char query[] = "select key, id from invocation where bytes < 0 and key <> ?1";
    sqlite3_stmt *s = NULL;
    sqlite3_stmt *set = NULL;

    if (sqlite3_prepare_v2(i->db, query, -1, &s, NULL) == SQLITE_OK &&
        sqlite3_prepare_v2(i->db, "update invocation set bytes = ?2 where key = ?1", -1, &set,
                           NULL) == SQLITE_OK) {
        (void)sqlite3_bind_int64(s, 1, i->own.key);
        while (sqlite3_step(s) == SQLITE_ROW) {
            const char *id = (const char *)sqlite3_column_text(s, 1);
            (void)sqlite3_bind_int64(set, 1, sqlite3_column_int64(s, 0));
            (void)sqlite3_bind_int64(set, 2, index_folder_bytes(i->folder, id != NULL ? id : ""));
            (void)sqlite3_step(set);
            (void)sqlite3_reset(set);
        }
    }
    (void)sqlite3_finalize(s);
    (void)sqlite3_finalize(set);
}

/* One that may go. */
struct old {
    int64_t key;
    int64_t age_us; /* as that of one in which something failed */
    int64_t bytes;
    char id[INDEX_ID_BYTES];
};

/* Those that may go, the oldest first. Returns how many. */
static unsigned old_find(struct index *i, int64_t now_us, int64_t slower, struct old *out)
{
    static const char query[] =
        "select key, id, bytes, (?1 - started_us) * iif(exists(select 1 from outcome"
        " where invocation = i.key and " INDEX_BAD "), 1, ?2) as age from invocation i"
        " where key <> ?3 and (complete or started_us < ?1 - ?4) order by age desc limit ?5";
    sqlite3_stmt *s = NULL;
    unsigned count = 0;

    if (sqlite3_prepare_v2(i->db, query, -1, &s, NULL) != SQLITE_OK)
        return 0;
    const int64_t numbers[] = {now_us, slower, i->own.key, INDEX_UNENDED_HOURS * HOUR_US,
                               INDEX_PRUNED_MAX};
    for (size_t k = 0; k < sizeof(numbers) / sizeof(numbers[0]); k++)
        (void)sqlite3_bind_int64(s, (int)k + 1, numbers[k]);
    while (count < INDEX_PRUNED_MAX && sqlite3_step(s) == SQLITE_ROW) {
        struct old *o = &out[count++];
        const char *id = (const char *)sqlite3_column_text(s, 1);
        *o = (struct old){.key = sqlite3_column_int64(s, 0),
                          .bytes = sqlite3_column_int64(s, 2),
                          .age_us = sqlite3_column_int64(s, 3)};
        (void)snprintf(o->id, sizeof(o->id), "%s", id != NULL ? id : "");
    }
    (void)sqlite3_finalize(s);
    return count;
}

/* The files first: they are what takes room, and who is killed in between is found again. */
static bool old_remove(struct index *i, const struct old *o)
{
    char text[96];

    folder_remove(i->folder, o->id);
    (void)snprintf(text, sizeof(text), "delete from invocation where key = %lld",
                   (long long)o->key);
    return sqlite3_exec(i->db, text, NULL, NULL, NULL) == SQLITE_OK;
}

unsigned index_prune(struct index *i, int64_t now_us, const struct index_limits *limits)
{
    static struct old old[INDEX_PRUNED_MAX];
    unsigned removed = 0;

    if (i->memory || i->db == NULL)
        return 0;
    bytes_complete(i);
    int64_t runs = index_number(i->db, "select count(*) from invocation");
    int64_t bytes =
        index_number(i->db, "select coalesce(sum(bytes), 0) from invocation") + index_bytes(i->db);
    int64_t first = index_number(i->db, "select min(started_us) from invocation");
    if (runs <= limits->runs && bytes <= limits->bytes && first >= now_us - limits->passed_us)
        return 0;
    int64_t slower = limits->failed_us / limits->passed_us;
    unsigned count = old_find(i, now_us, slower, old);
    while (removed < count && (runs > limits->runs || bytes > limits->bytes ||
                               old[removed].age_us > limits->failed_us)) {
        if (!old_remove(i, &old[removed]))
            break;
        runs--;
        bytes -= old[removed++].bytes;
    }
    return removed;
}

/* ---- What there is ---- */

int index_sum(struct index *i, struct index_sums *out, struct diag *diag)
{
    static const char *const queries[] = {
        "select count(*) from invocation",
        ("select count(distinct invocation) from outcome where " INDEX_BAD),
        "select count(*) from outcome",
        "select coalesce(sum(max(bytes, 0)), 0) from invocation",
        "select coalesce(min(started_us), 0) from invocation",
    };
    *out = (struct index_sums){0};
    int64_t *const sums[] = {&out->runs, &out->runs_bad, &out->outcomes, &out->record_bytes,
                             &out->oldest_us};

    for (size_t k = 0; k < sizeof(queries) / sizeof(queries[0]); k++) {
        *sums[k] = i->db != NULL ? index_number(i->db, queries[k]) : -1;
        if (*sums[k] < 0)
            return index_unread(i, diag);
    }
    out->index_bytes = index_bytes(i->db);
    return 0;
}

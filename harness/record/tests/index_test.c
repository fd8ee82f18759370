/* index_test.c: what is written is read; what cannot be written stops nobody and is said. */
#include "harness/observe/verdict.h"
#include "harness/record/index.h"
#include "harness/record/index_db.h"
#include "runtime/base/tests/suite.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static struct diag diag;

static struct outcome outcome_make(const char *id, uint32_t verdict)
{
    return (struct outcome){.id = id,
                            .scenario = "area/a",
                            .parameters = "n=1",
                            .engine = "sim",
                            .verdict = verdict,
                            .reason = "survivor",
                            .signature = "leak:survivor",
                            .message = "it's \"left\"",
                            .file = "scenarios/area/a.yaml",
                            .ended = "by SIGINT",
                            .again = "scenario run a",
                            .record = "a-sim-0x1.record",
                            .line = 7,
                            .seed = UINT64_MAX,
                            .digest = UINT64_MAX - 1,
                            .start_us = 1234567,
                            .time_ns = 89,
                            .schedules = 3,
                            .failed = 2,
                            .repeat = 4,
                            .attempt = 5,
                            .must_fail = true,
                            .program = "bats",
                            .version = "1.8.2"};
}

static struct invocation invocation_make(const char *id, int64_t started_us)
{
    struct invocation v = {
        .verb = "run",
        .tool = "scenario 1",
        .subject = "v1",
        .host = "ci-2core",
        .platform = {"Linux", "6.1", 2, "docker", true},
        .started_us = started_us,
        .suite = UINT64_MAX,
        .plan = UINT64_MAX - 2,
        .shard_i = 2,
        .shard_n = 3,
        .selected = 4
    };

    (void)snprintf(v.id, sizeof(v.id), "%s", id);
    return v;
}

static struct index *opened(const char *folder, enum index_mode mode)
{
    struct index *i = NULL;

    CU_ASSERT_EQUAL_FATAL(index_open(folder, mode, &i, &diag), 0);
    return i;
}

/* What index_each() told. */
struct told {
    size_t count;
    int64_t key[16];
    struct outcome first; /* only its numbers are good afterwards */
    bool same;            /* the texts of the first were those of outcome_make() */
    char ids[256];
    int stop;
};

static int tell(void *user, int64_t key, const struct outcome *o)
{
    struct told *t = user;
    const struct outcome made = outcome_make(o->id, o->verdict);

    if (t->count == 0) {
        t->first = *o;
        t->same = strcmp(o->scenario, made.scenario) == 0 &&
                  strcmp(o->parameters, made.parameters) == 0 &&
                  strcmp(o->engine, made.engine) == 0 && strcmp(o->reason, made.reason) == 0 &&
                  strcmp(o->signature, made.signature) == 0 &&
                  strcmp(o->message, made.message) == 0 && strcmp(o->file, made.file) == 0 &&
                  strcmp(o->ended, made.ended) == 0 && strcmp(o->again, made.again) == 0 &&
                  strcmp(o->record, made.record) == 0 && strcmp(o->program, made.program) == 0 &&
                  strcmp(o->version, made.version) == 0;
    }
    (void)snprintf(t->ids + strlen(t->ids), sizeof(t->ids) - strlen(t->ids), "%s:%s ", o->id,
                   verdict_name(o->verdict));
    t->key[t->count++] = key;
    return t->stop;
}

static void told_of(struct index *i, const char *id, struct told *out)
{
    struct invocation v = {0};

    *out = (struct told){0};
    CU_ASSERT_EQUAL(index_find(i, id, &v, &diag), 0);
    CU_ASSERT_EQUAL(index_each(i, v.key, tell, out, &diag), 0);
}

/* Goal: every field comes back as it was; and a reader sees what a writer has added at once. */
static void test_what_is_added_is_read(void)
{
    struct index *w = opened(".", INDEX_WRITE);
    struct invocation v = invocation_make("one", 10);
    struct told t;

    CU_ASSERT_STRING_EQUAL(index_unkept(w), "");
    index_begin(w, &v);
    struct outcome o = outcome_make("area/a[n=1]", VERDICT_LEAK);
    int64_t key = index_add(w, &o);
    CU_ASSERT(key > 0);
    struct index *r = opened(".", INDEX_READ);
    struct invocation found = {0};
    CU_ASSERT_EQUAL(index_find(r, "last", &found, &diag), 0);
    /* It goes on still, or was killed. */
    CU_ASSERT_FALSE(found.complete);
    CU_ASSERT_EQUAL(found.key, v.key);
    CU_ASSERT_STRING_EQUAL(found.id, "one");
    CU_ASSERT_STRING_EQUAL(found.verb, v.verb);
    CU_ASSERT_STRING_EQUAL(found.tool, v.tool);
    CU_ASSERT_STRING_EQUAL(found.subject, v.subject);
    CU_ASSERT_STRING_EQUAL(found.host, v.host);
    CU_ASSERT_STRING_EQUAL(found.platform.os, "Linux");
    CU_ASSERT_STRING_EQUAL(found.platform.kernel, "6.1");
    CU_ASSERT_STRING_EQUAL(found.platform.container, "docker");
    CU_ASSERT(found.platform.cores == 2 && found.platform.ci);
    CU_ASSERT(found.started_us == 10 && found.suite == v.suite && found.plan == v.plan);
    CU_ASSERT(found.shard_i == 2 && found.shard_n == 3 && found.selected == 4);
    told_of(r, "one", &t);
    CU_ASSERT_EQUAL_FATAL(t.count, 1);
    CU_ASSERT_TRUE(t.same);
    CU_ASSERT_EQUAL(t.key[0], key);
    CU_ASSERT(t.first.verdict == VERDICT_LEAK && t.first.line == 7 && t.first.seed == o.seed &&
              t.first.digest == o.digest && t.first.start_us == o.start_us &&
              t.first.time_ns == 89 && t.first.schedules == 3 && t.first.failed == 2 &&
              t.first.repeat == 4 && t.first.attempt == 5 && t.first.must_fail);
    index_end(w, true);
    CU_ASSERT_EQUAL(index_find(r, "one", &found, &diag), 0);
    CU_ASSERT_TRUE(found.complete);
    index_close(r);
    index_close(w);
}

static void test_an_outcome_can_change_and_go(void)
{
    struct index *w = opened(".", INDEX_WRITE);
    struct invocation v = invocation_make("two", 20);
    struct told t;

    index_begin(w, &v);
    struct outcome a = outcome_make("a", VERDICT_PASS);
    struct outcome b = outcome_make("b", VERDICT_PASS);
    int64_t keys[] = {index_add(w, &a), index_add(w, &b)};
    struct outcome other = outcome_make("a", VERDICT_DIVERGED);
    other.engine = "both";
    other.start_us = 99;
    index_change(w, keys[0], &other);
    index_drop(w, keys[1]);
    told_of(w, "last", &t);
    CU_ASSERT_STRING_EQUAL(t.ids, "a:DIVERGED ");
    /* It began when it began. */
    CU_ASSERT_EQUAL(t.first.start_us, a.start_us);
    index_close(w);
}

/* Goal: `last` is the newest, whoever wrote later; an id that comes again is the new one's. */
static void test_an_invocation_is_found_by_its_id(void)
{
    struct index *w = opened(".", INDEX_WRITE);
    struct invocation v = invocation_make("older", 5);
    struct invocation found = {0};
    struct told t;

    index_begin(w, &v);
    CU_ASSERT_EQUAL(index_find(w, "last", &found, &diag), 0);
    CU_ASSERT_STRING_EQUAL(found.id, "two");
    v = invocation_make("two", 30);
    index_begin(w, &v);
    told_of(w, "two", &t);
    CU_ASSERT_EQUAL(t.count, 0);
    CU_ASSERT_EQUAL(index_find(w, "three", &found, &diag), ERR_NOTFOUND);
    CU_ASSERT_STRING_EQUAL(diag.text, "there is no run 'three' in .");
    index_close(w);
}

static void test_whoever_is_told_may_stop(void)
{
    struct index *w = opened(".", INDEX_WRITE);
    struct invocation v = invocation_make("stop", 40);
    struct told t = {.stop = 17};

    index_begin(w, &v);
    struct outcome o = outcome_make("a", VERDICT_PASS);
    (void)index_add(w, &o);
    (void)index_add(w, &o);
    CU_ASSERT_EQUAL(index_each(w, v.key, tell, &t, &diag), 17);
    CU_ASSERT_EQUAL(t.count, 1);
    index_close(w);
}

/* Goal: two writers at once lose nothing, and neither sees the other's as his own. */
static void test_two_write_at_once(void)
{
    struct index *w[2] = {opened(".", INDEX_WRITE), opened(".", INDEX_WRITE)};
    struct invocation v[2] = {invocation_make("left", 50), invocation_make("right", 51)};
    struct told t;

    for (size_t i = 0; i < 2; i++)
        index_begin(w[i], &v[i]);
    for (size_t n = 0; n < 6; n++) {
        char id[16];
        (void)snprintf(id, sizeof(id), "x%zu", n);
        struct outcome o = outcome_make(id, VERDICT_PASS);
        (void)index_add(w[n % 2], &o);
    }
    told_of(w[0], "left", &t);
    CU_ASSERT_STRING_EQUAL(t.ids, "x0:PASS x2:PASS x4:PASS ");
    told_of(w[0], "right", &t);
    CU_ASSERT_STRING_EQUAL(t.ids, "x1:PASS x3:PASS x5:PASS ");
    for (size_t i = 0; i < 2; i++) {
        CU_ASSERT_STRING_EQUAL(index_unkept(w[i]), "");
        index_close(w[i]);
    }
}

/* Goal: whatever is wrong with the file, a run goes on, knows its own outcomes, and says it. */
static void goes_on(const char *folder, const char *why)
{
    struct index *w = opened(folder, INDEX_WRITE);
    struct invocation v = invocation_make("here", 60);
    struct told t;

    CU_ASSERT_PTR_NOT_NULL(strstr(index_unkept(w), why));
    index_begin(w, &v);
    struct outcome o = outcome_make("a", VERDICT_FAIL);
    CU_ASSERT(index_add(w, &o) > 0);
    told_of(w, "last", &t);
    CU_ASSERT_STRING_EQUAL(t.ids, "a:FAIL ");
    index_end(w, true);
    index_close(w);
}

static void file_write(const char *path, const char *text, long at)
{
    FILE *file = fopen(path, at == 0 ? "we" : "r+e");

    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    (void)fseek(file, at, SEEK_SET);
    (void)fputs(text, file);
    (void)fclose(file);
}

static void test_what_cannot_be_written_stops_nobody(void)
{
    struct index *i = NULL;

    CU_ASSERT_EQUAL(mkdir("odd", 0777), 0);
    goes_on("nowhere", "results are not kept in nowhere/index.db: unable to open database file");
    CU_ASSERT_EQUAL(index_open("nowhere", INDEX_READ, &i, &diag), ERR_NOTFOUND);
    CU_ASSERT_PTR_NOT_NULL(strstr(diag.text, "there are no results in nowhere"));
    file_write("odd/index.db", "this is a text of somebody who did not know\n", 0);
    goes_on("odd", "file is not a database");
    CU_ASSERT_EQUAL(index_open("odd", INDEX_READ, &i, &diag), ERR_INPUT);
    CU_ASSERT_PTR_NOT_NULL(strstr(diag.text, "cannot read odd/index.db: file is not a database"));
    /* What was there is still there. */
    CU_ASSERT_EQUAL(access("odd/index.db", F_OK), 0);
    CU_ASSERT_EQUAL(unlink("odd/index.db"), 0);
    /* One of a newer build: its version is the number at byte 60 of the file. */
    index_close(opened("odd", INDEX_WRITE));
    file_write("odd/index.db", "\x7f", 60);
    goes_on("odd", "it is of a newer scenario");
    CU_ASSERT_EQUAL(index_open("odd", INDEX_READ, &i, &diag), ERR_INPUT);
    CU_ASSERT_PTR_NULL(i);
}

/* Goal: pages of it are rubbish, behind a first one that is good: who reads hears of it and is told
 * what to do, and who writes has an index of his own that works. */
static void test_a_torn_file_is_told_and_stops_nobody(void)
{
    static const char rubbish[] = "rubbish rubbish rubbish";
    struct invocation v = invocation_make("first", 1);
    struct index_sums sums;
    struct stat st;

    CU_ASSERT_EQUAL(mkdir("torn", 0777), 0);
    struct index *i = opened("torn", INDEX_WRITE);
    index_begin(i, &v);
    struct outcome o = outcome_make("a", VERDICT_PASS);
    CU_ASSERT(index_add(i, &o) > 0);
    CU_ASSERT_EQUAL(index_sum(i, &sums, &diag), 0);
    CU_ASSERT_EQUAL(sums.runs, 1);
    index_end(i, true);
    index_close(i);
    CU_ASSERT_EQUAL(stat("torn/index.db", &st), 0);
    for (long at = 4096; at < st.st_size; at += 4096)
        file_write("torn/index.db", rubbish, at);
    i = opened("torn", INDEX_READ);
    CU_ASSERT_EQUAL(index_sum(i, &sums, &diag), ERR_IO);
    CU_ASSERT_PTR_NOT_NULL(strstr(diag.text, "cannot read torn/index.db: "));
    CU_ASSERT_PTR_NOT_NULL(strstr(diag.text, ": move it away, and the next run begins a new one"));
    index_close(i);
    i = opened("torn", INDEX_WRITE);
    v = invocation_make("second", 2);
    index_begin(i, &v);
    CU_ASSERT(index_add(i, &o) > 0);
    struct told t;
    told_of(i, "last", &t);
    CU_ASSERT_STRING_EQUAL(t.ids, "a:PASS ");
    CU_ASSERT_PTR_NOT_NULL(strstr(index_unkept(i), "results are not kept in torn/index.db: "));
    index_close(i);
}

/* Runs `child` in a process of its own, in which it may do what cannot be taken back. */
static void apart(bool (*child)(int out), int *out)
{
    int ends[2];
    int status = -1;

    CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
    pid_t pid = fork();
    if (pid == 0) {
        (void)close(ends[0]);
        _exit(child(ends[1]) ? 0 : 1);
    }
    (void)close(ends[1]);
    int kept = 0;
    CU_ASSERT_EQUAL(read(ends[0], &kept, sizeof(kept)), (ssize_t)sizeof(kept));
    (void)close(ends[0]);
    CU_ASSERT_EQUAL(waitpid(pid, &status, 0), pid);
    CU_ASSERT_EQUAL(status, 0);
    *out = kept;
}

enum { FULL_BYTES = 200 * 1024, FULL_OUTCOMES = 3000 };

static int count_one(void *user, int64_t key, const struct outcome *o)
{
    (void)key;
    (void)o;
    ++*(int *)user;
    return 0;
}

static int count_of(struct index *i, const char *id)
{
    struct invocation v = {0};
    int count = 0;

    if (index_find(i, id, &v, &diag) < 0 || index_each(i, v.key, count_one, &count, &diag) < 0)
        return -1;
    return count;
}

/* Adds until no file may grow any more, and then as many again. */
static bool full_child(int out)
{
    const struct rlimit limit = {FULL_BYTES, FULL_BYTES};
    struct index *i = NULL;
    struct invocation v = invocation_make("full", 80);
    int kept = 0;

    (void)signal(SIGXFSZ, SIG_IGN);
    if (setrlimit(RLIMIT_FSIZE, &limit) < 0 || index_open("full", INDEX_WRITE, &i, &diag) < 0)
        return false;
    index_begin(i, &v);
    struct outcome o = outcome_make("a", VERDICT_PASS);
    for (int n = 0; n < FULL_OUTCOMES; n++) {
        if (index_add(i, &o) == 0)
            return false;
        kept += index_unkept(i)[0] == 0;
    }
    bool said = strstr(index_unkept(i), "results are not kept in full/index.db: ") != NULL;
    bool all = count_of(i, "full") == FULL_OUTCOMES;
    index_end(i, true);
    index_close(i);
    return said && all && write(out, &kept, sizeof(kept)) == (ssize_t)sizeof(kept);
}

/* Goal: what was kept before the disk was full is there, and the run knows all of its outcomes. */
static void test_a_full_disk_loses_nothing_that_was_kept(void)
{
    int kept = 0;

    CU_ASSERT_EQUAL(mkdir("full", 0777), 0);
    apart(full_child, &kept);
    CU_ASSERT(kept > 0 && kept < FULL_OUTCOMES);
    struct index *i = opened("full", INDEX_READ);
    CU_ASSERT_EQUAL(count_of(i, "full"), kept);
    index_close(i);
    /* There is room again. */
    i = opened("full", INDEX_WRITE);
    CU_ASSERT_STRING_EQUAL(index_unkept(i), "");
    index_close(i);
}

static bool read_only_child(int out)
{
    struct index *i = NULL;
    struct invocation v = invocation_make("new", 90);
    int had = 0;

    /* Nothing is read-only for root. */
    if ((geteuid() == 0 && setuid(65534) < 0) || index_open("fixed", INDEX_WRITE, &i, &diag) < 0)
        return false;
    bool said = strstr(index_unkept(i), "results are not kept in fixed/index.db: ") != NULL;
    had = count_of(i, "old");
    index_begin(i, &v);
    struct outcome o = outcome_make("a", VERDICT_PASS);
    bool added = index_add(i, &o) != 0 && count_of(i, "new") == 1;
    index_close(i);
    return said && added && write(out, &had, sizeof(had)) == (ssize_t)sizeof(had);
}

/* Goal: where nothing can be written a run goes on, and knows what was there before. */
static void test_a_folder_that_is_read_only(void)
{
    struct invocation v = invocation_make("old", 85);
    struct outcome o = outcome_make("a", VERDICT_PASS);
    int had = 0;

    CU_ASSERT_EQUAL(mkdir("fixed", 0777), 0);
    struct index *i = opened("fixed", INDEX_WRITE);
    index_begin(i, &v);
    (void)index_add(i, &o);
    index_close(i);
    CU_ASSERT(chmod(".", 0755) == 0 && chmod("fixed/index.db", 0444) == 0 &&
              chmod("fixed", 0555) == 0);
    apart(read_only_child, &had);
    CU_ASSERT_EQUAL(had, 1);
    CU_ASSERT_EQUAL(chmod("fixed", 0755), 0);
}

enum { KILLS = 50, KILL_OUTCOMES_MAX = 40 };

/* Adds, and tells each that was added, until it is killed. */
static void killed_child(int turn, int out)
{
    struct index *i = NULL;
    char id[32];

    (void)snprintf(id, sizeof(id), "turn%d", turn);
    struct invocation v = invocation_make(id, 1000 + turn);
    if (index_open("killed", INDEX_WRITE, &i, &diag) < 0)
        return;
    index_begin(i, &v);
    struct outcome o = outcome_make(id, VERDICT_PASS);
    for (int n = 1; index_add(i, &o) != 0 && index_unkept(i)[0] == 0; n++) {
        if (write(out, &n, sizeof(n)) != (ssize_t)sizeof(n))
            return;
    }
}

/* Goal: of 50 that are killed, after so many outcomes each, nothing is lost that was added. */
static void test_the_killed_lose_nothing(void)
{
    CU_ASSERT_EQUAL(mkdir("killed", 0777), 0);
    for (int turn = 0; turn < KILLS; turn++) {
        int ends[2];
        int told = 0;
        char id[32];
        CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
        pid_t pid = fork();
        if (pid == 0) {
            (void)close(ends[0]);
            killed_child(turn, ends[1]);
            _exit(1);
        }
        (void)close(ends[1]);
        int wanted = 1 + turn * 7 % KILL_OUTCOMES_MAX;
        int n;
        while (read(ends[0], &n, sizeof(n)) == (ssize_t)sizeof(n)) {
            told = n;
            if (told == wanted)
                CU_ASSERT_EQUAL(kill(pid, SIGKILL), 0);
        }
        (void)close(ends[0]);
        CU_ASSERT_EQUAL(waitpid(pid, NULL, 0), pid);
        (void)snprintf(id, sizeof(id), "turn%d", turn);
        struct index *i = opened("killed", INDEX_READ);
        CU_ASSERT(told >= wanted && count_of(i, id) >= told);
        index_close(i);
    }
}

/* Goal: SQL knows the same verdicts as bad as everybody else. */
static void test_bad_is_bad(void)
{
    for (unsigned v = 0; v < VERDICTS; v++) {
        char name[32];
        (void)snprintf(name, sizeof(name), "'%s'", verdict_name(v));
        CU_ASSERT_EQUAL(strstr(INDEX_BAD, name) == NULL, verdict_is_bad(v));
    }
}

/* An invocation of that age in which one run came to `verdict`, with a record of so many bytes. */
static void aged(struct index *w, const char *id, int64_t started_us, uint32_t verdict,
                 unsigned bytes)
{
    struct invocation v = invocation_make(id, started_us);
    char path[64];

    (void)snprintf(path, sizeof(path), "prune/%s", id);
    CU_ASSERT_EQUAL(mkdir(path, 0777), 0);
    (void)snprintf(path, sizeof(path), "prune/%s/a.record", id);
    FILE *file = fopen(path, "we");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    for (unsigned i = 0; i < bytes; i++)
        (void)fputc('x', file);
    (void)fclose(file);
    index_begin(w, &v);
    struct outcome o = outcome_make("a", verdict);
    (void)index_add(w, &o);
    index_end(w, true);
}

/* The ids that are left in index and folder, the newest first. */
static int id_add(void *user, int64_t key, const struct outcome *o)
{
    (void)key;
    (void)o;
    ++*(unsigned *)user;
    return 0;
}

static bool is_left(struct index *w, const char *id)
{
    struct invocation v = {0};
    char path[64];
    unsigned outcomes = 0;

    (void)snprintf(path, sizeof(path), "prune/%s/a.record", id);
    bool found = index_find(w, id, &v, &diag) == 0;
    CU_ASSERT_EQUAL(found, access(path, F_OK) == 0);
    if (found)
        CU_ASSERT_EQUAL(index_each(w, v.key, id_add, &outcomes, &diag), 0);
    CU_ASSERT_EQUAL(outcomes, found);
    return found;
}

enum { PASSED_US = 1000, FAILED_US = 6000, NOW_US = 1000 * 1000 };

/* Goal: each limit removes what it must, the oldest first, failures later than passes, and never
 * the invocation that goes on. */
static void test_old_ones_go(void)
{
    const struct index_limits wide = {INT64_MAX, INT64_MAX, PASSED_US, FAILED_US};
    struct index_limits few = {3, INT64_MAX, NOW_US, INT64_C(6) * NOW_US};

    CU_ASSERT_EQUAL(mkdir("prune", 0777), 0);
    struct index *w = opened("prune", INDEX_WRITE);
    aged(w, "pass-old", NOW_US - PASSED_US - 1, VERDICT_PASS, 1);
    aged(w, "pass-new", NOW_US - PASSED_US + 1, VERDICT_PASS, 1);
    aged(w, "fail-old", NOW_US - FAILED_US - 1, VERDICT_FAIL, 1);
    aged(w, "fail-new", NOW_US - FAILED_US + 1, VERDICT_FAIL, 50000);
    /* It goes on. */
    aged(w, "own", 0, VERDICT_PASS, 1);
    CU_ASSERT_EQUAL(index_prune(w, NOW_US, &wide), 2);
    CU_ASSERT(!is_left(w, "pass-old") && !is_left(w, "fail-old"));
    CU_ASSERT(is_left(w, "pass-new") && is_left(w, "fail-new") && is_left(w, "own"));
    CU_ASSERT_EQUAL(index_prune(w, NOW_US, &wide), 0);
    CU_ASSERT_EQUAL(index_prune(w, NOW_US, &few), 0);
    /* By number: 999 us six times are more than 5999. */
    aged(w, "newest", NOW_US, VERDICT_PASS, 1);
    CU_ASSERT_EQUAL(index_prune(w, NOW_US, &few), 1);
    /* The one that was begun before is no one's own any more, and the oldest. */
    CU_ASSERT(!is_left(w, "own") && is_left(w, "fail-new") && is_left(w, "pass-new"));
    /* By size. */
    few.runs = INT64_MAX;
    few.bytes = 150000;
    CU_ASSERT_EQUAL(index_prune(w, NOW_US, &few), 0);
    aged(w, "large", NOW_US - 10, VERDICT_FAIL, 100 * 1000);
    CU_ASSERT(index_prune(w, NOW_US, &few) >= 1);
    CU_ASSERT(!is_left(w, "fail-new") && is_left(w, "large"));
    index_close(w);
}

/* Goal: what somebody else has put there stays, and a name that leads elsewhere is not followed. */
static void test_only_what_is_ours_goes(void)
{
    const struct index_limits none = {0, INT64_MAX, NOW_US, NOW_US};

    CU_ASSERT_EQUAL(system("mkdir precious prune/mine; touch precious/a.record prune/mine/notes "
                           "prune/mine/a.record; ln -s ../precious prune/link"),
                    0); /* NOLINT */
    struct index *w = opened("prune", INDEX_WRITE);
    static const char *const ids[] = {"mine", "link", "../precious", "end"};
    for (size_t n = 0; n < sizeof(ids) / sizeof(ids[0]); n++) {
        struct invocation v = invocation_make(ids[n], 5);
        index_begin(w, &v);
        index_end(w, true);
    }
    CU_ASSERT(index_prune(w, NOW_US, &none) >= 3);
    CU_ASSERT_EQUAL(access("precious/a.record", F_OK), 0);
    CU_ASSERT_EQUAL(access("prune/mine/notes", F_OK), 0);
    CU_ASSERT_NOT_EQUAL(access("prune/mine/a.record", F_OK), 0);
    index_close(w);
}

static void test_a_run_is_a_name_or_a_folder(void)
{
    struct invocation v = invocation_make("run1", 70);
    struct index *i = NULL;
    struct invocation found = {0};

    CU_ASSERT_EQUAL(system("mkdir -p res/run1; ln -s run1 res/last"), 0); /* NOLINT */
    struct index *w = opened("res", INDEX_WRITE);
    index_begin(w, &v);
    index_close(w);
    static const char *const names[][2] = {
        {"last",      "res"    },
        {"run1",      "res"    },
        {"res/run1",  "."      },
        {"res/last/", "nowhere"}
    };
    for (size_t n = 0; n < sizeof(names) / sizeof(names[0]); n++) {
        found = (struct invocation){0};
        CU_ASSERT_EQUAL_FATAL(index_open_run(names[n][0], names[n][1], &i, &found, &diag), 0);
        CU_ASSERT_STRING_EQUAL(found.id, "run1");
        index_close(i);
    }
    CU_ASSERT_EQUAL(index_open_run("run2", "res", &i, &found, &diag), ERR_NOTFOUND);
    CU_ASSERT_STRING_EQUAL(diag.text, "there is no run 'run2' in res");
}

static char folder[] = "/tmp/index_test.XXXXXX";

static int folder_open(void)
{
    return mkdtemp(folder) == NULL || chdir(folder) < 0;
}

static int folder_clean(void)
{
    char command[64];

    (void)snprintf(command, sizeof(command), "rm -rf %s", folder);
    return chdir("/") < 0 || system(command) != 0; /* NOLINT */
}

int main(void)
{
    CU_pSuite suite = suite_open("index", folder_open, folder_clean);
    CU_add_test(suite, "read", test_what_is_added_is_read);
    CU_add_test(suite, "change", test_an_outcome_can_change_and_go);
    CU_add_test(suite, "find", test_an_invocation_is_found_by_its_id);
    CU_add_test(suite, "stop", test_whoever_is_told_may_stop);
    CU_add_test(suite, "two", test_two_write_at_once);
    CU_add_test(suite, "torn", test_a_torn_file_is_told_and_stops_nobody);
    CU_add_test(suite, "unkept", test_what_cannot_be_written_stops_nobody);
    CU_add_test(suite, "full", test_a_full_disk_loses_nothing_that_was_kept);
    CU_add_test(suite, "read-only", test_a_folder_that_is_read_only);
    CU_add_test(suite, "killed", test_the_killed_lose_nothing);
    CU_add_test(suite, "bad", test_bad_is_bad);
    CU_add_test(suite, "prune", test_old_ones_go);
    CU_add_test(suite, "ours", test_only_what_is_ours_goes);
    CU_add_test(suite, "run", test_a_run_is_a_name_or_a_folder);
    return suite_close();
}

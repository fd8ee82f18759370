/* shard.c: plans, and where schedulers say which task this is. */
#include "harness/cli/shard.h"

#include "runtime/base/check.h"
#include "runtime/base/hash.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* ---- As it is asked for ---- */

/* Digits from `text` on, at most `most`. Returns what is behind them, NULL when it is no number. */
static const char *digits_read(const char *text, uint64_t most, uint64_t *out)
{
    char *end = NULL;

    if (text[0] < '0' || text[0] > '9')
        return NULL;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    if (errno != 0 || value > most)
        return NULL;
    *out = value;
    return end;
}

bool shard_read(const char *text, struct shard *out)
{
    static const char outside[] = "auto";
    uint64_t index = 0;
    uint64_t count = 0;
    bool is_outside = strncmp(text, outside, sizeof(outside) - 1) == 0;
    const char *at =
        is_outside ? text + sizeof(outside) - 1 : digits_read(text, SHARDS_MAX, &index);

    if (at == NULL)
        return false;
    if (!is_outside || *at != 0) {
        if (*at != '/')
            return false;
        at = digits_read(at + 1, SHARDS_MAX, &count);
        if (at == NULL || *at != 0 || count == 0 || index > count)
            return false;
    }
    if (!is_outside && index == 0)
        return false;
    *out = (struct shard){(uint32_t)index, (uint32_t)count, is_outside};
    return true;
}

/* ---- Schedulers ---- */

/* What a scheduler tells its tasks. */
struct scheduler {
    const char *index;
    const char *first; /* the least index, or NULL: then it is `base` */
    const char *step;  /* from one index to the next, or NULL: 1 */
    const char *count; /* NULL: it does not tell */
    uint64_t base;
};

/* In the order in which they are asked. */
#define SLURM(name) "SLURM_ARRAY_TASK_" name
static const struct scheduler schedulers[] = {
    {SLURM("ID"),            SLURM("MIN"), SLURM("STEP"), SLURM("COUNT"),      0},
    {"CI_NODE_INDEX",        NULL,         NULL,          "CI_NODE_TOTAL",     1},
    {"JOB_COMPLETION_INDEX", NULL,         NULL,          NULL,                0},
    {"TEST_SHARD_INDEX",     NULL,         NULL,          "TEST_TOTAL_SHARDS", 0},
};
#undef SLURM

/* The number in a variable, `unset` without one. */
static int variable_read(const char *name, uint64_t unset, char *(*get)(const char *name),
                         uint64_t *out, struct diag *diag)
{
    const char *text = name != NULL ? get(name) : NULL;

    if (text == NULL || text[0] == 0) {
        *out = unset;
        return 0;
    }
    const char *end = digits_read(text, UINT32_MAX, out);
    if (end == NULL || *end != 0)
        return diag_set(diag, ERR_USAGE, "--shard auto: %s is '%s', not a number", name, text);
    return 0;
}

static const struct scheduler *scheduler_find(char *(*get)(const char *name))
{
    for (size_t i = 0; i < sizeof(schedulers) / sizeof(schedulers[0]); i++) {
        const char *text = get(schedulers[i].index);
        if (text != NULL && text[0] != 0)
            return &schedulers[i];
    }
    return NULL;
}

/* What the variables of a scheduler say. */
struct task {
    uint64_t index;
    uint64_t first;
    uint64_t step;
    uint64_t count; /* 0: nobody says */
};

static int task_read(const struct scheduler *of, const struct shard *s,
                     char *(*get)(const char *name), struct task *out, struct diag *diag)
{
    int rc = variable_read(of->index, 0, get, &out->index, diag);

    if (rc == 0)
        rc = variable_read(of->first, of->base, get, &out->first, diag);
    if (rc == 0)
        rc = variable_read(of->step, 1, get, &out->step, diag);
    if (rc == 0)
        rc = variable_read(of->count, s->count, get, &out->count, diag);
    if (rc < 0 || out->count > 0)
        return rc;
    if (of->count == NULL)
        return diag_set(diag, ERR_USAGE,
                        "--shard auto: %s does not say of how many; say --shard auto/N", of->index);
    return diag_set(diag, ERR_USAGE, "--shard auto: %s is set and %s is not; say --shard auto/N",
                    of->index, of->count);
}

int shard_resolve(struct shard *s, char *(*get)(const char *name), struct diag *diag)
{
    const struct scheduler *of = s->outside ? scheduler_find(get) : NULL;
    struct task task = {0};

    if (!s->outside)
        return 0;
    if (of == NULL) {
        return diag_set(diag, ERR_USAGE,
                        "--shard auto: none of SLURM_ARRAY_TASK_ID, CI_NODE_INDEX, "
                        "JOB_COMPLETION_INDEX and TEST_SHARD_INDEX is set; say --shard I/N");
    }
    int rc = task_read(of, s, get, &task, diag);
    if (rc < 0)
        return rc;
    if (s->count != 0 && s->count != task.count) {
        return diag_set(diag, ERR_USAGE,
                        "--shard auto/%" PRIu32 ": %s is %" PRIu64 "; say --shard I/N", s->count,
                        of->count, task.count);
    }
    if (task.count > SHARDS_MAX)
        return diag_set(diag, ERR_USAGE, "--shard auto: %s is %" PRIu64 ", more than %d shards",
                        of->count, task.count, SHARDS_MAX);
    /* An array with holes has other numbers than its count lets expect. */
    if (task.index < task.first || task.step == 0 || (task.index - task.first) % task.step != 0 ||
        (task.index - task.first) / task.step >= task.count) {
        return diag_set(diag, ERR_USAGE,
                        "--shard auto: %s is %" PRIu64 ", which is none of %" PRIu64
                        " in a row from %" PRIu64 " on; say --shard I/N",
                        of->index, task.index, task.count, task.first);
    }
    s->index = (uint32_t)((task.index - task.first) / task.step + 1);
    s->count = (uint32_t)task.count;
    return 0;
}

/* ---- Plans ---- */

static int order_by_id(const struct shard_item *a, const struct shard_item *b)
{
    int order = strcmp(a->id, b->id);

    if (order != 0)
        return order;
    return (a->place > b->place) - (a->place < b->place);
}

static int compare_id(const void *a, const void *b)
{
    return order_by_id(a, b);
}

static int compare_time(const void *a, const void *b)
{
    const struct shard_item *x = a;
    const struct shard_item *y = b;

    if (x->time_ns != y->time_ns)
        return x->time_ns < y->time_ns ? 1 : -1;
    return order_by_id(x, y);
}

/* The hash's low bits depend on the low bits of the text alone, and ids of a matrix differ little:
 * all bits take part before it is divided. */
static uint64_t id_spread(const char *id)
{
    uint64_t hash = hash_add(HASH_BEGIN, id, strlen(id));

    hash = (hash ^ (hash >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    hash = (hash ^ (hash >> 27)) * UINT64_C(0x94d049bb133111eb);
    return hash ^ (hash >> 31);
}

/* Gives those without a duration the mean of the others. Returns false when none has one. */
static bool times_fill(struct shard_item *item, size_t count)
{
    int64_t known = 0;
    int64_t sum_ns = 0;

    for (size_t i = 0; i < count; i++) {
        known += item[i].time_ns > 0;
        sum_ns += item[i].time_ns;
    }
    for (size_t i = 0; i < count && known > 0; i++) {
        if (item[i].time_ns == 0)
            item[i].time_ns = sum_ns / known > 0 ? sum_ns / known : 1;
    }
    return known > 0;
}

/* The longest first, each to who has least. */
static void deal_by_time(struct shard_item *item, size_t count, uint32_t shards)
{
    int64_t load_ns[SHARDS_MAX] = {0};

    qsort(item, count, sizeof(*item), compare_time);
    for (size_t i = 0; i < count; i++) {
        uint32_t least = 0;
        for (uint32_t s = 1; s < shards; s++)
            least = load_ns[s] < load_ns[least] ? s : least;
        load_ns[least] += item[i].time_ns;
        item[i].shard = least + 1;
    }
}

uint64_t shard_plan(struct shard_item *item, size_t count, uint32_t shards, uint64_t hash)
{
    CHECK(shards > 0);
    CHECK(shards <= SHARDS_MAX);
    if (times_fill(item, count)) {
        deal_by_time(item, count, shards);
    } else {
        for (size_t i = 0; i < count; i++)
            item[i].shard = (uint32_t)(id_spread(item[i].id) % shards) + 1;
    }
    if (count > 0)
        qsort(item, count, sizeof(*item), compare_id);
    hash = hash_add(hash, &shards, sizeof(shards));
    for (size_t i = 0; i < count; i++) {
        hash = hash_add(hash, item[i].id, strlen(item[i].id) + 1);
        hash = hash_add(hash, &item[i].engines, sizeof(item[i].engines));
        hash = hash_add(hash, &item[i].shard, sizeof(item[i].shard));
    }
    return hash;
}

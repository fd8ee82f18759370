/* split.c: the runs of one shard, of all that were selected. */
#include "harness/cli/durations.h"
#include "harness/cli/shard.h"
#include "harness/cli/suite.h"
#include "runtime/base/hash.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

/* Bazel wants to be told that its variables are obeyed. */
static void obedience_tell(void)
{
    const char *path = getenv("TEST_SHARD_STATUS_FILE");
    int fd = path != NULL && path[0] != 0 ? open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666) : -1;

    if (fd >= 0)
        (void)close(fd);
}

/* The item of each variant, in the jobs' order. */
static size_t items_make(const struct jobs *j, const struct durations *d, struct shard_item *item)
{
    size_t count = 0;

    for (size_t i = 0; i < j->count; i++) {
        const struct job *job = &j->job[i];
        if (i == 0 || job->variant != job[-1].variant) {
            item[count] = (struct shard_item){.id = job->variant->id, .place = count};
            count++;
        }
        struct shard_item *of = &item[count - 1];
        if ((of->engines & job->engine) == 0) {
            of->engines |= job->engine;
            of->time_ns += durations_get(d, of->id, job->engine);
        }
    }
    return count;
}

static int compare_place(const void *a, const void *b)
{
    const struct shard_item *x = a;
    const struct shard_item *y = b;

    return (x->place > y->place) - (x->place < y->place);
}

/* Keeps the jobs of the shard; variants are whole, so what is between twins stays. */
static void jobs_thin(struct jobs *j, const struct shard_item *item, uint32_t shard)
{
    size_t kept = 0;
    const struct variant *before = NULL;

    for (size_t i = 0; i < j->count; i++) {
        struct job *job = &j->job[i];
        if (before != NULL && job->variant != before)
            item++;
        before = job->variant;
        if (item->shard != shard)
            continue;
        if (job->twin != SIZE_MAX)
            job->twin -= i - kept;
        j->job[kept++] = *job;
    }
    j->count = kept;
}

int jobs_split(struct jobs *j, const struct flags *f, struct diag *diag)
{
    const uint64_t common[] = {f->seed, f->schedules, f->repeat, j->count};
    struct durations durations = DURATIONS_INIT;
    struct shard shard = f->shard;

    j->planned = j->count;
    if (shard.count == 0 && !shard.outside && f->durations != NULL)
        return diag_set(diag, ERR_USAGE, "--durations balances shards: say --shard I/N with it");
    if (shard.count == 0 && !shard.outside)
        return 0;
    int rc = shard_resolve(&shard, getenv, diag);
    if (rc == 0 && f->durations != NULL)
        rc = durations_load(&durations, f->durations, diag);
    struct shard_item *item = calloc(j->count + 1, sizeof(*item));
    if (rc == 0 && item == NULL) {
        rc = diag_set(diag, ERR_NOMEM, "out of memory");
    } else if (rc == 0) {
        size_t count = items_make(j, &durations, item);
        j->shard = shard;
        j->plan =
            shard_plan(item, count, shard.count, hash_add(HASH_BEGIN, common, sizeof(common)));
        qsort(item, count, sizeof(*item), compare_place);
        jobs_thin(j, item, shard.index);
        if (shard.outside)
            obedience_tell();
    }
    free(item);
    durations_release(&durations);
    return rc;
}

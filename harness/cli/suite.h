/* suite.h: the scenarios that a command line means, loaded, and the runs that follow from them. */
#ifndef HARNESS_CLI_SUITE_H
#define HARNESS_CLI_SUITE_H

#include "harness/cli/filter.h"
#include "harness/cli/flags.h"
#include "harness/cli/last_failed.h"
#include "harness/cli/lookup.h"
#include "harness/run/result.h"
#include "harness/scenario/model.h"
#include "runtime/base/arena.h"

enum {
    SUITE_ARENA_BYTES_MAX = 512 * 1024 * 1024, /* of one file's model */
    SUITE_JOBS_MAX = 100 * 1000, /* of one command: their results are kept to its end */
};

struct suite_file {
    struct arena arena;
    struct scenario *scenario; /* NULL when the file is wrong */
    struct findings *findings; /* owned */
    const char *path;          /* lent from the lookup */
    const char *again;
};

struct suite {
    struct lookup lookup;
    struct suite_file *file; /* owned */
    size_t count;
    bool check;    /* only to be checked: scripts, standard input and pipes, too */
    size_t errors; /* files that are wrong */
    size_t warnings;
};

#define SUITE_INIT ((struct suite){0})

/* What every reading of a file needs: the tables of the layers above the language. */
struct scenario_options suite_options(const struct places *places);

/* Finds and loads the scenarios that the flags name, see lookup.h. Returns EXIT_CODE_OK when every
 * file could be read, right or wrong; otherwise another one, and has said why. */
int suite_load(struct suite *s, const struct flags *f, const struct places *places);

/* Adds what is to be said about the files: errors and, if wanted, warnings. */
void suite_findings(const struct suite *s, bool warnings, struct buf *out);

/* A fingerprint of the files, as they were read, in their order. */
uint64_t suite_hash(const struct suite *s);

void suite_release(struct suite *s);

/* An attempt that was not the last. */
struct job_attempt {
    struct run_result result; /* owned */
    int64_t key;              /* in the ledger */
};

/* One run to be made. */
struct job {
    const struct suite_file *file;
    const struct variant *variant;
    unsigned engine;
    uint64_t seed;
    uint64_t repeat;          /* which one of --repeat, from 0 */
    int64_t key;              /* of its outcome in the index, once done; 0: it has none */
    size_t twin;              /* index of the same run on the other engine; SIZE_MAX: none */
    bool replaced;            /* its twin's result stands for both */
    struct run_result result; /* owned */
    size_t turn;              /* its place in the order of the starts, where there is one */
    /* Its attempts before this one, which all failed; owned. */
    struct job_attempt *earlier;
    uint32_t retries; /* how many they are */
    bool started;
    bool done;
};

struct jobs {
    struct job *job; /* owned; variants in the files' order, real before sim */
    size_t count;
    size_t room;
    size_t *order;                  /* owned: in which they start; NULL: in their own */
    size_t skipped;                 /* variants whose scenario does not list the wanted engine */
    struct shard shard;             /* that these are of; zero: of none */
    uint64_t plan;                  /* of all shards together */
    size_t planned;                 /* runs in all shards */
    const struct last_failed *only; /* lent: what may be selected; NULL: all */
};

#define JOBS_INIT ((struct jobs){0})

/* True when the flags' -p take this variant. */
bool pins_take(const struct flags *f, const struct variant *v);

/* True when the filter (-k, or NULL) takes this variant on this engine. */
bool engine_taken(const char *filter, const struct scenario *s, const struct variant *v,
                  unsigned engine);

/* Adds the runs that the flags select. Returns 0, ERR_USAGE (of -k), ERR_FULL or ERR_NOMEM. */
int jobs_select(struct jobs *j, const struct suite *s, const struct flags *f, struct diag *diag);

/* Keeps those of the shard that the flags ask for, if any. Returns 0, ERR_USAGE, ERR_NOMEM, or as
 * durations_load(). */
int jobs_split(struct jobs *j, const struct flags *f, struct diag *diag);

/* Makes each job `copies` jobs, one round of all of them behind the other; the seed rises by
 * `seed_step` from round to round, and so does the number of the repetition, by one. There is no
 * pair of engines among them. Returns 0, ERR_FULL or ERR_NOMEM. */
int jobs_multiply(struct jobs *j, size_t copies, uint64_t seed_step, struct diag *diag);

/* True when one of them is for that engine. */
bool jobs_have(const struct jobs *j, unsigned engine);

void jobs_release(struct jobs *j);

#endif

/* pool.h: jobs in worker processes, as many at a time as parallel.h says, each once; again when it
 * has failed, if that is wanted; or all of them again and again.
 *
 * Every job has a process of its own, which writes its result into a pipe. A worker that dies
 * without one is a result too: VERDICT_HARNESS. The pool is the subreaper of what its workers
 * leave behind (the guard of a real run ends by itself when its worker is gone), and returns when
 * nothing is left. Single-threaded, so that forking is safe. */
#ifndef HARNESS_CLI_POOL_H
#define HARNESS_CLI_POOL_H

#include "harness/cli/parallel.h"
#include "harness/cli/suite.h"

#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum { POOL_WORKERS_MAX = FLAGS_JOBS_MAX };

/* A worker, as a progress line shows it. */
struct pool_worker {
    pid_t pid; /* 0: free */
    int fd;
    size_t job;
    int64_t started_ns;
    struct buf bytes; /* owned: what it has written so far */
};

struct pool {
    struct jobs *jobs; /* lent */
    struct parallel parallel;
    size_t done;     /* jobs; of endless ones, runs */
    size_t failed;   /* of them, with a verdict that somebody must look at, and not excused */
    int interrupted; /* the signal that stops the run; 0: none */
    bool ending;     /* no more jobs are started: those that run are the last */
    int told; /* a pipe to somebody who is told the results: without him it stops; -1: none */
    struct pool_worker worker[POOL_WORKERS_MAX];
    sigset_t mask_before; /* of pool_open() */
    sigset_t mask_open;

    uint32_t retries;    /* how often a job is run again that fails on processes */
    size_t failures_max; /* no more is started when so many have failed; 0: does not count */
    /* Jobs are endless: each time that one is run its number and its seed are higher by these; 0:
     * once each. */
    uint64_t repeat_step;
    uint64_t seed_step;
    int64_t end_ns; /* no more of endless ones is started then; 0: never */

    /* Whether a run's bad verdict does not count as a failure; NULL: each counts. */
    bool (*excused)(const struct pool *p, const struct run_result *r);
    /* Runs in the worker; fills the empty result. */
    void (*work)(const struct job *job, void *user, struct run_result *out);
    /* A run has ended, its result is in the job; there may be another attempt. It and the next two
     * run in the pool's process. */
    void (*done_run)(struct pool *p, struct job *job);
    /* A job is done: its result is in it. Of an endless one it takes the result out. */
    void (*done_job)(struct pool *p, struct job *job);
    /* Called at least every tick_ns. */
    void (*tick)(struct pool *p);
    int64_t tick_ns;
    void *user;
};

/* Takes the signals over: from here on SIGINT, SIGTERM, SIGHUP and SIGQUIT stop the pool (stop.h).
 * Close it again. */
void pool_open(struct pool *p);
void pool_close(struct pool *p);

/* Runs all jobs, or stops early when interrupted: once = the workers stop cleanly, twice = they
 * are killed. Returns 0, or ERR_IO when processes cannot be made. */
int pool_run(struct pool *p, struct diag *diag);

/* In a worker: whether to show the run's state. */
volatile sig_atomic_t *pool_dump(void);

#endif

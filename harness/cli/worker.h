/* worker.h: what a worker process does: one job, its schedules one after the other. */
#ifndef HARNESS_CLI_WORKER_H
#define HARNESS_CLI_WORKER_H

#include "harness/cli/suite.h"

#include <signal.h>
#include <stdint.h>

/* What all jobs share; lent. */
struct worker_options {
    const char *helper_dir;
    const char *records; /* the folder of this invocation's records; NULL: none is kept */
    bool record_all;     /* of runs that pass, too */
    bool records_full;   /* there are as many of failures as it takes */
    const char *run_id;  /* the cookie of all runs; NULL: each has its own */
    const char *current_directory;
    uint64_t schedules; /* on sim */
    uint64_t repeat;    /* how often each variant is run */
    bool all_events;    /* a failure tells the whole trace */
    int64_t total_ns;   /* 0: the scenario's */
    int64_t step_ns;
    unsigned without;                  /* set of enum feature */
    const volatile sig_atomic_t *stop; /* see run.h */
    volatile sig_atomic_t *dump;
};

/* Runs the job in this process. *out is empty and gets the result, whatever it is. */
void worker_run(const struct job *job, const struct worker_options *options,
                struct run_result *out);

/* Fills what is known of a job's result before it ran: id, scenario, engine, seed, again. */
void worker_head(const struct job *job, const struct worker_options *options,
                 struct run_result *out);

#endif

/* parallel.c: a budget for each engine. */
#include "harness/cli/parallel.h"

enum { LANE_REAL, LANE_SIM, LANES };

static size_t lane_of(const struct job *job)
{
    return job->engine == ENGINE_SIM ? LANE_SIM : LANE_REAL;
}

struct parallel parallel_init(size_t asked, size_t most, const struct parallel_limits *limits)
{
    struct parallel p = {
        .most = most,
        .processes_most = SIZE_MAX,
        .large = SIZE_MAX,
        .lane = {{.room = SIZE_MAX}, {.room = SIZE_MAX}}
    };

    if (asked > 0) {
        p.most = asked < most ? asked : most;
        return p;
    }
    size_t files = limits->files > PARALLEL_FILES ? limits->files - PARALLEL_FILES : 1;
    p.most = files < most ? files : most;
    p.processes_most = limits->processes / 2;
    p.lane[LANE_REAL].room = limits->cores * PARALLEL_PROCESSES_PER_CORE;
    p.lane[LANE_SIM].room = limits->cores;
    p.large = p.lane[LANE_REAL].room / 2;
    return p;
}

static size_t job_processes(const struct job *job)
{
    const struct tree *tree = job->variant->tree;

    if (job->engine == ENGINE_SIM)
        return 1;
    return PARALLEL_HARNESS + (tree != NULL ? tree->count : 1);
}

static size_t job_weight(const struct parallel *p, const struct job *job)
{
    const struct tree *tree = job->variant->tree;
    size_t weight = job_processes(job);

    if (job->engine == ENGINE_SIM)
        return 1;
    for (size_t i = 0; tree != NULL && i < tree->count; i++)
        weight += tree->node[i].role == ROLE_SPINNER ? PARALLEL_SPINNER : 0;
    return weight < p->large ? weight : p->large;
}

static bool job_fits(const struct parallel *p, const struct job *job)
{
    const struct parallel_lane *lane = &p->lane[lane_of(job)];

    if (lane->used > 0 && lane->used + job_weight(p, job) > lane->room)
        return false;
    return p->runs == 0 || p->processes + job_processes(job) <= p->processes_most;
}

/* The job whose turn that is. */
static size_t job_at(const struct jobs *jobs, size_t turn)
{
    return jobs->order != NULL ? jobs->order[turn] : turn;
}

static size_t turn_of(const struct jobs *jobs, size_t job)
{
    return jobs->order != NULL ? jobs->job[job].turn : job;
}

/* The turn of the engine's next job, or jobs->count. */
static size_t lane_next(struct parallel *p, const struct jobs *jobs, size_t lane)
{
    size_t *next = &p->lane[lane].next;

    while (*next < jobs->count && (lane_of(&jobs->job[job_at(jobs, *next)]) != lane ||
                                   jobs->job[job_at(jobs, *next)].started))
        (*next)++;
    return *next;
}

size_t parallel_take(struct parallel *p, const struct jobs *jobs)
{
    size_t first = SIZE_MAX;

    if (p->runs == p->most)
        return SIZE_MAX;
    for (size_t lane = 0; lane < LANES; lane++) {
        size_t turn = lane_next(p, jobs, lane);
        if (turn < jobs->count && turn < first && job_fits(p, &jobs->job[job_at(jobs, turn)]))
            first = turn;
    }
    if (first == SIZE_MAX)
        return SIZE_MAX;
    const struct job *job = &jobs->job[job_at(jobs, first)];
    p->lane[lane_of(job)].next++;
    p->lane[lane_of(job)].used += job_weight(p, job);
    p->processes += job_processes(job);
    p->runs++;
    return job_at(jobs, first);
}

void parallel_give(struct parallel *p, const struct job *job)
{
    p->lane[lane_of(job)].used -= job_weight(p, job);
    p->processes -= job_processes(job);
    p->runs--;
}

bool parallel_refuse(struct parallel *p, const struct jobs *jobs, size_t taken)
{
    const struct job *job = &jobs->job[taken];

    parallel_give(p, job);
    p->lane[lane_of(job)].next = turn_of(jobs, taken);
    p->most = p->runs;
    return p->runs > 0;
}

void parallel_again(struct parallel *p, struct jobs *jobs, size_t index)
{
    struct job *job = &jobs->job[index];
    size_t *next = &p->lane[lane_of(job)].next;
    size_t turn = turn_of(jobs, index);

    job->started = false;
    *next = turn < *next ? turn : *next;
}

void parallel_rewind(struct parallel *p)
{
    for (size_t lane = 0; lane < LANES; lane++)
        p->lane[lane].next = 0;
}

bool parallel_done(struct parallel *p, const struct jobs *jobs)
{
    return lane_next(p, jobs, LANE_REAL) == jobs->count &&
           lane_next(p, jobs, LANE_SIM) == jobs->count;
}

size_t parallel_begin(struct parallel p, const struct jobs *jobs)
{
    while (parallel_take(&p, jobs) != SIZE_MAX)
        ;
    return p.runs;
}

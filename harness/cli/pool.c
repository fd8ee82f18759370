/* pool.c: forking workers, reading their results, and stopping them. */
#include "harness/cli/pool.h"

#include "harness/cli/stop.h"
#include "runtime/host/loop.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* How long what the workers left behind may take to end. */
#define POOL_END_NS (INT64_C(10) * 1000 * 1000 * 1000)

/* Set by its handler, which does nothing else. */
static volatile sig_atomic_t pool_dump_wanted;

volatile sig_atomic_t *pool_dump(void)
{
    return &pool_dump_wanted;
}

static void on_dump(int number)
{
    (void)number;
    pool_dump_wanted = 1;
}

static void on_nothing(int number)
{
    (void)number;
}

static void handle(int number, void (*handler)(int))
{
    struct sigaction action = {.sa_handler = handler};

    (void)sigaction(number, &action, NULL);
}

/* ---- In the worker ---- */

static void write_all(int fd, const char *data, size_t size)
{
    while (size > 0) {
        ssize_t n = write(fd, data, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return; /* the pool is gone: nobody wants the result */
        data += n;
        size -= (size_t)n;
    }
}

/* Never returns. */
static _Noreturn void worker_main(struct pool *p, size_t job, int fd, pid_t parent)
{
    struct run_result result = RESULT_INIT;
    struct buf bytes = BUF_INIT;
    sigset_t none;

    /* A key on the terminal reaches the whole group; the pool alone decides, and says SIGTERM. A
     * handler, not SIG_IGN: that would be inherited by everything that is started from here. */
    handle(SIGINT, on_nothing);
    handle(SIGHUP, on_nothing);
    handle(SIGQUIT, on_nothing);
    stop_watch(SIGTERM);
    handle(SIGUSR1, on_dump);
    handle(SIGCHLD, SIG_DFL);
    stop_forget();
    /* The pool's other pipes would count as files of ours. */
    for (size_t i = 0; i < POOL_WORKERS_MAX; i++) {
        if (p->worker[i].pid > 0)
            (void)close(p->worker[i].fd);
    }
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void)prctl(PR_SET_CHILD_SUBREAPER, 0);
    if (getppid() != parent)
        _exit(1); /* it died before the request for its death signal */
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    p->work(&p->jobs->job[job], p->user, &result);
    result_encode(&result, &bytes);
    write_all(fd, bytes.data, bytes.size);
    result_release(&result);
    buf_release(&bytes);
    /* Not _exit(): sanitizers and gcov report at exit. Nothing of the pool's is buffered. */
    exit(0); /* NOLINT(concurrency-mt-unsafe): there is one thread */
}

/* ---- In the pool ---- */

static int worker_start(struct pool *p, struct pool_worker *w, size_t job, struct diag *diag)
{
    int fd[2];

    if (pipe2(fd, O_CLOEXEC) < 0) {
        return diag_errno(diag, ERR_IO,
                          errno == EMFILE ? "raise `ulimit -n`; cannot make a pipe for a worker"
                                          : "cannot make a pipe for a worker");
    }
    /* What is buffered would be written twice. */
    (void)fflush(NULL);
    pid_t parent = getpid();
    pid_t pid = fork();
    if (pid < 0) {
        int rc =
            diag_errno(diag, ERR_IO,
                       errno == EAGAIN ? "too many processes: raise `ulimit -u`, or pids.max of "
                                         "the cgroup; cannot fork a worker"
                                       : "cannot fork a worker");
        (void)close(fd[0]);
        (void)close(fd[1]);
        return rc;
    }
    if (pid == 0) {
        (void)close(fd[0]);
        worker_main(p, job, fd[1], parent);
    }
    (void)close(fd[1]);
    *w = (struct pool_worker){
        .pid = pid, .fd = fd[0], .job = job, .started_ns = loop_now_ns(), .bytes = BUF_INIT};
    p->jobs->job[job].started = true;
    return 0;
}

/* Says why there is no result. */
static void worker_fault(const struct pool *p, int status, struct run_result *r)
{
    if (p->interrupted != 0 && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) {
        r->verdict = VERDICT_UNRESOLVED;
        result_set(r, RESULT_REASON, "interrupted");
        result_set(r, RESULT_MESSAGE, "stopped at once by the user");
        return;
    }
    result_set(r, RESULT_REASON, "worker");
    if (WIFSIGNALED(status)) {
        result_setf(r, RESULT_MESSAGE,
                    "the harness itself failed: its worker died by signal %d (%s)",
                    WTERMSIG(status), strsignal(WTERMSIG(status)));
        return;
    }
    result_setf(r, RESULT_MESSAGE,
                "the harness itself failed: its worker ended with status %d and without a result",
                WEXITSTATUS(status));
}

/* The result of a worker that has ended with this wait status. */
static void worker_result(const struct pool *p, const struct pool_worker *w, struct job *job,
                          int status)
{
    struct run_result *r = &job->result;
    struct diag diag = {0};

    /* A worker that ended badly after its result (a sanitizer's finding) has none. */
    bool good = WIFEXITED(status) && WEXITSTATUS(status) == 0 && !w->bytes.failed;
    if (!good || result_decode(w->bytes.data, w->bytes.size, r, &diag) < 0) {
        *r = (struct run_result){.verdict = VERDICT_HARNESS,
                                 .engine = job->engine,
                                 .seed = job->seed,
                                 .attempt = job->retries + 1,
                                 .schedules = 1,
                                 .failed = 1};
        result_set(r, RESULT_ID, job->variant->id);
        result_set(r, RESULT_SCENARIO, job->file->scenario->id);
        worker_fault(p, status, r);
    }
    r->time_ns = loop_now_ns() - w->started_ns;
    job->done = true;
}

/* Nobody wants it to stop. */
static bool pool_goes_on(const struct pool *p)
{
    return p->interrupted == 0 && !p->ending;
}

/* Whether a job that failed is to be run again. A simulated run is the same each time; one that was
 * stopped has not failed. */
static bool job_retries(const struct pool *p, const struct job *job)
{
    return verdict_is_bad(job->result.verdict) && job->retries < p->retries &&
           job->engine == ENGINE_REAL && pool_goes_on(p);
}

/* Puts the result with those of the attempts before it. Returns false when there is no memory. */
static bool job_set_aside(struct job *job)
{
    struct job_attempt *grown = realloc(job->earlier, (job->retries + 1) * sizeof(*grown));

    if (grown == NULL)
        return false;
    job->earlier = grown;
    job->earlier[job->retries++] = (struct job_attempt){job->result, job->key};
    job->result = RESULT_INIT;
    job->done = false;
    return true;
}

static bool run_failed(const struct pool *p, const struct run_result *r)
{
    return verdict_is_bad(r->verdict) && (p->excused == NULL || !p->excused(p, r));
}

/* One that had to be run again is flaky at best. */
static bool job_failed(const struct pool *p, const struct job *job)
{
    bool failed = run_failed(p, &job->result);

    for (uint32_t i = 0; i < job->retries && !failed; i++)
        failed = run_failed(p, &job->earlier[i].result);
    return failed;
}

/* A job will not be run again; an endless one only by its turn. */
static void job_end(struct pool *p, struct job *job)
{
    p->done++;
    p->failed += job_failed(p, job);
    bool over = p->end_ns > 0 && loop_now_ns() >= p->end_ns;
    p->ending = p->ending || over || (p->failures_max > 0 && p->failed >= p->failures_max);
    if (p->done_job != NULL)
        p->done_job(p, job);
    if (p->repeat_step > 0) {
        job->repeat += p->repeat_step;
        job->seed += p->seed_step;
        job->started = false;
    }
}

static void worker_end(struct pool *p, struct pool_worker *w)
{
    size_t index = w->job;
    struct job *job = &p->jobs->job[index];
    int status = 0;

    (void)close(w->fd);
    while (waitpid(w->pid, &status, 0) < 0 && errno == EINTR)
        ;
    worker_result(p, w, job, status);
    buf_release(&w->bytes);
    *w = (struct pool_worker){0};
    parallel_give(&p->parallel, job);
    if (p->done_run != NULL)
        p->done_run(p, job);
    if (job_retries(p, job) && job_set_aside(job))
        parallel_again(&p->parallel, p->jobs, index);
    else
        job_end(p, job);
}

static void worker_read(struct pool *p, struct pool_worker *w)
{
    char data[16 * 1024];

    ssize_t n = read(w->fd, data, sizeof(data));
    if (n < 0 && (errno == EINTR || errno == EAGAIN))
        return;
    if (n > 0 && w->bytes.size + (size_t)n <= RESULT_BYTES_MAX)
        buf_add(&w->bytes, data, (size_t)n);
    else if (n > 0)
        w->bytes.failed = true;
    else
        worker_end(p, w);
}

static void workers_kill(const struct pool *p, int number)
{
    for (size_t i = 0; i < POOL_WORKERS_MAX; i++) {
        if (p->worker[i].pid > 0)
            (void)kill(p->worker[i].pid, number);
    }
}

/* Acts on the signals that came since the last time. */
static void pool_obey(struct pool *p, sig_atomic_t *seen)
{
    if (pool_dump_wanted != 0) {
        pool_dump_wanted = 0;
        workers_kill(p, SIGUSR1);
    }
    if (*seen == *stop_count())
        return;
    *seen = *stop_count();
    if (p->interrupted == 0)
        p->interrupted = stop_signal();
    workers_kill(p, *seen == 1 ? SIGTERM : SIGKILL);
}

static size_t workers_count(const struct pool *p)
{
    size_t count = 0;

    for (size_t i = 0; i < POOL_WORKERS_MAX; i++)
        count += p->worker[i].pid > 0;
    return count;
}

/* Waits for something of the workers, a signal or the tick. */
static void pool_wait(struct pool *p)
{
    struct pollfd fds[POOL_WORKERS_MAX + 1];
    size_t slot[POOL_WORKERS_MAX];
    nfds_t count = 0;
    struct timespec tick = {p->tick_ns / 1000000000, p->tick_ns % 1000000000};

    for (size_t i = 0; i < POOL_WORKERS_MAX; i++) {
        if (p->worker[i].pid <= 0)
            continue;
        slot[count] = i;
        fds[count++] = (struct pollfd){.fd = p->worker[i].fd, .events = POLLIN};
    }
    /* Of no event but that its reader has gone. */
    fds[count] = (struct pollfd){.fd = p->told};
    if (ppoll(fds, count + 1, p->tick_ns > 0 ? &tick : NULL, &p->mask_open) <= 0)
        return;
    for (nfds_t i = 0; i < count; i++) {
        if (fds[i].revents != 0)
            worker_read(p, &p->worker[slot[i]]);
    }
    if (fds[count].revents == 0)
        return;
    p->told = -1;
    if (p->interrupted == 0)
        stop_take(SIGPIPE);
}

/* Reaps what workers have left behind. */
static void pool_reap_rest(const sigset_t *open_mask)
{
    int64_t end_ns = loop_now_ns() + POOL_END_NS;

    for (;;) {
        pid_t pid = waitpid(-1, NULL, WNOHANG);
        if (pid > 0 || (pid < 0 && errno == EINTR))
            continue;
        int64_t left = end_ns - loop_now_ns();
        if (pid < 0 || left <= 0)
            return;
        struct timespec wait = {left / 1000000000, left % 1000000000};
        (void)ppoll(NULL, 0, &wait, open_mask); /* SIGCHLD ends it */
    }
}

/* What the pool takes over while it is open. */
static const int pool_signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGCHLD, SIGPIPE};

enum { POOL_SIGNALS = sizeof(pool_signals) / sizeof(pool_signals[0]) };

static struct sigaction actions_before[POOL_SIGNALS];

void pool_open(struct pool *p)
{
    bool outlive = false;
    sigset_t blocked;

    (void)sigemptyset(&blocked);
    for (size_t i = 0; i < POOL_SIGNALS; i++) {
        (void)sigaddset(&blocked, pool_signals[i]);
        (void)sigaction(pool_signals[i], NULL, &actions_before[i]);
        outlive = outlive || (pool_signals[i] == SIGHUP && actions_before[i].sa_handler == SIG_IGN);
    }
    /* Blocked but in ppoll, so that no signal falls between a look and a wait. */
    (void)sigprocmask(SIG_BLOCK, &blocked, &p->mask_before);
    stop_forget();
    stop_watch(SIGINT);
    stop_watch(SIGTERM);
    stop_watch(SIGQUIT);
    /* Ignored for us by nohup: the run is to outlive the terminal. */
    if (!outlive)
        stop_watch(SIGHUP);
    handle(SIGUSR1, on_dump);
    handle(SIGCHLD, on_nothing);
    /* A reader that goes away is an error of the write. */
    handle(SIGPIPE, SIG_IGN);
    p->mask_open = p->mask_before;
    for (size_t i = 0; i < POOL_SIGNALS; i++)
        (void)sigdelset(&p->mask_open, pool_signals[i]);
    (void)prctl(PR_SET_CHILD_SUBREAPER, 1);
}

void pool_close(struct pool *p)
{
    for (size_t i = 0; i < POOL_SIGNALS; i++)
        (void)sigaction(pool_signals[i], &actions_before[i], NULL);
    (void)sigprocmask(SIG_SETMASK, &p->mask_before, NULL);
}

/* Starts all that may start now. */
static int workers_start(struct pool *p, struct diag *diag)
{
    for (size_t i = 0; i < POOL_WORKERS_MAX && pool_goes_on(p); i++) {
        if (p->worker[i].pid != 0)
            continue;
        if (p->repeat_step > 0 && parallel_done(&p->parallel, p->jobs))
            parallel_rewind(&p->parallel);
        size_t job = parallel_take(&p->parallel, p->jobs);
        if (job == SIZE_MAX)
            return 0;
        int rc = worker_start(p, &p->worker[i], job, diag);
        if (rc < 0)
            return parallel_refuse(&p->parallel, p->jobs, job) ? 0 : rc;
    }
    return 0;
}

static bool pool_has_more(struct pool *p)
{
    return pool_goes_on(p) && (p->repeat_step > 0 || !parallel_done(&p->parallel, p->jobs));
}

/* A job that was to be run again when all was to stop is done with what it had come to. */
static void retries_give_up(struct pool *p)
{
    for (size_t i = 0; i < p->jobs->count; i++) {
        struct job *job = &p->jobs->job[i];
        if (job->done || job->started || job->retries == 0)
            continue;
        job->result = job->earlier[--job->retries].result;
        job->key = job->earlier[job->retries].key;
        job->done = true;
        job_end(p, job);
    }
}

int pool_run(struct pool *p, struct diag *diag)
{
    sig_atomic_t seen = 0;
    int rc = 0;

    while (rc == 0 && (workers_count(p) > 0 || pool_has_more(p))) {
        rc = workers_start(p, diag);
        /* Without a worker nothing would end the wait but the tick. */
        if (rc == 0)
            pool_wait(p);
        pool_obey(p, &seen);
        if (p->tick != NULL)
            p->tick(p);
    }
    if (rc < 0) {
        workers_kill(p, SIGKILL);
        while (workers_count(p) > 0)
            pool_wait(p);
    }
    retries_give_up(p);
    pool_reap_rest(&p->mask_open);
    return rc;
}

/* job_look.c: from the guard down through /proc/PID/task/TID/children. */
#include "harness/real/job_look.h"

#include "expect/ready.h"
#include "runtime/base/hash.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    TEXT_BYTES = 16 * 1024,
    PATH_BYTES = 96,
    STAT_PARENT = 0, /* fields behind the state */
    STAT_GROUP = 1,
    STAT_UTIME = 10,
    STAT_STIME = 11,
    STAT_FIELDS = 12,
};

static void digest_add(uint64_t *digest, uint64_t number)
{
    *digest = hash_add(*digest, &number, sizeof(number));
}

/* Who is still to be looked at; who was is at the front. */
struct job_walk {
    const struct job_question *question;
    struct job_look *look;
    pid_t pid[JOB_PROCESSES_MAX];
    size_t count;
    bool full;
};

/* Reads a small file of /proc whole, with a 0 behind it. Returns false when it is gone. */
static bool text_read(const char *path, char *text, size_t size)
{
    size_t used = 0;
    ssize_t got;

    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    do {
        got = read(fd, text + used, size - 1 - used);
        if (got > 0)
            used += (size_t)got;
    } while ((got > 0 && used < size - 1) || (got < 0 && errno == EINTR));
    (void)close(fd);
    text[used] = 0;
    return got >= 0;
}

/* Adds the children of one thread. Returns false when the file is not there. */
static bool children_add(struct job_walk *w, pid_t pid, pid_t tid)
{
    char path[PATH_BYTES];
    char text[TEXT_BYTES];

    (void)snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)pid, (int)tid);
    if (!text_read(path, text, sizeof(text)))
        return false;
    for (char *at = text, *end; *at != 0; at = end) {
        long child = strtol(at, &end, 10);
        if (end == at)
            break;
        if (w->count < JOB_PROCESSES_MAX)
            w->pid[w->count++] = (pid_t)child;
        else
            w->full = true;
        end += *end == ' ';
    }
    return true;
}

struct job_stat {
    struct job_process process;
    pid_t parent;
    pid_t group;
    uint64_t cpu_ns;
};

/* Reads /proc/PID/stat. The name may hold blanks and parentheses: the last one counts. */
static bool stat_read(pid_t pid, struct job_stat *out)
{
    long ticks = sysconf(_SC_CLK_TCK);
    char path[PATH_BYTES];
    char text[TEXT_BYTES];

    (void)snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
    if (!text_read(path, text, sizeof(text)))
        return false;
    const char *name = strchr(text, '(');
    char *end = strrchr(text, ')');
    if (name == NULL || end == NULL || end[1] != ' ' || end[2] == 0)
        return false;
    *end = 0;
    out->process.pid = pid;
    (void)snprintf(out->process.name, sizeof(out->process.name), "%s", name + 1);
    char *at = end + 3;
    uint64_t field[STAT_FIELDS] = {0};
    for (int i = 0; i < STAT_FIELDS; i++)
        field[i] = strtoull(at, &at, 10);
    out->parent = (pid_t)field[STAT_PARENT];
    out->group = (pid_t)field[STAT_GROUP];
    out->cpu_ns =
        (field[STAT_UTIME] + field[STAT_STIME]) * (UINT64_C(1000000000) / (uint64_t)ticks);
    return true;
}

static bool state_is_dead(char state)
{
    return state == 'Z' || state == 'X' || state == 'x';
}

static bool state_is_rest(char state)
{
    return state == 'S' || state == 'T' || state == 't' || state == 'I';
}

static void crowd_add(struct job_crowd *c, const struct job_process *p, pid_t tid,
                      const struct ready_status *s)
{
    if (c->rest && !state_is_rest(s->state)) {
        c->rest = false;
        c->busy = *p;
    }
    digest_add(&c->digest, (uint64_t)tid);
    digest_add(&c->digest, (uint64_t)s->state);
    digest_add(&c->digest, s->switches);
}

/* The process's masks, of its main thread. */
static void signal_look(struct job_walk *w, pid_t pid, const struct ready_status *s)
{
    int signal = w->question->signal;

    if (signal == 0)
        return;
    enum ready_for met = ready_for(s, signal);
    digest_add(&w->look->met, (uint64_t)pid);
    digest_add(&w->look->met, (uint64_t)met);
    w->look->caught = w->look->caught && met == READY_YES;
    w->look->pending = w->look->pending || ready_pending(s, signal);
}

static void process_look(struct job_walk *w, pid_t pid)
{
    struct job_stat stat;
    struct ready_status s;
    char path[PATH_BYTES];

    (void)snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
    DIR *tasks = stat_read(pid, &stat) ? opendir(path) : NULL;
    if (tasks == NULL)
        return; /* gone meanwhile; its children are found elsewhere in the next look */
    /* The anchor is ours: the guard's child of the same name. */
    bool anchor = stat.parent == w->question->guard && strcmp(stat.process.name, "guard") == 0;
    bool member = stat.group == w->question->group && !anchor;
    if (member)
        w->look->group.cpu_ns += stat.cpu_ns;
    for (const struct dirent *entry = readdir(tasks); entry != NULL; entry = readdir(tasks)) {
        pid_t tid = (pid_t)strtol(entry->d_name, NULL, 10);
        if (tid <= 0 || ready_read(tid, &s, NULL) < 0)
            continue;
        (void)children_add(w, pid, tid);
        if (anchor || state_is_dead(s.state))
            continue;
        crowd_add(&w->look->all, &stat.process, tid, &s);
        w->look->all.count += tid == pid;
        if (!member)
            continue;
        crowd_add(&w->look->group, &stat.process, tid, &s);
        w->look->group.count += tid == pid;
        if (tid == pid)
            signal_look(w, pid, &s);
    }
    (void)closedir(tasks);
}

int job_look(const struct job_question *question, struct job_look *out, struct diag *diag)
{
    struct job_walk w = {.question = question, .look = out};

    *out = (struct job_look){.caught = true, .met = HASH_BEGIN};
    out->all = (struct job_crowd){.rest = true, .digest = HASH_BEGIN};
    out->group = (struct job_crowd){.rest = true, .digest = HASH_BEGIN};
    digest_add(&out->group.digest, (uint64_t)question->group);
    if (!children_add(&w, question->guard, question->guard))
        return diag_set(diag, ERR_UNSUPPORTED,
                        "this kernel does not list children in /proc (CONFIG_PROC_CHILDREN)");
    for (size_t i = 0; i < w.count; i++)
        process_look(&w, w.pid[i]);
    out->caught = out->caught && out->group.count > 0;
    if (w.full)
        return diag_set(diag, ERR_FULL, "the command has more than %d processes",
                        JOB_PROCESSES_MAX);
    return 0;
}

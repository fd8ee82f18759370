/* job_look.c: from the guard down through /proc/PID/task/TID/children. */
#include "harness/real/job_look.h"

#include "harness/real/ready.h"
#include "harness/real/real.h"
#include "runtime/base/hash.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

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

/* Adds the children of one thread. Returns false when the kernel does not tell. */
static bool children_add(struct job_walk *w, pid_t pid, pid_t tid)
{
    int room = (int)(JOB_PROCESSES_MAX - w->count);
    int count = procfs_children(pid, tid, w->pid + w->count, room);

    if (count < 0)
        return false;
    w->full = w->full || count > room;
    w->count += (size_t)(count > room ? room : count);
    return true;
}

static void crowd_add(struct job_crowd *c, const struct job_process *p, pid_t tid,
                      const struct ready_status *s)
{
    if (c->count == 0)
        c->first = *p;
    if (c->rest && !ready_rests(s)) {
        c->rest = false;
        c->busy = *p;
    }
    c->disk = c->disk || s->state == 'D';
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

bool job_has_open(pid_t pid, const struct procfs_stat *stat_of, dev_t terminal, bool doubt)
{
    /* /dev/tty: of one that has left the session nobody can tell whose that was. */
    bool own = stat_of->tty == terminal || (stat_of->tty == 0 && doubt);
    bool has = false;
    char path[64];
    struct stat st;

    if (terminal == 0 || procfs_state_dead(stat_of->state))
        return false;
    (void)snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
    DIR *files = opendir(path);
    if (files == NULL)
        return doubt && (errno == EACCES || errno == EPERM);
    for (const struct dirent *entry = readdir(files); entry != NULL && !has; entry = readdir(files))
        has = fstatat(dirfd(files), entry->d_name, &st, 0) == 0 && S_ISCHR(st.st_mode) &&
              (st.st_rdev == terminal || (own && st.st_rdev == makedev(5, 0)));
    (void)closedir(files);
    return has;
}

static void process_look(struct job_walk *w, pid_t pid)
{
    struct job_process process = {.pid = pid};
    struct procfs_stat stat;
    struct ready_status s;
    char path[64];

    (void)snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
    DIR *tasks = procfs_stat(pid, &stat) ? opendir(path) : NULL;
    if (tasks == NULL)
        return; /* gone meanwhile; its children are found elsewhere in the next look */
    memcpy(process.name, stat.name, sizeof(process.name));
    bool anchor = pid == w->question->anchor;
    if (!anchor && w->question->each != NULL)
        w->question->each(w->question->user, pid, &stat);
    bool member = stat.group == w->question->group && !anchor;
    const struct turn_process turn = {.pid = pid, .parent = stat.parent, .stat = &stat};
    if (member)
        w->look->group.cpu_ns +=
            stat.ticks * (UINT64_C(1000000000) / (uint64_t)sysconf(_SC_CLK_TCK));
    w->look->terminal =
        w->look->terminal || (!anchor && job_has_open(pid, &stat, w->question->terminal, true));
    for (const struct dirent *entry = readdir(tasks); entry != NULL; entry = readdir(tasks)) {
        pid_t tid = procfs_number(entry->d_name);
        if (ready_read(tid, &s, NULL) < 0)
            continue;
        (void)children_add(w, pid, tid);
        if (anchor || procfs_state_dead(s.state))
            continue;
        if (s.state == 'D' && w->question->keeps != NULL &&
            w->question->keeps(w->question->user, pid))
            s.state = 'S';
        crowd_add(&w->look->all, &process, tid, &s);
        w->look->all.count += tid == pid;
        if (w->question->turns != NULL)
            turns_read(w->question->turns, &turn, tid, &s);
        if (!member)
            continue;
        crowd_add(&w->look->group, &process, tid, &s);
        w->look->group.count += tid == pid;
        w->look->group.queued_ns += pid_waited(tid);
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

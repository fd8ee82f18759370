/* isolate.h: a control group (cgroup v2) of its own for a command, where one can be made.
 *
 * What it gives beside the guard: all of it is killed in one go, whoever forks meanwhile, and what
 * a run has left whose guard was killed too is found again (leftover.h). It is made anew for each
 * run and never used again: a group that was killed once kills whatever is started straight into it
 * later. Nobody of the harness is ever in one. */
#ifndef HARNESS_REAL_ISOLATE_H
#define HARNESS_REAL_ISOLATE_H

#include <limits.h>
#include <stdbool.h>

struct isolate {
    char path[PATH_MAX]; /* of the group; "": there is none */
    int procs;           /* owned; whoever writes 0 to it is a member; -1: none */
    int kill;            /* owned; 1 kills all members; -1: none */
};

#define ISOLATE_NONE ((struct isolate){.procs = -1, .kill = -1})

/* Makes one below the group of this process. Returns false, with nothing made, where there is no
 * cgroup v2, or it cannot be written to, or its members cannot be killed (Linux before 5.14). */
bool isolate_open(struct isolate *i);

/* Removes it; its members are dead. A dead one that is about to be reaped does not count as one. */
void isolate_close(struct isolate *i);

/* Kills all members of that group, waits until they are dead, and removes it. Returns false when it
 * is none that isolate_open() has made, or it is still there. */
bool isolate_end(const char *path);

#endif

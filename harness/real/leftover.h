/* leftover.h: what a run has started, in a file, for the case that both the harness and its guard
 * are killed: then nobody is left who would end it, and the next start does.
 *
 * The file is locked as long as the harness lives. It has a line for each process, by number and
 * start time, and one for the control group, if there is one. Without a group, who was born just
 * before both were killed, and has lost its parent since, is not found. */
#ifndef HARNESS_REAL_LEFTOVER_H
#define HARNESS_REAL_LEFTOVER_H

#include <limits.h>
#include <sys/types.h>

struct leftover {
    char path[PATH_MAX]; /* "": there is none */
    int fd;              /* owned; -1: none */
};

#define LEFTOVER_NONE ((struct leftover){.fd = -1})

/* Makes the file in that folder. Where it cannot be made, the run goes on without one. */
void leftover_open(struct leftover *l, const char *folder);

void leftover_process(const struct leftover *l, pid_t pid);
void leftover_group(const struct leftover *l, const char *path);

/* Nothing is left: takes the file away. */
void leftover_close(struct leftover *l);

/* Ends what is told of by files in that folder whose owner is dead, and takes them away. Returns
 * how many processes and groups were ended. */
unsigned leftover_sweep(const char *folder);

#endif

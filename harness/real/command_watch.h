/* command_watch.h: what is known of a command's processes beside their own reports, which they do
 * not make: whose child each was, which are dead and not reaped, and who lives on when the first
 * one has ended. */
#ifndef HARNESS_REAL_COMMAND_WATCH_H
#define HARNESS_REAL_COMMAND_WATCH_H

#include "harness/real/job_left.h"
#include "harness/real/job_list.h"
#include "harness/real/real.h"

enum { WATCH_ZOMBIES_MAX = 16 }; /* of one look */

/* Zeroed is right for a command that has just begun. */
struct command_watch {
    struct job_memory memory;
    struct job_left left;
    int64_t told_ns;      /* of left.age_ns: who lived then was told; 0: nobody was */
    int64_t next_look_ns; /* on the loop's clock */
    size_t zombies;
    struct watch_zombie {
        uint64_t start;
        int64_t since_ns; /* seen first, on the loop's clock */
        pid_t pid;
        unsigned look; /* that has seen it last */
    } zombie[WATCH_ZOMBIES_MAX];
    unsigned look; /* under way, or the last */
};

/* Around a look of any kind: it shows each process that it finds. */
void watch_look_begin(struct command_watch *w);
void watch_process(struct command_watch *w, const struct real_world *r, pid_t pid,
                   const struct procfs_stat *stat);

/* After it: who was dead for a while, or is while everybody is at `rest`, is in the cast from here
 * on, with its parents, so that its age is known. */
void watch_zombies_join(struct command_watch *w, struct real_world *r, bool rest);

/* In the grace of a command that has ended by itself: looks, when that is due, and notes who lives
 * on. Returns when the next look is due, on the loop's clock; 0: none is. */
int64_t watch_left(struct command_watch *w, struct real_world *r);

/* Adds a line for each process there is. */
void watch_list(const struct command_watch *w, struct real_world *r, struct buf *out);

#endif

/* observer.h: a command's processes, which report nothing: whoever is seen is a member of the cast.
 *
 * Seen is who is found below the guard: it is a subreaper, so none can leave. The kernel lists the
 * children of each process, and is asked after each event and every few milliseconds; one that has
 * lived in between, and whose parent has reaped it, nobody has seen. A member is held by a pidfd
 * until it is reaped, so its number is its own. What is recorded: proc.spawned, proc.execed,
 * proc.exited, proc.reaped, and at the end who lives on.
 *
 * Not guessed is whose child one is that was seen first when it had lost its parent, and who has
 * reaped one whose parent was dead by the time that this was seen. */
#ifndef HARNESS_REAL_OBSERVER_H
#define HARNESS_REAL_OBSERVER_H

#include "harness/real/job_left.h"
#include "harness/real/job_look.h"
#include "harness/real/real.h"

enum {
    OBSERVER_BUCKETS = 4096,      /* by number; a power of 2 */
    OBSERVER_NAMELESS_MAX = 4096, /* that are remembered; a power of 2 */
    OBSERVER_ARGV_BYTES = 4096,   /* of a command line, as it is kept; the rest is cut off */
    /* This share of the room in the cast is left by births to those who are worth a name: who has
     * come to the guard, stays dead, or lives on. */
    OBSERVER_SPARE_RATIO = 16,
};

#define OBSERVER_WALK_NS (INT64_C(10) * 1000 * 1000) /* between two walks, at most */

/* Zeroed is right for a command that has just begun. */
struct observer {
    struct observed {
        uint64_t image; /* of procfs_stat: as when it was recorded last */
        uint16_t next;  /* of its bucket, plus 1; 0: the last */
        uint8_t asked;  /* how often it was asked since its birth, up to a limit */
        bool execed;    /* has called execve since its birth */
    } member[CAST_COMMAND_ROOM];
    uint16_t bucket[OBSERVER_BUCKETS]; /* the last member of that number, plus 1; 0: none */
    struct nameless {
        pid_t pid;
        uint32_t walk; /* that has found it last; 0: none */
        bool dead;     /* and not reaped, when it was asked last */
    } nameless[OBSERVER_NAMELESS_MAX];
    uint32_t walks;
    uint64_t activity;    /* of the world, as of the last walk */
    int64_t next_walk_ns; /* on the loop's clock: not before, an event or not */
    int64_t due_ns;       /* then, without an event */
    uint16_t turn;        /* of those whose programs are looked at in turns */

    struct job_left left;
    int64_t told_ns;      /* of left.age_ns: who lived then was told; 0: nobody was */
    int64_t next_look_ns; /* on the loop's clock */
};

/* Whoever has this number, and was just now as `stat` says, is a member from here on, with those
 * above it, and known as what it runs now. Returns its number; ACTOR_NONE: it is gone, or there is
 * no room for it. */
uint16_t observer_see(struct observer *o, struct real_world *r, pid_t pid,
                      const struct procfs_stat *stat);

/* The member that has this number and is not reaped, or ACTOR_NONE. */
uint16_t observer_find(const struct observer *o, const struct real_world *r, pid_t pid);

/* It is about to run that program, and known as that from here on; NULL: it will not, and is known
 * as what it runs. */
void observer_becomes(struct real_world *r, uint16_t actor, const char *name, const char *argv);

/* One for which there is no room is counted, unless it was. */
void observer_count(struct observer *o, struct real_world *r, pid_t pid);

/* Walks when that is due. Returns when the next walk is, on the loop's clock. */
int64_t observer_turn(struct observer *o, struct real_world *r);

/* Walks once, now: whoever was born before somebody who is known by now is a member before. */
void observer_walk(struct observer *o, struct real_world *r);

/* Walks until a walk finds nobody new. */
void observer_settle(struct observer *o, struct real_world *r);

/* In the grace of a command that has ended by itself: looks, when that is due, and notes who lives
 * on. Returns when the next look is due, on the loop's clock; 0: none is. */
int64_t observer_left(struct observer *o, struct real_world *r);

/* Each member is an open file: the limit that was raised for them is as before. */
void observer_files_restore(const struct real_world *r);

/* Adds a line for each process there is. */
void observer_list(struct observer *o, struct real_world *r, struct buf *out);

#endif

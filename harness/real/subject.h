/* subject.h: what runs in a world of real processes: a tree that reports, or a program that is only
 * looked at. What they have in common (the guard, the terminal, processes, the end) is the world's;
 * this is the rest. */
#ifndef HARNESS_REAL_SUBJECT_H
#define HARNESS_REAL_SUBJECT_H

#include "harness/real/real.h"

struct real_subject {
    const char *name;    /* in messages: "the tree" */
    const char *missing; /* what to say when its program is not there; NULL: what the guard says */
    bool spares;         /* its end can wait: enum spare */
    bool groups;         /* it is signalled by groups: see struct world */
    bool tells_kills;    /* who of it sends a SIGKILL says so first */
    bool root_adopts;    /* its first process is a subreaper: who loses the parent is its child */
    size_t own_bytes;    /* memory of its own, zeroed, at r->own */

    /* Asks the guard to start it on that terminal, which stays the caller's. */
    int (*send)(struct real_world *r, int slave, struct diag *diag);
    /* As in world_ops, for a key, a tell, a link, and a signal to a group. */
    int (*allow)(struct real_world *r, const struct action *a, struct diag *diag);
    int (*act)(struct real_world *r, const struct action *a, struct diag *diag);
    /* In every turn: what can be said to be done by now is done. NULL: nothing without a look. */
    void (*settle)(struct real_world *r);
    /* The run knows all that has happened: goes on with what must be asked or looked for. */
    void (*rest)(struct real_world *r);
    /* Of one that listens: who has that number, or, not known yet, has it from here on; ACTOR_NONE:
     * there is no room for it. And it is about to run that program; name NULL: it will not. All
     * NULL: it never listens. */
    uint16_t (*find)(struct real_world *r, pid_t pid); /* the same of those who are known */
    uint16_t (*see)(struct real_world *r, pid_t pid);
    void (*becomes)(struct real_world *r, uint16_t actor, const char *name, const char *argv);
    /* What it is still waited for; "" for nothing. Lent. NULL: it never says. */
    const char *(*why)(struct real_world *r);
    /* How many processes there are that no record names, and the first of them, unless `who` is
     * NULL. NULL: none. */
    unsigned (*left)(struct real_world *r, struct buf *who);
    /* The guard has reaped one for which the cast has no room. NULL: nobody asks how many. */
    void (*unnamed)(struct real_world *r, pid_t pid);
    /* Ends it as when its window is closed; a SIGTERM is for one that does not mind. NULL: it gets
     * the SIGTERM at once. */
    void (*hang_up)(struct real_world *r);
    /* It has ended, with that process group in front, 0: nobody can tell. NULL: nothing of it. */
    void (*ended)(struct real_world *r, pid_t front);
    /* Before those who live are noted and killed: whoever is not in the cast joins it. NULL: all
     * are.
     */
    void (*census)(struct real_world *r);
    /* Behind that: notes what they still have. NULL: nothing. */
    void (*keeps)(struct real_world *r);
    /* Nobody lives: notes what is left of them. NULL: nothing. */
    void (*gone)(struct real_world *r);
    /* True when each of it that is not held waits for another one, which `out` (may be NULL) names.
     * NULL: it never says. */
    bool (*waits)(struct real_world *r, struct buf *out);
    /* A line for each process that there is. NULL: its records say all. */
    void (*list)(struct real_world *r, struct buf *out);
};

extern const struct real_subject subject_tree;
extern const struct real_subject subject_command;

#endif

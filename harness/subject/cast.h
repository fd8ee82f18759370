/* cast.h: who is who in a run: everybody that a record may name, by number.
 *
 * Made from a tree, whose actors are all known before the run; of a command its first process, and
 * each other one as it is seen. Numbers are given in that order and never
 * change, a parent's is lower than its children's. There is room for so many from the start, so
 * that what is kept per number elsewhere need not move. */
#ifndef HARNESS_SUBJECT_CAST_H
#define HARNESS_SUBJECT_CAST_H

#include "runtime/roles/tree.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Processes of a command that have a name. More are recorded without one, and counted. */
enum { CAST_COMMAND_ROOM = 2048 };

enum who_kind { WHO_ACTOR, WHO_PROCESS };

struct who {
    char name[TREE_NAME_BYTES]; /* ends in 0; of a command's process what its last execve called it,
                                   but for the first one's */
    const char *argv; /* of a process: joined by blanks; lent by its world, NULL: unknown */
    uint16_t parent;  /* or ACTOR_NONE */
    uint16_t depth;   /* those above; filled in by cast_add() */
    uint16_t last;    /* the highest number at or below it; filled in, and grows */
    uint8_t kind;     /* enum who_kind */
    bool spins;       /* never returns to its loop */
    bool lives;       /* a process: it was not seen dead yet */
    bool orphan;      /* whose child it is is not known: the root is above it for order */
    bool stays;       /* it may outlive the others: the outcome says so */
    int32_t dies_by;  /* the signal by which its own code ends it; 0: none */
};

/* Calls it what its process calls itself, as one word of a line, whatever that is. */
void who_name(struct who *who, const char *name);

struct roles; /* role.h */

struct cast {
    const struct roles
        *roles; /* of a command: whom its steps name; lent. NULL: they name members */
    uint16_t count;
    uint16_t room;
    struct who who[]; /* room */
};

/* What a cast with so much room takes. Zeroed, and with its `room` set, nobody is in it yet. */
size_t cast_bytes(uint32_t room);

/* A copy with all the room, for free(); of the one that is copied only the members need exist.
 * NULL: no memory. */
struct cast *cast_copy(const struct cast *c);

/* Adds a copy. Returns its number, or ACTOR_NONE when there is no room, or too many are above. */
uint16_t cast_add(struct cast *c, const struct who *who);

/* Fills one of zeroed bytes with the actors of a tree, under their numbers there; there is no room
 * for others. */
void cast_add_tree(struct cast *c, const struct tree *tree);

/* True when `above` is a proper ancestor of `below`; both are numbers of the cast. */
bool cast_is_above(const struct cast *c, uint16_t above, uint16_t below);

/* Walks those at or below `from`, itself first: the next one after `at`, or ACTOR_NONE. */
uint16_t cast_next_below(const struct cast *c, uint16_t from, uint16_t at);

/* Walks the children of `parent`: the next one after `at`, at first `parent` itself, or
 * ACTOR_NONE. */
uint16_t cast_next_child(const struct cast *c, uint16_t parent, uint16_t at);

#endif

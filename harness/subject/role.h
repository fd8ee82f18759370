/* role.h: whom a scenario means in a command, whose processes nobody knows before they are born.
 *
 * `root` is what was started, `child` a child of it, `leaf` has no child now, each with .N the N-th
 * by birth; others get a name by `who:`, which means the first process that fits, for good. A
 * variant has a table of those that it names; what a run has found of them it keeps beside it. */
#ifndef HARNESS_SUBJECT_ROLE_H
#define HARNESS_SUBJECT_ROLE_H

#include "harness/subject/cast.h"
#include "runtime/base/err.h"

#include <stdbool.h>
#include <stdint.h>

enum whom { WHOM_ROOT, WHOM_CHILD, WHOM_LEAF, WHOM_ANY, WHOM_NAMED, WHOMS };

enum { ROLES_ROOT = 0, ROLES_MAX = 64 }; /* the first of every table is `root` */

struct role_said {
    const char *name; /* as written: "child.2" */
    uint8_t kind;     /* enum whom */
    uint16_t nth;     /* by birth, from 1; 0: each of them */
    /* Of a named one, all that is said holds: */
    const char *argv; /* a pattern found in its arguments, joined by blanks; or NULL */
    const char *comm; /* what it calls itself; or NULL */
    uint16_t under;   /* the number of a role that is above it; or ACTOR_NONE */
};

struct roles {
    const struct role_said *role;
    uint16_t count;
};

/* The word that stands for a kind, NULL for named ones. */
const char *whom_name(unsigned kind);

/* True when several processes can be meant at once. */
bool role_is_many(const struct role_said *role);

/* Who was found so far; opaque: role.c. */
struct roles_found;

/* Returns 0, ERR_NOMEM, or what match_compile() returns. The table and the cast are lent. */
int roles_find(const struct roles *roles, const struct cast *cast, struct roles_found **out,
               struct diag *diag);
void roles_found_free(struct roles_found *f);

/* A record of this member comes: it may be one that a name waits for. Before role_matches(). */
void roles_see(struct roles_found *f, uint16_t actor);

/* True when the role means this member now. */
bool role_matches(const struct roles_found *f, uint16_t role, uint16_t actor);

/* Who a named role is, or ACTOR_NONE; and from a run that is over: it was this one. */
uint16_t role_fixed(const struct roles_found *f, uint16_t role);
void role_fix(struct roles_found *f, uint16_t role, uint16_t actor);

/* The member that something is done to: of several the first by birth that lives; ACTOR_NONE: there
 * was none so far. */
uint16_t role_member(const struct roles_found *f, uint16_t role);

#endif

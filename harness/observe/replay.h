/* replay.h: what is known at each record of a trace: the one fold that all rows share.
 *
 * A record is first reached: the replay then shows the state before it, at the time of the record.
 * Then it is taken in. Flat, without pointers into itself: memcpy() copies it. What several
 * processes report reaches the trace by several ways (an actor's own report, its parent's, the
 * observer's), so the fold takes the earliest evidence of a death and never goes back on it. For
 * this folder only. */
#ifndef HARNESS_OBSERVE_REPLAY_H
#define HARNESS_OBSERVE_REPLAY_H

#include "harness/observe/invariant.h"
#include "runtime/actor/core.h"
#include "runtime/base/harm.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { REPLAY_ACTIVE_MAX = 8, REPLAY_NEVER = -1 };

/* What an ancestor knows of one request. */
struct replay_entry {
    uint32_t request;
    uint8_t state; /* enum entry_state */
    uint8_t shield;
    uint16_t zero;
};

/* The claim of an actor on the terminal, as the actor itself sees it. */
enum replay_claim { CLAIM_NONE, CLAIM_WAIT, CLAIM_GRANTED };

/* A process. */
struct replay_process {
    int64_t dead_ns;   /* when it was known to be dead */
    int64_t zombie_ns; /* proc.exited, until reaped; REPLAY_NEVER: no zombie */
    int64_t resume_ns; /* when it, or its link, was last let go or continued */
    int64_t frozen_ns; /* when SIGKILL can end it again; 0: it does not wait in the kernel */
    int64_t cut_ns;    /* when the end of the link to its parent was first seen */
    int64_t pid;       /* as its parent reported it; 0: not started */
    bool spawned;
    bool live;    /* its parent knows it as ready */
    bool dead;    /* exited, by whatever evidence */
    bool reaped;  /* by its parent, as that parent reports */
    bool killed;  /* somebody has sent it a signal that nobody survives */
    bool faulted; /* killed or stopped by the harness at some time */
    bool held;    /* at a point, by the harness */
    bool stopped;
    bool closed;   /* it is about to exit by itself */
    bool cut;      /* the link to its parent has ended, or one of them broke its protocol */
    bool delayed;  /* what is said on that link need not arrive for now, by a fault */
    bool muted;    /* a part of what it says on that link is lost, by a fault */
    bool orphan;   /* of a command: whose child it is nobody knows */
    bool orphaned; /* it has noticed that */
    bool given_up; /* its parent takes it for hung and does not know of a prompt below (E1) */
};

/* The lock, seen from one origin. */
struct replay_origin {
    int64_t ended_ns;  /* when its last request was over; REPLAY_NEVER: none was */
    int64_t asked_ns;  /* when the current request was sent */
    int64_t let_go_ns; /* when the record lock was surely dropped, last */
    uint64_t queued;   /* rank in the root's queue, from 1; 0: not queued */
    uint32_t request;  /* the last one it sent */
    uint32_t granted;  /* the last one for which the root sent a grant */
    uint16_t entries;  /* ancestors that know of it */
    uint8_t claim;     /* enum replay_claim */
    bool active;       /* from dbg.tty_take to dbg.tty_give */
    bool baton;        /* may have the record lock */
    bool baton_drop;   /* until its next record */
    bool modes;        /* may have changed the terminal's modes */
    bool modes_drop;   /* until its next record */
    bool unreleased;   /* has dropped the record lock and not said so */
    bool leaving;      /* from dbg.leaving to dbg.rel_sent */
    bool strayed;      /* leaving, and did something that is no part of it */
    uint32_t released; /* the last request that it has released */
    struct replay_entry entry[TREE_DEPTH_MAX]; /* by depth of the ancestor */
};

/* The cancel of a child, seen from its parent. */
struct replay_cancel {
    int64_t sent_ns;
    int64_t deadline_ns;  /* as in the trace */
    int64_t received_ns;  /* by the child; REPLAY_NEVER: not yet */
    int64_t own_deadline; /* of this actor's own end, as it last accepted one; 0: none */
    int64_t unparked_ns;
    int64_t silent_ns; /* when the child had said its last: its result, or the end of its link */
    int64_t grace_ns;  /* given at unparking */
    int64_t term_ns;
    uint32_t request;
    uint8_t mode;  /* enum cancel_mode, the highest sent; CANCEL_NONE: not sent */
    uint8_t cause; /* enum cause */
    bool acked;
    bool ack_sent; /* by the child, since it received the last one */
    bool closed;   /* the parent has closed the link to it */
    bool parked;
    bool unparked; /* and nothing has escalated since */
    bool term;
    bool kill;
};

/* A nursery's bookkeeping: of the actor as a child, and as a parent. */
struct replay_nursery {
    uint32_t outcomes;     /* of this child */
    uint8_t outcome;       /* enum error_kind of the first */
    bool asked;            /* the parent had cancelled it before its outcome */
    bool first_error;      /* it is its parent's first error */
    bool foreign;          /* ended by somebody else's cancel, not yet called an error */
    bool spawning_late;    /* its spawn began in a cancelling nursery */
    bool saw_error;        /* as a parent: some child was named first error */
    bool cancelling;       /* as a parent: the main nursery is cancelled */
    bool cancel_requested; /* this actor is to end */
    bool resulted;         /* it has its result */
    bool links;            /* its frames are in the trace */
    uint8_t result;        /* enum error_kind of it */
    bool silent;           /* heartbeat.missed, and no frame since */
    bool broken;           /* it broke the protocol */
};

struct replay_actor {
    uint16_t depth;
    struct replay_process process;
    struct replay_origin origin;
    struct replay_cancel cancel;
    struct replay_nursery nursery;
};

struct replay_lock {
    int64_t since_ns; /* of the state */
    uint64_t rank;    /* given to the last request that was queued */
    uint16_t holder;  /* ACTOR_NONE when FREE */
    uint8_t state;    /* enum lock_state */
    bool over;        /* HELD, and the root knows that the holder is through */
};

struct replay {
    const struct cast *cast; /* lent; may grow */
    unsigned engine;
    int64_t deadline_zero_ns;
    uint64_t typed; /* as of struct observation */
    size_t index;   /* of the record that was reached, or of the next */
    int64_t now_ns; /* the latest time seen */
    uint16_t count; /* actors */
    struct replay_lock lock;
    size_t active_count; /* live or not */
    uint16_t active[REPLAY_ACTIVE_MAX];
    uint32_t zombies;
    uint32_t deaths;
    uint32_t entries; /* in the whole tree */
    uint32_t cancels; /* sent to children that are not dead */
    uint32_t claims;  /* actors with a claim */
    bool modes_saved; /* the last tty.modes said: as saved */
    bool modes_known;
    bool hung_up;      /* nobody is at the terminal any more */
    bool root_insists; /* SIGQUIT or the last ^C: the root kills all and dies */
    bool forced;       /* the harness ends the run by force from here on */
    struct replay_actor actor[];
};

size_t replay_bytes(const struct cast *cast);

/* In memory of replay_bytes(o->cast): as before the first record. */
void replay_begin(struct replay *r, const struct observation *o);

/* Time passes until this record. */
void replay_reach(struct replay *r, const struct trace_record *rec);

/* Takes it in. */
void replay_take(struct replay *r, const struct trace_record *rec);

/* Parts of replay_take(), in replay_fold.c and replay_lock.c. */
void replay_apply(struct replay *r, const struct trace_record *rec);
void replay_actor_dies(struct replay *r, uint16_t id);
void replay_active_remove(struct replay *r, uint16_t id);
void replay_claim_end(struct replay *r, uint16_t id);
void replay_effects_are_over(const struct replay *r, struct replay_origin *o);
void replay_fold_origin(struct replay *r, const struct trace_record *rec);
void replay_fold_hop(struct replay *r, const struct trace_record *rec);
void replay_fold_root(struct replay *r, const struct trace_record *rec);
void replay_lock_is_free(struct replay *r);

/* True once per point in time and *tick, which is 0 at first: for rows that compare ages, which
 * change with time only. */
bool replay_time_moved(const struct replay *r, int64_t *tick);

/* True for a number of an actor of the tree. */
bool replay_knows(const struct replay *r, uint16_t actor);
uint16_t replay_parent(const struct replay *r, uint16_t actor);
bool replay_is_above(const struct replay *r, uint16_t above, uint16_t below);

/* True when this record is the death of an actor by SIGINT that neither a decision of its own
 * (exit.closed), nor its role explains. */
bool replay_dies_by_interrupt(const struct replay *r, const struct trace_record *rec);

/* True while the process runs and nothing has been done to it that ends it at once. */
bool replay_is_live(const struct replay *r, uint16_t actor);

/* True while every process from the root to this actor is live and every link between them
 * stands: the live path of the design. */
bool replay_path_is_live(const struct replay *r, uint16_t actor);

/* True while the actor cannot do anything because the harness holds or has stopped it, or
 * because it is a spinner, which never returns to its loop. */
bool replay_is_blocked(const struct replay *r, uint16_t actor);

/* True while the harness holds it, or has stopped it. Own actors are stopped by nobody else. */
bool replay_is_halted(const struct replay *r, uint16_t actor);

/* The same for any live actor from `above` down to `below`, or any link between them that a fault
 * has made mute. */
bool replay_way_is_blocked(const struct replay *r, uint16_t above, uint16_t below);

/* The later of `since` and the last time that one of these was let go. */
int64_t replay_way_since(const struct replay *r, uint16_t above, uint16_t below, int64_t since);

/* True while `parent` knows of a claim at or below `child` that parks the child's deadline:
 * granted, active, or waiting with a shield unless the child is aborted. */
bool replay_parks(const struct replay *r, uint16_t parent, uint16_t child);

/* True when the harness let this actor go at, after or shortly before this time: then a report
 * made at that time may be much later than the step that it is about, which was held in between. */
bool replay_report_is_late(const struct replay *r, uint16_t actor, int64_t at_ns);

/* A deadline of the trace on the clock of at_ns. */
int64_t replay_deadline(const struct replay *r, int64_t deadline);

/* CAUSE_FAULT when the harness killed or stopped this actor, else CAUSE_NONE. */
unsigned replay_fault_cause(const struct replay *r, uint16_t actor);

const char *replay_name(const struct replay *r, uint16_t actor);

/* Fills the violation with the current record, and returns true. */
bool replay_violation(const struct replay *r, struct violation *out, uint16_t actor, unsigned cause,
                      const char *format, ...) __attribute__((format(printf, 5, 6)));

#endif

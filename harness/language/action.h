/* action.h: what a run can do to its subject, as data.
 *
 * A step makes an action, world_act() writes it into the trace as its row says and hands it to the
 * engine. So actions can be counted, refused, dropped, written down and done again by whoever
 * stands between, and a new one is a row here, and a case in each engine. */
#ifndef HARNESS_LANGUAGE_ACTION_H
#define HARNESS_LANGUAGE_ACTION_H

#include "runtime/base/err.h"
#include "runtime/base/harm.h"
#include "runtime/base/trace.h"
#include "runtime/roles/tree.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is to be known of an action before it is done. */
enum action_needs {
    ACTION_WHO = 1,   /* `who` is an actor, and lives */
    ACTION_LATE = 2,  /* an engine may do it later than it is asked to, and records it then */
    ACTION_VALUE = 4, /* its numbers stand in the record */
    ACTION_EXTRA = 8,
};

/* X(identifier, name, point of its record or POINTS for none, set of enum action_needs)
 *
 * type      text, size: bytes at the terminal; ERR_FULL when it takes no more
 * key       value: the byte; extra: 1 as the driver would, whatever the terminal's modes. One press
 *           at a time. Of the interrupt, quit and suspend characters done means: each live member
 *           of the foreground group that is not held and not stopped has reported sig.handled, or
 *           has died
 * signal    value: its number; target: whose processes; who: of one actor
 * tell      who; value: enum tell_op
 * link      who: the link to its parent; value: enum link_harm, extra: enum link_side. The sending
 *           end does it, of a cut the child, or its parent when the child is stopped. ERR_INPUT for
 *           the root, ERR_STATE when the end that must do it does not run yet or is stopped
 * resize    value: rows, extra: columns; the foreground group gets SIGWINCH
 * hang-up   the terminal goes away for good, as when its window is closed: nobody reads or writes
 *           it any more, and the session's leader passes SIGHUP on to the job
 * continue  a stopped job goes on in the foreground, as by a shell's `fg`
 * fail      who: held at a system call, which is not made when it goes on; value: the errno that
 *           it fails with. ERR_STATE when it is held at none */
#define ACTION_MAP(X)                                                                      \
    X(ACTION_TYPE, "type", POINTS, 0)                                                      \
    X(ACTION_KEY, "key", POINT_KEY_SENT, ACTION_LATE | ACTION_VALUE | ACTION_EXTRA)        \
    X(ACTION_SIGNAL, "signal", POINT_SIGNAL_SENT, ACTION_WHO | ACTION_LATE | ACTION_VALUE) \
    X(ACTION_TELL, "tell", POINT_TELL_SENT, ACTION_WHO | ACTION_VALUE)                     \
    X(ACTION_LINK, "link", POINT_LINK_HARMED, ACTION_WHO | ACTION_VALUE | ACTION_EXTRA)    \
    X(ACTION_RESIZE, "resize", POINT_TTY_RESIZED, ACTION_VALUE | ACTION_EXTRA)             \
    X(ACTION_HANG_UP, "hang-up", POINT_TTY_HUNG_UP, 0)                                     \
    X(ACTION_CONTINUE, "continue", POINTS, 0)                                              \
    X(ACTION_FAIL, "fail", POINTS, ACTION_WHO)

enum action_kind { ACTION_MAP(ROW_ID) ACTIONS };

/* Whom a signal goes to. */
enum signal_target { TARGET_ACTOR, TARGET_GROUP, TARGET_SESSION, TARGET_TREE, TARGET_FOREGROUND };

struct action {
    uint16_t kind;   /* enum action_kind */
    uint16_t who;    /* the actor concerned; read only where the row needs it */
    uint32_t target; /* enum signal_target */
    int64_t value;
    int64_t extra;
    const char *text; /* lent */
    size_t size;
    bool at_once; /* a key, or a signal to a group: sent while somebody of a command is held for it,
                     so nobody need be ready */
};

struct action_row {
    const char *name;
    uint16_t point; /* POINTS: it leaves no record */
    uint8_t needs;  /* set of enum action_needs */
};

const struct action_row *action_row(unsigned kind); /* kind < ACTIONS; static */

/* True when it is about one actor. */
bool action_has_who(const struct action *a);

/* Refuses numbers that no world knows. Returns 0 or ERR_INPUT. */
int action_check(const struct action *a, struct diag *diag);

/* Its record, by the harness; the time is not filled in. The row has a point. */
struct trace_record action_record(const struct action *a);

#endif

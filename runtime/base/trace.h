/* trace.h: one record format and one vocabulary for both engines.
 *
 * A trace is what happened in one run, in an order that respects causality: a record is written
 * after the change of state and before the effect that it names. The record kinds are the named
 * points of the language: the same word works in a scenario, in a schedule and in a trace.
 * Records hold no address, no path and no wall-clock time. */
#ifndef RUNTIME_BASE_TRACE_H
#define RUNTIME_BASE_TRACE_H

#include "runtime/base/names.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Actors are numbered in pre-order of the tree; the root is 0. */
enum {
    ACTOR_ROOT = 0,
    ACTOR_ID_MAX = 0xFFEF,   /* the largest number of an actor */
    ACTOR_TERMINAL = 0xFFFD, /* as a trace's actor: the terminal */
    ACTOR_HARNESS = 0xFFFE,  /* as a trace's actor: the harness */
    ACTOR_NONE = 0xFFFF,
};

/* X(identifier, stem): the frames of runtime/actor/frame.h; here because each of them is two
 * points, link.before_send.STEM and link.before_recv.STEM. */
#define FRAME_MAP(X)                  \
    X(FRAME_HELLO, "hello")           \
    X(FRAME_SPEC, "spec")             \
    X(FRAME_READY, "ready")           \
    X(FRAME_CALL, "call")             \
    X(FRAME_REPLY, "reply")           \
    X(FRAME_CANCEL, "cancel")         \
    X(FRAME_ACK, "ack")               \
    X(FRAME_RESULT, "result")         \
    X(FRAME_PING, "ping")             \
    X(FRAME_PONG, "pong")             \
    X(FRAME_DUMP, "dump")             \
    X(FRAME_DBG_REQ, "dbg_req")       \
    X(FRAME_DBG_GRANT, "dbg_grant")   \
    X(FRAME_DBG_ACTIVE, "dbg_active") \
    X(FRAME_DBG_REL, "dbg_rel")       \
    X(FRAME_DBG_LOST, "dbg_lost")     \
    X(FRAME_DBG_DENY, "dbg_deny")     \
    X(FRAME_DBG_REVOKE, "dbg_revoke")

enum frame_type { FRAME_MAP(ROW_ID) FRAME_TYPES };

/* Why a run's world is stopped: what run.stopped says. */
#define STOP_MAP(X)                    \
    X(STOP_NORMAL, "normal")           \
    X(STOP_INTERRUPTED, "interrupted") \
    X(STOP_TIMED_OUT, "timed-out")

enum stop_why { STOP_MAP(ROW_ID) STOP_WHYS };

/* X(identifier, name, what it means and what peer, request, value and extra say)
 * "child" and "origin" are actors and stand in `peer`; `request` is the origin's request counter
 * for dbg.*, the cancel's id for cancel.*, the link sequence for link.*. */
#define POINT_MAP(X)                                                                               \
    X(POINT_SPAWN_BEFORE_FORK, "spawn.before_fork", "parent: about to start peer")                 \
    X(POINT_SPAWN_AFTER_FORK, "spawn.after_fork", "parent: peer started; value: pid or -errno")    \
    X(POINT_SPAWN_AFTER_EXEC, "spawn.after_exec", "child: runs; value: unexpected descriptors")    \
    X(POINT_SPAWN_HELLO_SENT, "spawn.hello_sent", "child: says hello")                             \
    X(POINT_SPAWN_BEFORE_SPEC, "spawn.before_spec", "parent: tells peer what it is")               \
    X(POINT_SPAWN_READY, "spawn.ready", "child: knows what it is, about to run")                   \
    X(POINT_LINK_EOF_SEEN, "link.eof_seen", "the link to peer ended")                              \
    X(POINT_LINK_BROKEN, "link.broken", "peer broke the protocol; value: enum link_fault")         \
    X(POINT_NURSERY_OPEN, "nursery.open", "value: number of the nursery")                          \
    X(POINT_NURSERY_CHILD_LIVE, "nursery.child_live", "parent: peer is ready")                     \
    X(POINT_NURSERY_OUTCOME, "nursery.outcome",                                                    \
      "parent: peer's one outcome; value: enum error_kind, extra: code")                           \
    X(POINT_NURSERY_FIRST_ERROR, "nursery.first_error", "parent: peer failed first")               \
    X(POINT_NURSERY_CANCEL_FANOUT, "nursery.cancel_fanout",                                        \
      "value: number of the nursery, extra: enum cause")                                           \
    X(POINT_NURSERY_JOINING, "nursery.joining", "value: number of the nursery")                    \
    X(POINT_NURSERY_CLOSED, "nursery.closed", "value: number of the nursery")                      \
    X(POINT_CANCEL_REQUESTED, "cancel.requested",                                                  \
      "this actor is to end; value: enum cause, extra: absolute deadline")                         \
    X(POINT_CANCEL_SENT, "cancel.sent",                                                            \
      "parent: to peer; value: deadline, extra: enum cancel_mode + 256 * enum cause")              \
    X(POINT_CANCEL_RECEIVED, "cancel.received", "child: from peer; value and extra as sent")       \
    X(POINT_CANCEL_ACKED, "cancel.acked", "parent: peer has accepted the cancel")                  \
    X(POINT_CANCEL_USER_CB, "cancel.user_cb", "the actor's own code hears of the cancel")          \
    X(POINT_CANCEL_ACK_TIMEOUT, "cancel.ack_timeout", "parent: peer did not answer in time")       \
    X(POINT_CANCEL_DEADLINE, "cancel.deadline", "parent: peer's deadline passed")                  \
    X(POINT_CANCEL_PARKED, "cancel.parked",                                                        \
      "parent: the deadline of peer waits for the prompt below it")                                \
    X(POINT_CANCEL_UNPARKED, "cancel.unparked",                                                    \
      "parent: the deadline of peer runs again; value: new deadline")                              \
    X(POINT_CANCEL_TERM_SENT, "cancel.term_sent",                                                  \
      "parent: SIGTERM to peer; value: enum kill_reason, extra: enum cause")                       \
    X(POINT_CANCEL_KILL_SENT, "cancel.kill_sent",                                                  \
      "parent: SIGKILL to peer; value: enum kill_reason, extra: enum cause")                       \
    X(POINT_CANCEL_CLOSE_SENT, "cancel.close_sent",                                                \
      "parent: closes the link to peer; value: enum kill_reason, extra: enum cause")               \
    X(POINT_CANCEL_STUCK, "cancel.stuck", "parent: peer survives SIGKILL")                         \
    X(POINT_EXIT_USER_RETURNED, "exit.user_returned", "the actor's own code is done")              \
    X(POINT_EXIT_BEFORE_RESULT, "exit.before_result", "value: enum error_kind, extra: code")       \
    X(POINT_EXIT_AFTER_RESULT, "exit.after_result", "the result is on its way")                    \
    X(POINT_EXIT_BEFORE_CLOSE, "exit.before_close", "about to close the link to the parent")       \
    X(POINT_EXIT_CLOSED, "exit.closed", "about to exit; value: wait status to come")               \
    X(POINT_EXIT_STATUS_READY, "exit.status_ready", "parent: peer is dead, not yet reaped")        \
    X(POINT_EXIT_BEFORE_REAP, "exit.before_reap", "parent: about to reap peer")                    \
    X(POINT_EXIT_REAPED, "exit.reaped", "parent: peer is reaped; value: wait status")              \
    X(POINT_EXIT_EOF_BEFORE_STATUS, "exit.eof_before_status", "parent: peer's link ended first")   \
    X(POINT_EXIT_STATUS_BEFORE_EOF, "exit.status_before_eof", "parent: peer died first")           \
    X(POINT_ORPHAN_NOTICED, "orphan.noticed", "this actor has lost its parent")                    \
    X(POINT_ORPHAN_ADOPTED, "orphan.adopted", "root: adopted a process; value: pid")               \
    X(POINT_ORPHAN_KILLED, "orphan.killed", "root: kills an adopted process; value: pid")          \
    X(POINT_ORPHAN_REAPED, "orphan.reaped", "root: an adopted process is reaped; value: pid")      \
    X(POINT_ORPHAN_LEFT, "orphan.left",                                                            \
      "the actor's own code leaves a process behind; value: pid or -errno")                        \
    X(POINT_ERR_FATAL_HANDLER, "err.fatal_handler",                                                \
      "dies by the mistake of its own code; value: signal number; extra: offset of the "           \
      "instruction in the program, or 0")                                                          \
    X(POINT_ERR_RAISED, "err.raised", "own error; value: enum error_kind, extra: code")            \
    X(POINT_ERR_BOXED, "err.boxed", "parent: an error made from peer's death; value, extra: same") \
    X(POINT_ERR_RELAYED, "err.relayed", "peer's error passes here; value, extra: same")            \
    X(POINT_ERR_GROUP_CLOSED, "err.group_closed", "value: number of errors")                       \
    X(POINT_ERR_FINAL, "err.final", "root: the tree's error, first raised by peer; same")          \
    X(POINT_DBG_WANT, "dbg.want", "origin: wants the terminal; value: 1 for a crash prompt")       \
    X(POINT_DBG_QUEUED, "dbg.queued", "origin: another task of this actor is before this one")     \
    X(POINT_DBG_REQ_SENT, "dbg.req_sent", "origin: request goes to the parent")                    \
    X(POINT_DBG_GRANT_RECV, "dbg.grant_recv", "origin: the grant for its request came")            \
    X(POINT_DBG_GRANT_STALE, "dbg.grant_stale", "a grant for a request that is over, dropped")     \
    X(POINT_DBG_BATON_TRY, "dbg.baton_try", "origin: tries the record lock")                       \
    X(POINT_DBG_BATON_BUSY, "dbg.baton_busy", "origin: somebody still has the record lock")        \
    X(POINT_DBG_TTY_TAKE, "dbg.tty_take", "origin: takes the terminal")                            \
    X(POINT_DBG_ACTIVE_SENT, "dbg.active_sent", "origin: tells the ancestors that it prompts")     \
    X(POINT_DBG_PROMPT, "dbg.prompt", "origin: about to write the prompt, once per grant")         \
    X(POINT_DBG_COMMAND, "dbg.command", "origin: a command; value: its first character")           \
    X(POINT_DBG_LEAVING, "dbg.leaving", "origin: leaves the prompt; value: enum leave_how")        \
    X(POINT_DBG_TTY_GIVE, "dbg.tty_give", "origin: gives the terminal's modes back")               \
    X(POINT_DBG_BATON_DROP, "dbg.baton_drop", "origin: drops the record lock")                     \
    X(POINT_DBG_REL_SENT, "dbg.rel_sent", "origin: release goes to the parent")                    \
    X(POINT_DBG_WITHDRAWN, "dbg.withdrawn", "origin: gives its waiting request up")                \
    X(POINT_DBG_DENIED, "dbg.denied", "origin: request refused; value: enum deny_reason")          \
    X(POINT_DBG_REVOKED, "dbg.revoked", "origin: must leave its prompt; value: deadline")          \
    X(POINT_DBG_HOP_REQ, "dbg.hop_req", "ancestor: origin wants; extra: 1 for a crash prompt")     \
    X(POINT_DBG_HOP_GRANT, "dbg.hop_grant", "ancestor: shielded from now on for origin")           \
    X(POINT_DBG_HOP_ACTIVE, "dbg.hop_active", "ancestor: origin prompts")                          \
    X(POINT_DBG_HOP_REL, "dbg.hop_rel", "ancestor: origin gave up; entry gone")                    \
    X(POINT_DBG_HOP_LOST, "dbg.hop_lost", "ancestor: the way to origin is lost; entry gone")       \
    X(POINT_DBG_HOP_DENY, "dbg.hop_deny",                                                          \
      "ancestor: origin is refused; entry gone; value: enum deny_reason")                          \
    X(POINT_DBG_HOP_REVOKE, "dbg.hop_revoke", "ancestor: origin is told to leave")                 \
    X(POINT_DBG_ENQUEUE, "dbg.enqueue", "root: origin's request is queued; value: length")         \
    X(POINT_DBG_POP, "dbg.pop", "root: origin's request is the next")                              \
    X(POINT_DBG_GRANT_SENT, "dbg.grant_sent", "root: the lock is HELD by origin")                  \
    X(POINT_DBG_REL_RECV, "dbg.rel_recv", "root: the holder, origin, gave up")                     \
    X(POINT_DBG_LOST_RECV, "dbg.lost_recv", "root: the way to the holder, origin, is lost")        \
    X(POINT_DBG_RECOVERING, "dbg.recovering", "root: waits for proof that origin is dead")         \
    X(POINT_DBG_HOLDER_KILLED, "dbg.holder_killed", "root: SIGKILL to the lost holder, origin")    \
    X(POINT_DBG_HOLDER_CONFIRMED_DEAD, "dbg.holder_confirmed_dead", "root: origin is dead")        \
    X(POINT_DBG_TTY_RESTORED, "dbg.tty_restored", "root: terminal modes put back")                 \
    X(POINT_DBG_FREE, "dbg.free", "root: the lock is FREE")                                        \
    X(POINT_DBG_BATON_MISMATCH, "dbg.baton_mismatch",                                              \
      "root: origin should prompt, but nobody has the record lock")                                \
    X(POINT_SIG_HANDLED, "sig.handled", "value: signal number, extra: enum sig_decision")          \
    X(POINT_SIG_DUPLICATE, "sig.duplicate", "value: signal number; counted once with the last")    \
    X(POINT_SIG_STOP, "sig.stop", "about to stop by SIGTSTP")                                      \
    X(POINT_SIG_CONT, "sig.cont", "continued")                                                     \
    X(POINT_SIG_DUMPED, "sig.dumped",                                                              \
      "tells its state (SIGUSR1); peer: who has the terminal, as far as known here; request: its " \
      "own last; value: enum self_state, extra: enum dbg_state")                                   \
    X(POINT_SIG_REPLACED, "sig.replaced",                                                          \
      "the actor's own code replaces a signal's handler; value: signal number, extra: enum "       \
      "actor_signal")                                                                              \
    X(POINT_SIG_REASSERTED, "sig.reasserted",                                                      \
      "a handler that was replaced is back; value: signal number")                                 \
    X(POINT_SIG_FROZEN, "sig.frozen",                                                              \
      "about to wait in the kernel, where no signal but SIGKILL reaches it")                       \
    X(POINT_TIMER_FIRE, "timer.fire", "value: enum core_timer; peer: the child concerned")         \
    X(POINT_HEARTBEAT_MISSED, "heartbeat.missed", "parent: peer is silent for too long")           \
    X(POINT_REPL_EOF, "repl.eof", "the prompt's input ended")                                      \
    X(POINT_REPL_HUP, "repl.hup", "the terminal hung up")                                          \
    X(POINT_CALL_SENT, "call.sent", "asks peer; request: number of the call")                      \
    X(POINT_CALL_RECEIVED, "call.received", "peer asks")                                           \
    X(POINT_CALL_REPLIED, "call.replied", "answers peer")                                          \
    X(POINT_CALL_COMPLETED, "call.completed", "peer's answer came; value: 0 or enum error_kind")   \
    X(POINT_USER, "user.point", "a point of the actor's own code; value: its number")              \
    X(POINT_PROC_SPAWNED, "proc.spawned", "a process of the subject; value: pid")                  \
    X(POINT_PROC_EXITED, "proc.exited", "dead, not yet reaped; value: wait status if known")       \
    X(POINT_PROC_REAPED, "proc.reaped",                                                            \
      "reaped by peer; value: wait status; extra: ms of the time since its death that peer, or "   \
      "the harness, could run and only waited for a processor")                                    \
    X(POINT_PROC_STOPPED, "proc.stopped", "stopped; value: signal number")                         \
    X(POINT_PROC_CONTINUED, "proc.continued", "continued")                                         \
    X(POINT_PROC_SURVIVED, "proc.survived", "harness: still alive after the end; value: pid")      \
    X(POINT_TTY_MODES, "tty.modes",                                                                \
      "value: 1 if as saved at the start, 0 if not; extra: digest; request: 1 if another group "   \
      "had the terminal when the root ended")                                                      \
    X(POINT_BATON_SEEN, "baton.seen", "peer has the record lock, or nobody")                       \
    X(POINT_KEY_SENT, "key.sent", "value: the byte; extra: 1 by TIOCSIG")                          \
    X(POINT_KEY_DONE, "key.done",                                                                  \
      "every member of the foreground group has handled it; extra: 1 if the terminal lost it")     \
    X(POINT_TTY_RESIZED, "tty.resized", "harness: value: rows; extra: columns")                    \
    X(POINT_TTY_HUNG_UP, "tty.hung_up", "harness: nobody is at the terminal any more")             \
    X(POINT_SIGNAL_SENT, "signal.sent", "harness: to peer; value: signal number")                  \
    X(POINT_FAULT_DONE, "fault.done", "harness: to peer; value: row of the fault table")           \
    X(POINT_TELL_SENT, "tell.sent", "harness: to peer; value: enum tell_op")                       \
    X(POINT_LINK_HARMED, "link.harmed",                                                            \
      "harness: the link of peer to its parent; value: enum link_harm, extra: enum link_side")     \
    X(POINT_HOLD_BEGIN, "hold.begin", "peer is held; value: the point")                            \
    X(POINT_HOLD_END, "hold.end", "peer goes on; value: the point")                                \
    X(POINT_QUIET, "quiet.reached", "nothing can happen by itself")                                \
    X(POINT_STEP_DONE, "step.done", "harness: value: index of the step")                           \
    X(POINT_RUN_STOPPED, "run.stopped",                                                            \
      "harness: ends what is left; value: 0 normal, 1 interrupted, 2 timed out")                   \
    X(POINT_RUN_END, "run.end",                                                                    \
      "nothing is left; value: wait status of the root; extra: a command's processes killed")

enum point {
    POINT_MAP(ROW_ID)
    /* Behind the named ones: one point per frame and direction. */
    POINT_LINK_BEFORE_SEND,
    POINT_LINK_BEFORE_RECV = POINT_LINK_BEFORE_SEND + FRAME_TYPES,
    POINTS = POINT_LINK_BEFORE_RECV + FRAME_TYPES
};

struct trace_record {
    int64_t at_ns;    /* since the start of the run, on the engine's clock */
    int64_t value;    /* per point, see POINT_MAP */
    int64_t extra;    /* per point */
    uint32_t request; /* per family of points */
    uint16_t point;   /* enum point */
    uint16_t actor;   /* where */
    uint16_t peer;    /* the other actor concerned, or ACTOR_NONE */
    uint16_t zero[3]; /* no padding: records are compared byte for byte */
};

/* A growing sequence of records; the sequence number of a record is its index. */
struct trace {
    struct trace_record *record; /* owned */
    size_t count;
    size_t room;
    size_t limit; /* records; TRACE_RECORDS_MAX unless set lower */
    bool full;    /* a record was refused: the run has no verdict */
};

enum { TRACE_RECORDS_MAX = 1000 * 1000 };

#define TRACE_INIT ((struct trace){.limit = TRACE_RECORDS_MAX})

/* Copies the record to the end. Returns 0, or ERR_FULL past the limit or without memory, and
 * then sets `full`. */
int trace_add(struct trace *t, const struct trace_record *record);

void trace_release(struct trace *t);

/* The name of a point, for example "dbg.prompt"; point must be below POINTS. Static. */
const char *point_name(unsigned point);

/* Static; why must be below STOP_WHYS. */
const char *stop_why_name(unsigned why);

/* What it means, one line. Static. */
const char *point_help(unsigned point);

/* The point of that name, or -1. */
int point_find(const char *name);

#endif

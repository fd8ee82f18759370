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

enum stop_why { STOP_MAP(ROW_ID) };

/* Who is in front at the terminal of a command: what tty.front says. */
#define FRONT_MAP(X)        \
    X(FRONT_OWN, "own")     \
    X(FRONT_OTHER, "other") \
    X(FRONT_NOBODY, "nobody")

enum front { FRONT_MAP(ROW_ID) };

/* What a process of a command still has in the end: what proc.keeps says. */
#define LEFTOVER_MAP(X)          \
    X(LEFT_TERMINAL, "terminal") \
    X(LEFT_PIPE, "pipe")         \
    X(LEFT_SOCKET, "socket")     \
    X(LEFT_PORT, "port")         \
    X(LEFT_LOCK, "lock")         \
    X(LEFT_FILE, "file")         \
    X(LEFT_MEMORY, "shared-memory")

enum leftover_thing { LEFTOVER_MAP(ROW_ID) LEFTOVERS };

/* What of a scenario never had an effect: what rule.missed says. */
#define RULE_MAP(X)          \
    X(RULE_INJECT, "inject") \
    X(RULE_ORDER, "order")   \
    X(RULE_PRESS, "no-press")

enum rule { RULE_MAP(ROW_ID) };

/* X(identifier, what it says to people): how a number of a record is to be read. The words are
 * those of the enum's own list, wherever it stands: harness/observe/describe.c looks them up. */
#define KIND_MAP(X)                                                                       \
    X(KIND_NONE, "")                                                                      \
    X(KIND_NUMBER, "number")                                                              \
    X(KIND_SOME, "number")  /* left out when 0 */                                         \
    X(KIND_TIME, "seconds") /* since the start of the run, or long */                     \
    X(KIND_PID, "pid")      /* differs from run to run: left out unless it is an error */ \
    X(KIND_HEX, "number")   /* left out when 0 */                                         \
    X(KIND_BYTE, "byte")                                                                  \
    X(KIND_SIGNAL, "signal") /* left out when 0 */                                        \
    X(KIND_STATUS, "status") /* of a process that has ended */                            \
    X(KIND_POINT, "point")                                                                \
    X(KIND_TIMER, "timer")       /* enum core_timer */                                    \
    X(KIND_CANCEL, "mode,cause") /* mode + 256 * cause */                                 \
    X(KIND_ERROR, "error")       /* enum error_kind */                                    \
    X(KIND_CAUSE, "cause")       /* enum cause */                                         \
    X(KIND_MODE, "mode")         /* enum cancel_mode; left out when 0 */                  \
    X(KIND_REASON, "reason")     /* enum kill_reason */                                   \
    X(KIND_LEAVE, "way")         /* enum leave_how */                                     \
    X(KIND_DENY, "reason")       /* enum deny_reason */                                   \
    X(KIND_DECISION, "decision") /* enum sig_decision */                                  \
    X(KIND_HANDLER, "handler")   /* enum actor_signal */                                  \
    X(KIND_FAULT, "fault")       /* enum link_fault */                                    \
    X(KIND_FAULT_ROW, "fault")   /* of harness/language/fault.h */                        \
    X(KIND_SELF, "state")        /* enum self_state */                                    \
    X(KIND_DBG, "state")         /* enum dbg_state */                                     \
    X(KIND_TELL, "word")         /* enum tell_op */                                       \
    X(KIND_HARM, "harm")         /* enum link_harm */                                     \
    X(KIND_SIDE, "side")         /* enum link_side */                                     \
    X(KIND_WHY, "reason")        /* enum stop_why */                                      \
    X(KIND_RULE, "rule")         /* enum rule */                                          \
    X(KIND_FRONT, "front")       /* enum front */                                         \
    X(KIND_LEFTOVER, "thing")    /* enum leftover_thing */                                \
    X(KIND_CALL, "call")         /* of harness/language/call.h, with its form */          \
    X(KIND_UNSEEN, "what")       /* enum unseen */

enum point_kind { KIND_MAP(ROW_ID) POINT_KINDS };

/* X(identifier, name, what it means, ...): the rest names what a record of the point carries, and
 * what is not named is 0. PEER("child"): the other actor concerned, REQUEST("cancel"), and with its
 * kind VALUE(TIME, "deadline") and EXTRA(CAUSE, "cause"). Printed traces call them so. */
#define POINT_MAP(X)                                                                               \
    X(POINT_SPAWN_BEFORE_FORK, "spawn.before_fork", "parent: about to start the child",            \
      PEER("child"))                                                                               \
    X(POINT_SPAWN_AFTER_FORK, "spawn.after_fork",                                                  \
      "parent: the child is started; pid: -errno when it is not", PEER("child"),                   \
      VALUE(PID, "pid"))                                                                           \
    X(POINT_SPAWN_AFTER_EXEC, "spawn.after_exec",                                                  \
      "child: runs; surprises: descriptors that it should not have", PEER("parent"),               \
      VALUE(SOME, "surprises"))                                                                    \
    X(POINT_SPAWN_HELLO_SENT, "spawn.hello_sent", "child: says hello", PEER("parent"))             \
    X(POINT_SPAWN_BEFORE_SPEC, "spawn.before_spec", "parent: tells the child what it is",          \
      PEER("child"))                                                                               \
    X(POINT_SPAWN_READY, "spawn.ready", "child: knows what it is, about to run", PEER("parent"))   \
    X(POINT_LINK_EOF_SEEN, "link.eof_seen", "the link to another actor ended", PEER("to"))         \
    X(POINT_LINK_BROKEN, "link.broken", "another actor broke the protocol", PEER("by"),            \
      VALUE(FAULT, "fault"))                                                                       \
    X(POINT_NURSERY_OPEN, "nursery.open", "a nursery is there", VALUE(NUMBER, "nursery"))          \
    X(POINT_NURSERY_CHILD_LIVE, "nursery.child_live", "parent: the child is ready", PEER("child")) \
    X(POINT_NURSERY_OUTCOME, "nursery.outcome", "parent: the child's one outcome", PEER("child"),  \
      VALUE(ERROR, "error"), EXTRA(SOME, "code"))                                                  \
    X(POINT_NURSERY_FIRST_ERROR, "nursery.first_error", "parent: the child failed first",          \
      PEER("child"))                                                                               \
    X(POINT_NURSERY_CANCEL_FANOUT, "nursery.cancel_fanout",                                        \
      "all children of a nursery are to be cancelled", VALUE(NUMBER, "nursery"),                   \
      EXTRA(CAUSE, "cause"))                                                                       \
    X(POINT_NURSERY_JOINING, "nursery.joining", "a nursery takes no more children",                \
      VALUE(NUMBER, "nursery"))                                                                    \
    X(POINT_NURSERY_CLOSED, "nursery.closed", "a nursery's last child is gone",                    \
      VALUE(NUMBER, "nursery"))                                                                    \
    X(POINT_CANCEL_REQUESTED, "cancel.requested", "this actor is to end", VALUE(CAUSE, "cause"),   \
      EXTRA(TIME, "deadline"))                                                                     \
    X(POINT_CANCEL_SENT, "cancel.sent", "parent: tells the child to end", PEER("child"),           \
      REQUEST("cancel"), VALUE(TIME, "deadline"), EXTRA(CANCEL, "how"))                            \
    X(POINT_CANCEL_RECEIVED, "cancel.received", "child: is told to end", PEER("parent"),           \
      REQUEST("cancel"), VALUE(TIME, "deadline"), EXTRA(CANCEL, "how"))                            \
    X(POINT_CANCEL_ACKED, "cancel.acked", "parent: the child has accepted the cancel",             \
      PEER("child"), REQUEST("cancel"))                                                            \
    X(POINT_CANCEL_USER_CB, "cancel.user_cb", "the actor's own code hears of the cancel")          \
    X(POINT_CANCEL_ACK_TIMEOUT, "cancel.ack_timeout", "parent: the child did not answer in time",  \
      PEER("child"))                                                                               \
    X(POINT_CANCEL_DEADLINE, "cancel.deadline", "parent: the child's deadline passed",             \
      PEER("child"))                                                                               \
    X(POINT_CANCEL_PARKED, "cancel.parked",                                                        \
      "parent: the deadline of the child waits for the prompt below it", PEER("child"))            \
    X(POINT_CANCEL_UNPARKED, "cancel.unparked",                                                    \
      "parent: the deadline of the child runs again, with its full grace", PEER("child"),          \
      VALUE(TIME, "deadline"), EXTRA(TIME, "grace"))                                               \
    X(POINT_CANCEL_TERM_SENT, "cancel.term_sent", "parent: SIGTERM to the child", PEER("child"),   \
      VALUE(REASON, "reason"), EXTRA(CAUSE, "cause"))                                              \
    X(POINT_CANCEL_KILL_SENT, "cancel.kill_sent", "parent: SIGKILL to the child", PEER("child"),   \
      VALUE(REASON, "reason"), EXTRA(CAUSE, "cause"))                                              \
    X(POINT_CANCEL_CLOSE_SENT, "cancel.close_sent", "parent: closes the link to the child",        \
      PEER("child"), VALUE(REASON, "reason"), EXTRA(CAUSE, "cause"))                               \
    X(POINT_CANCEL_STUCK, "cancel.stuck", "parent: the child survives SIGKILL", PEER("child"))     \
    X(POINT_EXIT_USER_RETURNED, "exit.user_returned", "the actor's own code is done",              \
      VALUE(ERROR, "error"))                                                                       \
    X(POINT_EXIT_BEFORE_RESULT, "exit.before_result",                                              \
      "about to tell the parent, or of the root the user, what came of it", VALUE(ERROR, "error"), \
      EXTRA(SOME, "code"))                                                                         \
    X(POINT_EXIT_AFTER_RESULT, "exit.after_result", "the result is on its way")                    \
    X(POINT_EXIT_BEFORE_CLOSE, "exit.before_close", "about to close the link to the parent",       \
      PEER("parent"))                                                                              \
    X(POINT_EXIT_CLOSED, "exit.closed", "about to exit; status: to come", VALUE(STATUS, "status")) \
    X(POINT_EXIT_STATUS_READY, "exit.status_ready", "parent: the child is dead, not yet reaped",   \
      PEER("child"))                                                                               \
    X(POINT_EXIT_BEFORE_REAP, "exit.before_reap", "parent: about to reap the child",               \
      PEER("child"))                                                                               \
    X(POINT_EXIT_REAPED, "exit.reaped", "parent: the child is reaped", PEER("child"),              \
      VALUE(STATUS, "status"))                                                                     \
    X(POINT_EXIT_EOF_BEFORE_STATUS, "exit.eof_before_status",                                      \
      "parent: the child's link ended first", PEER("child"))                                       \
    X(POINT_EXIT_STATUS_BEFORE_EOF, "exit.status_before_eof", "parent: the child died first",      \
      PEER("child"))                                                                               \
    X(POINT_ORPHAN_NOTICED, "orphan.noticed", "this actor has lost its parent", PEER("parent"))    \
    X(POINT_ORPHAN_ADOPTED, "orphan.adopted", "root: adopted a process", VALUE(PID, "pid"))        \
    X(POINT_ORPHAN_KILLED, "orphan.killed", "root: kills an adopted process", VALUE(PID, "pid"))   \
    X(POINT_ORPHAN_REAPED, "orphan.reaped", "root: an adopted process is reaped",                  \
      VALUE(PID, "pid"))                                                                           \
    X(POINT_ORPHAN_LEFT, "orphan.left",                                                            \
      "the actor's own code leaves a process behind; pid: -errno when it cannot",                  \
      VALUE(PID, "pid"))                                                                           \
    X(POINT_ERR_FATAL_HANDLER, "err.fatal_handler",                                                \
      "dies by the mistake of its own code; offset: of the instruction in the program, "           \
      "when known",                                                                                \
      VALUE(SIGNAL, "signal"), EXTRA(HEX, "offset"))                                               \
    X(POINT_ERR_RAISED, "err.raised", "own error", PEER("origin"), VALUE(ERROR, "error"),          \
      EXTRA(SOME, "code"))                                                                         \
    X(POINT_ERR_BOXED, "err.boxed", "parent: an error made from the child's death", PEER("child"), \
      VALUE(ERROR, "error"), EXTRA(SOME, "code"))                                                  \
    X(POINT_ERR_RELAYED, "err.relayed", "an error from below passes here", PEER("origin"),         \
      VALUE(ERROR, "error"), EXTRA(SOME, "code"))                                                  \
    X(POINT_ERR_GROUP_CLOSED, "err.group_closed", "several errors become one", PEER("origin"),     \
      VALUE(NUMBER, "errors"))                                                                     \
    X(POINT_ERR_FINAL, "err.final", "root: the tree's error", PEER("origin"),                      \
      VALUE(ERROR, "error"), EXTRA(SOME, "code"))                                                  \
    X(POINT_DBG_WANT, "dbg.want", "origin: wants the terminal; crash: for a crash prompt",         \
      REQUEST("request"), VALUE(SOME, "crash"))                                                    \
    X(POINT_DBG_QUEUED, "dbg.queued",                                                              \
      "origin: other tasks of this actor are before this one; tasks: with it", REQUEST("task"),    \
      VALUE(NUMBER, "tasks"))                                                                      \
    X(POINT_DBG_REQ_SENT, "dbg.req_sent", "origin: request goes to the parent", PEER("parent"),    \
      REQUEST("request"), VALUE(SOME, "crash"))                                                    \
    X(POINT_DBG_GRANT_RECV, "dbg.grant_recv", "origin: the grant for its request came",            \
      REQUEST("request"))                                                                          \
    X(POINT_DBG_GRANT_STALE, "dbg.grant_stale", "a grant for a request that is over, dropped",     \
      PEER("origin"), REQUEST("request"))                                                          \
    X(POINT_DBG_BATON_TRY, "dbg.baton_try", "origin: tries the record lock", REQUEST("request"))   \
    X(POINT_DBG_BATON_BUSY, "dbg.baton_busy", "origin: somebody still has the record lock",        \
      REQUEST("request"), VALUE(PID, "pid"))                                                       \
    X(POINT_DBG_TTY_TAKE, "dbg.tty_take", "origin: takes the terminal", REQUEST("request"))        \
    X(POINT_DBG_ACTIVE_SENT, "dbg.active_sent", "origin: tells the ancestors that it prompts",     \
      REQUEST("request"))                                                                          \
    X(POINT_DBG_PROMPT, "dbg.prompt", "origin: about to write the prompt, once per grant",         \
      REQUEST("request"))                                                                          \
    X(POINT_DBG_COMMAND, "dbg.command",                                                            \
      "origin: a command; first: its first character, 0: it is unknown", REQUEST("request"),       \
      VALUE(BYTE, "first"))                                                                        \
    X(POINT_DBG_LEAVING, "dbg.leaving", "origin: leaves the prompt", REQUEST("request"),           \
      VALUE(LEAVE, "how"))                                                                         \
    X(POINT_DBG_TTY_GIVE, "dbg.tty_give", "origin: gives the terminal's modes back",               \
      REQUEST("request"))                                                                          \
    X(POINT_DBG_BATON_DROP, "dbg.baton_drop", "origin: drops the record lock", REQUEST("request")) \
    X(POINT_DBG_REL_SENT, "dbg.rel_sent",                                                          \
      "origin: release goes to the parent; mode: abort when the root is to abort the tree",        \
      REQUEST("request"), VALUE(MODE, "mode"))                                                     \
    X(POINT_DBG_WITHDRAWN, "dbg.withdrawn", "origin: gives its waiting request up",                \
      REQUEST("request"))                                                                          \
    X(POINT_DBG_DENIED, "dbg.denied", "origin: request refused", REQUEST("request"),               \
      VALUE(DENY, "reason"))                                                                       \
    X(POINT_DBG_REVOKED, "dbg.revoked", "origin: must leave its prompt", REQUEST("request"),       \
      VALUE(TIME, "deadline"))                                                                     \
    X(POINT_DBG_HOP_REQ, "dbg.hop_req",                                                            \
      "ancestor: origin wants the terminal; crash: for a crash prompt", PEER("origin"),            \
      REQUEST("request"), EXTRA(SOME, "crash"))                                                    \
    X(POINT_DBG_HOP_GRANT, "dbg.hop_grant", "ancestor: shielded from now on for origin",           \
      PEER("origin"), REQUEST("request"))                                                          \
    X(POINT_DBG_HOP_ACTIVE, "dbg.hop_active", "ancestor: origin prompts", PEER("origin"),          \
      REQUEST("request"))                                                                          \
    X(POINT_DBG_HOP_REL, "dbg.hop_rel", "ancestor: origin gave up; entry gone", PEER("origin"),    \
      REQUEST("request"))                                                                          \
    X(POINT_DBG_HOP_LOST, "dbg.hop_lost", "ancestor: the way to origin is lost; entry gone",       \
      PEER("origin"), REQUEST("request"))                                                          \
    X(POINT_DBG_HOP_DENY, "dbg.hop_deny", "ancestor: origin is refused; entry gone",               \
      PEER("origin"), REQUEST("request"), VALUE(DENY, "reason"))                                   \
    X(POINT_DBG_HOP_REVOKE, "dbg.hop_revoke", "ancestor: origin is told to leave", PEER("origin"), \
      REQUEST("request"), VALUE(TIME, "deadline"))                                                 \
    X(POINT_DBG_ENQUEUE, "dbg.enqueue", "root: origin's request is queued; length: of the queue",  \
      PEER("origin"), REQUEST("request"), VALUE(NUMBER, "length"))                                 \
    X(POINT_DBG_POP, "dbg.pop", "root: origin's request is the next", PEER("origin"),              \
      REQUEST("request"))                                                                          \
    X(POINT_DBG_GRANT_SENT, "dbg.grant_sent", "root: the lock is HELD by origin", PEER("origin"),  \
      REQUEST("request"))                                                                          \
    X(POINT_DBG_REL_RECV, "dbg.rel_recv", "root: the holder, origin, gave up", PEER("origin"),     \
      REQUEST("request"))                                                                          \
    X(POINT_DBG_LOST_RECV, "dbg.lost_recv", "root: the way to the holder, origin, is lost",        \
      PEER("origin"), REQUEST("request"))                                                          \
    X(POINT_DBG_RECOVERING, "dbg.recovering", "root: waits for proof that origin is dead",         \
      PEER("origin"), REQUEST("request"))                                                          \
    X(POINT_DBG_HOLDER_KILLED, "dbg.holder_killed", "root: SIGKILL to the lost holder, origin",    \
      PEER("origin"), REQUEST("request"))                                                          \
    X(POINT_DBG_HOLDER_CONFIRMED_DEAD, "dbg.holder_confirmed_dead", "root: origin is dead",        \
      PEER("origin"), REQUEST("request"))                                                          \
    X(POINT_DBG_TTY_RESTORED, "dbg.tty_restored", "root: terminal modes put back", PEER("origin")) \
    X(POINT_DBG_FREE, "dbg.free", "root: the lock is FREE", PEER("origin"), REQUEST("request"))    \
    X(POINT_DBG_BATON_MISMATCH, "dbg.baton_mismatch",                                              \
      "root: origin should prompt, but nobody has the record lock", PEER("origin"),                \
      REQUEST("request"))                                                                          \
    X(POINT_SIG_HANDLED, "sig.handled", "a signal is taken in", VALUE(SIGNAL, "signal"),           \
      EXTRA(DECISION, "decision"))                                                                 \
    X(POINT_SIG_DUPLICATE, "sig.duplicate", "a signal is counted once with the last",              \
      VALUE(SIGNAL, "signal"))                                                                     \
    X(POINT_SIG_IGNORED, "sig.ignored",                                                            \
      "harness: a process of a command ignores the signal that is about to reach it",              \
      PEER("process"), VALUE(SIGNAL, "signal"))                                                    \
    X(POINT_SIG_STOP, "sig.stop", "about to stop", VALUE(SIGNAL, "signal"))                        \
    X(POINT_SIG_CONT, "sig.cont", "continued", VALUE(SIGNAL, "signal"))                            \
    X(POINT_SIG_DUMPED, "sig.dumped",                                                              \
      "tells its state (SIGUSR1); holder: of the terminal, as far as known here; "                 \
      "request: its own last",                                                                     \
      PEER("holder"), REQUEST("request"), VALUE(SELF, "state"), EXTRA(DBG, "lock"))                \
    X(POINT_SIG_REPLACED, "sig.replaced", "the actor's own code replaces a signal's handler",      \
      VALUE(SIGNAL, "signal"), EXTRA(HANDLER, "handler"))                                          \
    X(POINT_SIG_REASSERTED, "sig.reasserted", "a handler that was replaced is back",               \
      VALUE(SIGNAL, "signal"))                                                                     \
    X(POINT_SIG_FROZEN, "sig.frozen",                                                              \
      "about to wait in the kernel, where no signal but SIGKILL reaches it")                       \
    X(POINT_TIMER_FIRE, "timer.fire", "a timer runs out; child: whom it concerns", PEER("child"),  \
      VALUE(TIMER, "timer"))                                                                       \
    X(POINT_HEARTBEAT_MISSED, "heartbeat.missed", "parent: the child is silent for too long",      \
      PEER("child"))                                                                               \
    X(POINT_REPL_EOF, "repl.eof", "the prompt's input ended", REQUEST("request"))                  \
    X(POINT_REPL_HUP, "repl.hup", "the terminal hung up", REQUEST("request"))                      \
    X(POINT_CALL_SENT, "call.sent", "asks another actor", PEER("to"), REQUEST("call"))             \
    X(POINT_CALL_RECEIVED, "call.received", "is asked", PEER("from"), REQUEST("call"))             \
    X(POINT_CALL_REPLIED, "call.replied", "answers", PEER("to"), REQUEST("call"))                  \
    X(POINT_CALL_COMPLETED, "call.completed", "the answer came, or an error instead",              \
      PEER("from"), REQUEST("call"), VALUE(ERROR, "error"))                                        \
    X(POINT_USER, "user.point", "a point of the actor's own code", VALUE(NUMBER, "number"))        \
    X(POINT_PROC_SPAWNED, "proc.spawned",                                                          \
      "a process of the subject; by: of a command, its parent", PEER("by"), VALUE(PID, "pid"))     \
    X(POINT_PROC_EXECED, "proc.execed",                                                            \
      "of a command: runs a program of its own from here on, by whose name it is called")          \
    X(POINT_PROC_EXITED, "proc.exited", "dead, not yet reaped", VALUE(STATUS, "status"))           \
    X(POINT_PROC_REAPED, "proc.reaped",                                                            \
      "reaped; waited_ms: the time since its death that who reaped it, or the harness, "           \
      "could run and only waited for a processor",                                                 \
      PEER("by"), VALUE(STATUS, "status"), EXTRA(SOME, "waited_ms"))                               \
    X(POINT_PROC_STOPPED, "proc.stopped",                                                          \
      "stopped; job: 1 if its group is not its parent's; behind: 1 if not in front",               \
      REQUEST("job"), VALUE(SIGNAL, "signal"), EXTRA(SOME, "behind"))                              \
    X(POINT_PROC_CONTINUED, "proc.continued", "continued")                                         \
    X(POINT_PROC_SURVIVED, "proc.survived",                                                        \
      "harness: still alive after the end; early: 1 while it may end by itself, lived_ms: until "  \
      "now",                                                                                       \
      PEER("actor"), REQUEST("early"), VALUE(PID, "pid"), EXTRA(SOME, "lived_ms"))                 \
    X(POINT_PROC_KEEPS, "proc.keeps",                                                              \
      "harness: what a process still has when the root has ended and its grace is over, or what "  \
      "is left when nobody lives; number: of a port, or how many",                                 \
      PEER("actor"), VALUE(LEFTOVER, "thing"), EXTRA(SOME, "number"))                              \
    X(POINT_SYS_CALL, "sys.call",                                                                  \
      "a command's process makes a system call that an address names, and waits in it",            \
      VALUE(CALL, "call"))                                                                         \
    X(POINT_SYS_UNSEEN, "sys.unseen",                                                              \
      "a command does what makes some of its calls no points, or others than they seem",           \
      VALUE(UNSEEN, "what"))                                                                       \
    X(POINT_TTY_MODES, "tty.modes", "saved: 1 if as at the start, 0 if not",                       \
      VALUE(NUMBER, "saved"), EXTRA(HEX, "digest"))                                                \
    X(POINT_TTY_FRONT, "tty.front",                                                                \
      "which process group is in front when the root of a command ends: its own, another, "        \
      "or one in which nobody lives; member: one of it",                                           \
      PEER("member"), VALUE(FRONT, "group"))                                                       \
    X(POINT_BATON_SEEN, "baton.seen", "the holder has the record lock, or nobody", PEER("holder")) \
    X(POINT_KEY_SENT, "key.sent", "a key is pressed; tiocsig: 1 by TIOCSIG", VALUE(BYTE, "byte"),  \
      EXTRA(SOME, "tiocsig"))                                                                      \
    X(POINT_KEY_DONE, "key.done",                                                                  \
      "every member of the foreground group has handled the key; lost: 1 if the terminal "         \
      "lost it",                                                                                   \
      VALUE(BYTE, "byte"), EXTRA(SOME, "lost"))                                                    \
    X(POINT_TTY_RESIZED, "tty.resized", "harness: the terminal has another size",                  \
      VALUE(NUMBER, "rows"), EXTRA(NUMBER, "columns"))                                             \
    X(POINT_TTY_HUNG_UP, "tty.hung_up", "harness: nobody is at the terminal any more")             \
    X(POINT_SIGNAL_SENT, "signal.sent", "harness: sends a signal", PEER("to"),                     \
      VALUE(SIGNAL, "signal"))                                                                     \
    X(POINT_FAULT_DONE, "fault.done", "harness: does harm", PEER("to"), REQUEST("errno"),          \
      VALUE(FAULT_ROW, "fault"), EXTRA(SIGNAL, "signal"))                                          \
    X(POINT_TELL_SENT, "tell.sent", "harness: tells an actor what to do", PEER("to"),              \
      VALUE(TELL, "do"))                                                                           \
    X(POINT_LINK_HARMED, "link.harmed", "harness: harms the link of the child to its parent",      \
      PEER("child"), VALUE(HARM, "harm"), EXTRA(SIDE, "side"))                                     \
    X(POINT_HOLD_BEGIN, "hold.begin", "an actor is held", PEER("actor"), VALUE(POINT, "point"))    \
    X(POINT_HOLD_END, "hold.end", "an actor goes on", PEER("actor"), VALUE(POINT, "point"))        \
    X(POINT_QUIET, "quiet.reached",                                                                \
      "nothing can happen by itself; busy: but for so many who never rest, and had their turn",    \
      PEER("beside"), VALUE(SOME, "busy"))                                                         \
    X(POINT_RULE_MISSED, "rule.missed",                                                            \
      "harness: in the end, that an inject never fired, an order had nothing to wait for, or "     \
      "no prompt came for Ctrl-C; number: of the inject or order",                                 \
      VALUE(RULE, "rule"), EXTRA(SOME, "number"))                                                  \
    X(POINT_STEP_DONE, "step.done", "harness: a step is done", VALUE(NUMBER, "step"))              \
    X(POINT_RUN_STOPPED, "run.stopped", "harness: ends what is left", VALUE(WHY, "why"))           \
    X(POINT_RUN_END, "run.end",                                                                    \
      "nothing is left; status: of the root; killed: processes of a command that were",            \
      VALUE(STATUS, "status"), EXTRA(SOME, "killed"))

enum point {
    POINT_MAP(ROW_ID)
    /* Behind the named ones: one point per frame and direction. */
    POINT_LINK_BEFORE_SEND,
    POINT_LINK_BEFORE_RECV = POINT_LINK_BEFORE_SEND + FRAME_TYPES,
    POINTS = POINT_LINK_BEFORE_RECV + FRAME_TYPES
};

struct trace_record {
    int64_t at_ns; /* since the start of the run, on the engine's clock */
    int64_t value; /* this, extra, request and peer: per point, see POINT_MAP */
    int64_t extra;
    uint32_t request;
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

/* What is known of a point. */
struct point_entry {
    const char *name;
    const char *help; /* one line */
    const char *peer; /* names of a record's fields; NULL: it has none */
    const char *request;
    struct point_number {
        uint8_t kind; /* enum point_kind; KIND_NONE: it has none */
        const char *name;
    } value, extra;
};

/* The row of a point below POINTS; static. */
const struct point_entry *point_entry(unsigned point);

/* The point of that name, or -1. */
int point_find(const char *name);

/* The point that is nearest to what was meant, "dbg.prompt" for "dbg.promt", "prompt" and "promt",
 * or NULL. */
const char *point_suggest(const char *name);

#endif

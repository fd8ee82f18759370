/* core.h: one actor as a pure function of its inputs.
 *
 * core_step() takes one event, changes the core and appends effects, which the driver (the real
 * host or the simulator) carries out in order. No I/O, no clock (the time is in the event), no
 * allocation, no globals, no callback: what the actor's own code is to do is an effect as well,
 * and what that code asks for comes back as EVENT_CALL.
 *
 * Contract with both drivers, checked on traces:
 *   D1 the frames of a child come before its EVENT_CHILD_EXIT;
 *   D2 EVENT_CHILD_EXIT comes once, after the process was reaped;
 *   D3 EVENT_LINK_EOF comes at most once per link, after all its frames;
 *   D4 the effects of a step are performed in order;
 *   D5 a kill is performed only while the child is not reaped;
 *   D6 an EFFECT_POINT is reported before the next effect is performed;
 *   D7 after SIGCONT, EVENT_SIGNAL(SIGCONT) comes before any EVENT_TIMER;
 *   D8 after a run of the actor's own code that is no EFFECT_USER, EVENT_POLICY with value 0;
 *   D9 a root whose EFFECT_DIE is performed first kills and reaps whatever it has adopted, and
 *      reports orphan.adopted (unless it has), orphan.killed and orphan.reaped for it;
 *   D10 before the end of a child of the root, and of one that it has adopted, come an EVENT_ORPHAN
 *      or an EVENT_ORPHAN_EXIT for each that the root had adopted when it died.
 * Times are CLOCK_MONOTONIC or virtual nanoseconds, only ever compared and added to.
 *
 * Memory layout, for the explorer: everything that decides what happens next stands before
 * `ghost` (hashed); `ghost` is what only oracles look at; `note` is for people. A core is copied
 * with memcpy. */
#ifndef RUNTIME_ACTOR_CORE_H
#define RUNTIME_ACTOR_CORE_H

#include "runtime/actor/frame.h"
#include "runtime/base/names.h"
#include "runtime/base/trace.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
#ifdef CORE_SEARCH /* the explorer's build: small enough to hash often */
    CORE_CHILDREN_MAX = 4,
    CORE_ENTRIES_MAX = 6,
    CORE_CALLS_MAX = 2,
    CORE_USER_TIMERS_MAX = 2,
    CORE_NURSERIES_MAX = 2,
    CORE_TASKS_MAX = 4,
    CORE_ERRORS_MAX = 4,
    CORE_USER_BYTES = 64,
    CORE_TEXTS_MAX = 2,
#else
    CORE_CHILDREN_MAX = 256,
    CORE_ENTRIES_MAX = 256, /* lock requests known at one actor */
    CORE_CALLS_MAX = 128,   /* calls without an answer */
    CORE_USER_TIMERS_MAX = 32,
    CORE_NURSERIES_MAX = 8,
    CORE_TASKS_MAX = 8, /* tasks of one actor that want the terminal */
    CORE_ERRORS_MAX = 16,
    CORE_USER_BYTES = 4096,
    CORE_TEXTS_MAX = 64, /* texts that wait at the root until they can be shown */
#endif
    CORE_EFFECTS_MAX = 80,
    CORE_FRAMES_MAX = 24,      /* frames among the effects of one step */
    CORE_LINE_BYTES_MAX = 256, /* a command typed at a prompt */

    /* Exit status of an actor that ends because its parent is gone, or the link to it is. Where the
     * parent lives all the same, it takes the child for lost. */
    CORE_STATUS_ORPHANED = 69,

    LINK_PARENT = 0xFFFF, /* as a link: the one to the parent; others are child slots */
    SLOT_NONE = 0xFFFF,
};

/* Times of the protocol, in nanoseconds; design: runtime's ladder as in the ancestor. */
#define MS_NS               INT64_C(1000000)
#define CORE_BOOT_NS        (5000 * MS_NS) /* from fork to hello */
#define CORE_ACK_NS         (500 * MS_NS)  /* from cancel to its ack */
#define CORE_CANCEL_NS      (3000 * MS_NS) /* a cancel's own deadline unless given */
#define CORE_TERM_NS        (1600 * MS_NS) /* from SIGTERM to SIGKILL */
#define CORE_STUCK_NS       (5000 * MS_NS) /* from SIGKILL to giving up waiting */
#define CORE_RESULT_NS      (2000 * MS_NS) /* from a child's result to its exit */
#define CORE_EOF_NS         (1000 * MS_NS) /* from a child's end of link to its exit */
#define CORE_REPORT_NS      (500 * MS_NS)  /* to write the own result */
#define CORE_ORPHAN_NS      (300 * MS_NS)  /* an orphan gives its children this long */
#define CORE_ORPHAN_HARD_NS (3000 * MS_NS) /* and itself this long */
#define CORE_ADOPTED_NS \
    (2000 * MS_NS) /* the root kills adopted ones after this; an abort has less */
#define CORE_RECOVER_NS   (200 * MS_NS)   /* before a lost holder is killed */
#define CORE_PEEK_NS      (1000 * MS_NS)  /* between looks at the record lock */
#define CORE_REVOKE_NS    (2000 * MS_NS)  /* to leave a prompt after a revoke */
#define CORE_HANG_UP_NS   (1000 * MS_NS)  /* a cancel's own deadline after a hang-up */
#define CORE_MERGE_NS     (200 * MS_NS)   /* two signals of one kind count once within this */
#define CORE_SIGTERM2_NS  (2000 * MS_NS)  /* a second SIGTERM within this insists */
#define CORE_HEARTBEAT_NS (10000 * MS_NS) /* silence of a child that counts as a hang */
#define CORE_PING_NS      (3000 * MS_NS)  /* between two pings */
#define CORE_FROZEN_NS    (10000 * MS_NS) /* simulated: not even SIGKILL ends a frozen process */
#define CORE_SLACK_MIN_NS (20 * MS_NS)    /* a child's deadline is at least this much earlier */

/* Mistakes of real programs as switches, in every build. X(identifier, bit, name, help) */
#define DEFECT_MAP(X)                                                                             \
    X(DEFECT_HOP_BLIND, 0, "hop-blind", "an intermediate does not learn of the debug state")      \
    X(DEFECT_INTERRUPT_UNSEEN, 1, "interrupt-unseen",                                             \
      "the root decides about ^C without knowing of holders below its own children")              \
    X(DEFECT_ESCALATE_HELD, 2, "escalate-held", "held(c) is not asked before an escalation step") \
    X(DEFECT_CLOSE_HELD, 3, "close-held", "held(c) is not asked before a link is closed")         \
    X(DEFECT_REPORT_HELD, 4, "report-held",                                                       \
      "a nursery reports although a child of it is not reaped")                                   \
    X(DEFECT_PRINT_HELD, 5, "print-held", "the root prints its final error over a prompt")        \
    X(DEFECT_EXIT_HELD, 6, "exit-held", "the root exits while somebody prompts")                  \
    X(DEFECT_KILL_WAITERS, 7, "kill-waiters", "a deadline's kill ignores waiting requests")       \
    X(DEFECT_STALE_GRANT, 8, "stale-grant", "a grant is honoured without its request number")     \
    X(DEFECT_REGRANT_EARLY, 9, "regrant-early",                                                   \
      "the next grant is given before a cut-off holder is known to be dead")                      \
    X(DEFECT_KEEP_ENTRIES, 10, "keep-entries", "a dead child's entries are forgotten silently")   \
    X(DEFECT_NO_BATON_CHECK, 11, "no-baton-check", "the root does not look at the record lock")   \
    X(DEFECT_EARLY_EXIT, 12, "early-exit", "a child's exit is acted on before its frames")        \
    X(DEFECT_KEEP_MODES, 13, "keep-modes", "the terminal's modes are not given back")             \
    X(DEFECT_GRANT_LIFO, 14, "grant-lifo", "the last request is granted first")                   \
    X(DEFECT_TWO_HOLDERS, 15, "two-holders",                                                      \
      "the root grants while the lock is held, and nobody asks the record lock")                  \
    X(DEFECT_NO_REAP, 16, "no-reap", "a dead child is not reaped")                                \
    X(DEFECT_TWICE_CANCEL, 17, "twice-cancel", "a cancel is sent twice")                          \
    X(DEFECT_KILL_FIRST, 18, "kill-first", "SIGKILL without a cancel before")                     \
    X(DEFECT_WRONG_ORIGIN, 19, "wrong-origin", "a relayed error names the relay as its origin")   \
    X(DEFECT_SKIP_SEQUENCE, 20, "skip-sequence", "a link's sequence number is skipped")           \
    X(DEFECT_LEAK_DESCRIPTOR, 21, "leak-descriptor", "a child inherits one descriptor too many")  \
    X(DEFECT_DEADLINE_GROWS, 22, "deadline-grows", "deadlines are restarted at every level")      \
    X(DEFECT_UNPARK_EARLY, 23, "unpark-early", "a parked deadline fires without its grace")       \
    X(DEFECT_NO_RELEASE, 24, "no-release",                                                        \
      "a left prompt is not released, and the root does not look")                                \
    X(DEFECT_NO_ACK, 25, "no-ack", "a cancel is not answered")                                    \
    X(DEFECT_IGNORE_INTERRUPT, 26, "ignore-interrupt", "the root never acts on SIGINT")           \
    X(DEFECT_ORPHAN_STAYS, 27, "orphan-stays", "an orphan goes on living")                        \
    X(DEFECT_BATON_KEPT, 28, "baton-kept", "the record lock is kept after the prompt")            \
    X(DEFECT_TWO_OUTCOMES, 29, "two-outcomes", "a child's result and its exit both count")        \
    X(DEFECT_CANCEL_FOREVER, 30, "cancel-forever", "a cancelled child is never escalated")        \
    X(DEFECT_KILL_REAPED, 31, "kill-reaped", "a child is killed after it was reaped")             \
    X(DEFECT_NO_REASSERT, 32, "no-reassert",                                                      \
      "a signal's handler that the actor's own code has replaced stays replaced")                 \
    X(DEFECT_DOUBLE_RELEASE, 33, "double-release", "a left prompt is released twice")             \
    X(DEFECT_MUTE_ROOT, 34, "mute-root",                                                          \
      "a cancelled root neither grants nor refuses what is asked")                                \
    X(DEFECT_PROMPT_DEAF, 35, "prompt-deaf",                                                      \
      "a cancel that comes while its actor prompts is not heard")                                 \
    X(DEFECT_STOP_LATE, 36, "stop-late",                                                          \
      "everybody stops itself when its loop comes round, although it was continued meanwhile")

/* The number of a defect; a set of them is a uint64_t. */
enum defect {
#define DEFECT_ROW(id, bit, name, help) id = (bit),
    DEFECT_MAP(DEFECT_ROW)
#undef DEFECT_ROW
        DEFECTS = 37
};

static inline uint64_t defect_bit(unsigned defect)
{
    return UINT64_C(1) << defect;
}

static inline bool defect_in(uint64_t set, enum defect d)
{
    return (set & defect_bit(d)) != 0;
}

const char *defect_name(unsigned bit); /* 0 .. DEFECTS-1; static */
const char *defect_help(unsigned bit);

/* ---- Events ---------------------------------------------------------------------------- */

enum core_event_kind {
    EVENT_START,         /* once, first. value: number of unexpected descriptors; start, pid */
    EVENT_FRAME,         /* link, frame */
    EVENT_LINK_EOF,      /* link */
    EVENT_LINK_FAULT,    /* link: what came was no frame (FRAME_ILLEGAL) */
    EVENT_CHILD_SPAWNED, /* slot, value: pid or -errno */
    EVENT_CHILD_DEAD,    /* slot: seen dead, not yet reaped; EFFECT_REAP follows */
    EVENT_CHILD_EXIT,    /* slot, value: wait status; reaped */
    EVENT_ORPHAN,        /* root: adopted a process. value: pid */
    EVENT_ORPHAN_EXIT,   /* root: reaped an adopted one. value: pid */
    EVENT_SIGNAL,        /* value: number, from */
    EVENT_TIMER,         /* timer, generation */
    EVENT_CALL,          /* call: what the actor's own code asks for */
    EVENT_LINE,          /* text, size: a line typed at the prompt, without its end */
    EVENT_TTY,           /* value: enum tty_event */
    EVENT_BATON,         /* value: enum baton_event, pid: of the holder when BUSY or HELD */
    EVENT_WRITTEN,       /* the result is written, or cannot be */
    EVENT_DETACHED,      /* value: pid of the process that is left behind, or -errno */
    EVENT_POLICY,        /* value: signal whose replaced handler is back; 0: see D8 */
    EVENT_READY,         /* value: a descriptor that the actor's own code watches, pid: how */
    EVENT_CONTINUE,      /* more of the last step, see EFFECT_CONTINUE */
};

enum signal_from { FROM_KERNEL, FROM_PROCESS };
/* Of a terminal that cannot be taken: there is none, or it has hung up. Of one that is read: the
 * end key, or it has hung up. */
enum tty_event { TTY_TAKEN, TTY_REFUSED, TTY_EOF, TTY_HUP };
enum baton_event { BATON_GOT, BATON_BUSY, BATON_FREE, BATON_HELD, BATON_HOLDER_DEAD };

/* What the actor's own code asks for; runtime/include/actor.h turns its functions into these. */
enum core_call_kind {
    CALL_SPAWN,   /* nursery, def, id, room, name, data; deadline_ns relative or 0; flags 1: collect
                   */
    CALL_EXEC,    /* a foreign program. nursery, id, name; request: what the host knows it by */
    CALL_NURSERY, /* open. nursery: number, deadline_ns relative or 0, flags 1: collect */
    CALL_CLOSE,   /* nursery: join it */
    CALL_RETURN,  /* the actor's code is done; the main nursery is joined */
    CALL_FAIL,    /* code, text; flags 1: with a crash prompt */
    CALL_RAISE,   /* pass on the error of child id */
    CALL_CANCEL,  /* child id, or ACTOR_NONE: this actor's own nurseries; deadline_ns relative or 0
                   */
    CALL_PAUSE,   /* request: number of the task; flags 1: with a shield */
    CALL_CALL,    /* id: parent or child; request: number; data */
    CALL_REPLY,   /* id, request: of the call; data */
    CALL_TIMER,   /* request: number of the timer; deadline_ns absolute */
    CALL_SHIELD,  /* deadline_ns relative: cancels wait that long at most */
    CALL_PRINT,   /* lines, size */
    CALL_POINT,   /* request: number of the user's point */
    CALL_SIGNAL,  /* code: signal, flags: enum actor_signal */
    CALL_DETACH,  /* flags 1: in a session of its own */
    CALL_FREEZE,  /* wait in the kernel */
    CALL_DIE,     /* code: exit status at once, or flags 1: signal code */
    CALL_SPIN,    /* never return to the loop */
};

struct core_call {
    uint8_t kind; /* enum core_call_kind */
    uint8_t flags;
    uint8_t nursery;
    uint8_t zero;
    uint16_t id;
    uint16_t room;
    uint16_t def;
    uint16_t size;
    uint32_t request;
    int32_t code;
    int64_t deadline_ns;
    char name[ACTOR_NAME_BYTES];
    union {
        uint8_t data[ACTOR_DATA_BYTES_MAX];
        char text[ERROR_TEXT_BYTES];
        char lines[TEXT_BYTES_MAX];
    } u;
};

/* What a core is told at its start; lent for the step. */
struct core_start {
    uint16_t id;     /* ACTOR_ROOT for the root, which gets everything here; others learn by SPEC */
    uint16_t parent; /* ACTOR_NONE for the root */
    uint16_t room;
    uint16_t def;
    uint16_t size;       /* of data */
    uint64_t defects;    /* set of enum defect */
    int64_t deadline_ns; /* relative, 0: none */
    bool root;
    bool collect; /* the main nursery collects errors instead of cancelling on the first */
    bool has_tty; /* root: there is a terminal */
    bool orphan;  /* the parent is already gone */
    int32_t pid;
    uint64_t pid_start;
    uint64_t build; /* both ends of a link must have the same */
    char name[ACTOR_NAME_BYTES];
    uint8_t modes[TTY_MODES_BYTES]; /* root: modes to keep */
    uint8_t data[ACTOR_DATA_BYTES_MAX];
};

struct core_event {
    int64_t now_ns;
    int64_t at_ns; /* EVENT_SIGNAL: when it came, which may be long before; 0: now */
    uint8_t kind;  /* enum core_event_kind */
    uint8_t from;  /* EVENT_SIGNAL: enum signal_from */
    uint16_t link; /* EVENT_FRAME, EVENT_LINK_EOF: LINK_PARENT or slot; slot events: slot */
    uint16_t timer;
    uint16_t generation;
    int64_t value;
    int32_t pid;
    uint64_t pid_start;
    const struct frame *frame;      /* lent for the step */
    const struct core_call *call;   /* lent */
    const struct core_start *start; /* lent */
    const char *text;               /* EVENT_LINE, lent */
    size_t size;
};

/* ---- Effects --------------------------------------------------------------------------- */

enum core_effect_kind {
    EFFECT_POINT,       /* report point, peer, request, value, extra; may hold the actor here */
    EFFECT_SEND,        /* link, frame: index into frames */
    EFFECT_SPAWN,       /* slot, peer: id of the child; answer EVENT_CHILD_SPAWNED */
    EFFECT_EXEC,        /* the same with a foreign program, value: request of its CALL_EXEC */
    EFFECT_KILL,        /* slot, value: signal; SIGTERM means SIGTERM and SIGCONT */
    EFFECT_KILL_PID,    /* value: pid, extra: start time; SIGKILL unless it is another by now */
    EFFECT_REAP,        /* slot; answer EVENT_CHILD_EXIT */
    EFFECT_FORGET,      /* slot: nothing of it may come any more; free its link and pidfd */
    EFFECT_TIMER_SET,   /* timer, generation, value: absolute time */
    EFFECT_TIMER_CLEAR, /* timer */
    EFFECT_CLOSE,       /* link: no more frames to it; what is queued is written first */
    EFFECT_PRINT,       /* print: enum core_print, value, peer; see core_print_text() */
    EFFECT_WRITE,       /* the text of that frame; value 1: on lines of its own, behind a prompt */
    EFFECT_PROMPT,      /* write "NAME> " and read lines */
    EFFECT_TTY_TAKE,    /* modes in core->lock.modes; answer EVENT_TTY. From here on SIGTSTP waits,
                           as an EVENT_SIGNAL; before, its default action stops the process */
    EFFECT_TTY_GIVE,    /* give core->lock.modes back, stop reading lines; value 0: SIGTSTP does not
                           wait any more */
    EFFECT_TTY_RESTORE, /* root: as saved at the start, flush the input if value is 1 */
    EFFECT_BATON_TRY,   /* take the record lock without waiting; answer EVENT_BATON GOT or BUSY */
    EFFECT_BATON_DROP,
    EFFECT_BATON_PEEK,   /* answer EVENT_BATON: FREE or HELD; value 1: also whether the pid extra is
                            dead: HOLDER_DEAD only when the lock is free and the pid is dead */
    EFFECT_USER,         /* run the actor's own code; see struct core_user */
    EFFECT_WATCH_RESULT, /* answer EVENT_WRITTEN when the parent's link has nothing queued */
    EFFECT_SIGACTION, /* as the actor's own code would: value: signal, extra: enum actor_signal */
    EFFECT_POLICY,    /* where the actor's own code has replaced the handler of a signal, put ours
                         back and answer EVENT_POLICY */
    EFFECT_DETACH,    /* leave a process behind, value 1: in a session of its own; answer
                         EVENT_DETACHED */
    EFFECT_FREEZE,    /* wait in the kernel, out of the reach of every signal but SIGKILL */
    EFFECT_STOP,      /* let a SIGTSTP that waits have its default action; a SIGCONT that came
                         meanwhile has taken it back. EVENT_SIGNAL(SIGCONT) comes in any case */
    EFFECT_DIE,       /* value: exit status, or extra: signal to die by; nothing follows. A root
                         first kills and reaps what it has adopted, then, with request 1, gives
                         the terminal its saved modes: who could change them is dead by then */
    EFFECT_SPIN,      /* never return to the loop */
    EFFECT_CONTINUE,  /* the step was cut short: step again with EVENT_CONTINUE, first */
};

/* What the actor's own code hears; see enum actor_event_kind in runtime/include/actor.h, whose
 * values these are. */
struct core_user {
    uint8_t kind;
    uint8_t zero;
    uint16_t id;      /* child, nursery, ... */
    uint32_t request; /* call, timer, task */
    int32_t code;
    uint16_t size;
    uint16_t error_kind;
    uint16_t origin; /* of an outcome's error, and its path and text */
    uint8_t data[ACTOR_DATA_BYTES_MAX] __attribute__((aligned(16)));
    char path[ERROR_PATH_BYTES];
    char text[ERROR_TEXT_BYTES];
};

/* What a holder says of a ^C, behind its name: whoever presses may have to know it. */
#define CORE_IGNORED_INT ": ^C ignored at a prompt (c continues, q quits, a aborts)"

/* Lines that an actor writes on the terminal; the texts are in print.c. */
enum core_print {
    PRINT_IGNORED_INT, /* holder: ^C changes nothing here */
    PRINT_CANCEL,      /* holder: a cancel waits for this prompt */
    PRINT_REVOKE,      /* holder: the prompt is about to be closed */
    PRINT_UNKNOWN,     /* holder: unknown command */
    PRINT_HELP,        /* holder: h */
    PRINT_STATE,       /* holder: s */
    PRINT_TREE,        /* holder: t */
    PRINT_BACKTRACE,   /* holder: bt */
    PRINT_CRASH,       /* holder: the error that a crash prompt is about */
    PRINT_CANCELLING,  /* root: which signal cancels the tree */
    PRINT_FINAL_ERROR, /* root: the tree's error */
    PRINT_STUCK,       /* parent: a child survives SIGKILL */
    PRINT_DUMP,        /* anybody: the whole state; value 0: somebody else may be at a prompt, so
                          never on the terminal; extra: the time now */
};

struct core_effect {
    uint8_t kind; /* enum core_effect_kind */
    uint8_t print;
    uint16_t point;
    uint16_t link; /* or slot */
    uint16_t peer;
    uint16_t timer;
    uint16_t generation;
    uint16_t frame; /* index into frames or users */
    uint16_t zero;
    uint32_t request;
    uint32_t zero2;
    int64_t value;
    int64_t extra;
};

struct core_effects {
    uint16_t count;
    uint16_t frames;
    uint16_t users;
    struct core_effect effect[CORE_EFFECTS_MAX];
    struct frame frame[CORE_FRAMES_MAX];
    struct core_user user[8];
};

/* ---- State ----------------------------------------------------------------------------- */

/* Life of an actor. X(identifier, name) */
#define SELF_MAP(X)                  \
    X(SELF_BOOT, "boot")             \
    X(SELF_HANDSHAKE, "handshake")   \
    X(SELF_RUNNING, "running")       \
    X(SELF_FAILED, "failed")         \
    X(SELF_CANCELLING, "cancelling") \
    X(SELF_JOINING, "joining")       \
    X(SELF_REPORTING, "reporting")   \
    X(SELF_EXITED, "exited")         \
    X(SELF_ORPHANED, "orphaned")

enum self_state { SELF_MAP(ROW_ID) SELF_STATES };

/* A child as its parent sees it. */
#define CHILD_MAP(X)                      \
    X(CHILD_FREE, "free")                 \
    X(CHILD_SPAWNING, "spawning")         \
    X(CHILD_BOOTING, "booting")           \
    X(CHILD_LIVE, "live")                 \
    X(CHILD_CANCEL_SENT, "cancel-sent")   \
    X(CHILD_CANCEL_ACKED, "cancel-acked") \
    X(CHILD_DONE, "done")                 \
    X(CHILD_GONE, "gone")                 \
    X(CHILD_TERM_SENT, "term-sent")       \
    X(CHILD_KILL_SENT, "kill-sent")       \
    X(CHILD_STUCK, "stuck")               \
    X(CHILD_DEAD, "dead")                 \
    X(CHILD_REAPED, "reaped")

enum child_state { CHILD_MAP(ROW_ID) CHILD_STATES };

/* An actor and the terminal: what it has of it, or wants. */
#define DBG_MAP(X)            \
    X(DBG_NONE, "none")       \
    X(DBG_WAIT, "wait")       \
    X(DBG_GRANTED, "granted") \
    X(DBG_TAKING, "taking")   \
    X(DBG_ACTIVE, "active")   \
    X(DBG_LEAVING, "leaving")

enum dbg_state { DBG_MAP(ROW_ID) };

#define ENTRY_MAP(X)            \
    X(ENTRY_NONE, "none")       \
    X(ENTRY_WAIT, "wait")       \
    X(ENTRY_GRANTED, "granted") \
    X(ENTRY_ACTIVE, "active")

enum entry_state { ENTRY_MAP(ROW_ID) };

#define LOCK_MAP(X)      \
    X(LOCK_FREE, "free") \
    X(LOCK_HELD, "held") \
    X(LOCK_RECOVERING, "recovering")

enum lock_state { LOCK_MAP(ROW_ID) };

#define NURSERY_MAP(X)                  \
    X(NURSERY_NONE, "none")             \
    X(NURSERY_OPEN, "open")             \
    X(NURSERY_JOINING, "joining")       \
    X(NURSERY_CANCELLING, "cancelling") \
    X(NURSERY_CLOSED, "closed")

enum nursery_state { NURSERY_MAP(ROW_ID) };

/* How a prompt was left. */
#define LEAVE_MAP(X)                                               \
    X(LEAVE_CONTINUE, "continue")                                  \
    X(LEAVE_QUIT, "quit")                                          \
    X(LEAVE_ABORT, "abort")                                        \
    X(LEAVE_REVOKED, "revoked")                                    \
    X(LEAVE_EOF, "eof")                                            \
    X(LEAVE_SIGNAL, "signal")                                      \
    X(LEAVE_ORPHANED, "orphaned")                                  \
    X(LEAVE_REFUSED, "refused") /* there is no terminal to take */ \
    X(LEAVE_HUNG_UP, "hung-up") /* there is none any more */

enum leave_how { LEAVE_MAP(ROW_ID) };

/* Why a child is killed. */
#define KILL_MAP(X)                \
    X(KILL_CANCEL, "cancel")       \
    X(KILL_BOOT, "boot")           \
    X(KILL_PROTO, "protocol")      \
    X(KILL_LINGER, "linger")       \
    X(KILL_HEARTBEAT, "heartbeat") \
    X(KILL_OPERATOR, "operator")   \
    X(KILL_ORPHANED, "orphaned")

enum kill_reason { KILL_MAP(ROW_ID) };

/* What an actor makes of a signal. */
#define DECISION_MAP(X)       \
    X(SIG_IGNORED, "ignored") \
    X(SIG_CANCEL, "cancel")   \
    X(SIG_ABORT, "abort")     \
    X(SIG_KILL, "kill")       \
    X(SIG_DIE, "die")         \
    X(SIG_REVOKE, "revoke")   \
    X(SIG_LEAVE, "leave")     \
    X(SIG_NOTED, "noted")

enum sig_decision { DECISION_MAP(ROW_ID) };

/* What is wrong with what came over a link. */
#define FAULT_MAP(X)                   \
    X(LINK_ILLEGAL, "illegal")         \
    X(LINK_SEQUENCE, "sequence")       \
    X(LINK_NOT_ALLOWED, "not-allowed") \
    X(LINK_BUILD, "build")

enum link_fault { FAULT_MAP(ROW_ID) };

/* Timers: one per child slot (the step of its ladder that is due), then these, then one per
 * nursery, then the user's. */
#define TIMER_MAP(X)                                                             \
    X(TIMER_HEARTBEAT, "heartbeat") /* one for all children */                   \
    X(TIMER_REPORT, "report")                                                    \
    X(TIMER_CANCEL, "cancel") /* the own code has had its time after a cancel */ \
    X(TIMER_SHIELD, "shield")                                                    \
    X(TIMER_ORPHAN, "orphan")                                                    \
    X(TIMER_ADOPTED, "adopted")                                                  \
    X(TIMER_LOCK, "lock") /* root: look at the record lock */                    \
    X(TIMER_REVOKE, "revoke")

enum core_timer {
    TIMER_CHILD = 0, /* + slot */
    TIMER_CHILD_LAST = CORE_CHILDREN_MAX - 1,
    TIMER_MAP(ROW_ID) TIMER_NURSERY,                 /* + number */
    TIMER_USER = TIMER_NURSERY + CORE_NURSERIES_MAX, /* + number */
    TIMERS = TIMER_USER + CORE_USER_TIMERS_MAX
};

struct core_timer_state {
    int64_t at_ns; /* 0: not set */
    uint16_t generation;
};

struct core_child {
    int64_t deadline_ns;        /* of the cancel that was sent */
    int64_t heard_ns;           /* last frame, for the heartbeat */
    int64_t grace_ns;           /* length of the step that the timer times, for re-arming */
    int64_t parent_deadline_ns; /* relative deadline for its own nursery, from CALL_SPAWN */
    uint64_t received;          /* sequence of the last frame from it */
    uint64_t sent;              /* and to it */
    int32_t pid;                /* a label for people; decisions never look at it */
    uint16_t id;
    uint16_t room;
    uint16_t def;
    uint8_t state; /* enum child_state */
    uint8_t nursery;
    uint8_t mode;   /* enum cancel_mode sent */
    uint8_t wanted; /* enum cancel_mode that is to be sent */
    uint8_t cause;  /* enum cause of it */
    uint8_t ladder; /* 0 ack, 1 deadline: which of the two the timer times; 2: after an abort, how
                       long a prompt below may still be left */
    uint8_t parked;
    uint8_t eof;     /* its link has ended */
    uint8_t outcome; /* 1: has one */
    uint8_t dead;    /* seen dead */
    uint8_t asked;   /* the cancel came from this actor: its CANCELLED is no error */
    uint8_t collect;
    uint8_t kill_reason;
    uint8_t hello;   /* has said hello */
    uint8_t spec;    /* was told what it is */
    uint8_t purge;   /* enum purge of runtime/actor/parts.h: its requests are being dropped */
    uint8_t closing; /* its link is closed from here */
    uint8_t killed;  /* this actor has sent it SIGTERM or SIGKILL */
    uint8_t ping;    /* a ping is due */
    uint8_t rearm;   /* its timer starts again with full grace */
    uint8_t dump;    /* it is to be asked for its state */
    uint8_t foreign; /* no actor: it has no link and says nothing, and hears signals only */
    uint8_t fatal;   /* foreign: died by a signal that the root may have got as well */
    uint16_t size;   /* of the argument, kept in note */
};

struct core_nursery {
    int64_t deadline_ns; /* absolute, 0: none */
    uint8_t state;       /* enum nursery_state */
    uint8_t collect;
    uint8_t joining;
    uint8_t mode;   /* enum cancel_mode */
    uint8_t failed; /* a child of it has failed */
};

struct core_call_state {
    uint32_t number; /* of the caller */
    uint16_t id;     /* to whom */
    uint8_t open;
};

struct core_task {
    uint32_t number; /* of the user's task; 0: the actor's failure */
    uint8_t shield;
    uint8_t refused; /* cancelled before it could ask */
};

struct core_entry {
    uint64_t pid_start;
    int32_t pid;
    uint32_t request;
    uint16_t origin;
    uint16_t via;  /* slot, or SLOT_NONE: this actor's own */
    uint8_t state; /* enum entry_state */
    uint8_t shield;
};

/* All of the debug lock's state; runtime/actor/lock*.c are the only files that change it. */
struct core_lock {
    struct core_entry entry[CORE_ENTRIES_MAX];
    uint16_t queue[CORE_ENTRIES_MAX]; /* root: origins, in order of arrival */
    uint16_t queue_count;
    uint16_t entries; /* used, at the front */
    uint8_t state;    /* root: enum lock_state */
    uint8_t dbg;      /* own: enum dbg_state */
    uint8_t own_shield;
    uint8_t revoked;
    uint8_t killed;  /* root: the lost holder was killed */
    uint16_t holder; /* root: origin of the current grant, ACTOR_NONE when FREE */
    uint32_t holder_request;
    int32_t holder_pid;
    uint64_t holder_pid_start;
    uint32_t request;      /* own: number of the last request */
    uint8_t tasks;         /* own: waiting and current */
    uint8_t suspended;     /* own: stopped by SIGTSTP at its prompt */
    uint8_t lookers;       /* root: a look at the record lock is under way */
    uint8_t holder_active; /* root: the holder has said that it prompts */
    uint8_t text_first;    /* root: of the texts that wait, in a ring */
    uint8_t texts;
    uint8_t text_lost; /* root: some did not fit */
    uint8_t text_sent; /* root: the first one is on its way to this holder: */
    uint16_t text_to;
    uint32_t text_request;
    struct core_task task[CORE_TASKS_MAX];
    uint8_t modes[TTY_MODES_BYTES]; /* to give back */
};

struct core_self {
    int64_t sig_at_ns[2]; /* last accepted SIGINT, SIGTERM; 0: none */
    int64_t deadline_ns;  /* absolute, of the cancel that this actor got; 0 none */
    int64_t shield_until_ns;
    int64_t pend_deadline_ns; /* of a cancel that waits for a shield's end */
    uint64_t received;        /* sequence of the last frame from the parent */
    uint64_t sent;            /* and to it */
    uint32_t cancel_id;       /* next */
    uint32_t got_cancel_id;   /* last accepted */
    uint64_t defects;         /* set of enum defect */
    uint32_t call_number;
    uint16_t id;
    uint16_t parent;
    uint16_t room;
    uint16_t next_id;
    uint16_t def;
    uint8_t state; /* enum self_state */
    uint8_t root;
    uint8_t cancel;   /* enum cancel_mode accepted */
    uint8_t cause;    /* enum cause of it */
    uint8_t signal;   /* root: die by it in the end; 0 none */
    uint8_t returned; /* the user's code is done */
    uint8_t errors;   /* entries of error[] */
    uint8_t reported;
    uint8_t parent_eof;
    uint8_t cancel_told; /* the user's code has heard of the cancel */
    uint8_t has_tty;
    uint8_t stage;       /* root, of SIGINT: 0 running, 1 cancelling, 2 aborting, 3 killed */
    uint8_t crash_left;  /* the crash prompt of the own failure is over */
    uint8_t adopted_due; /* adopted processes have had their time */
    uint8_t adopted;     /* number of adopted processes, at most 255 */
    uint8_t final;       /* root: the final error was printed */
    uint8_t pend_mode;   /* enum cancel_mode that waits for a shield's end */
    uint8_t pend_cause;
    uint8_t kill_all; /* enum kill_reason + 1: every child is to be killed */
    uint8_t hung_up;  /* root: was told so by a prompt, and its SIGHUP has not come */
};

struct core_ghost {
    uint64_t steps;
    uint32_t prompts; /* grants that led to a prompt */
    uint32_t dropped; /* errors that did not fit */
};

/* What actors have printed while somebody has the terminal. */
struct core_text {
    uint16_t size;
    char text[TEXT_BYTES_MAX];
};

struct core_note {
    char name[ACTOR_NAME_BYTES];
    uint8_t arg[ACTOR_DATA_BYTES_MAX];
    uint16_t arg_size;
    uint64_t build;
    int32_t pid;
    uint64_t pid_start;
    struct error_box error[CORE_ERRORS_MAX];
    struct error_box nursery_error[CORE_NURSERIES_MAX]; /* first of each but the main one */
    int32_t adopted[8]; /* pids of adopted processes; more are only counted */
    struct {
        char name[ACTOR_NAME_BYTES];
        uint8_t arg[ACTOR_DATA_BYTES_MAX];
        struct error_box error; /* of its outcome */
    } child[CORE_CHILDREN_MAX];
    struct core_text text[CORE_TEXTS_MAX]; /* valid as far as the lock's numbers say */
};

struct core {
    struct core_self self;
    struct core_lock lock;
    struct core_nursery nursery[CORE_NURSERIES_MAX];
    struct core_child child[CORE_CHILDREN_MAX];
    struct core_call_state call[CORE_CALLS_MAX];
    struct core_timer_state timer[TIMERS];
    uint8_t user[CORE_USER_BYTES] __attribute__((aligned(16))); /* the actor's own state */

    struct core_ghost ghost;
    struct core_note note;
};

/* Zeroes the core; EVENT_START is next. */
void core_init(struct core *c);

/* Takes one event and appends effects; *fx is reset first. The number of effects is bounded by
 * CORE_EFFECTS_MAX: a step that needs more ends in EFFECT_CONTINUE. Never fails: illegal input
 * from a peer is that link's fault. */
void core_step(struct core *c, const struct core_event *e, struct core_effects *fx);

/* True while somebody at or below this slot has a claim on the terminal that parks deadlines:
 * a granted or active entry, or a waiting one with a shield unless the child is being aborted. */
bool core_held(const struct core *c, uint16_t slot);

/* Names of states; static. */
const char *self_name(unsigned state);
const char *child_name(unsigned state);

/* What may still come to an actor by time alone, without anything from outside. */
enum core_waits {
    CORE_WAITS_NOT,   /* nothing, as long as its children answer */
    CORE_WAITS_WATCH, /* the same, and as long as somebody has the record lock */
    CORE_WAITS_SOME,  /* a timer of its own is armed, or a child is a foreign program */
};

enum core_waits core_waits(const struct core *c);

/* The text of an EFFECT_PRINT, ready to write, lines ending in "\n". `name_of` gives an actor's
 * name (never NULL). Returns the bytes that the text has; at most `size` were written. */
size_t core_print_text(const struct core *c, const struct core_effect *fx,
                       const char *(*name_of)(uint16_t id, void *user), void *user, char *out,
                       size_t size);

#endif

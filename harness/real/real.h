/* real.h: a world of real processes; for the files of this folder only.
 *
 * Everything is driven by events of the loop: reports of actors, their pidfds, the guard, the
 * terminal, timers. Whatever an event causes is written to the trace at once; what the run is told
 * about it waits in a queue, which world_turn() hands out. After each turn the parts that wait for
 * a state (a key that is not done, a quiet world, the end) look whether it has come. */
#ifndef HARNESS_REAL_REAL_H
#define HARNESS_REAL_REAL_H

#include "expect/pty.h"
#include "harness/real/guard_link.h"
#include "harness/real/isolate.h"
#include "harness/real/leftover.h"
#include "harness/real/names.h"
#include "harness/real/turns.h"
#include "harness/world/world.h"
#include "runtime/base/buf.h"
#include "runtime/host/control.h"
#include "runtime/host/loop.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <termios.h>

enum {
    REAL_START_MS = 10 * 1000,   /* from the order to the start, guard and exec */
    REAL_REPORTS_MAX = 64 * 1024 /* taken from the socket in one go */
};

#define REAL_KILL_NS  (INT64_C(10000) * 1000 * 1000) /* from KILL_ALL to an empty tree */
#define REAL_SWEEP_NS (INT64_C(2000) * 1000 * 1000)  /* from the loss of the guard to giving up */
#define REAL_STILL_NS (INT64_C(100) * 1000 * 1000)   /* without an event, before all are asked */
#define REAL_LOOK_NS  (INT64_C(1000) * 1000)         /* between two looks for what nobody tells */
/* A wait that took so much longer than asked for: the harness was stopped, or the machine stood
 * still. That time is nobody's. */
#define REAL_STALL_NS (INT64_C(250) * 1000 * 1000)

/* For how long an actor's parent and the harness, since each began, could run and only waited for a
 * processor. 0 where the kernel does not tell. */
struct real_waited {
    int64_t parent_ns;
    int64_t harness_ns;
    int64_t stalled_ns; /* world.stalled_ns then */
};

/* One actor's process. Zero is right for one that was never heard of, but for the descriptors. */
struct real_process {
    int pidfd;  /* owned, -1: none */
    int orders; /* owned, to the actor; -1: none */
    pid_t pid;
    pid_t inner; /* its number in the guard's namespace, where that is another; else 0 */
    uint16_t held_point;
    uint8_t state;      /* enum process_state */
    bool reported;      /* has said something itself: takes orders */
    bool expected;      /* its parent was about to fork it and nothing was heard of it since */
    bool held;          /* waits for CONTROL_GO */
    bool owed_go;       /* it was let go, but had no room for that: it is said again */
    bool frozen;        /* waits in the kernel */
    bool late;          /* does not answer: it computes or polls, and has had its turn */
    bool kill_known;    /* a SIGKILL to it is in the trace, or it said that it dies of one */
    bool term_known;    /* the same of a SIGTERM */
    bool stopping;      /* about to stop; was not seen stopped yet */
    int stop_signal;    /* the one that stops it */
    int64_t stop_round; /* an answer to this probe says that it does not stop; 0: it has said so */
    bool owes_key;      /* sig.handled for the press under way */
    bool link_up_over;  /* the parent, or this actor, has seen the end of the link */
    bool link_down_over;
    bool harm_owed_below; /* this actor, its parent, has not done the harm to the link between */
    bool harm_owed_above;
    bool delayed_up; /* by a fault: what is sent does not arrive for now */
    bool delayed_down;
    bool dropped_up; /* by a fault: what is sent need not arrive */
    bool dropped_down;
    uint32_t up_sent; /* sequence numbers on the link to the parent */
    uint32_t up_received;
    uint32_t down_sent;
    uint32_t down_received;
    int64_t probe_asked; /* number of the last CONTROL_PROBE, and of the last answer */
    int64_t probe_answered;
    int64_t waits;             /* enum core_waits, by its last answer */
    int64_t status;            /* wait status, -1: not known */
    char *argv;                /* owned; of a command's, NULL: not known */
    uint64_t end_ticks;        /* used when the root of a command ended, and 1; 0: not known */
    struct real_waited waited; /* when it was seen dead */
};

enum real_phase {
    REAL_NEW,
    REAL_RUN,
    REAL_GRACE,  /* the subject is to end by itself until the timer */
    REAL_KILLED, /* it did not */
    REAL_OVER,
};

struct real_press {
    bool open;
    uint8_t byte;
    bool lost;     /* somebody was to handle it and nobody has */
    int signal;    /* 0: the byte makes none */
    int64_t round; /* of the probes that were sent after it */
};

struct real_quiet {
    bool wanted;
    int64_t probe;     /* number of the current round, never used again */
    unsigned rounds;   /* complete, with no event since */
    uint64_t activity; /* as of the first of them */
};

/* Whether all but those who never rest are quiet, and those have had their turn. */
struct real_settle {
    bool wanted;
    int64_t still_ns;     /* the terminal must be, and so much is a turn */
    uint64_t touched;     /* as of the last look */
    int64_t since_ns;     /* when that was seen first, on the loop's clock; 0: not yet */
    int64_t next_look_ns; /* of a tree */
    struct turns turns;
};

/* Whether the end of the subject waits for the run: see enum spare. */
struct real_spare {
    bool holds;
    bool told;            /* WORLD_EOF was, and nothing was shown since */
    unsigned closed;      /* looks in a row that found nobody who has the terminal open */
    int64_t next_look_ns; /* on the loop's clock */
};

/* Whether it is still, as only asking tells. Asked is where nothing has happened for a while: who
 * asks at each event only adds to them. */
struct real_still {
    bool wanted;
    bool asks;         /* rounds of probes go on */
    bool answered;     /* no, for what has happened so far */
    unsigned rounds;   /* complete */
    int64_t probe;     /* number of the current round */
    uint64_t activity; /* as of the last event seen */
    int64_t since_ns;  /* and when, on the loop's clock */
    struct loop_timer timer;
};

struct real_subject; /* subject.h */
struct listener;     /* listener.h */

struct real_world {
    struct world world; /* first */
    struct world_options options;
    enum real_phase phase;
    bool stopping; /* world_stop() was called: nobody is held any more */
    int64_t start_ns;
    int64_t awake_ns;  /* when the harness ran last; on the loop's clock, as those below */
    int64_t asked_ns;  /* how long the loop may wait just now */
    int64_t end_at_ns; /* of end_timer */
    int64_t term_ns;   /* of the grace, how much begins with a SIGTERM then; 0: none follows */
    int64_t slept_ns;  /* on the trace's clock: since when it could not, until now; 0: it could */
    int64_t said_ns;   /* on the trace's clock: of what is being recorded; 0: now */
    uint64_t activity; /* counts whatever may have changed the subject */
    uint64_t touched;  /* counts what the terminal has shown, and what was done to the subject */

    struct loop *loop; /* owned */
    struct loop_timer turn_timer;
    struct loop_timer run_timer;
    struct loop_timer end_timer;
    struct loop_timer look_timer; /* every turn looks: it only makes one */

    struct guard_link guard;
    uint64_t files_before; /* the limit on open files, before it was raised; 0: it was not */
    struct isolate isolate;
    struct leftover leftover;
    pid_t anchor; /* leader of the subject's session; 0: there is none */
    struct loop_watch guard_watch;
    bool empty;  /* the guard has nothing left */
    bool sweeps; /* the guard is gone: what it had comes to us, and is killed and reaped here */
    int64_t sweep_end_ns;

    int control; /* owned, from the actors; -1 at their end */
    struct loop_watch control_watch;
    int pids; /* owned: an epoll of the pidfds, edge-triggered */
    struct loop_watch pids_watch;
    int baton; /* owned */

    struct pty *pty;      /* owned; NULL: there is none yet, or not any more */
    struct termios saved; /* modes at the start */
    bool hung_up;         /* no more input */
    bool ends;            /* the run waits for nothing but the end: see world_want() */

    struct cast *cast;            /* lent: of the options */
    struct real_process *process; /* owned, one per member of the cast, and its room */
    unsigned harms;               /* ordered and not answered, over all links */
    bool job_stops;               /* a SIGTSTP came to the job, and no SIGCONT since */
    unsigned continuing;          /* orders to go on that the guard has not said to be done */
    struct real_press press;
    struct real_quiet quiet;
    struct real_settle settle;
    struct real_spare spare;
    struct real_still still;
    bool harmed;   /* a link was: what was lost may yet be missed */
    unsigned left; /* processes without a record of their own when the end began */

    struct names files;  /* owned; of a command's fresh work directory, at the start */
    struct names memory; /* owned; of POSIX shared memory */

    const struct real_subject *subject;
    struct listener *listener; /* owned; NULL: no call is a point here */
    void *own;                 /* the subject's; owned by it */
};

static inline struct real_world *real_of(struct world *w)
{
    return (struct real_world *)w;
}

/* ---- real_record.c ---- */

/* Adds a record; at_ns is filled in unless it is given (not 0): what a report proves was so when it
 * was made, however late it is read. With the time of reading, all other reports that were read
 * late would stand behind a future in which nobody has done anything. */
void real_record(struct real_world *r, struct trace_record record);

/* A record of the harness about an actor, or ACTOR_NONE. */
void real_note(struct real_world *r, enum point point, uint16_t peer, int64_t value, int64_t extra);

/* Now, on the clock of the trace: since the start. The run's clock, of world_now(), is the same
 * without the time in which the harness could not run. */
int64_t real_now(const struct real_world *r);

/* True when the harness could not run for a while, which no deadline counts: to be asked before
 * one is judged. */
bool real_stalled(struct real_world *r);

/* ---- real_start.c ---- */

/* Raises the soft limit on open files to what this run needs. ERR_FULL, with advice, when the hard
 * one is lower. */
int real_files_allow(uint16_t actors, struct diag *diag);

/* Calls back when there is something to read. */
int real_watch(struct real_world *r, struct loop_watch *w, int fd,
               void (*on_ready)(struct loop_watch *w, int ready), struct diag *diag);

/* Opens everything and starts the subject. On failure real_world_free() cleans up. */
int real_start(struct real_world *r, struct diag *diag);

/* ---- real_report.c: what the actors say ---- */

/* Takes every report that is there. Safe at any time outside a callback of the run. */
void reports_drain(struct real_world *r);

/* ---- real_process.c: life and death of actors ---- */

void processes_release(struct real_world *r);

/* The process of an actor is known from here on. Takes over `pidfd`; -1: the guard tells of its
 * end.
 */
void process_register(struct real_world *r, uint16_t actor, pid_t pid, int pidfd);

/* It runs a program of its own from here on. */
void process_execed(struct real_world *r, uint16_t actor);

/* The parent is about to fork it. */
void process_expected(struct real_world *r, uint16_t actor);

/* A SIGKILL is on its way to the actor, by somebody of this run. */
void process_kill_known(struct real_world *r, uint16_t actor);

/* The same of a SIGTERM. */
void process_term_known(struct real_world *r, uint16_t actor);

/* It says that it got one: a failure of the run when nobody of it has sent that. */
void process_terminated(struct real_world *r, uint16_t actor);

/* At the end, a failure of the run when somebody is stopped whom nobody of it has stopped. */
void processes_unstop(struct real_world *r);

void process_exited(struct real_world *r, uint16_t actor);

/* `by`: ACTOR_HARNESS for the guard; ACTOR_NONE: nobody knows. */
void process_reaped(struct real_world *r, uint16_t actor, uint16_t by, int64_t status);

/* It is about to stop by this signal; proc.stopped follows when it was seen stopped. */
void process_stopping(struct real_world *r, uint16_t actor, int signal);

/* A SIGTSTP or SIGSTOP was sent to it: it stops at once, or, as the holder of the terminal, when it
 * has said so; or a SIGCONT that nobody here has sent takes the stop back, or the terminal has lost
 * the key, and then it goes on answering. */
void process_may_stop(struct real_world *r, uint16_t actor, int signal);
void process_stopped(struct real_world *r, uint16_t actor, int signal);
void process_continued(struct real_world *r, uint16_t actor);

/* True while the kernel says that it is stopped. */
bool process_is_still(const struct real_process *p);

/* How much of a zombie's age the machine may be to blame for, from when it was seen dead until now:
 * its parent waited for a processor, or the harness did, or could not run at all, which the parent
 * may have waited for (to be let go, to be rid of a report) and which saw the reaping late. Both
 * count: how much of it was the same time nobody can tell. Of a parent that has died since nothing
 * is known. Never negative.
 * Seam for tests: nobody can make the kernel give a process no processor. */
int64_t process_waited(const struct real_waited *was, const struct real_waited *now);

/* The same of the text of /proc/PID/schedstat; 0 of an empty one. Seam for tests: the kernel writes
 * no bad one. */
int64_t process_waited_of(const char *schedstat);

/* The wait status that the kernel keeps for a pidfd once its process is reaped (6.15), or -1. */
int64_t pidfd_status(int pidfd);

/* For how long a process could run and only waited for a processor, since it began; 0 where the
 * kernel does not tell. */
int64_t pid_waited(pid_t pid);

/* The actor of a pid that is not reaped, or ACTOR_NONE. */
uint16_t process_find(const struct real_world *r, pid_t pid);

/* Alive in whatever way. */
bool process_lives(const struct real_process *p);

/* True when the actor can do something by itself: it runs and nothing holds it. */
bool process_acts(const struct real_process *p);

/* True when the actor was idle at some time after that round of probes had begun. Else asks it,
 * unless it still owes an older answer: what waits for one actor stays bounded. */
bool process_answered(struct real_world *r, uint16_t actor, int64_t round);

/* Whose child a dead one is now: its parent; where that is dead, the root if it is a subreaper;
 * where it is none, or dead too, the guard (ACTOR_HARNESS). */
uint16_t process_reaper(const struct real_world *r, uint16_t actor);

/* Whether it takes orders now: 0, ERR_GONE, or ERR_STATE: not yet. */
int process_listens(const struct real_world *r, uint16_t actor, struct diag *diag);

/* Sends an order. The same, or ERR_FULL: it has not read the last ones. */
int process_order(struct real_world *r, uint16_t actor, uint32_t kind, int64_t value,
                  struct diag *diag);

/* Lets a held one go on, as soon as it has room to hear of it. */
void process_release(struct real_world *r, uint16_t actor);

/* Says it, or says it again. */
void process_go(struct real_world *r, uint16_t actor);

/* ---- real_look.c: who has died, was reaped, has stopped ---- */

/* Serves the pidfds that have changed. */
void processes_drain(struct real_world *r);

/* Looks which of the dead were reaped, which of the stopping have stopped, and who can be told now
 * what it is owed. */
void processes_look(struct real_world *r);

/* There is another turn soon: nobody tells of what is waited for. */
void look_again(struct real_world *r);

/* ---- real_terminal.c ---- */

/* Stores the end for the subject, lent: it stays the terminal's. */
int terminal_open(struct real_world *r, int *slave, struct diag *diag);
int terminal_type(struct real_world *r, const void *data, size_t size, struct diag *diag);

/* Whoever reads lines reads an end of file; nothing can be typed afterwards. */
void terminal_end_input(struct real_world *r);

/* Closes the terminal: the subject sees a hang-up. ERR_GONE when there is none. */
int terminal_hang_up(struct real_world *r, struct diag *diag);

/* TIOCSIG: as the driver would, whatever the modes. */
int terminal_signal(struct real_world *r, int signal, struct diag *diag);

/* Which signal the byte makes by the terminal's modes now, or by custom (TIOCSIG); 0: none. */
int terminal_signal_of(const struct real_world *r, uint8_t byte, bool tiocsig);

/* Until this returns the kernel has acted on everything typed, and what it has shown since is
 * queued as output. */
void terminal_drain(struct real_world *r);

/* Adds what of the modes is not as at the start. */
void terminal_tell(const struct real_world *r, struct buf *out);

/* Records the modes, and who has the record lock. */
void terminal_look(struct real_world *r);

/* The same, where the modes are not as they were the last time. */
void terminal_sample(struct real_world *r);

/* Who has the record lock, or ACTOR_NONE. */
uint16_t terminal_holder(const struct real_world *r);

/* The last bytes; there is no terminal afterwards. */
void terminal_finish(struct real_world *r);

/* ---- real_act.c: actions ---- */

int real_allow(struct world *w, const struct action *a, struct diag *diag);
int real_act(struct world *w, const struct action *a, struct diag *diag);

/* ---- real_key.c: a press at a tree's terminal ---- */

int key_allow(struct real_world *r, const struct action *a, struct diag *diag);
int key_press(struct real_world *r, const struct action *a, struct diag *diag);

/* Ends the press when nobody owes an answer to it any more. */
void key_settle(struct real_world *r);

/* ---- real_link.c: harm to links ---- */

/* ACTION_LINK of an actor that lives. */
int link_allow(const struct real_world *r, const struct action *a, struct diag *diag);
int link_act(struct real_world *r, const struct action *a, struct diag *diag);

/* CONTROL_HARMED came from `by`. */
void link_answered(struct real_world *r, uint16_t by, int64_t value);

/* Harm that nobody can do any more is done. */
void links_settle(struct real_world *r);

/* ---- real_quiet.c ---- */

/* Of a tree: one step towards WORLD_QUIET, when it is wanted. */
void quiet_settle(struct real_world *r);

/* The same towards WORLD_STILL. */
void still_settle(struct real_world *r);

/* It is quiet: says so. */
void quiet_reached(struct real_world *r);

/* ---- real_settle.c: quiet, beside those who never rest ---- */

/* WORLD_SETTLED is wanted, or with INT64_MAX not any more. */
void settle_want(struct real_world *r, int64_t still_ns);

/* What was shown or done since the last call is taken in: then all begins anew. */
void settle_look(struct real_world *r);

/* True when the terminal has been still for long enough. */
bool settle_still(const struct real_world *r);

/* Of a tree: finds out who is late, which is nobody as long as nobody asks. */
void settle_late(struct real_world *r);

/* It has settled: says so, beside those processes. */
void settle_reached(struct real_world *r);

/* ---- real_end.c ---- */

/* Keeps in words who is there now; the last to be kept counts. */
void end_tell_processes(struct real_world *r);

/* Takes what the guard says. */
void guard_drain(struct real_world *r);

void real_stop(struct world *w, enum stop_why why);

/* Begins the grace, or begins it anew: after that whoever is left is killed. */
void grace_start(struct real_world *r);

/* Goes on with the end when its turn has come. */
void end_settle(struct real_world *r);

/* The grace is over, or what was killed does not die. */
void end_due(struct loop_timer *t);

/* ---- real_spare.c ---- */

/* The grace stands while the run waits for what is left of a command, and begins anew then. */
void spare_settle(struct real_world *r);

#endif

/* kernel.h: the virtual kernel: processes, their signals, who reaps whom, one record lock.
 *
 * It keeps the rules that real kernels were seen to follow (K1 to K13 of the runtime's design)
 * and chooses nothing: what may happen next is the scheduler's business. A process is a row of
 * the table; its row is the number of its actor. Death takes three steps, because others can see
 * the difference: kernel_die(), then kernel_close() (its descriptors and its record lock are
 * gone), then kernel_reparent() (its children have a new parent, and it is a zombie).
 *
 * The kernel writes the proc.* and baton.seen records itself. No pointer in it but the two lent
 * ones, so a kernel and its table are copied with memcpy. */
#ifndef HARNESS_SIM_KERNEL_H
#define HARNESS_SIM_KERNEL_H

#include "runtime/actor/core.h"
#include "runtime/base/trace.h"
#include "runtime/include/actor.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    KERNEL_PID_FIRST = 100,
    KERNEL_PID_MAX = 32767, /* then numbers are used again */
    KERNEL_SIGNALS = 64,
};

/* The clock that actors see starts here: 0 means "not set" in a core. */
#define KERNEL_START_NS (1000 * MS_NS)

enum proc_state {
    PROC_NONE,
    PROC_BOOTING, /* forked; its signals are blocked until it runs */
    PROC_RUNNING,
    PROC_CLOSING,     /* dead, descriptors still open */
    PROC_REPARENTING, /* dead, descriptors closed, its children still name it */
    PROC_ZOMBIE,
    PROC_REAPED,
};

enum adoption {
    ADOPTED_NO,
    ADOPTED_UNSEEN, /* the root is its parent now, and has not noticed */
    ADOPTED_SEEN,
};

struct sim_proc {
    uint64_t start;       /* start time: pid and start are an identity */
    uint64_t pending;     /* bit N: signal N; signals of one number merge (K6) */
    uint64_t from_kernel; /* the same bits: who sent the first one */
    uint64_t replaced;    /* its own code has done something to these: their default, unless */
    uint64_t own_ignored; /* ... it ignores them, */
    uint64_t own_handled; /* ... or has a handler of its own */
    int64_t alarm_ns;     /* when SIGALRM comes; INT64_MAX: never */
    int64_t stuck_ns;     /* frozen: when SIGKILL acts again */
    int32_t pid;
    int32_t status;  /* wait status, once dead */
    uint16_t parent; /* row, or ACTOR_HARNESS: the guard, which reaps at once */
    uint8_t state;   /* enum proc_state */
    uint8_t stopped;
    uint8_t adopted;    /* enum adoption */
    uint8_t dead_seen;  /* the parent was told that it is dead */
    uint8_t key;        /* a key is not done before this process handled it */
    uint8_t alone;      /* its parent's death sends it nothing */
    uint8_t stray;      /* no actor: ignores all it can */
    uint8_t frozen;     /* waits in the kernel: nothing is delivered */
    uint8_t doomed;     /* frozen, and SIGKILL waits for stuck_ns */
    uint8_t stop_waits; /* SIGTSTP is blocked */
};

struct kernel {
    int64_t now_ns;
    uint64_t next_start;
    int32_t next_pid;
    uint16_t count;         /* rows */
    uint16_t actors;        /* of them, at the front; the others are for processes left behind */
    uint16_t lock;          /* who has the record lock, or ACTOR_NONE */
    bool stop_late;         /* DEFECT_STOP_LATE: SIGTSTP is handled, and nothing takes it back */
    struct sim_proc *table; /* lent */
    struct trace *trace;    /* lent */
};

/* Zeroes the table and starts the clock. All rows are actors'. */
void kernel_init(struct kernel *k, struct sim_proc *table, uint16_t count, struct trace *trace);

/* Adds a record at the present time. at_ns is filled in. */
void kernel_record(struct kernel *k, struct trace_record record);

/* Starts the process of a row that is NONE or REAPED; parent as in struct sim_proc. Its parent's
 * death sends it SIGTERM. Returns its pid. */
int32_t kernel_fork(struct kernel *k, uint16_t row, uint16_t parent);

/* Code of the process of a row leaves a process behind: as its child, or `adopted`, one that has
 * lost its parent at once. No proc.spawned is written: nobody tells the observers. Returns its pid,
 * or -EAGAIN when there is no row left. */
int32_t kernel_stray(struct kernel *k, uint16_t row, bool adopted);

/* It waits in the kernel: no signal but SIGKILL reaches it, and that only after CORE_FROZEN_NS. */
void kernel_freeze(struct kernel *k, uint16_t row);

/* The time has come for a SIGKILL that waits. */
bool kernel_thaws(const struct kernel *k, uint16_t row);

/* The program of a booting process runs: its signals are not blocked any more. Returns false when
 * a SIGTSTP was among them: it is stopped, and boots when it was continued. */
bool kernel_boot(struct kernel *k, uint16_t row);

/* Booting or running, stopped or not. */
bool kernel_lives(const struct kernel *k, uint16_t row);

/* Not reaped, and there was one. */
bool kernel_exists(const struct kernel *k, uint16_t row);

/* Sends a signal. SIGKILL, SIGSTOP, the continuing by SIGCONT and a SIGTSTP that is not blocked act
 * at once, what is ignored vanishes, the rest becomes pending. SIGCONT takes a pending SIGTSTP
 * back, and the other way round. A dead process takes no signal. */
void kernel_signal(struct kernel *k, uint16_t row, int signal, enum signal_from from);

/* To every living process: the foreground group of the terminal (K1). */
void kernel_signal_group(struct kernel *k, int signal);

/* Signals that may be delivered to it now, as bits: none while it boots or is stopped. */
uint64_t kernel_deliverable(const struct kernel *k, uint16_t row);

/* Takes a pending signal and says who sent it. */
enum signal_from kernel_take(struct kernel *k, uint16_t row, int signal);

/* True when nothing but the default action, death, answers this signal. */
bool kernel_is_fatal(const struct kernel *k, uint16_t row, int signal);

/* Code of the process's own replaces what a signal does to it. */
void kernel_replace(struct kernel *k, uint16_t row, int signal, enum actor_signal how);

/* The handler of its own code takes it: nobody hears of it. */
bool kernel_swallows(const struct kernel *k, uint16_t row, int signal);

/* Puts back what the runtime uses, and returns the signals that were replaced, as bits. */
uint64_t kernel_assert(struct kernel *k, uint16_t row);

/* SIGALRM comes after that time, unless asked for again before. */
void kernel_alarm(struct kernel *k, uint16_t row, int64_t after_ns);

/* Stops a process, as SIGTSTP and SIGSTOP do. */
void kernel_stop(struct kernel *k, uint16_t row, int signal);

/* SIGTSTP is blocked from here on, or not any more: then one that is pending acts. */
void kernel_stop_waits(struct kernel *k, uint16_t row, bool waits);

void kernel_die(struct kernel *k, uint16_t row, int32_t status);
void kernel_close(struct kernel *k, uint16_t row);

/* Its children go to the root if that lives, else to the guard, and hear of it by SIGTERM; it
 * becomes a zombie, which the guard reaps at once. After the root, a group with a stopped member
 * gets SIGHUP and SIGCONT, as POSIX has it for an orphaned group. */
void kernel_reparent(struct kernel *k, uint16_t row);

/* Reaps a zombie. `by` is a row or ACTOR_HARNESS. */
void kernel_reap(struct kernel *k, uint16_t row, uint16_t by);

/* The row of an unreaped process, or ACTOR_NONE. start 0: whichever has the pid. */
uint16_t kernel_find(const struct kernel *k, int32_t pid, uint64_t start);

/* Takes the record lock unless another has it. Returns true when this process has it now. */
bool kernel_lock(struct kernel *k, uint16_t row);
void kernel_unlock(struct kernel *k, uint16_t row);

#endif

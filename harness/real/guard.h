/* guard.h: what the harness and its guard say to each other.
 *
 * The guard is a small program between the harness and everything under test: it starts, kills
 * and reaps, nothing else. It is the subreaper of all that it started, so nothing leaves it; and
 * when the harness ends, by SIGKILL too, it kills and reaps everything and ends. The harness may
 * crash, be stopped or be debugged without a change in what the subject sees.
 *
 * The subject runs as a foreground job under the anchor, a fork of the guard that leads the
 * session as an interactive shell does. The anchor outlives the subject: when a session's leader
 * dies, the kernel resets the terminal's modes, which are evidence. On request the subject leads
 * the session itself, as under a terminal emulator, and then the kernel hangs up on all of it when
 * it dies; the anchor is its parent all the same.
 *
 * One seqpacket socket, one struct per message; both ends are the same build. */
#ifndef HARNESS_REAL_GUARD_H
#define HARNESS_REAL_GUARD_H

#include <stdint.h>
#include <sys/socket.h>

enum {
    GUARD_FD = 3, /* the guard's end of the socket */
    GUARD_START_BYTES_MAX = 128 * 1024,
    GUARD_MOVES_MAX = 12,    /* descriptors of the subject */
    GUARD_STRINGS_MAX = 512, /* arguments, and variables */
    GUARD_NO_FILE = 0xFFFF
};

/* Flags of the sendmsg() by which a child that has a filter sends its listener: nobody listens yet,
 * so the filter lets it pass by these, together of no use to anybody else. */
#define GUARD_LISTENER_FLAGS (MSG_NOSIGNAL | MSG_CONFIRM | MSG_DONTROUTE | MSG_MORE)

/* The guard's first argument, if it is to be the first process of a namespace of pids: by whatever
 * it takes, or as root. */
#define GUARD_PIDNS      "pidns"
#define GUARD_PIDNS_ROOT "pidns-root"

/* Why there is no subject, where that is the machine's lack: status of GUARD_FAILED. */
enum guard_lack { LACK_NOTHING, LACK_FILTER, LACK_NAMESPACE };

enum guard_order_kind {
    GUARD_START,    /* struct guard_start; descriptors by fdpass.h; once */
    GUARD_CONT,     /* as `fg`: the subject's group gets the terminal and SIGCONT */
    GUARD_HUP,      /* the terminal is gone: SIGHUP to the subject's group, as from its shell */
    GUARD_KILL_ALL, /* stop, then kill and reap all; GUARD_EMPTY follows */
};

struct guard_order {
    uint32_t kind; /* enum guard_order_kind */
    uint32_t zero;
};

/* Passed descriptor number `from` becomes descriptor `to` of the subject. */
struct guard_move {
    uint16_t from;
    uint16_t to;
};

/* Behind it stand `strings` texts, each with its closing 0: the program's path, the folder to
 * run in (empty: the harness's), `argc` arguments, `envc` variables. */
struct guard_start {
    uint32_t kind; /* GUARD_START */
    uint32_t argc;
    uint32_t envc;
    uint16_t tty;     /* passed descriptor that is the terminal */
    uint16_t blocked; /* 1: exec with all signals blocked, as actors want it; 0: with none */
    uint16_t leader;  /* 1: the subject leads the session; 0: the anchor does */
    /* Passed files of the subject's control group, or GUARD_NO_FILE: by which it becomes a member,
     * and by which all members are killed. */
    uint16_t group_procs;
    uint16_t group_kill;
    uint16_t filter; /* passed file with a filter for its system calls, or GUARD_NO_FILE */
    uint16_t firm;   /* 1: who is held at one of them gets no signal but SIGKILL meanwhile */
    uint32_t move_count;
    struct guard_move move[GUARD_MOVES_MAX];
};

enum guard_report_kind {
    GUARD_STARTED,   /* pid runs; its pidfd comes by fdpass.h; value: pid of the anchor */
    GUARD_FAILED,    /* not started, exec failed too; value: errno or 0; status: enum guard_lack;
                        text behind the struct */
    GUARD_LISTENS,   /* pid is about to exec, with a filter; its listener comes by fdpass.h; status:
                        pid of the anchor; value: 1 if it can have no new privileges.
                        GUARD_STARTED or GUARD_FAILED follows */
    GUARD_EXITED,    /* the subject, reaped: pid, status; value: the group in front then, or 0 */
    GUARD_STOPPED,   /* the subject: pid, status: the signal */
    GUARD_CONTINUED, /* the subject: pid */
    GUARD_OBEYED,   /* GUARD_CONT or GUARD_HUP was done; a GUARD_STOPPED before it is of the past */
    GUARD_REAPED,   /* pid had lost its parent, is dead, and reaped next; status; text: its name */
    GUARD_LEFT,     /* pid lives when all is to be killed, told before the first is; text too */
    GUARD_EMPTY,    /* nothing is left: the subject is reaped and the kernel says ECHILD */
    GUARD_SURVIVOR, /* pid survives SIGKILL (text says how long); there will be no GUARD_EMPTY */
};

struct guard_report {
    uint32_t kind;  /* enum guard_report_kind */
    int32_t pid;    /* in the guard's namespace */
    int32_t status; /* wait status, or signal */
    int32_t value;
};

enum { GUARD_TEXT_BYTES = 512 };

#endif

/* signals.h: signals as events on the loop, with who sent them.
 *
 * Handlers only record; the loop reads. The one exception is the escape from a busy loop, see
 * runtime/actor/driver.h: the handler counts, and if it must, it puts the terminal's modes back and
 * dies by the signal.
 *
 * Handlers belong to the process, so there is one struct signals in it. */
#ifndef RUNTIME_HOST_SIGNALS_H
#define RUNTIME_HOST_SIGNALS_H

#include "runtime/actor/driver.h"
#include "runtime/base/err.h"
#include "runtime/host/loop.h"
#include "runtime/include/actor.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <termios.h>

/* What is known of a signal that came. */
struct signal_came {
    int64_t at_ns; /* when the process took it in, on the loop's clock */
    bool kernel;   /* from the terminal or another part of the kernel, not by kill() */
    pid_t pid;     /* of who sent it, or 0 */
};

struct signals {
    void (*on_signal)(void *user, int number, const struct signal_came *came);
    void *user;

    int record[2];
    bool children;
    bool stop_waits; /* SIGTSTP is blocked, and watched for */
    bool stop_late;
    struct loop *loop;
    struct loop_watch watch;
    struct loop_watch stop_watch;
};

/* Installs the handlers (SIGCHLD only if `children`), ignores SIGTTOU, SIGTTIN and SIGPIPE, leaves
 * SIGALRM and SIGTSTP to their default, and unblocks all signals: those that waited are recorded
 * now, or stop the process. Set the callback first. */
int signals_open(struct signals *s, struct loop *loop, bool children, struct diag *diag);

/* Does to a signal what code of the actor's own can do to it. */
void signals_replace(int number, enum actor_signal how);

/* Puts back what signals_open() has set up wherever code of the actor's own has replaced it: the
 * handlers, what is ignored, the mask. Returns the signals concerned, bit N for signal N. */
uint64_t signals_assert(const struct signals *s);

/* Hands out what is recorded. The loop does so by itself; call it before serving a timer, so that
 * a SIGCONT comes before what its stop made late. */
void signals_drain(struct signals *s);

/* By what the escape may be taken from now on; `tty` and `modes` (copied) are what it restores. */
void signals_set_escape(enum escape_by by);
void signals_set_modes(int tty, const struct termios *modes);

/* Puts those modes back, if there are any; safe in a signal handler. */
void signals_restore_modes(void);

/* The parent's pid, or 0. A SIGTERM that finds another parent is the kernel's word that ours has
 * died: it starts the alarm that ends an orphan whose loop is stuck. By itself it makes no orphan:
 * the end of the link does, behind all that the parent had said. Where somebody else keeps the
 * other end of the link open it is a SIGTERM like others, and the alarm is the limit. */
void signals_set_parent(pid_t parent);

/* From here on SIGTSTP waits, pending in the kernel, and on_signal() is called while it does; a
 * SIGCONT takes it back there, as POSIX has it. With false its default action stops the process. */
void signals_stop_waits(struct signals *s, bool waits);

/* Lets a SIGTSTP that waits stop the process; SIGTSTP does not wait any more. Returns when the
 * process was continued, or has not stopped: a SIGCONT had taken it back, or nobody could continue
 * an orphaned process group. A SIGCONT is recorded in each case. */
void signals_stop(struct signals *s);

/* DEFECT_STOP_LATE: SIGTSTP is recorded like any other, and signals_stop() stops in any case. */
void signals_stop_late(struct signals *s);

/* Dies by the signal's default action. */
_Noreturn void signals_die(int number);

void signals_close(struct signals *s);

#endif

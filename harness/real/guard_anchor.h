/* guard_anchor.h: the leader of the subject's session, and the socket it shares with the guard. */
#ifndef HARNESS_REAL_GUARD_ANCHOR_H
#define HARNESS_REAL_GUARD_ANCHOR_H

#include "harness/real/guard.h"
#include "runtime/base/fdpass.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* A GUARD_START, taken apart; the texts are lent by the message. */
struct guard_subject {
    const struct guard_start *start;
    const char *path;
    const char *cwd; /* NULL: as ours */
    char *argv[GUARD_STRINGS_MAX + 1];
    char *envp[GUARD_STRINGS_MAX + 1];
    struct fdpass passed; /* owned */
};

/* Takes the message apart. Returns false when it is not a GUARD_START of this build. `subject`
 * must hold the descriptors already. */
bool subject_parse(struct guard_subject *subject, char *bytes, size_t size);

/* Sends a report, with `pidfd` and `text` unless -1 and NULL. A receiver that is gone is noticed
 * where its end of file is. */
void report_send(int to, const struct guard_report *report, int pidfd, const char *text);

/* Runs the anchor in this process, a fork of the guard: makes itself leader of a new session with
 * the terminal, starts the subject as its foreground job, reports what becomes of it on `link`
 * (a seqpacket socket), obeys GUARD_CONT and GUARD_HUP, and ends when the link does. `signals` is a
 * signalfd of SIGCHLD: what is read of the guard's is of the process that reads. */
_Noreturn void anchor_run(const struct guard_subject *subject, int link, int signals);

#endif

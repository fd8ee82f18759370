/* seccomp.h: filters that tell of system calls, and what is told (seccomp_unotify(2)).
 *
 * A filter is made here, by libseccomp, and installed elsewhere: it is a program in a file without
 * a name, which a child takes over right before its exec. All architectures of the machine are in
 * it, as a program of 32 bits makes other calls under other numbers. What it does not name passes
 * in the kernel, at no cost that could be measured. */
#ifndef HARNESS_REAL_SECCOMP_H
#define HARNESS_REAL_SECCOMP_H

#include "harness/language/call.h"
#include "runtime/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
    FILTER_ROWS_MAX = 1024,
    FILTER_ARGUMENTS = 6,
};

/* A call as the filter tells of it: one spelling on one architecture. */
struct filter_row {
    uint32_t arch;
    int32_t nr;
    uint16_t number; /* of harness/language/call.h */
    uint16_t family;
    uint8_t look; /* enum call_look */
    int8_t word;
    bool narrow; /* its pointers have 32 bits */
    bool asked;  /* somebody has named it; false: it is there for what may be UNSEEN */
};

struct filter {
    int program; /* owned, -1: none */
    size_t rows;
    struct filter_row row[FILTER_ROWS_MAX];
};

/* Makes a filter that tells of these calls. Returns 0; ERR_UNSUPPORTED when libseccomp or the
 * kernel cannot; then, and later, filter_release() is right. */
int filter_make(const struct call_watch *watch, size_t count, struct filter *out,
                struct diag *diag);
void filter_release(struct filter *f);

/* What is told of one call. */
struct notice {
    uint64_t id;
    pid_t tid;
    const struct filter_row *row; /* NULL: none of the filter's */
    uint64_t argument[FILTER_ARGUMENTS];
    uint64_t place; /* of the instruction */
};

/* The call that it is, with its form. */
struct call notice_call(const struct notice *n);

/* Whether it is one of those that are told of for what they are: an enum of UNSEEN_MAP, or -1. */
int notice_unseen(const struct notice *n);

/* True when both are the same call from the same place of the same thread: it may have been
 * restarted. */
bool notice_same(const struct notice *a, const struct notice *b);

/* Takes the next one, and waits for it at most so long: 1 and *out; 0 when there is none by then;
 * ERR_GONE when nobody has the filter any more. */
int notice_receive(const struct filter *f, int listener, int64_t wait_ns, struct notice *out);

/* True while its thread waits in it. */
bool notice_waits(int listener, const struct notice *n);

/* Lets the call happen, or fail with that errno. Returns false when nobody waits any more. */
bool notice_answer(int listener, const struct notice *n, int error);

/* Wakes whoever calls on this processor, where that can be asked for (6.6). */
void listener_prepare(int listener);

/* Whether a listener can be had here, and how. */
enum listener_can {
    LISTENER_NOT,
    LISTENER_NO_NEW_PRIVS, /* set-id programs lose what they are made for */
    LISTENER_FREE,         /* as it is: with CAP_SYS_ADMIN */
};

struct listener_facts {
    enum listener_can can;
    bool firm;       /* a held call can be made to outlast signals (5.19) */
    const char *why; /* of LISTENER_NOT: what stands against it, and what to do; static */
};

/* Tries it, in a child that ends at once. */
struct listener_facts listener_probe(void);

/* What to say when installing has failed with this errno; `firm`: it was to outlast signals.
 * Static. */
const char *listener_refused(int error, bool firm);

#endif

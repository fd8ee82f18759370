/* call.h: system calls as points of programs that are not ours: `child@execve`,
 * `any@ioctl(TIOCSPGRP)`.
 *
 * A call stands for its family: the spellings by which programs do the same, as libc, kernel and
 * architecture have it. Only the family is named, counted and recorded, so that `wait4` is the same
 * point under a shell and under Python. A form is a call with one of the words that it can have as
 * an argument. Here are only names; the numbers belong to an architecture. */
#ifndef HARNESS_LANGUAGE_CALL_H
#define HARNESS_LANGUAGE_CALL_H

#include "runtime/base/names.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    CALL_NAME_BYTES = 48, /* "ioctl(TIOCSPGRP)", with its 0 */
    CALL_FORM_ANY = 0,
    CALLS_WATCHED_MAX = 64 /* different ones that a run can ask for */
};

/* A call as an address names it, and as a record has it. Numbers go into records: they stay as they
 * are, and new ones come behind them. */
struct call {
    uint16_t family; /* number of the call that gives it its name */
    uint16_t form;   /* CALL_FORM_ANY, or one of this family's */
};

/* As one number, for a record. */
static inline int64_t call_pack(struct call c)
{
    return c.family | (int64_t)c.form << 16;
}

struct call call_unpack(int64_t packed);

static inline bool call_equal(struct call a, struct call b)
{
    return a.family == b.family && a.form == b.form;
}

/* True when the call that was seen is one of those that are meant. */
static inline bool call_is(struct call meant, struct call seen)
{
    return meant.family == seen.family && (meant.form == CALL_FORM_ANY || meant.form == seen.form);
}

/* Call number i, or NULL behind the last. */
const char *call_name(size_t i);

/* The number of that call, -1: there is none. */
int call_number(const char *name);

/* Reads "ioctl(TIOCSPGRP)", "execveat". Returns false where there is no such call, or it has no
 * such form; then *near is what was meant, in call_text()'s form, or empty. */
bool call_read(const char *text, struct call *out, char near[CALL_NAME_BYTES]);

/* The call as an address names it, in CALL_NAME_BYTES. Returns `out`. */
const char *call_text(struct call c, char out[CALL_NAME_BYTES]);

/* Why nobody can be held or counted at this call, whatever the machine; NULL: no reason. */
const char *call_unseen(struct call c);

/* What must be looked at before a call of that number counts. */
enum call_look {
    CALL_LOOK_NOT,
    CALL_LOOK_PROGRAM,    /* its program, the first argument, exists and may be run */
    CALL_LOOK_PROGRAM_AT, /* the same, and the second one is it */
    CALL_LOOK_FLAGS,      /* the flags in its first argument do not say: a thread */
    CALL_LOOK_STRUCT,     /* those in the structure that it points to do not */
    CALL_LOOK_LAST,       /* its process has no other thread */
};

/* A spelling of a call. */
struct call_spelling {
    uint16_t number;
    uint8_t look; /* enum call_look */
    int8_t word;  /* which argument is the word of a form; -1: none */
};

/* Spelling i of a family. Returns false behind the last. */
bool call_spelling(uint16_t family, size_t i, struct call_spelling *out);

/* The family that a call of that number belongs to. */
uint16_t call_family(uint16_t number);

/* Which form of the family this word makes it, CALL_FORM_ANY: none that has a name. */
uint16_t call_form(uint16_t family, uint64_t word);

/* The word of the form. Returns false when the family has no such form. */
bool call_form_word(struct call c, uint64_t *out);

/* Form i of all, 1 and up, with the family's name in *family; NULL behind the last. Those whose
 * words are signals or errors are no row each. */
const char *call_form_at(size_t i, const char **family);

/* What makes points at calls less than they seem, if the subject does it. In a record: a new one
 * stands last. */
#define UNSEEN_MAP(X)                                                                        \
    X(UNSEEN_RING, "io_uring")         /* what it asks a ring for is no call */              \
    X(UNSEEN_LISTENER, "listener")     /* it wants a filter with a listener itself: EBUSY */ \
    X(UNSEEN_TRACER, "tracer")         /* it traces: its own view of the calls is changed */ \
    X(UNSEEN_SET_ID, "set-id-program") /* it runs without the privileges it is made for */   \
    X(UNSEEN_ROOM, "no-room")          /* more processes than have a name: not counted */

enum unseen { UNSEEN_MAP(ROW_ID) };

/* Which calls a run asks for. */
struct call_watch {
    struct call call;
    bool holds; /* an address wants somebody held there */
};

#endif

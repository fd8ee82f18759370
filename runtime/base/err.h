/* err.h: what the world does wrong, as a negative number and a sentence.
 *
 * A function that can fail returns 0 (or a count) or a negative enum err, takes a struct diag *
 * last, fills it where the cause is known, and leaves its outputs untouched. */
#ifndef RUNTIME_BASE_ERR_H
#define RUNTIME_BASE_ERR_H

/* X(identifier, number, what it means in general) */
#define ERR_MAP(X)                                                 \
    X(ERR_NOMEM, -1, "out of memory")                              \
    X(ERR_FULL, -2, "a named limit was reached")                   \
    X(ERR_IO, -3, "a system call failed")                          \
    X(ERR_INPUT, -4, "the input is wrong")                         \
    X(ERR_USAGE, -5, "the command line is wrong")                  \
    X(ERR_LOOP, -6, "the event loop refused")                      \
    X(ERR_PROTO, -7, "a peer broke the protocol")                  \
    X(ERR_UNSUPPORTED, -8, "this machine or build cannot do that") \
    X(ERR_TIMEOUT, -9, "a deadline passed")                        \
    X(ERR_GONE, -10, "the other side is gone")                     \
    X(ERR_NOTFOUND, -11, "there is no such thing")                 \
    X(ERR_STATE, -12, "not possible now")

enum err {
#define ERR_ROW(id, number, text) id = number,
    ERR_MAP(ERR_ROW)
#undef ERR_ROW
};

enum { DIAG_TEXT_BYTES = 512 };

/* One sentence for a person: what failed, on what, and what to do. Empty when text[0] is 0. */
struct diag {
    char text[DIAG_TEXT_BYTES];
};

/* The general meaning of an error; never NULL. */
const char *err_text(int err);

/* Fills the diag (NULL is fine), cutting at DIAG_TEXT_BYTES, and returns `err`, so that a failing
 * function can end in one line: return diag_set(diag, ERR_IO, "cannot open %s", path); */
int diag_set(struct diag *diag, int err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same with ": " and the text of errno at the end. */
int diag_errno(struct diag *diag, int err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif

/* known_edit.h: changes of the file of known failures as changes of its text: what they are not
 * about stays byte for byte, with its comments and its order.
 *
 * Each adds the whole new text to *out. What it says is read again and held against what it should
 * say; a file that is written so that this cannot be done (aliases, a list in brackets) is left
 * alone. They return 0; ERR_USAGE when the change is not allowed, ERR_UNSUPPORTED when the text has
 * to be changed by hand, or ERR_NOMEM, with *diag, and then add nothing. */
#ifndef HARNESS_GATE_KNOWN_EDIT_H
#define HARNESS_GATE_KNOWN_EDIT_H

#include "harness/gate/known.h"
#include "runtime/base/buf.h"

/* The text of a file without entries. */
extern const char known_empty[];

/* Adds an entry behind the last: all of `e` but what only people know (platform, version-from).
 * `because`: a comment in it, or NULL. */
int known_add(const struct known *k, const struct known_entry *e, const char *because,
              struct buf *out, struct diag *diag);

struct known_renewal {
    int32_t today;
    int32_t until;
    const char *because;
};

/* Entry i begins anew on that day: `added` and `expires` change, and a comment keeps what they were
 * and why. */
int known_renew(const struct known *k, size_t i, const struct known_renewal *r, struct buf *out,
                struct diag *diag);

/* Entry i goes, with the comments in it; those above it stay. */
int known_remove(const struct known *k, size_t i, struct buf *out, struct diag *diag);

/* Entry i, a flaky one, has other counts. */
int known_refresh(const struct known *k, size_t i, int64_t failed, int64_t of, struct buf *out,
                  struct diag *diag);

/* The id of a new entry: "KF-8" where the highest of such is KF-7. `out` has KNOWN_ID_BYTES_MAX + 1
 * bytes; returns it. */
const char *known_next_id(const struct known *k, char *out);

/* The change as lines with - and + before them, for people; nothing when they are the same. */
void known_diff(const char *path, const char *before, const char *after, struct buf *out);

#endif

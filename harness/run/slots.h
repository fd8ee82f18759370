/* slots.h: what ${name} stands for while it runs: what patterns have captured, and secrets. */
#ifndef HARNESS_RUN_SLOTS_H
#define HARNESS_RUN_SLOTS_H

#include "harness/run/state.h"
#include "harness/scenario/live.h"

/* Makes room for those of the variant, and asks for its secrets. Returns 0, ERR_NOMEM, or
 * ERR_USAGE with the name of a secret that nobody has. */
int slots_init(struct run *r, struct diag *diag);
void slots_release(struct run *r);

/* Keeps what the groups have matched; one that has matched nothing is empty from here on. */
void slots_take(struct run *r, const struct match_result *result, const struct live_group *group,
                size_t count);

/* Adds the bytes that the text stands for now; `live`: it may hold marks. */
void live_text(const struct run *r, const char *text, size_t size, bool live, struct buf *out);

/* The same of a pattern: what was captured matches itself. */
void live_pattern(const struct run *r, const char *text, bool live, struct buf *out);

/* Forgets what may have been a secret, and releases it. */
void buf_wipe(struct buf *text);

/* True when the text holds nothing but marks and control characters. */
bool text_is_bare(const char *text, size_t size, bool live);

/* Adds the text as it was written. */
void text_show(struct buf *out, const char *text, size_t size, bool live);

#endif

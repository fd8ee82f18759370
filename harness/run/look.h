/* look.h: what a step looks for in what the terminal shows, and where: the same for `expect`, each
 * branch of its `first`, and `absent`. What narrows a look is a field here, read in look_read(),
 * told in look_add(). */
#ifndef HARNESS_RUN_LOOK_H
#define HARNESS_RUN_LOOK_H

#include "harness/scenario/step.h"

struct match_pattern;

struct look {
    const char *pattern; /* in the stream; arena */
    bool live;           /* it holds marks of harness/scenario/live.h */
    const char *checked; /* it with nothing in their place */
};

/* Reads the keys of a step's map that say what is looked for, or the text that stands for `stream`
 * alone. `what` is the step, for messages. False: a finding was made. */
bool look_read(struct build *b, const struct node *n, const char *what, struct look *out);

/* Where its pattern stands. */
const struct node *look_node(const struct node *n);

/* Compiles its pattern, if no run of this memory has; *out is the memory's. False: the run has
 * failed. */
bool look_compile(struct run *r, struct task *t, const struct step *s, const struct look *look,
                  struct match_pattern **out);

/* The pattern that look_compile() has made, or NULL. */
const struct match_pattern *look_pattern(struct run *r, const struct look *look);

/* " 'PATTERN'", the whole of it or what a signature has room for. */
void look_add(struct buf *out, const struct look *look, bool whole);

#endif

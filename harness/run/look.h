/* look.h: what a step looks for in what the terminal shows, and where: the same for `expect`, each
 * branch of its `first`, and `absent`. What narrows a look is a field here, read in look_read(),
 * told in look_add().
 *
 * In the stream a match is decided by the bytes that have come (match.h). A screen has no such
 * place, and in the midst of being drawn it is no evidence. So it is looked at when all is quiet or
 * has settled, when nothing more can come, and at the step's deadline; where somebody draws on and
 * on, what stays on it for LOOK_STAYS_NS is there. It takes nothing of the stream, whose last lines
 * may still be expected; but once something is typed, what had come when the screen was found is
 * behind, or a pattern would find what is long over. */
#ifndef HARNESS_RUN_LOOK_H
#define HARNESS_RUN_LOOK_H

#include "expect/display.h"
#include "harness/scenario/step.h"

struct match_pattern;

#define LOOK_STAYS_NS (INT64_C(500) * 1000 * 1000)
#define LOOK_PACE_NS  (INT64_C(10) * 1000 * 1000) /* between two looks while it is being drawn */

struct look {
    const char *pattern; /* arena */
    bool live;           /* it holds marks of harness/scenario/live.h */
    const char *checked; /* it with nothing in their place */
    bool echo;           /* the echo of what is typed is looked at, too */
    bool on_screen;      /* it is looked for there, not in the stream */
    struct display_place place;
};

/* The keys of a step's map that say what is looked for, for the shape of the step. */
#define LOOK_SHAPE "stream: REGEX, screen: REGEX, row: ROW, cursor: [ROW, SIZE], style: [STYLE]+"

/* Reads the keys of a step's map that say what is looked for, or the text that stands for `stream`
 * alone. `what` is the step, for messages. False: a finding was made. */
bool look_read(struct build *b, const struct node *n, const char *what, struct look *out);

/* Where its pattern stands, or NULL. */
const struct node *look_node(const struct node *n);

/* Compiles its pattern, if no run of this memory has; *out is the memory's. False: the run has
 * failed. */
bool look_compile(struct run *r, struct task *t, const struct step *s, const struct look *look,
                  struct match_pattern **out);

/* The pattern that look_compile() has made, or NULL. */
const struct match_pattern *look_pattern(struct run *r, const struct look *look);

/* What begins next in the run's match looks where this one does. False: the run has failed. */
bool look_begin(struct run *r, struct task *t, const struct step *s, const struct look *look);

/* Of a look at the screen, compiled: what the event, or NULL, says about it. As match_again(). */
int look_screen(struct run *r, struct task *t, const struct look *look,
                const struct world_event *event, struct match_result *result, struct diag *diag);

/* A step begins, or is over: nothing was there yet. */
void look_forget(struct task *t);

/* What the step waits for does not come: adds what is like it. */
void look_nearest(struct run *r, const struct look *look, const struct match_pattern *p,
                  struct buf *out);

/* " 'PATTERN'", the whole of it or what a signature has room for. */
void look_add(struct buf *out, const struct look *look, bool whole);

#endif

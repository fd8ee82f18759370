/* steps.h: the steps of the language, a file each: step_NAME.c holds all that is known of one. A
 * new step is its file and its line here. */
#ifndef HARNESS_RUN_STEPS_H
#define HARNESS_RUN_STEPS_H

#include "harness/observe/describe.h"
#include "harness/run/look.h"
#include "harness/run/state.h"
#include "harness/scenario/address.h"
#include "harness/scenario/map.h"
#include "harness/scenario/step.h"

/* In the order in which help and manual show them. */
#define STEP_ROWS(X) \
    X(step_expect)   \
    X(step_absent)   \
    X(step_send)     \
    X(step_key)      \
    X(step_paste)    \
    X(step_signal)   \
    X(step_fault)    \
    X(step_await)    \
    X(step_tell)     \
    X(step_parallel) \
    X(step_repeat)   \
    X(step_when)     \
    X(step_use)      \
    X(step_resize)   \
    X(step_wait)     \
    X(step_note)     \
    X(step_fail)     \
    X(step_show)

#define STEP_ROW(entry) extern const struct step_entry entry;
STEP_ROWS(STEP_ROW)
#undef STEP_ROW

/* ---- What several of them do ---- */

/* What has become of a step's action: one that goes on is done when its event comes. */
enum step_status step_acted(struct run *r, struct task *t, const struct step *s, int rc,
                            const struct diag *diag);

/* Does the action, and says the same. */
enum step_status step_act(struct run *r, struct task *t, const struct step *s,
                          const struct action *a);

/* What the subject is still waited for, "" for nothing. */
const char *subject_why(const struct run *r);

/* " "text"", in one line. */
void quoted_add(struct buf *out, const char *text, size_t size);

/* Types the bytes, which are the step's. PENDING: not all fit now, to be called again. */
enum step_status type_bytes(struct run *r, struct task *t, const struct step *s, const char *text,
                            size_t size);

/* What is typed depends on the terminal's modes: a program is at rest when it has set them. The
 * first begins to wait for that, the second tells whether it is still to be waited for. */
void type_wait(struct run *r, struct task *t);
bool type_waits(struct run *r, struct task *t, const struct world_event *event);

/* C-c, once: step_key.c. */
extern const struct step_list step_press_list;

#endif

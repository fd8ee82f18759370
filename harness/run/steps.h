/* steps.h: what the files of the step table share. */
#ifndef HARNESS_RUN_STEPS_H
#define HARNESS_RUN_STEPS_H

#include "harness/run/state.h"

enum step_status expect_start(struct run *r, struct task *t, const struct step *s);
enum step_status expect_poll(struct run *r, struct task *t, const struct step *s,
                             const struct world_event *event);
void expect_late(struct run *r, const struct task *t, const struct step *s, char *label,
                 size_t size);
enum step_status absent_start(struct run *r, struct task *t, const struct step *s);
enum step_status absent_poll(struct run *r, struct task *t, const struct step *s,
                             const struct world_event *event);
void absent_late(struct run *r, const struct task *t, const struct step *s, char *label,
                 size_t size);

#endif

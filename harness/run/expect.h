/* expect.h: what an expect waits for; for step_expect.c and expect_read.c only. */
#ifndef HARNESS_RUN_EXPECT_H
#define HARNESS_RUN_EXPECT_H

#include "harness/run/look.h"
#include "harness/scenario/live.h"

#include <stdint.h>

/* In struct task: it is still waited. */
#define WAY_NONE SIZE_MAX

/* One of several that end the wait, or its only one. */
struct expect_way {
    struct look look;
    const struct live_group *group; /* named, captured */
    size_t groups;
    uint32_t again;     /* how often the wait goes on afterwards; 0: it is over */
    struct place place; /* of its pattern */
};

/* The lists of steps that follow are the step's branches: one for each way, empty where it has no
 * `then`, and behind them those of eof and timeout. None where no way has any. */
struct expect {
    const struct expect_way *way;
    size_t count;
    bool first;   /* written as `first` */
    bool eof;     /* the end of the output is one, too: branch number `count` */
    bool timeout; /* and `within`: the last branch */
};

/* Reads the step; expect_read.c. */
bool expect_read(struct build *b, const struct node *n, struct step *out);

#endif

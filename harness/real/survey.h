/* survey.h: which features of feature.h this machine has, each of them tried, and what to do about
 * those that it lacks: for people, before a run says that it cannot. */
#ifndef HARNESS_REAL_SURVEY_H
#define HARNESS_REAL_SURVEY_H

#include "harness/world/feature.h"

#include <stdbool.h>

struct survey_row {
    bool tried; /* something here uses it */
    bool have;
    const char *text; /* how it is had, or what is done without it and how to get it; static */
};

/* Starts children that end at once, and makes a control group that it removes. */
void survey_machine(struct survey_row out[FEATURES]);

#endif

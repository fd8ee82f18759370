/* options.h: how the tests of the language read. */
#ifndef HARNESS_RUN_TESTS_OPTIONS_H
#define HARNESS_RUN_TESTS_OPTIONS_H

#include "harness/run/run.h"

static const struct scenario_options test_options = {.steps = run_steps};

#endif

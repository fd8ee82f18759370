/* options.h: how the tests of this folder read. */
#ifndef HARNESS_SCENARIO_TESTS_OPTIONS_H
#define HARNESS_SCENARIO_TESTS_OPTIONS_H

#include "harness/scenario/model.h"

static const struct scenario_options test_options = {0};

#endif

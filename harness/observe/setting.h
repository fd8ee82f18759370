/* setting.h: what a scenario says about the judging of its runs. */
#ifndef HARNESS_OBSERVE_SETTING_H
#define HARNESS_OBSERVE_SETTING_H

#include <stdbool.h>
#include <stdint.h>

/* Where a trace comes from; a set of them where a scenario names its engines. Rows ask because the
 * reports of real processes reach the trace late. */
enum engine { ENGINE_REAL = 1, ENGINE_SIM = 2 };

/* "real", "sim", and "both" for the set of them; static. */
const char *engine_name(unsigned engines);

/* `invariants: { NAME: { within: D } }` or `{ NAME: { off: true, because: '...' } }` */
struct invariant_setting {
    const char *name;
    bool off;
    const char *because;
    int64_t within_ns; /* 0: the default */
};

#endif

/* ask.h: what a program says about itself. */
#ifndef HARNESS_CLI_ASK_H
#define HARNESS_CLI_ASK_H

#include "runtime/base/buf.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    ASK_WORDS_MAX = 64, /* of the command line; what is behind is left out */
    ASK_BYTES_MAX = 4096,
};

/* Runs the command line (up to a NULL, found by PATH), with nothing to read, and adds the first
 * ASK_BYTES_MAX bytes of what it prints. False when it cannot be run, fails, or is not over within
 * `limit_ms`; then it is killed, and what it has started in its process group with it. */
bool ask_program(const char *const *argv, int64_t limit_ms, struct buf *out);

#endif

/* print.h: what the command says: on standard output what was asked for, on standard error what
 * went wrong. */
#ifndef HARNESS_CLI_PRINT_H
#define HARNESS_CLI_PRINT_H

#include "harness/cli/flags.h"
#include "runtime/base/buf.h"
#include "runtime/base/err.h"

#include <stdbool.h>

/* Writes the buffer to standard output or error and releases it. */
void print_out(struct buf *text);
void print_err(struct buf *text);

/* "scenario: " and the sentence, on standard error. */
void print_error(const char *text);

/* The same for an error of finding, reading or starting something. Returns its exit code. */
int print_diag(int rc, const struct diag *diag);

/* Why standard output could first not be written (errno), or 0. */
int print_failure(void);

/* At the end: `code`, or a worse one when something could not be printed, which is said. */
int print_end(int code);

/* True when standard output is to be coloured. */
bool color_wanted(const struct flags *flags);

#endif

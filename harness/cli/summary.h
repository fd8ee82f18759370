/* summary.h: what GitHub shows of a step of a workflow. */
#ifndef HARNESS_CLI_SUMMARY_H
#define HARNESS_CLI_SUMMARY_H

#include "runtime/base/buf.h"

/* Adds the text, Markdown, to the file that GITHUB_STEP_SUMMARY names, if it does, and releases it.
 * That it could not be written is said. */
void summary_add(struct buf *text);

#endif

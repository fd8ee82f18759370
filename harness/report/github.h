/* github.h: what a line that GitHub reads as a command may hold. */
#ifndef HARNESS_REPORT_GITHUB_H
#define HARNESS_REPORT_GITHUB_H

#include "runtime/base/buf.h"

#include <stdbool.h>

/* Adds the text: what ends a line, or a `property`, is written as %XX; what a terminal would obey
 * as usual. */
void github_escape(struct buf *out, const char *text, bool property);

#endif

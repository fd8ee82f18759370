/* yaml_text.h: texts and the head of a scenario as YAML, for those who write scenarios of a command
 * that somebody has typed. */
#ifndef HARNESS_CLI_YAML_TEXT_H
#define HARNESS_CLI_YAML_TEXT_H

#include "runtime/base/buf.h"
#include "runtime/base/err.h"

/* In double quotes; a ${name} in it stays what it is. */
void yaml_quoted(struct buf *out, const char *text);

/* A pattern in single quotes, the same. */
void yaml_pattern(struct buf *out, const char *pattern);

/* What stands above the steps: version, name, argv up to a NULL, and where it runs. Returns 0, or
 * ERR_USAGE, with *out untouched: an argument is no text that YAML can hold. */
int yaml_head(struct buf *out, const char *name, const char *const *argv, const char *cwd,
              struct diag *diag);

#endif

/* try_base.h: what `try --save` has written, read for `try --against`. */
#ifndef HARNESS_CLI_TRY_BASE_H
#define HARNESS_CLI_TRY_BASE_H

#include "harness/report/try_told.h"
#include "harness/scenario/model.h"

/* Reads the file into the arena. Returns 0; ERR_INPUT when findings say what is wrong; ERR_IO or
 * ERR_NOMEM. */
int try_base_load(struct arena *a, const char *path, struct try_base *out,
                  struct findings *findings, struct diag *diag);

#endif

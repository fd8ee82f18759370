/* baton.h: the witness: whoever has the terminal holds a record lock on byte 0 of an inherited
 * memory file. The kernel drops it when the holder dies, and names the holder to everybody.
 *
 * A record lock is lost when ANY descriptor of its file is closed in the holder (K13): nothing
 * else may open or duplicate the file in a process that may hold it. */
#ifndef RUNTIME_HOST_BATON_H
#define RUNTIME_HOST_BATON_H

#include "runtime/base/err.h"

#include <sys/types.h>

/* Makes the memory file, close-on-exec. Returns the descriptor or ERR_IO. */
int baton_make(struct diag *diag);

/* Takes the lock. Returns 0 when this process has it now; else the holder's pid. Returns ERR_IO
 * when there is no such file. Never waits. */
pid_t baton_try(int fd);

void baton_drop(int fd);

/* The holder's pid, 0 when nobody but possibly this process has it, or ERR_IO. */
pid_t baton_peek(int fd);

#endif

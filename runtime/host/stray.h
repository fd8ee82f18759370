/* stray.h: what an actor's own code can do to its process that no runtime wants: leave processes
 * behind, or wait where no signal but SIGKILL reaches it. For tests of others. */
#ifndef RUNTIME_HOST_STRAY_H
#define RUNTIME_HOST_STRAY_H

#include <stdbool.h>
#include <sys/types.h>

/* Starts a process that ignores all it can and never ends. `session`: as a child, in a session of
 * its own, with every descriptor closed, as a daemon does. Otherwise by two forks, so that it has
 * lost its parent at once, with every descriptor open that this process has, as careless code does.
 * Returns its pid, or -errno. */
pid_t stray_start(bool session);

/* Waits for a child that shares this process's memory and has stopped itself: no signal that has a
 * handler gets through, SIGKILL ends both. Returns only when the child was ended by somebody. */
void stray_freeze(void);

#endif

/* front.h: whether a program sits at a prompt: who is in front of its terminal is at rest and waits
 * for what is typed.
 *
 * A read of the terminal says so itself. A program with a line editor waits in poll or epoll, as a
 * server does; the editor has switched line by line input off, and the server has not. What the
 * kernel does not tell (the calls of another's processes) is no prompt. (proc(5), termios(3)) */
#ifndef HARNESS_REAL_FRONT_H
#define HARNESS_REAL_FRONT_H

#include <stdbool.h>
#include <sys/types.h>

enum { FRONT_PROCESSES_MAX = 1024 };

/* `root` is the program's first process. The moment counts: ask more than once. */
bool front_reads(pid_t root);

/* Whether /proc/PID/syscall says that the process is in a call that waits for input: 1 a read of
 * descriptor *fd, 2 a wait for any of several, 0 neither. Seam for tests: texts that this kernel
 * does not give. */
int front_call(const char *text, int *fd);

#endif

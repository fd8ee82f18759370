/* stop.h: how often the user asked to stop. The handler counts and does nothing else; who looks at
 * the count decides what follows. */
#ifndef HARNESS_CLI_STOP_H
#define HARNESS_CLI_STOP_H

#include <signal.h>

/* From here on the signal is a wish to stop. SIGQUIT counts twice: at once. */
void stop_watch(int number);

/* As if the signal had come. */
void stop_take(int number);

/* Nobody has asked yet. */
void stop_forget(void);

/* How often; static. */
const volatile sig_atomic_t *stop_count(void);

/* The first signal that came; good when the count is not 0. */
int stop_signal(void);

/* Dies by that signal, which has stopped the command: the caller is to see that, not a number that
 * looks like it. */
void stop_die(int number);

#endif

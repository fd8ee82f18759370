/* command_end.h: what there is to be seen when a command has ended, noted for whoever judges it:
 * who is in front at its terminal, and what those who live on still have. */
#ifndef HARNESS_REAL_COMMAND_END_H
#define HARNESS_REAL_COMMAND_END_H

#include "harness/real/real.h"

/* It is about to start: what is there by now is not its own. */
void command_begins(struct real_world *r);

/* As in struct real_subject. */
void command_gone(struct real_world *r);
void command_ended(struct real_world *r, pid_t front);
void command_keeps(struct real_world *r);

/* When the first process has ended: adds a line for each that lives: its words, what it listens on,
 * which locks and pipes it has, and the processor time that it has used since. */
void command_facts(struct real_world *r, struct buf *out);

#endif

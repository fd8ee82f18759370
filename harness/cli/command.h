/* command.h: the whole command, from its words to its exit code. */
#ifndef HARNESS_CLI_COMMAND_H
#define HARNESS_CLI_COMMAND_H

/* argv as given to main. Returns the exit code. */
int command_run(int argc, char **argv);

#endif

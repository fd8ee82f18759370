/* begun.h: how this process was started, where it changes that before any verb runs: `leaks` gives
 * its command what it would have had without us. */
#ifndef HARNESS_CLI_BEGUN_H
#define HARNESS_CLI_BEGUN_H

#include <stdbool.h>

struct begun {
    unsigned closed;   /* bit N: standard descriptor N was not open */
    bool xfsz_ignored; /* SIGXFSZ */
};

/* Makes a process of it in which nothing that is opened is printed into by accident, and a file
 * that may not grow is an error of the write. Once, before anything else. */
void begun_keep(void);

/* As it was before begun_keep(). */
const struct begun *begun(void);

#endif

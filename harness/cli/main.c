/* main.c: the command `scenario`. */
#include "harness/cli/command.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

/* Whoever starts us may have closed some of 0 to 2. Nothing else that is opened may become one of
 * them: it would be printed into, and libuv refuses to close it. */
static void standard_fds_open(void)
{
    int fd = 0;

    while (fd >= 0 && fd <= STDERR_FILENO) {
        fd = open("/dev/null", O_RDWR);
        if (fd < 0)
            fd = open("/", O_PATH); /* whoever prints into it learns that it cannot */
    }
    if (fd >= 0)
        (void)close(fd);
}

int main(int argc, char **argv)
{
    standard_fds_open();
    /* A file that may not grow is an error of the write, with a message. */
    (void)signal(SIGXFSZ, SIG_IGN);
    return command_run(argc, argv);
}

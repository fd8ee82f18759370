/* begun.c: kept once, at the start. */
#include "harness/cli/begun.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

static struct begun kept = {.xfsz_ignored = false};

/* Whoever starts us may have closed some of 0 to 2. Nothing else that is opened may become one of
 * them: it would be printed into, and libuv refuses to close it. */
static void standard_fds_open(void)
{
    int fd = 0;

    while (fd >= 0 && fd <= STDERR_FILENO) {
        fd = open("/dev/null", O_RDWR);
        if (fd < 0)
            fd = open("/", O_PATH); /* whoever prints into it learns that it cannot */
        if (fd >= 0 && fd <= STDERR_FILENO)
            kept.closed |= 1U << fd;
    }
    if (fd >= 0)
        (void)close(fd);
}

void begun_keep(void)
{
    standard_fds_open();
    kept.xfsz_ignored = signal(SIGXFSZ, SIG_IGN) == SIG_IGN;
}

const struct begun *begun(void)
{
    return &kept;
}

/* counter.c: what the debugger of job gdb is let loose on: one place to break at, and a wait that
 * only a signal ends. */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static int tick(int count)
{
    return count + 1;
}

int main(void)
{
    int count = tick(41);

    (void)printf("count %d\n", count);
    (void)fflush(stdout);
    for (;;)
        (void)pause();
}

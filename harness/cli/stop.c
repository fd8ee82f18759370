/* stop.c: counting the signals that stop the command, and dying by one. */
#include "harness/cli/stop.h"

#include <sys/prctl.h>

static volatile sig_atomic_t count;
static volatile sig_atomic_t first;

void stop_take(int number)
{
    /* A hang-up comes from the kernel and from the shell: twice is not the user's hurry. */
    if (number == SIGHUP && count > 0)
        return;
    if (count == 0)
        first = number;
    count += number == SIGQUIT ? 2 : 1;
}

void stop_watch(int number)
{
    struct sigaction action = {.sa_handler = stop_take};

    (void)sigaction(number, &action, NULL);
}

void stop_forget(void)
{
    count = 0;
}

const volatile sig_atomic_t *stop_count(void)
{
    return &count;
}

int stop_signal(void)
{
    return first;
}

void stop_die(int number)
{
    /* What the user asked for is no crash: SIGQUIT would leave a core file. */
    (void)prctl(PR_SET_DUMPABLE, 0);
    (void)signal(number, SIG_DFL);
    (void)raise(number);
}

/* status.c: one row a signal. */
#include "runtime/base/status.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

static const struct signal_row {
    const char *name;
    int number;
} rows[SIGNALS] = {
    {"SIGHUP",    SIGHUP   },
    {"SIGINT",    SIGINT   },
    {"SIGQUIT",   SIGQUIT  },
    {"SIGILL",    SIGILL   },
    {"SIGTRAP",   SIGTRAP  },
    {"SIGABRT",   SIGABRT  },
    {"SIGBUS",    SIGBUS   },
    {"SIGFPE",    SIGFPE   },
    {"SIGKILL",   SIGKILL  },
    {"SIGUSR1",   SIGUSR1  },
    {"SIGSEGV",   SIGSEGV  },
    {"SIGUSR2",   SIGUSR2  },
    {"SIGPIPE",   SIGPIPE  },
    {"SIGALRM",   SIGALRM  },
    {"SIGTERM",   SIGTERM  },
    {"SIGCHLD",   SIGCHLD  },
    {"SIGCONT",   SIGCONT  },
    {"SIGSTOP",   SIGSTOP  },
    {"SIGTSTP",   SIGTSTP  },
    {"SIGTTIN",   SIGTTIN  },
    {"SIGTTOU",   SIGTTOU  },
    {"SIGURG",    SIGURG   },
    {"SIGXCPU",   SIGXCPU  },
    {"SIGXFSZ",   SIGXFSZ  },
    {"SIGVTALRM", SIGVTALRM},
    {"SIGPROF",   SIGPROF  },
    {"SIGWINCH",  SIGWINCH },
    {"SIGIO",     SIGIO    },
    {"SIGPWR",    SIGPWR   },
    {"SIGSYS",    SIGSYS   },
};

const char *signal_at(size_t i)
{
    return i < SIGNALS ? rows[i].name : NULL;
}

/* NULL for a number without a name. */
static const char *signal_name(int64_t number)
{
    for (size_t i = 0; i < SIGNALS; i++) {
        if (rows[i].number == number)
            return rows[i].name;
    }
    return NULL;
}

int signal_find(const char *name)
{
    for (size_t i = 0; i < SIGNALS; i++) {
        if (strcmp(rows[i].name, name) == 0)
            return rows[i].number;
    }
    return -1;
}

void signal_add(int64_t number, struct buf *out)
{
    const char *name = signal_name(number);

    if (name != NULL)
        buf_add_text(out, name);
    else
        buf_addf(out, "%" PRId64, number);
}

bool signal_is_crash(int64_t number)
{
#define CRASH_TEST(signal) number == (signal) ||
    return CRASH_MAP(CRASH_TEST) false;
#undef CRASH_TEST
}

const char *status_text(int64_t wait_status, char *out, size_t size)
{
    int status = (int)wait_status;
    const char *name = WIFSIGNALED(status) ? signal_name(WTERMSIG(status)) : NULL;

    if (name != NULL)
        (void)snprintf(out, size, "signal %s", name);
    else if (WIFSIGNALED(status))
        (void)snprintf(out, size, "signal %d", WTERMSIG(status));
    else
        (void)snprintf(out, size, "exit status %d", WEXITSTATUS(status));
    return out;
}

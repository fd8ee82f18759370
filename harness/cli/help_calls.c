/* help_calls.c: system calls as points of a command: families, forms, what is to be known. */
#include "harness/cli/papers.h"
#include "harness/language/call.h"

#include <string.h>

const char *const help_calls_about[HELP_CALLS_PARAGRAPHS] = {
    "A program that is not ours has its system calls as points: `child@execve#2`, "
    "`any@ioctl(TIOCSPGRP)`, `server@exit_group`. Whoever makes one that an address names waits in "
    "the kernel until it is let go, before the call does anything. A call stands for all of its "
    "family, which the table below shows, and each name of a family means it. Every call of Linux is "
    "a point; those of no family are called by their own name. A form in brackets is that call with "
    "that word as its argument: of `ioctl` and `fcntl` the request, of `kill` the signal.",
    "An `execve` counts when its program exists and may be run, so it does not matter how PATH was "
    "searched; `root@execve#1` is the start of `argv`. A `clone` counts when it makes a process, an "
    "`exit_group` when one ends. A call that a signal has interrupted, and that is made again from the "
    "same place, counts once while its caller is held, and always if it waits for a child.",
    "A filter is installed in the command only where an address names a call. As root it has no other "
    "effect. For other users the kernel wants `no_new_privs` with it, so sudo, su and ping lose their "
    "privileges below it; and where something above listens already (a run inside of a run, some "
    "containers) none can be had: UNSUPPORTED, with what to do. A call that is made by io_uring, or "
    "answered by the vDSO (clock_gettime), is seen by no filter; a debugger or a program with a "
    "listener of its own sees its calls changed. What of that a command does is in its trace, as "
    "sys.unseen.",
    "A signal with a handler takes a process out of the call that it is held at, as it does with any "
    "call that waits; the call is then made again, and held again. With `hold: firm` (Linux 5.19) the "
    "signal waits until the process goes on. A signal that ends it does so in either case. In a `do` "
    "there, a key or a signal to a group goes at once, and is done when each member has it pending, "
    "has taken it, or has ended.",
};

/* The names of a family, "execve, execveat". */
static void family_add(uint16_t family, struct buf *out)
{
    struct call_spelling s;

    for (size_t i = 0; call_spelling(family, i, &s); i++)
        buf_addf(out, "%s%s", i > 0 ? ", " : "", call_name(s.number));
}

static bool has_several(uint16_t family)
{
    struct call_spelling s;

    return call_family(family) == family && call_spelling(family, 1, &s);
}

static void forms_add(const char *of, struct buf *out)
{
    const char *family;
    const char *name;
    bool first = true;

    for (size_t i = 1; (name = call_form_at(i, &family)) != NULL; i++) {
        if (strcmp(family, of) != 0)
            continue;
        buf_addf(out, "%s%s", first ? "" : ", ", name);
        first = false;
    }
}

void help_calls_table(struct buf *out)
{
    static const char *const formed[] = {"ioctl", "fcntl"};

    for (uint16_t i = 0; call_name(i) != NULL; i++) {
        if (!has_several(i))
            continue;
        buf_addf(out, "%-16s ", call_name(i));
        family_add(i, out);
        buf_add_text(out, "\n");
    }
    for (size_t i = 0; i < sizeof(formed) / sizeof(formed[0]); i++) {
        buf_addf(out, "%s(...)%*s", formed[i], 17 - (int)strlen(formed[i]) - 5, "");
        forms_add(formed[i], out);
        buf_add_text(out, "\n");
    }
    buf_add_text(out, "kill(...)        SIGINT, SIGTERM and the others\n");
}

void help_calls(struct buf *out)
{
    for (size_t i = 0; i < HELP_CALLS_PARAGRAPHS; i++)
        buf_addf(out, "%s\n\n", help_calls_about[i]);
    help_calls_table(out);
}

bool help_call(const char *name, struct buf *out)
{
    char text[CALL_NAME_BYTES];
    struct call c;

    if (!call_read(name, &c, text))
        return false;
    buf_addf(out, "%s, a system call of a command, for ACTOR@POINT#N\n    ", call_text(c, text));
    family_add(c.family, out);
    const char *why = call_unseen(c);
    if (why != NULL)
        buf_addf(out, "\n    no point: %s", why);
    buf_add_text(out, "\n    see `scenario help calls`\n\n");
    return true;
}

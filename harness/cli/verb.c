/* verb.c: the table of verbs. */
#include "harness/cli/verb.h"

#include "runtime/base/suggest.h"

#include <string.h>

static const struct verb_entry verbs[] = {
    {"run",     "[NAME|FILE|DIR]...",  "runs scenarios and judges them",
     "NAME is a path; else a name in `scenarios/` of the nearest folder upward that has one; else\n"
     "an installed example. Without a name: all of `scenarios/`. Files are checked first.\n"
     "\n"
     "Ctrl-C, SIGTERM or SIGHUP stops cleanly and says what did not run. Ctrl-C or SIGTERM after it\n"
     "stops at once, and so does SIGQUIT. Then the command dies of the first of them, without a core\n"
     "file. A SIGHUP that was ignored from the start (nohup) stays so. SIGUSR1 tells the state of the\n"
     "runs.\n"
     "\n"
     "A report is written as PATH.partial and renamed when it is complete; what had the name before\n"
     "is removed at the start: under its name it is whole or not there.\n"
     "\n"
     "Exit codes: 0 all as declared, 1 a failure, 2 wrong usage, 3 a file is wrong, 4 nothing\n"
     "selected, 5 a known failure passes, 6 the harness itself failed, 7 no verdict.\n",                FLAG_RUN,    verb_run    },
    {"list",    "[NAME|FILE|DIR]...",  "lists the variants that would run",                       NULL, FLAG_LIST,   verb_list   },
    {"check",   "[NAME|FILE|DIR]...",  "says what is wrong with scenario files",
     "Exit code 3 when a file is wrong; warnings alone are no error.\n",                                FLAG_CHECK,  verb_check  },
    {"expect",  "NAME|FILE -- CMD...", "runs one expect script on any program behind a terminal",
     "NAME is a script of the nearest folder `expect/scripts` upward, else an installed one: see\n"
     "`scenario help scripts`. Prints what was typed, what was shown, and which step was done when;\n"
     "at the end how the program ended. Before a key or a signal the foreground group must be at\n"
     "rest, or have met the signal in the same way for a while. After the last step the program may\n"
     "end by itself until it is at rest, at most a second; then its terminal is closed.\n"
     "\n"
     "Exit codes: 0 every step is done, 1 a step failed, 2 wrong usage, 3 the script is wrong, 6 the\n"
     "program could not be started (a program that ends with 127 was).\n",                              FLAG_EXPECT, verb_expect },
    {"schema",  "",                    "prints the JSON Schema (draft 07) of scenario files",
     "For editors that check and complete YAML by a schema; it is installed as\n"
     "share/scenario/scenarios/schema/scenario.v1.json. `scenario check` knows more.\n",                FLAG_SCHEMA, verb_schema },
    {"help",    "[TOPIC|VERB]",        "explains a verb, or a topic",                             NULL, FLAG_HELP,   verb_help   },
    {"version", "",                    "says which version this is",                              NULL, FLAG_HELP,   verb_version},
};

enum { VERB_COUNT = sizeof(verbs) / sizeof(verbs[0]) };

size_t verb_count(void)
{
    return VERB_COUNT;
}

const struct verb_entry *verb_at(size_t i)
{
    return &verbs[i];
}

const struct verb_entry *verb_find(const char *name)
{
    for (size_t i = 0; i < VERB_COUNT; i++) {
        if (strcmp(verbs[i].name, name) == 0)
            return &verbs[i];
    }
    return NULL;
}

static const char *verb_name_at(size_t i, void *user)
{
    (void)user;
    return verbs[i].name;
}

const char *verb_suggest(const char *name)
{
    return suggest(name, VERB_COUNT, verb_name_at, NULL);
}

void verb_print(const struct verb_entry *verb, struct buf *out)
{
    buf_addf(out, "scenario %s [FLAG]...%s%s\n\n%s\n", verb->name, verb->form[0] != 0 ? " " : "",
             verb->form, verb->help);
    if (verb->more != NULL)
        buf_addf(out, "\n%s", verb->more);
    buf_add_text(out, "\n");
    flags_print(verb->flags, out);
}

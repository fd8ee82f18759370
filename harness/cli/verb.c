/* verb.c: the table of verbs, and what they print with. */
#include "harness/cli/verb.h"

#include "harness/observe/verdict.h"
#include "runtime/base/suggest.h"
#include "runtime/base/visible.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

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

/* ---- Printing ---- */

/* Why standard output could first not be written; 0: it could. */
static int print_errno;

static void print_to(FILE *stream, struct buf *text)
{
    bool good = fwrite(buf_text(text), 1, text->size, stream) == text->size;

    good = fflush(stream) == 0 && good;
    if (!good && stream == stdout && print_errno == 0)
        print_errno = errno;
    buf_release(text);
}

void print_out(struct buf *text)
{
    print_to(stdout, text);
}

void print_err(struct buf *text)
{
    print_to(stderr, text);
}

void print_error(const char *text)
{
    struct buf shown = BUF_INIT;

    /* It may name a file or a process of somebody else's choice. */
    visible_add(&shown, text, strlen(text));
    (void)fflush(stdout);
    (void)fprintf(stderr, "scenario: %s\n", buf_text(&shown));
    buf_release(&shown);
}

int print_failure(void)
{
    return print_errno;
}

void command_die(int number)
{
    /* What the user asked for is no crash: SIGQUIT would leave a core file. */
    (void)prctl(PR_SET_DUMPABLE, 0);
    (void)signal(number, SIG_DFL);
    (void)raise(number);
}

int exit_code_of(int rc)
{
    if (rc == ERR_USAGE || rc == ERR_NOTFOUND)
        return EXIT_CODE_USAGE;
    return rc == ERR_INPUT || rc == ERR_FULL ? EXIT_CODE_INPUT : EXIT_CODE_HARNESS;
}

/* What nobody could read was not said. A reader that went away (head) is no failure of ours. */
static int print_check(int code)
{
    struct diag diag = {0};

    if (fflush(stdout) != 0 && print_errno == 0)
        print_errno = errno;
    if (print_errno == 0 || print_errno == EPIPE)
        return code;
    errno = print_errno;
    (void)diag_errno(&diag, ERR_IO, "cannot write to standard output");
    print_error(diag.text);
    return exit_code_worse(code, EXIT_CODE_HARNESS);
}

bool color_wanted(const struct flags *flags, int fd)
{
    const char *no_color = getenv("NO_COLOR");
    const char *term = getenv("TERM");

    switch (flags->color) {
    case COLOR_ALWAYS:
        return true;
    case COLOR_NEVER:
        return false;
    case COLOR_AUTO:
        break;
    }
    return (no_color == NULL || no_color[0] == 0) && isatty(fd) && term != NULL &&
           strcmp(term, "dumb") != 0;
}

/* ---- The command ---- */

int command_run(int argc, char **argv)
{
    static char help_name[] = "help";
    static char *help_argv[] = {help_name, NULL};
    struct flags flags = {0};
    struct diag diag = {0};

    /* `scenario --help` and `scenario --version` are what people try first. */
    if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        flags.argument = help_argv + 1;
        int code = print_check(verb_help(&flags));
        return argc < 2 ? EXIT_CODE_USAGE : code;
    }
    if (strcmp(argv[1], "--version") == 0)
        return print_check(verb_version(&flags));
    const struct verb_entry *verb = verb_find(argv[1]);
    if (verb == NULL) {
        const char *near = verb_suggest(argv[1]);
        (void)diag_set(&diag, ERR_USAGE, "unknown verb '%s'%s%s%s", argv[1],
                       near != NULL ? "; did you mean '" : "; see `scenario help`",
                       near != NULL ? near : "", near != NULL ? "'?" : "");
        print_error(diag.text);
        return EXIT_CODE_USAGE;
    }
    if (flags_read(argc - 1, argv + 1, verb->flags, &flags, &diag) < 0) {
        print_error(diag.text);
        return EXIT_CODE_USAGE;
    }
    if (flags.help) {
        struct buf out = BUF_INIT;
        verb_print(verb, &out);
        print_out(&out);
        return print_check(EXIT_CODE_OK);
    }
    return print_check(verb->run(&flags));
}

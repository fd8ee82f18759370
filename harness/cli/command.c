/* command.c: finds the verb, reads its flags and runs it. */
#include "harness/cli/command.h"

#include "harness/cli/print.h"
#include "harness/cli/verb.h"
#include "harness/report/exit_code.h"

#include <string.h>

static int verb_unknown(const char *name)
{
    const char *near = verb_suggest(name);
    struct diag diag = {0};

    (void)diag_set(&diag, ERR_USAGE, "unknown verb '%s'%s%s%s", name,
                   near != NULL ? "; did you mean '" : "; see `scenario help`",
                   near != NULL ? near : "", near != NULL ? "'?" : "");
    return print_diag(ERR_USAGE, &diag);
}

/* For what people try first: nothing, `--help`, `--version`. Else NULL. */
static const struct verb_entry *verb_meant(int argc, char **argv)
{
    if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)
        return &verb_help;
    return strcmp(argv[1], "--version") == 0 ? &verb_version : NULL;
}

int command_run(int argc, char **argv)
{
    struct flags flags = {0};
    struct diag diag = {0};
    const struct verb_entry *meant = verb_meant(argc, argv);

    if (meant != NULL) {
        int code = print_end(meant->run(&flags));
        return argc < 2 ? EXIT_CODE_USAGE : code;
    }
    const struct verb_entry *verb = verb_find(argv[1]);
    if (verb == NULL)
        return verb_unknown(argv[1]);
    int rc = flags_read(argc - 1, argv + 1, verb->flags, &flags, &diag);
    if (rc < 0 && verb == &verb_help) {
        /* Flags of other verbs are what is asked about. */
        flags = (struct flags){.argument = argv + 2, .arguments = argc - 2};
        rc = 0;
    }
    if (rc < 0)
        return print_diag(rc, &diag);
    if (!flags.help)
        return print_end(verb->run(&flags));
    struct buf out = BUF_INIT;
    verb_print(verb, &out);
    print_wrapped(&out);
    return print_end(EXIT_CODE_OK);
}

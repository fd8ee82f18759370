/* help_expect.c: what an expect of several ways, captured text and secrets are, for help and
 * manual. */
#include "harness/cli/papers.h"

const char help_branches_about[] =
    "`expect: { first: [...] }` waits for the first of several: the match that begins first in the "
    "text decides, of equals the first in the list. A match waits as long as one that goes before it "
    "may still come. What follows is its `then`, a list of steps, which may be left out; after that "
    "the step is done. `again: N` goes on waiting afterwards, up to N times, and `within` starts anew; "
    "once more fails, and names the branch. `eof` has steps for the end of the output, when nobody has "
    "the terminal open any more, and `timeout` for when `within` has passed; without these two keys "
    "they fail. A list of steps may be empty: `eof: []`. `fail: 'why'` is the end of a branch that must "
    "not be taken. A failure says in which branch it was.";

const char help_captured_about[] =
    "A named group (?<port>\\d+) of a pattern that `expect` has met gives ${port} to the steps that "
    "follow: to `send`, `paste` and `note`, and to patterns, where it matches itself, whatever it is. "
    "It has what was captured last, and is empty where its group has matched nothing. It is known in "
    "the scenario or script whose pattern it was, and nowhere else: not in what a script is given "
    "with `with`, and in no id and no signature. A name that is not captured on every way to its use "
    "is refused when the file is read, and so is one that the matrix, `vars` or `params` has.";

const char help_secrets_about[] =
    "`params: { password: { secret: true } }` is a value that no file and no command line has. "
    "`--with password` takes it from the environment variable password, and takes that out of the "
    "environment: the program does not get it, and no list of processes shows it. In a scenario "
    "`use` takes it from there by itself. ${password} stands in `send`, `paste` and patterns only; "
    "it is told as ${password}. Should the program show it, ******** stands in its place in all that "
    "is written: transcript, record, recording and reports. That needs its bytes as they are: what a "
    "program shows of it in pieces, with something between them, or encoded, is not known again.";

void help_branches(struct buf *out)
{
    buf_addf(out, "%s\n", help_branches_about);
}

void help_captured(struct buf *out)
{
    buf_addf(out, "%s\n", help_captured_about);
}

void help_secrets(struct buf *out)
{
    buf_addf(out, "%s\n", help_secrets_about);
}

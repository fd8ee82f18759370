/* help_expect.c: what an expect of several ways, captured text, secrets and echoes are, for help
 * and manual. */
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
    "program shows of it in pieces, with something between them, or encoded, is not known again. Of "
    "whatever else is typed while the terminal reads whole lines and echoes none, as when a password "
    "is asked for, transcript, record and recording have the number of bytes.";

const char *const help_echo_about[HELP_ECHO_PARAGRAPHS] = {
    "What is typed comes back as output; no pattern sees that. What is taken out is told by its place "
    "and its bytes, never by its text alone, as a program may answer with what it was sent. Line ends "
    "stay. `echo: seen` looks at the whole, as the transcript and the recording do: that a password "
    "was not shown is said by absent: {stream: 'secret', echo: seen, until: quiet}.",
    "The terminal's echo follows its modes at the moment of typing. With ECHO on it is what the modes "
    "make of the bytes (^C of a control character, CR LF of Enter), directly at the place where the "
    "output stood; where anything else comes there, nothing is taken out. The echo of a single C-c, "
    "C-z or C-\\ may come later, as a terminal signals first. With ECHO off nothing is taken for an "
    "echo, but for a line editor's redraw.",
    "A line editor (readline, zle, libedit, prompt_toolkit) has neither ECHO nor ICANON, has ICRNL off "
    "or INLCR on, and draws what it reads, at once or, what was typed ahead, after its next prompt, even "
    "when the terminal has echoed it before. Of a line it is what was typed up to the first key that "
    "edits it. It is looked for between the marks of an editor that takes pastes (CSI ? 2004 h and l); "
    "without them where the output stood when it was typed at a prompt, and, of what was typed ahead, "
    "behind a prompt as long as the one before, with the same last character. Where Enter was typed the "
    "line must end there (or, between marks, be painted once more); where it was not, a line end "
    "behind it says that it was an answer. While such an editor has not read what was typed before, a "
    "`send` waits for it, at most 250 ms.",
    "Not to be told from output is what an editor adds or changes itself (a completion, a line from its "
    "history, what is drawn again at each key where a line is typed in several pieces), and what was "
    "typed ahead of an editor without marks before its first prompt. A program in an editor's modes "
    "that prints back a whole line, with its end, is taken for an editor: `echo: seen` sees it.",
};

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

void help_echo(struct buf *out)
{
    for (size_t i = 0; i < HELP_ECHO_PARAGRAPHS; i++)
        buf_addf(out, "%s%s\n", i > 0 ? "\n" : "", help_echo_about[i]);
}

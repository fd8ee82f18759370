/* help_patterns.c: what patterns see, and when they are decided: for the manual page and the topic
 * `patterns`. */
#include "harness/cli/papers.h"

static const struct help_part parts[] = {
    {"PATTERNS",
     "They are PCRE2, on the text that the program writes, without escape sequences and without the "
     "echo of what is typed. ^ and $ stand at lines, . stops at their ends; (?s) lets it go on, (?i) "
     "takes upper and lower case alike. Each expect goes on behind the last match. How the output was "
     "cut on its way changes nothing: a match is taken when nothing that may still come could change "
     "it."                                           },
    {"THE END OF THE OUTPUT",
     "A pattern that reaches the end of the output (`$`, `\\z`, a trailing repetition) could match "
     "more when more comes. It is decided when the subject is at rest: asleep or stopped, and nothing "
     "under way on the terminal. Beside somebody who never rests it is decided when the terminal has "
     "been still for limits.settle, and those who are busy have had as much time of their own since: "
     "on a processor, or in waits of which each counts at most a tenth. How long the machine lets "
     "them wait for a processor does not count. At the latest what has come by the step's deadline is "
     "all there is. The transcript says `decided by settle` or `decided at the deadline`, and who was "
     "busy. Who sleeps is at rest: what a program shows after a sleep is waited for by a pattern for "
     "that."                                         },
    {"THE SCREEN",
     "`screen` in place of `stream` looks at what a terminal shows: its rows, one a line, with empty "
     "ones at the end left out. A row is what was written there without blanks at its end, but for "
     "those in front of the cursor; a line that is too long goes on in the next row; the echo of what "
     "is typed stands there like all else. `row: N` takes one row, from the top or (-1 is the last) "
     "from the bottom, `cursor: [ROW, COLUMN]` wants the cursor there, `style: [bold, reverse]` wants "
     "all of the match to look so; which of several matches on the screen does, does not matter. A "
     "screen in the midst of being drawn is no evidence. So it is looked at at rest, when the session "
     "has settled (as above), when nothing more can come, and at the step's deadline; and while "
     "somebody draws on and on, what stays for 500 ms is there. `absent` looks at the same moments, "
     "and at its address. A screen takes nothing of the stream; but once something is typed, what had "
     "come when the screen was found is behind. A failure shows the screen with its rows numbered; "
     "`show: screen` does at any time."              },
    {"HOW MUCH IS KEPT",
     "limits.window says how much output that no step has taken yet is kept (1MB), so a match cannot "
     "be longer. A pattern that has begun farther back, (?s)BEGIN.*END with 2 MB in between, fails "
     "its step, and so does a step before which more than that came and nobody looked: what cannot "
     "be known is told, with how to raise the limit."},
};

const struct help_part *help_pattern_at(size_t i)
{
    return i < sizeof(parts) / sizeof(parts[0]) ? &parts[i] : NULL;
}

void help_patterns(struct buf *out)
{
    for (size_t i = 0; help_pattern_at(i) != NULL; i++)
        buf_addf(out, "%s%s\n\n%s\n", i > 0 ? "\n" : "", parts[i].title, parts[i].text);
}

/* help_known.c: the topic `known-failures`: what can stand in the file of known failures. */
#include "harness/cli/papers.h"
#include "harness/gate/known.h"

void help_known(struct buf *out)
{
    for (size_t i = 0; known_file_key(i) != NULL; i++)
        buf_addf(out, "%s: %s\n    %s\n", known_file_key(i)->name, known_file_key(i)->shape,
                 known_file_key(i)->help);
    buf_add_text(out,
                 "\nAn entry (! must be there; `expires`, or `program` and `versions`; `seen` of a "
                 "flaky one):\n\n");
    for (size_t i = 0; known_entry_key(i) != NULL; i++) {
        const struct word *w = known_entry_key(i);
        buf_addf(out, "%s%s: %s\n    %s\n", w->name, known_key_is_required(w->name) ? "!" : "",
                 w->shape, w->help);
    }
    buf_add_text(out, "\n");
    for (size_t i = 0; known_definition(i) != NULL; i++) {
        if (known_definition(i)->help != NULL)
            buf_addf(out, "%-10s %s\n", known_definition(i)->name, known_definition(i)->help);
    }
}

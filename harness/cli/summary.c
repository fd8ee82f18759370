/* summary.c: GitHub shows what is added to the file that it names. */
#include "harness/cli/summary.h"

#include "harness/cli/print.h"

#include <stdio.h>
#include <stdlib.h>

void summary_add(struct buf *text)
{
    const char *path = getenv("GITHUB_STEP_SUMMARY");

    if (path != NULL && path[0] != 0) {
        FILE *file = fopen(path, "ae");
        bool good = file != NULL && fwrite(buf_text(text), 1, text->size, file) == text->size;
        if (file != NULL && fclose(file) != 0)
            good = false;
        if (!good)
            print_error("the summary of the step, GITHUB_STEP_SUMMARY, cannot be written");
    }
    buf_release(text);
}

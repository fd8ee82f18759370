/* recorder.c: what a run tells whoever records it, as it happens. */
#include "harness/run/mask.h"
#include "harness/run/run.h"
#include "harness/run/state.h"

#include <stdarg.h>
#include <stdio.h>

void run_mark(struct run *r, const char *format, ...)
{
    const struct run_recorder *recorder = r->options->recorder;
    char text[256];
    va_list args;

    if (recorder == NULL || recorder->mark == NULL)
        return;
    va_start(args, format);
    (void)vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    recorder->mark(recorder->user, world_now(r->world), text);
}

void run_tell(struct run *r, const struct task *t, const char *format, ...)
{
    const struct run_recorder *recorder = r->options->recorder;
    char text[256];
    va_list args;

    if (!t->told)
        return;
    va_start(args, format);
    (void)vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    step_describe(&t->list->step[t->index], r->cast, &r->hows);
    buf_addf(&r->hows, ": %s\n", text);
    if (recorder != NULL && recorder->how != NULL)
        recorder->how(recorder->user, world_now(r->world), text);
}

void run_show(struct run *r, const char *text)
{
    const struct run_recorder *to = r->options->recorder;
    struct buf clean = BUF_INIT;

    if (to == NULL || to->how == NULL)
        return;
    buf_add_text(&clean, text);
    if (clean.size > 0)
        mask_stars(r, clean.data, clean.size);
    to->how(to->user, world_now(r->world), buf_text(&clean));
    buf_release(&clean);
}

void run_resized(struct run *r, uint16_t rows, uint16_t columns)
{
    const struct run_recorder *to = r->options->recorder;

    r->rows = rows;
    r->columns = columns;
    (void)display_resize(r->display, rows, columns);
    if (to != NULL && to->resized != NULL)
        to->resized(to->user, world_now(r->world), rows, columns);
}

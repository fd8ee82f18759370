/* sim_record.c: what the engine itself says: its records, what the terminal shows, its failure. */
#include "harness/sim/sim.h"

#include <stdarg.h>
#include <stdio.h>

void sim_note(struct sim *s, enum point point, uint16_t peer, int64_t value, int64_t extra)
{
    kernel_record(&s->state.kernel, (struct trace_record){.actor = ACTOR_HARNESS,
                                                          .point = (uint16_t)point,
                                                          .peer = peer,
                                                          .value = value,
                                                          .extra = extra});
}

void sim_witness(struct sim *s)
{
    sim_note(s, POINT_BATON_SEEN, s->state.kernel.lock, 0, 0);
}

static void modes_record(struct sim *s, uint16_t who)
{
    uint32_t modes = s->state.terminal.modes;

    kernel_record(&s->state.kernel, (struct trace_record){.actor = who,
                                                          .point = POINT_TTY_MODES,
                                                          .peer = ACTOR_NONE,
                                                          .value = modes == TERMINAL_SAVED,
                                                          .extra = modes});
}

void sim_modes(struct sim *s, uint16_t row, uint32_t modes)
{
    if (s->state.terminal.modes == modes || s->state.terminal.gone)
        return;
    s->state.terminal.modes = modes;
    modes_record(s, row);
}

void sim_terminal_look(struct sim *s)
{
    if (!s->state.terminal.gone)
        modes_record(s, ACTOR_TERMINAL);
    sim_witness(s);
}

void sim_show(struct sim *s, const char *text, size_t size)
{
    if (s->state.terminal.gone)
        return;
    buf_drop(&s->echo, s->echo.size);
    sim_terminal_show(&s->echo, text, size);
    queue_output(&s->world, s->echo.data, s->echo.size);
}

void sim_fail(struct sim *s, const char *format, ...)
{
    struct diag diag;
    va_list args;

    va_start(args, format);
    (void)vsnprintf(diag.text, sizeof(diag.text), format, args);
    va_end(args);
    queue_fail(&s->world, &diag);
}

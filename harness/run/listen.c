/* listen.c: what the subject shows, as its terminal hears it: what it sets is remembered, what it
 * asks is answered.
 *
 * The answer is typed at once, before anything that a step does about what was shown behind the
 * question: an answer and a key of the script come in the order of the output. As anything that is
 * typed it is echoed where the terminal echoes, and that is no output. */
#include "expect/answer.h"
#include "expect/log.h"
#include "expect/pty.h"
#include "harness/run/state.h"

#include <string.h>

/* How an answer begins that says that there is no such thing. */
#define NOTHING "\x1bP0"

/* answer_terminal.cursor: behind the question, which is the last that the match has been fed. */
static void cursor_find(void *user, uint16_t *row, uint16_t *column)
{
    struct run *r = user;
    const struct screen *screen = display_screen(r->display);

    r->cursor_asked = true;
    if (screen == NULL)
        return;
    struct screen_cursor cursor = screen_cursor(screen);
    *row = cursor.row;
    *column = cursor.column;
}

/* Types the answer; one that cannot be typed is none. */
static void answer_type(struct run *r, const char *asked, const struct buf *answer)
{
    const struct run_recorder *recorder = r->options->recorder;
    const struct action type = {.kind = ACTION_TYPE, .text = answer->data, .size = answer->size};

    /* Vim asks for thirty capabilities in a row; that there is none of them is not told. */
    bool nothing =
        answer->size > strlen(NOTHING) && memcmp(answer->data, NOTHING, strlen(NOTHING)) == 0;

    (void)run_types(r, answer->data, answer->size);
    if (world_act(r->world, &type, NULL) < 0 || nothing || recorder == NULL ||
        recorder->how == NULL)
        return;
    struct buf text = BUF_INIT;
    buf_addf(&text, "the terminal was asked for %s: ", asked);
    log_print(&text, answer->data, answer->size);
    recorder->how(recorder->user, world_now(r->world), buf_text(&text));
    buf_release(&text);
}

static void shown_feed(struct run *r, const char *data, size_t size)
{
    match_feed(r->match, data, size);
    prompts_shown(r, data, size);
}

void run_listen(struct run *r, const char *data, size_t size)
{
    const struct answer_terminal terminal = {.modes = &r->modes,
                                             .rows = r->rows,
                                             .columns = r->columns,
                                             .cursor = cursor_find,
                                             .user = r};
    const char *fed = data;
    const char *at = data;
    struct sequence s;

    while (sequence_next(&r->modes.sequences, &at, &size, &s)) {
        struct buf answer = BUF_INIT;
        modes_take(&r->modes, &s);
        if (!r->stopping && answer_asks(&s)) {
            shown_feed(r, fed, (size_t)(at - fed));
            fed = at;
            const char *asked = answer_to(&s, &terminal, &answer);
            if (asked != NULL && !answer.failed)
                answer_type(r, asked, &answer);
        }
        buf_release(&answer);
    }
    if (at > fed)
        shown_feed(r, fed, (size_t)(at - fed));
    if (r->cursor_asked || r->variant->screens)
        display_keep(r->display);
}

bool run_types(struct run *r, const void *bytes, size_t size)
{
    struct termios modes;
    size_t ahead = 0;

    int rc = world_modes(r->world, &modes, &ahead);
    if (rc < 0 && rc != ERR_FULL) {
        /* Own actors show no ^C at their prompts. */
        pty_modes_default(&modes);
        if (r->prompting != ACTOR_NONE)
            modes.c_lflag &= ~(tcflag_t)ECHOCTL;
    }
    (void)match_sent(r->match, &modes, bytes, size, ahead);
    if (r->prompts.match != NULL)
        (void)match_sent(r->prompts.match, &modes, bytes, size, ahead);
    return (modes.c_lflag & ICANON) != 0 && (modes.c_lflag & ECHO) == 0;
}

void run_typed(struct run *r)
{
    struct termios modes;
    size_t ahead = 0;

    int rc = world_modes(r->world, &modes, &ahead);
    if (rc == 0 || rc == ERR_FULL)
        match_typed(r->match, ahead);
    if ((rc == 0 || rc == ERR_FULL) && r->prompts.match != NULL)
        match_typed(r->prompts.match, ahead);
}

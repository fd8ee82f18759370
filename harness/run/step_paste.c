/* step_paste.c: text is pasted, as the terminal does it for the program that runs there now. */
#include "harness/run/slots.h"
#include "harness/run/steps.h"

#include <string.h>

/* Around what is pasted, where the program has asked for that. */
#define PASTE_BEGIN "\x1b[200~"
#define PASTE_END   "\x1b[201~"

struct paste {
    const char *text;
    size_t size;
    bool live; /* it holds marks of harness/scenario/live.h */
};

/* The bytes that end a paste have no business in it: a terminal takes them out, lest the rest of
 * the text be read as typed; and those too that come to stand together when others went. */
static void paste_add(struct buf *out, const char *text, size_t size)
{
    const size_t end = strlen(PASTE_END);

    for (size_t i = 0; i < size; i++) {
        if (text[i] == '\r' && i + 1 < size && text[i + 1] == '\n')
            continue;
        buf_add(out, text[i] == '\n' ? "\r" : &text[i], 1);
        if (out->size >= end && memcmp(out->data + out->size - end, PASTE_END, end) == 0)
            out->size -= end;
    }
}

static bool paste_read(struct build *b, const struct node *n, struct step *out)
{
    struct paste *own = step_own(b, sizeof(*own), out);
    struct scalar v;

    if (own == NULL || !live_scalar(b, n, "paste", &v))
        return false;
    if (v.size == 0) {
        (void)finding_wants(b->p, n, "paste", "text, not nothing");
        return false;
    }
    *own = (struct paste){v.text, v.size, v.live};
    return true;
}

static enum step_status paste_poll(struct run *r, struct task *t, const struct step *s,
                                   const struct world_event *event)
{
    const struct paste *own = s->own;
    struct buf text = BUF_INIT;
    struct buf typed = BUF_INIT;

    if (type_waits(r, t, event))
        return STEP_PENDING;
    bool bracketed = modes_on(&r->modes, MODE_PASTE);
    live_text(r, own->text, own->size, own->live, &text);
    buf_add_text(&typed, bracketed ? PASTE_BEGIN : "");
    paste_add(&typed, buf_text(&text), text.size);
    buf_add_text(&typed, bracketed ? PASTE_END : "");
    enum step_status status = type_bytes(r, t, s, buf_text(&typed), typed.size);
    buf_wipe(&typed);
    buf_wipe(&text);
    return status;
}

static enum step_status paste_start(struct run *r, struct task *t, const struct step *s)
{
    type_wait(r, t);
    return paste_poll(r, t, s, NULL);
}

static void paste_late(struct run *r, const struct task *t, const struct step *s, struct buf *out)
{
    (void)r, (void)t, (void)s;
    buf_add_text(out, "the terminal takes no more input");
}

static void paste_describe(const struct step *s, const struct cast *cast, struct buf *out)
{
    const struct paste *own = s->own;
    struct buf text = BUF_INIT;

    (void)cast;
    text_show(&text, own->text, own->size, own->live);
    quoted_add(out, buf_text(&text), text.size);
    buf_release(&text);
}

static bool paste_bare(const struct step *s)
{
    const struct paste *own = s->own;

    return text_is_bare(own->text, own->size, own->live);
}

const struct step_entry step_paste = {
    .word = {.name = "paste",
             .shape = "TEXT",
             .help = "pastes text: its line ends are Enter, and it is bracketed where the program "
                     "has asked for that", .example = "- paste: \"one line\\nand another\"\n"},
    .acts = true,
    .read = paste_read,
    .start = paste_start,
    .poll = paste_poll,
    .late = paste_late,
    .describe = paste_describe,
    .bare = paste_bare,
};

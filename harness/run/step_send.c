/* step_send.c: bytes are typed. */
#include "harness/run/slots.h"
#include "harness/run/steps.h"

struct send {
    const char *text;
    size_t size;
    bool live; /* it holds marks of harness/scenario/live.h */
};

static bool send_read(struct build *b, const struct node *n, struct step *out)
{
    struct send *own = step_own(b, sizeof(*own), out);
    struct scalar v;

    if (own == NULL || !live_bytes(b, n, "send", &v))
        return false;
    if (v.size == 0) {
        (void)finding_wants(b->p, n, "send", "text, not nothing");
        return false;
    }
    *own = (struct send){v.text, v.size, v.live};
    return true;
}

static enum step_status send_start(struct run *r, struct task *t, const struct step *s)
{
    const struct send *own = s->own;
    struct buf text = BUF_INIT;

    live_text(r, own->text, own->size, own->live, &text);
    enum step_status status = type_bytes(r, t, s, buf_text(&text), text.size);
    buf_wipe(&text);
    return status;
}

static enum step_status send_poll(struct run *r, struct task *t, const struct step *s,
                                  const struct world_event *event)
{
    return event == NULL ? STEP_PENDING : send_start(r, t, s);
}

static void send_late(struct run *r, const struct task *t, const struct step *s, struct buf *out)
{
    (void)r, (void)t, (void)s;
    buf_add_text(out, "the terminal takes no more input");
}

static void send_describe(const struct step *s, const struct cast *cast, struct buf *out)
{
    const struct send *own = s->own;

    struct buf text = BUF_INIT;

    (void)cast;
    text_show(&text, own->text, own->size, own->live);
    quoted_add(out, buf_text(&text), text.size);
    buf_release(&text);
}

static bool send_bare(const struct step *s)
{
    const struct send *own = s->own;

    return text_is_bare(own->text, own->size, own->live);
}

const struct step_entry step_send = {
    .word = {.name = "send",
             .shape = "TEXT",
             .help = "types bytes; in double quotes \\xHH is any byte",
             .example = "- send: \"c\\r\"\n"},
    .acts = true,
    .read = send_read,
    .start = send_start,
    .poll = send_poll,
    .late = send_late,
    .describe = send_describe,
    .bare = send_bare,
};

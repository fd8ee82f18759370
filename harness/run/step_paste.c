/* step_paste.c: text is pasted, as the terminal does it for the program that runs there now. */
#include "harness/run/steps.h"

#include <string.h>

/* Around what is pasted, where the program has asked for that. */
#define PASTE_BEGIN "\x1b[200~"
#define PASTE_END   "\x1b[201~"

struct paste {
    const char *plain; /* as typed: each line end is Enter */
    size_t size;
    const char *bracketed; /* the same with what stands around it */
    size_t bracketed_size;
};

/* The bytes that end a paste have no business in it: a terminal takes them out, lest the rest of
 * the text be read as typed. */
static size_t paste_copy(const char *text, size_t size, char *out)
{
    size_t used = 0;

    for (size_t i = 0; i < size; i++) {
        bool ends =
            size - i >= strlen(PASTE_END) && memcmp(text + i, PASTE_END, strlen(PASTE_END)) == 0;
        if (ends)
            i += strlen(PASTE_END) - 1;
        else if (text[i] != '\r' || i + 1 == size || text[i + 1] != '\n')
            out[used++] = text[i] == '\n' ? '\r' : text[i];
    }
    return used;
}

static bool paste_read(struct build *b, const struct node *n, struct step *out)
{
    struct paste *own = step_own(b, sizeof(*own), out);
    const size_t around = strlen(PASTE_BEGIN);
    struct scalar v;

    if (own == NULL || !value_scalar(b->p, b->scope, n, "paste", &v))
        return false;
    if (v.size == 0 && !value_excluded(b, n)) {
        (void)finding_wants(b->p, n, "paste", "text, not nothing");
        return false;
    }
    char *text = parse_alloc(b->p, v.size + around + strlen(PASTE_END), 1);
    if (text == NULL)
        return false;
    memcpy(text, PASTE_BEGIN, around);
    own->size = paste_copy(v.text, v.size, text + around);
    memcpy(text + around + own->size, PASTE_END, strlen(PASTE_END));
    own->plain = text + around;
    own->bracketed = text;
    own->bracketed_size = around + own->size + strlen(PASTE_END);
    return true;
}

static enum step_status paste_poll(struct run *r, struct task *t, const struct step *s,
                                   const struct world_event *event)
{
    const struct paste *own = s->own;

    if (type_waits(r, t, event))
        return STEP_PENDING;
    bool bracketed = modes_on(&r->modes, MODE_PASTE);
    return type_bytes(r, t, s, bracketed ? own->bracketed : own->plain,
                      bracketed ? own->bracketed_size : own->size);
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

    (void)cast;
    quoted_add(out, own->plain, own->size);
}

const struct step_entry step_paste = {
    .word = {.name = "paste",
             .shape = "TEXT",
             .help = "pastes text: its line ends are Enter, and it is bracketed where the program "
                     "has asked for that", .example = "- paste: \"one line\\nand another\"\n"},
    .read = paste_read,
    .start = paste_start,
    .poll = paste_poll,
    .late = paste_late,
    .describe = paste_describe,
};

/* lines.c: lines of the actors' own code on a terminal where somebody may prompt.
 *
 * Text goes up to the root, which knows who has the terminal. With nobody at a prompt it is written
 * there. Else it goes down to whoever prompts, one text at a time, and is kept until that one has
 * said that it is shown, or has left its prompt without that; so each is shown once.
 *
 * Text is no part of the protocol: it has no sequence number and leaves no trace, and where a link
 * is full it is left out, which an empty text says. */
#include "runtime/actor/lock_parts.h"

#include <string.h>

static void text_send(struct step *s, uint16_t link, const struct frame *f)
{
    const struct core *c = s->c;
    bool up = link == LINK_PARENT;

    if (up && (c->self.root || c->self.parent_eof || c->self.state == SELF_EXITED))
        return;
    if (!up && (c->child[link].eof || c->child[link].closing || c->child[link].dead))
        return;
    CHECK(s->fx->frames < CORE_FRAMES_MAX);
    struct core_effect *e = emit(s, EFFECT_SEND);
    e->link = link;
    e->frame = s->fx->frames;
    s->fx->frame[s->fx->frames++] = *f;
}

static struct frame text_frame(enum frame_text type, uint16_t origin, uint32_t request,
                               const char *text, size_t size)
{
    struct frame f = {.type = (uint8_t)type, .origin = origin, .request = request};

    f.size = (uint16_t)size;
    if (size > 0)
        memcpy(f.u.text, text, size);
    return f;
}

/* Writes it as it is, or, at this actor's own prompt, on lines of its own before the prompt. */
static void text_write(struct step *s, const char *text, size_t size)
{
    const struct core_lock *l = &s->c->lock;

    CHECK(s->fx->frames < CORE_FRAMES_MAX);
    struct core_effect *e = emit(s, EFFECT_WRITE);
    e->frame = s->fx->frames;
    e->value = l->dbg == DBG_ACTIVE;
    s->fx->frame[s->fx->frames++] = text_frame(FRAME_TEXT, ACTOR_NONE, 0, text, size);
    if (l->dbg == DBG_ACTIVE && !l->suspended)
        emit(s, EFFECT_PROMPT);
}

/* ---- the root's queue ---- */

static struct core_text *text_at(struct core *c, unsigned index)
{
    return &c->note.text[(c->lock.text_first + index) % CORE_TEXTS_MAX];
}

static void text_keep(struct step *s, const char *text, size_t size)
{
    struct core *c = s->c;
    struct core_lock *l = &c->lock;
    /* The first one may be on its way already. */
    struct core_text *last = l->texts > 1 ? text_at(c, l->texts - 1U) : NULL;

    bool joins = last != NULL && last->size + size <= TEXT_BYTES_MAX;

    if (size == 0 || (!joins && l->texts == CORE_TEXTS_MAX)) {
        l->text_lost = 1;
    } else if (joins) {
        memcpy(last->text + last->size, text, size);
        last->size = (uint16_t)(last->size + size);
    } else {
        struct core_text *next = text_at(c, l->texts++);
        memcpy(next->text, text, size);
        next->size = (uint16_t)size;
    }
}

static void text_pop(struct core *c)
{
    struct core_lock *l = &c->lock;

    l->text_first = (uint8_t)((l->text_first + 1) % CORE_TEXTS_MAX);
    l->texts--;
    l->text_sent = 0;
}

bool lines_settle(struct step *s)
{
    static const char lost[] = "(more was printed than could be shown)\n";
    struct core *c = s->c;
    struct core_lock *l = &c->lock;

    if (!c->self.root)
        return false;
    if (l->texts == 0 && l->text_lost) {
        l->text_lost = 0;
        text_keep(s, lost, sizeof(lost) - 1);
    }
    if (l->texts == 0)
        return false;
    const struct core_text *first = text_at(c, 0);
    if (l->state == LOCK_FREE || l->dbg == DBG_ACTIVE) {
        text_write(s, first->text, first->size);
        text_pop(c);
        return true;
    }
    const struct core_entry *e = entry_find(c, l->holder, l->holder_request);
    if (!l->holder_active || e == NULL || e->via == SLOT_NONE ||
        (l->text_sent && l->text_to == l->holder && l->text_request == l->holder_request))
        return false;
    l->text_sent = 1;
    l->text_to = l->holder;
    l->text_request = l->holder_request;
    struct frame f = text_frame(FRAME_TEXT, l->holder, l->holder_request, first->text, first->size);
    text_send(s, e->via, &f);
    return true;
}

/* ---- on the way ---- */

void lines_print(struct step *s, const char *text, size_t size)
{
    struct core *c = s->c;

    if (c->self.root) {
        text_keep(s, text, size);
    } else if (c->lock.dbg == DBG_ACTIVE && size > 0) {
        text_write(s, text, size);
    } else {
        struct frame f = text_frame(FRAME_TEXT, c->self.id, 0, text, size);
        text_send(s, LINK_PARENT, &f);
    }
}

void lines_frame_up(struct step *s, const struct frame *f)
{
    struct core *c = s->c;
    const struct core_lock *l = &c->lock;

    if (f->type == FRAME_TEXT) {
        lines_print(s, f->u.text, f->size);
    } else if (!c->self.root) {
        text_send(s, LINK_PARENT, f);
    } else if (l->text_sent && l->text_to == f->origin && l->text_request == f->request) {
        text_pop(c);
    }
}

void lines_frame_down(struct step *s, const struct frame *f)
{
    struct core *c = s->c;

    if (f->origin != c->self.id) {
        const struct core_entry *e = entry_find(c, f->origin, f->request);
        if (e != NULL && e->via != SLOT_NONE)
            text_send(s, e->via, f);
        return;
    }
    /* Behind the end of the prompt: the root hears of that end, and keeps the text until then. */
    if (c->lock.dbg != DBG_ACTIVE || c->lock.request != f->request)
        return;
    text_write(s, f->u.text, f->size);
    struct frame shown = text_frame(FRAME_SHOWN, f->origin, f->request, NULL, 0);
    text_send(s, LINK_PARENT, &shown);
}

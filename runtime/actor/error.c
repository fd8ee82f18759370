/* error.c: errors as boxes: bounded, with their origin and the way they came. */
#include "runtime/actor/parts.h"

#include <string.h>

void error_add(struct step *s, const struct error_box *box)
{
    struct core *c = s->c;

    if (c->self.errors == CORE_ERRORS_MAX) {
        c->ghost.dropped++;
        return;
    }
    c->note.error[c->self.errors++] = *box;
}

static size_t name_size(const char *name, size_t room)
{
    const char *end = memchr(name, 0, room);

    return end == NULL ? room : (size_t)(end - name);
}

void error_path(struct error_box *box, const char *name)
{
    char whole[ACTOR_NAME_BYTES + ERROR_PATH_BYTES];
    size_t below = name_size(box->path, sizeof(box->path) - 1);
    size_t size = name_size(name, ACTOR_NAME_BYTES - 1);

    memcpy(whole, name, size);
    if (below > 0)
        whole[size++] = '/';
    memcpy(whole + size, box->path, below);
    size += below;
    /* The end says who failed; a path that was cut once is cut at the same place again. */
    size_t room = sizeof(box->path) - 1;
    size_t cut = size > room ? size - room : 0;
    memset(box->path, 0, sizeof(box->path));
    memcpy(box->path, whole + cut, size - cut);
    if (cut > 0)
        memcpy(box->path, "...", 3);
}

void error_tell(struct core_user *u, const struct error_box *box)
{
    u->error_kind = box->kind;
    u->code = box->code;
    if (box->kind == ERROR_NONE)
        return;
    u->origin = box->origin;
    memcpy(u->path, box->path, sizeof(u->path));
    memcpy(u->text, box->text, sizeof(u->text));
}

void error_raise(struct step *s, enum error_kind kind, int32_t code, uint8_t cause,
                 const char *text, size_t size)
{
    struct error_box box;

    memset(&box, 0, sizeof(box));
    box.kind = (uint8_t)kind;
    box.code = code;
    box.cause = cause;
    box.origin = s->c->self.id;
    error_path(&box, s->c->note.name);
    if (size >= sizeof(box.text))
        size = sizeof(box.text) - 1;
    if (size > 0)
        memcpy(box.text, text, size);
    point(s, POINT_ERR_RAISED, s->c->self.id, 0, kind, code);
    error_add(s, &box);
}

/* Adds this actor to the way of an error that it passes on. */
static void error_relay(struct step *s, struct error_box *box)
{
    uint16_t id = s->c->self.id;

    if (box->origin == id)
        return;
    error_path(box, s->c->note.name);
    if (defect(s, DEFECT_WRONG_ORIGIN))
        box->origin = s->c->self.parent == ACTOR_NONE ? ACTOR_HARNESS : s->c->self.parent;
    if (box->relays < ERROR_RELAYS_MAX)
        box->relay[box->relays++] = id;
    else
        box->dropped++;
    point(s, POINT_ERR_RELAYED, box->origin, 0, box->kind, box->code);
}

/* The one outcome of this actor: its only error, a group of several, cancelled, or well. */
struct error_box error_result(struct step *s)
{
    struct core *c = s->c;
    struct error_box box;

    memset(&box, 0, sizeof(box));
    box.origin = c->self.id;
    if (c->self.errors == 0) {
        box.kind = c->self.cancel != CANCEL_NONE ? ERROR_CANCELLED : ERROR_NONE;
        box.cause = c->self.cause;
        return box;
    }
    box = c->note.error[0];
    if (c->self.errors == 1) {
        error_relay(s, &box);
        return box;
    }
    if (box.kind != ERROR_GROUP)
        box.first = box.kind;
    box.kind = ERROR_GROUP;
    for (unsigned i = 1; i < c->self.errors; i++) {
        const struct error_box *from = &c->note.error[i];
        if (box.members == ERROR_MEMBERS_MAX) {
            box.dropped++;
            continue;
        }
        struct error_member *m = &box.member[box.members++];
        m->kind = from->kind;
        m->code = from->code;
        m->origin = from->origin;
    }
    uint32_t lost = c->ghost.dropped > 1000 ? 1000 : c->ghost.dropped;
    box.dropped = (uint16_t)(box.dropped + lost);
    point(s, POINT_ERR_GROUP_CLOSED, c->self.id, 0, c->self.errors, 0);
    error_relay(s, &box);
    return box;
}

/* frame.c: frames to bytes and back. Every size and index that comes from a peer is checked. */
#include "runtime/actor/frame.h"

#include "runtime/base/check.h"

#include <string.h>

_Static_assert(sizeof(struct error_box) + 64 <= FRAME_PAYLOAD_BYTES_MAX, "a result always fits");

enum { SPEC_BYTES = ACTOR_NAME_BYTES + 8 + 2 + 2 + 2 + 2 + 1 + 8 + 2 };
enum {
    BOX_BYTES = 4 + 4 + 2 + 2 + 1 + 2 * ERROR_RELAYS_MAX + 7 * ERROR_MEMBERS_MAX + ERROR_TEXT_BYTES
};

static const char *const frame_names[] = {FRAME_MAP(ROW_NAME)};

static const char *const error_names[] = {ERROR_MAP(ROW_NAME)};

static const char *const cause_names[] = {CAUSE_MAP(ROW_NAME)};

/* strcmp() == 0 without libc: the core links against mem*() only. */
static bool text_same(const char *a, const char *b)
{
    while (*a != 0 && *a == *b) {
        a++;
        b++;
    }
    return *a == *b;
}

const char *frame_name(unsigned type)
{
    CHECK(type < FRAME_TYPES);
    return frame_names[type];
}

const char *error_name(unsigned kind)
{
    CHECK(kind < ERROR_KINDS);
    return error_names[kind];
}

int error_find(const char *name)
{
    for (int i = 0; i < ERROR_KINDS; i++) {
        if (text_same(error_names[i], name))
            return i;
    }
    return -1;
}

const char *cause_name(unsigned cause)
{
    CHECK(cause < CAUSES);
    return cause_names[cause];
}

int cause_find(const char *name)
{
    for (int i = 0; i < CAUSES; i++) {
        if (text_same(cause_names[i], name))
            return i;
    }
    return -1;
}

/* ---- writing ---- */

static uint8_t *put(uint8_t *out, uint64_t value, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++)
        *out++ = (uint8_t)(value >> (8 * i));
    return out;
}

static uint8_t *put_bytes(uint8_t *out, const void *from, size_t size)
{
    memcpy(out, from, size);
    return out + size;
}

static uint8_t *put_box(uint8_t *out, const struct error_box *b)
{
    out = put(out, b->kind, 1);
    out = put(out, b->relays, 1);
    out = put(out, b->members, 1);
    out = put(out, b->cause, 1);
    out = put(out, (uint32_t)b->code, 4);
    out = put(out, b->origin, 2);
    out = put(out, b->dropped, 2);
    out = put(out, b->first, 1);
    for (unsigned i = 0; i < ERROR_RELAYS_MAX; i++)
        out = put(out, b->relay[i], 2);
    for (unsigned i = 0; i < ERROR_MEMBERS_MAX; i++) {
        out = put(out, b->member[i].origin, 2);
        out = put(out, b->member[i].kind, 1);
        out = put(out, (uint32_t)b->member[i].code, 4);
    }
    return put_bytes(out, b->text, sizeof(b->text));
}

static uint8_t *put_payload(uint8_t *out, const struct frame *f)
{
    switch ((enum frame_type)f->type) {
    case FRAME_HELLO:
        out = put(out, (uint32_t)f->pid, 4);
        return put(out, f->build, 8);
    case FRAME_SPEC:
        CHECK(f->size <= ACTOR_DATA_BYTES_MAX);
        out = put_bytes(out, f->u.spec.name, sizeof(f->u.spec.name));
        out = put(out, f->u.spec.defects, 8);
        out = put(out, f->u.spec.id, 2);
        out = put(out, f->u.spec.parent, 2);
        out = put(out, f->u.spec.room, 2);
        out = put(out, f->u.spec.def, 2);
        out = put(out, f->u.spec.on_error, 1);
        out = put(out, (uint64_t)f->deadline_ns, 8);
        out = put(out, f->size, 2);
        return put_bytes(out, f->u.spec.data, f->size);
    case FRAME_CALL:
    case FRAME_REPLY:
        CHECK(f->size <= ACTOR_DATA_BYTES_MAX);
        return put_bytes(out, f->u.data, f->size);
    case FRAME_CANCEL:
        out = put(out, f->mode, 1);
        out = put(out, f->cause, 1);
        out = put(out, f->origin, 2);
        return put(out, (uint64_t)f->deadline_ns, 8);
    case FRAME_RESULT:
        return put_box(out, &f->u.error);
    case FRAME_DBG_REQ:
        out = put(out, (uint32_t)f->pid, 4);
        return put(out, f->pid_start, 8);
    case FRAME_DBG_GRANT:
        return put_bytes(out, f->u.modes, sizeof(f->u.modes));
    case FRAME_DBG_REL:
        return put(out, f->mode, 1);
    case FRAME_DBG_DENY:
        return put(out, f->cause, 1);
    case FRAME_DBG_REVOKE:
        return put(out, (uint64_t)f->deadline_ns, 8);
    case FRAME_READY:
    case FRAME_ACK:
    case FRAME_PING:
    case FRAME_PONG:
    case FRAME_DUMP:
    case FRAME_DBG_ACTIVE:
    case FRAME_DBG_LOST:
    case FRAME_TYPES:
        return out;
    }
    return out;
}

/* Header: length 4, magic 2, type 2, origin 4, zero 4, sequence 8, request 8, flags 4, zero 4. */
size_t frame_encode(const struct frame *f, uint8_t *out)
{
    CHECK(f->type < FRAME_TYPES);
    uint8_t *end = put_payload(out + FRAME_HEADER_BYTES, f);
    size_t payload = (size_t)(end - out) - FRAME_HEADER_BYTES;
    uint8_t *p = put(out, payload, 4);
    p = put(p, FRAME_MAGIC, 2);
    p = put(p, f->type, 2);
    p = put(p, f->origin, 4);
    p = put(p, 0, 4);
    p = put(p, f->sequence, 8);
    p = put(p, f->request, 8);
    p = put(p, f->flags, 4);
    put(p, 0, 4);
    return FRAME_HEADER_BYTES + payload;
}

/* ---- reading ---- */

static uint64_t get(const uint8_t **from, unsigned bytes)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < bytes; i++)
        value |= (uint64_t) * (*from)++ << (8 * i);
    return value;
}

static bool time_is_legal(int64_t ns)
{
    return ns >= -FRAME_TIME_NS_MAX && ns <= FRAME_TIME_NS_MAX;
}

static bool get_box(const uint8_t *from, struct error_box *b)
{
    b->kind = (uint8_t)get(&from, 1);
    b->relays = (uint8_t)get(&from, 1);
    b->members = (uint8_t)get(&from, 1);
    b->cause = (uint8_t)get(&from, 1);
    b->code = (int32_t)(uint32_t)get(&from, 4);
    b->origin = (uint16_t)get(&from, 2);
    b->dropped = (uint16_t)get(&from, 2);
    b->first = (uint8_t)get(&from, 1);
    for (unsigned i = 0; i < ERROR_RELAYS_MAX; i++)
        b->relay[i] = (uint16_t)get(&from, 2);
    for (unsigned i = 0; i < ERROR_MEMBERS_MAX; i++) {
        b->member[i].origin = (uint16_t)get(&from, 2);
        b->member[i].kind = (uint8_t)get(&from, 1);
        b->member[i].code = (int32_t)(uint32_t)get(&from, 4);
        if (b->member[i].kind >= ERROR_KINDS)
            return false;
    }
    memcpy(b->text, from, sizeof(b->text));
    return b->kind < ERROR_KINDS && b->first < ERROR_KINDS && b->cause < CAUSES &&
           b->relays <= ERROR_RELAYS_MAX && b->members <= ERROR_MEMBERS_MAX &&
           b->text[sizeof(b->text) - 1] == 0;
}

static bool get_spec(const uint8_t *from, size_t size, struct frame *f)
{
    if (size < SPEC_BYTES)
        return false;
    memcpy(f->u.spec.name, from, sizeof(f->u.spec.name));
    from += sizeof(f->u.spec.name);
    f->u.spec.defects = get(&from, 8);
    f->u.spec.id = (uint16_t)get(&from, 2);
    f->u.spec.parent = (uint16_t)get(&from, 2);
    f->u.spec.room = (uint16_t)get(&from, 2);
    f->u.spec.def = (uint16_t)get(&from, 2);
    f->u.spec.on_error = (uint8_t)get(&from, 1);
    f->deadline_ns = (int64_t)get(&from, 8);
    f->size = (uint16_t)get(&from, 2);
    if (f->u.spec.name[sizeof(f->u.spec.name) - 1] != 0 || f->size > ACTOR_DATA_BYTES_MAX ||
        size != SPEC_BYTES + (size_t)f->size || f->u.spec.id > ACTOR_ID_MAX || f->deadline_ns < 0 ||
        f->deadline_ns > FRAME_TIME_NS_MAX / 2)
        return false;
    memcpy(f->u.spec.data, from, f->size);
    return true;
}

/* The payload of exactly `size` bytes; false when its type does not allow it. */
static bool get_payload(const uint8_t *from, size_t size, struct frame *f)
{
    switch ((enum frame_type)f->type) {
    case FRAME_HELLO:
        if (size != 12)
            return false;
        f->pid = (int32_t)(uint32_t)get(&from, 4);
        f->build = get(&from, 8);
        return true;
    case FRAME_SPEC:
        return get_spec(from, size, f);
    case FRAME_CALL:
    case FRAME_REPLY:
        if (size > ACTOR_DATA_BYTES_MAX)
            return false;
        f->size = (uint16_t)size;
        memcpy(f->u.data, from, size);
        return true;
    case FRAME_CANCEL:
        if (size != 12)
            return false;
        f->mode = (uint8_t)get(&from, 1);
        f->cause = (uint8_t)get(&from, 1);
        if (get(&from, 2) != f->origin) /* stands in the header too */
            return false;
        f->deadline_ns = (int64_t)get(&from, 8);
        return (f->mode == CANCEL_GRACEFUL || f->mode == CANCEL_ABORT) && f->cause < CAUSES &&
               time_is_legal(f->deadline_ns);
    case FRAME_RESULT:
        return size == BOX_BYTES && get_box(from, &f->u.error);
    case FRAME_DBG_REQ:
        if (size != 12)
            return false;
        f->pid = (int32_t)(uint32_t)get(&from, 4);
        f->pid_start = get(&from, 8);
        return true;
    case FRAME_DBG_GRANT:
        if (size != TTY_MODES_BYTES)
            return false;
        memcpy(f->u.modes, from, size);
        return true;
    case FRAME_DBG_REL:
        if (size != 1)
            return false;
        f->mode = (uint8_t)get(&from, 1);
        return f->mode <= CANCEL_ABORT;
    case FRAME_DBG_DENY:
        if (size != 1)
            return false;
        f->cause = (uint8_t)get(&from, 1);
        return f->cause <= DENY_FULL;
    case FRAME_DBG_REVOKE:
        if (size != 8)
            return false;
        f->deadline_ns = (int64_t)get(&from, 8);
        return time_is_legal(f->deadline_ns);
    case FRAME_READY:
    case FRAME_ACK:
    case FRAME_PING:
    case FRAME_PONG:
    case FRAME_DUMP:
    case FRAME_DBG_ACTIVE:
    case FRAME_DBG_LOST:
        return size == 0;
    case FRAME_TYPES:
        break;
    }
    return false;
}

int frame_decode(const uint8_t *bytes, size_t size, struct frame *out)
{
    const uint8_t *p = bytes;

    if (size < FRAME_HEADER_BYTES)
        return FRAME_INCOMPLETE;
    uint64_t payload = get(&p, 4);
    uint64_t magic = get(&p, 2);
    uint64_t type = get(&p, 2);
    uint64_t origin = get(&p, 4);
    uint64_t zero = get(&p, 4);
    uint64_t sequence = get(&p, 8);
    uint64_t request = get(&p, 8);
    uint64_t flags = get(&p, 4);
    uint64_t crc = get(&p, 4);
    if (magic != FRAME_MAGIC || type >= FRAME_TYPES || payload > FRAME_PAYLOAD_BYTES_MAX ||
        origin > UINT16_MAX || zero != 0 || crc != 0 || request > UINT32_MAX ||
        (flags & ~(uint64_t)(FRAME_PRIO | FRAME_SHIELD)) != 0)
        return FRAME_ILLEGAL;
    if (size < FRAME_HEADER_BYTES + payload)
        return FRAME_INCOMPLETE;
    struct frame f;
    memset(&f, 0, sizeof(f));
    f.type = (uint8_t)type;
    f.origin = (uint16_t)origin;
    f.sequence = sequence;
    f.request = (uint32_t)request;
    f.flags = (uint8_t)flags;
    if (!get_payload(p, (size_t)payload, &f))
        return FRAME_ILLEGAL;
    *out = f;
    return (int)(FRAME_HEADER_BYTES + payload);
}

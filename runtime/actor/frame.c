/* frame.c: frames to bytes and back. Every size and index that comes from a peer is checked. */
#include "runtime/actor/frame.h"

#include "runtime/base/check.h"

#include <string.h>

_Static_assert(sizeof(struct error_box) + 64 <= FRAME_PAYLOAD_BYTES_MAX, "a result always fits");

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "fields go to the wire as they are");

/* TYPE(type, X(field) ...): the payload of a type in the order of the wire, each field as wide as
 * it is in struct frame. Of the others it is empty, but for the bytes of data_at(). */
#define PAYLOAD_MAP(TYPE, X)                                                                       \
    TYPE(FRAME_HELLO, X(pid) X(build))                                                             \
    TYPE(FRAME_SPEC, X(u.spec.name) X(u.spec.defects) X(u.spec.id) X(u.spec.parent) X(u.spec.room) \
                         X(u.spec.def) X(u.spec.on_error) X(deadline_ns) X(size))                  \
    TYPE(FRAME_CANCEL, X(mode) X(cause) X(origin) X(deadline_ns))                                  \
    TYPE(FRAME_RESULT, X(u.error.kind) X(u.error.relays) X(u.error.members) X(u.error.cause)       \
                           X(u.error.code) X(u.error.origin) X(u.error.dropped) X(u.error.first)   \
                               X(u.error.relay) MEMBERS(X) X(u.error.text) X(u.error.path))        \
    TYPE(FRAME_DBG_REQ, X(pid) X(pid_start))                                                       \
    TYPE(FRAME_DBG_GRANT, X(u.modes))                                                              \
    TYPE(FRAME_DBG_REL, X(mode))                                                                   \
    TYPE(FRAME_DBG_DENY, X(cause))                                                                 \
    TYPE(FRAME_DBG_REVOKE, X(deadline_ns))

#define MEMBERS(X)                                                                      \
    for (unsigned i = 0; i < ERROR_MEMBERS_MAX; i++) {                                  \
        X(u.error.member[i].origin) X(u.error.member[i].kind) X(u.error.member[i].code) \
    }

/* A field is one statement, a type one case. */
#define TYPE_CASE(type, statements) \
    case type:                      \
        statements;                 \
        break;

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

/* Where the bytes are that follow the fields, up to data_max(); 0: it has none. */
static size_t data_at(unsigned type)
{
    if (type == FRAME_SPEC)
        return offsetof(struct frame, u.spec.data);
    if (type == FRAME_TEXT)
        return offsetof(struct frame, u.text);
    return type == FRAME_CALL || type == FRAME_REPLY ? offsetof(struct frame, u.data) : 0;
}

static size_t data_max(unsigned type)
{
    if (data_at(type) == 0)
        return 0;
    return type == FRAME_TEXT ? TEXT_BYTES_MAX : ACTOR_DATA_BYTES_MAX;
}

static uint8_t *put_payload(uint8_t *out, const struct frame *f)
{
    size_t data = data_at(f->type);

#define PUT_FIELD(name) out = put_bytes(out, &f->name, sizeof(f->name));
    switch (f->type) {
        PAYLOAD_MAP(TYPE_CASE, PUT_FIELD)
    default:
        break;
    }
    if (data == 0)
        return out;
    CHECK(f->size <= data_max(f->type));
    return put_bytes(out, (const uint8_t *)f + data, f->size);
}

/* Header: length 4, magic 2, type 2, origin 4, zero 4, sequence 8, request 8, flags 4, zero 4. */
size_t frame_encode(const struct frame *f, uint8_t *out)
{
    CHECK(f->type < FRAME_WIRE_TYPES);
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

static bool box_is_legal(const struct error_box *b)
{
    for (unsigned i = 0; i < ERROR_MEMBERS_MAX; i++) {
        if (b->member[i].kind >= ERROR_KINDS)
            return false;
    }
    return b->kind < ERROR_KINDS && b->first < ERROR_KINDS && b->cause < CAUSES &&
           b->relays <= ERROR_RELAYS_MAX && b->members <= ERROR_MEMBERS_MAX &&
           b->text[sizeof(b->text) - 1] == 0 && b->path[sizeof(b->path) - 1] == 0;
}

/* What a field of the payload may be; the others may be anything. */
static bool values_are_legal(const struct frame *f)
{
    if (f->type == FRAME_SPEC)
        return f->u.spec.name[sizeof(f->u.spec.name) - 1] == 0 && f->u.spec.id <= ACTOR_ID_MAX &&
               f->deadline_ns >= 0 && f->deadline_ns <= FRAME_TIME_NS_MAX / 2;
    if (f->type == FRAME_CANCEL)
        return (f->mode == CANCEL_GRACEFUL || f->mode == CANCEL_ABORT) && f->cause < CAUSES &&
               time_is_legal(f->deadline_ns);
    if (f->type == FRAME_RESULT)
        return box_is_legal(&f->u.error);
    if (f->type == FRAME_DBG_REL)
        return f->mode <= CANCEL_ABORT;
    if (f->type == FRAME_DBG_DENY)
        return f->cause <= DENY_FULL;
    return f->type != FRAME_DBG_REVOKE || time_is_legal(f->deadline_ns);
}

/* Takes bytes from what is left; false when they are not there. */
static bool get_bytes(const uint8_t **from, size_t *left, void *to, size_t size)
{
    if (*left < size)
        return false;
    memcpy(to, *from, size);
    *from += size;
    *left -= size;
    return true;
}

/* The payload of exactly `size` bytes; false when its type does not allow it. */
static bool get_payload(const uint8_t *from, size_t size, struct frame *f)
{
    const uint16_t origin = f->origin;
    size_t data = data_at(f->type);

#define GET_FIELD(name)                                      \
    if (!get_bytes(&from, &size, &f->name, sizeof(f->name))) \
        return false;
    switch (f->type) {
        PAYLOAD_MAP(TYPE_CASE, GET_FIELD)
    default:
        break;
    }
    if (size > data_max(f->type) || (f->type == FRAME_SPEC && f->size != size))
        return false;
    if (data != 0) {
        f->size = (uint16_t)size;
        memcpy((uint8_t *)f + data, from, size);
    }
    /* That of a cancel stands in the header, too. */
    return f->origin == origin && values_are_legal(f);
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
    if (magic != FRAME_MAGIC || type >= FRAME_WIRE_TYPES || payload > FRAME_PAYLOAD_BYTES_MAX ||
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

/* frame_test.c: frames to bytes and back; what is no frame; and who may say what when. */
#include "runtime/actor/tests/drive.h"
#include "runtime/base/prng.h"

enum { RANDOM_ROUNDS = 200 * 1000, ALLOWED_ROWS = 11 };

/* A frame of this type with something in every field that it has. */
static struct frame filled(enum frame_type type, struct prng *p)
{
    struct frame f = frame_make(type, (uint16_t)prng_next(p), (uint32_t)prng_next(p));

    f.flags = (uint8_t)prng_below(p, 4);
    f.sequence = prng_next(p);
    if (type == FRAME_HELLO) {
        f.pid = (int32_t)(uint32_t)prng_next(p);
        f.build = prng_next(p);
    } else if (type == FRAME_SPEC) {
        memset(f.u.spec.name, 'n', prng_below(p, ACTOR_NAME_BYTES));
        f.u.spec.defects = prng_next(p);
        f.u.spec.id = (uint16_t)prng_below(p, ACTOR_ID_MAX + 1U);
        f.u.spec.parent = (uint16_t)prng_next(p);
        f.u.spec.room = (uint16_t)prng_next(p);
        f.u.spec.def = (uint16_t)prng_next(p);
        f.u.spec.on_error = (uint8_t)prng_next(p);
        f.deadline_ns = (int64_t)(prng_next(p) >> 4);
        f.size = (uint16_t)prng_below(p, ACTOR_DATA_BYTES_MAX + 1);
        memset(f.u.spec.data, 0xd5, f.size);
    } else if (type == FRAME_CALL || type == FRAME_REPLY) {
        f.size = (uint16_t)prng_below(p, ACTOR_DATA_BYTES_MAX + 1);
        memset(f.u.data, 0xd5, f.size);
    } else if (type == FRAME_CANCEL) {
        f.mode = (uint8_t)(1 + prng_below(p, 2));
        f.cause = (uint8_t)prng_below(p, CAUSES);
        f.deadline_ns = (int64_t)prng_next(p) / 5;
    } else if (type == FRAME_RESULT) {
        f.u.error.kind = (uint8_t)prng_below(p, ERROR_KINDS);
        f.u.error.first = (uint8_t)prng_below(p, ERROR_KINDS);
        f.u.error.relays = (uint8_t)prng_below(p, ERROR_RELAYS_MAX + 1);
        f.u.error.members = (uint8_t)prng_below(p, ERROR_MEMBERS_MAX + 1);
        f.u.error.cause = (uint8_t)prng_below(p, CAUSES);
        f.u.error.code = (int32_t)(uint32_t)prng_next(p);
        f.u.error.origin = (uint16_t)prng_next(p);
        f.u.error.dropped = (uint16_t)prng_next(p);
        for (unsigned i = 0; i < ERROR_RELAYS_MAX; i++)
            f.u.error.relay[i] = (uint16_t)prng_next(p);
        for (unsigned i = 0; i < ERROR_MEMBERS_MAX; i++) {
            struct error_member *m = &f.u.error.member[i];
            m->origin = (uint16_t)prng_next(p);
            m->kind = (uint8_t)prng_below(p, ERROR_KINDS);
            m->code = (int32_t)(uint32_t)prng_next(p);
        }
        memset(f.u.error.text, 't', prng_below(p, ERROR_TEXT_BYTES));
        memset(f.u.error.path, 'p', prng_below(p, ERROR_PATH_BYTES));
    } else if (type == FRAME_DBG_REQ) {
        f.pid = (int32_t)(uint32_t)prng_next(p);
        f.pid_start = prng_next(p);
    } else if (type == FRAME_DBG_GRANT) {
        memset(f.u.modes, (int)prng_below(p, 256), sizeof(f.u.modes));
    } else if (type == FRAME_DBG_REL) {
        f.mode = (uint8_t)prng_below(p, 3);
    } else if (type == FRAME_DBG_DENY) {
        f.cause = (uint8_t)prng_below(p, DENY_FULL + 1);
    } else if (type == FRAME_DBG_REVOKE) {
        f.deadline_ns = (int64_t)prng_next(p) / 5;
    }
    return f;
}

static void test_frame_every_type_survives_a_round_trip(void)
{
    struct prng p = prng_init(1);
    uint8_t bytes[FRAME_BYTES_MAX];

    for (unsigned type = 0; type < FRAME_TYPES; type++) {
        for (unsigned i = 0; i < 200; i++) {
            struct frame f = filled((enum frame_type)type, &p);
            struct frame back;
            memset(bytes, 0xaa, sizeof(bytes));
            size_t size = frame_encode(&f, bytes);
            CU_ASSERT_TRUE(size <= sizeof(bytes));
            CU_ASSERT_EQUAL(frame_decode(bytes, size, &back), (int)size);
            CU_ASSERT_TRUE(frame_same(&f, &back));
            /* What follows it is not read. */
            CU_ASSERT_EQUAL(frame_decode(bytes, sizeof(bytes), &back), (int)size);
        }
    }
}

/* The largest values that a field may have are still allowed. */
static void test_frame_at_its_limits_is_allowed(void)
{
    uint8_t bytes[FRAME_BYTES_MAX];
    struct frame back;
    struct frame f = frame_make(FRAME_SPEC, UINT16_MAX, UINT32_MAX);

    f.sequence = UINT64_MAX;
    f.flags = FRAME_PRIO | FRAME_SHIELD;
    f.u.spec.id = ACTOR_ID_MAX;
    f.deadline_ns = FRAME_TIME_NS_MAX / 2;
    f.size = ACTOR_DATA_BYTES_MAX;
    memset(f.u.spec.name, 'n', ACTOR_NAME_BYTES - 1);
    size_t size = frame_encode(&f, bytes);
    CU_ASSERT_EQUAL(frame_decode(bytes, size, &back), (int)size);
    CU_ASSERT_TRUE(frame_same(&f, &back));
}

/* The bytes themselves are the contract with the trace tools: little-endian, at fixed places. */
static void test_frame_header_is_laid_out_as_described(void)
{
    static const uint8_t wanted[] = {8, 0,    0,    0,    1,          0xA7, FRAME_DBG_REVOKE,
                                     0, 0x34, 0x12, 0,    0,          0,    0,
                                     0, 0,    0x08, 7,    6,          5,    4,
                                     3, 2,    1,    0xef, 0xcd,       0xab, 0x89,
                                     0, 0,    0,    0,    FRAME_PRIO, 0,    0,
                                     0, 0,    0,    0,    0,          1,    2,
                                     0, 0,    0,    0,    0,          0};
    struct frame f = frame_make(FRAME_DBG_REVOKE, 0x1234, 0x89abcdef);
    uint8_t bytes[FRAME_BYTES_MAX];

    f.flags = FRAME_PRIO;
    f.sequence = 0x0102030405060708;
    f.deadline_ns = 0x0201;
    CU_ASSERT_EQUAL(frame_encode(&f, bytes), sizeof(wanted));
    CU_ASSERT_EQUAL(memcmp(bytes, wanted, sizeof(wanted)), 0);
}

static void test_frame_cut_anywhere_is_incomplete(void)
{
    struct prng p = prng_init(2);
    uint8_t bytes[FRAME_BYTES_MAX];

    for (unsigned type = 0; type < FRAME_TYPES; type++) {
        struct frame f = filled((enum frame_type)type, &p);
        struct frame back = frame_make(FRAME_PONG, 1, 2);
        const struct frame before = back;
        size_t size = frame_encode(&f, bytes);
        for (size_t cut = 0; cut < size; cut++)
            CU_ASSERT_EQUAL(frame_decode(bytes, cut, &back), FRAME_INCOMPLETE);
        CU_ASSERT_TRUE(frame_same(&back, &before));
    }
}

/* One byte of the header each, set to what is not allowed there. */
struct header_row {
    const char *name;
    unsigned at;
    uint8_t value;
};

static const struct header_row header_rows[] = {
    {"length past the limit, low",      1,  5               },
    {"length past the limit, high",     3,  0x80            },
    {"version",                         4,  2               },
    {"magic",                           5,  0xA6            },
    {"type past the table",             6,  FRAME_WIRE_TYPES},
    {"type, high byte",                 7,  1               },
    {"origin, third byte",              10, 1               },
    {"origin, high byte",               11, 1               },
    {"destination, low byte",           12, 1               },
    {"destination, high byte",          15, 1               },
    {"request, fifth byte",             28, 1               },
    {"request, high byte",              31, 0x80            },
    {"flag that does not exist",        32, 4               },
    {"flags, high byte",                35, 0x80            },
    {"checksum without its flag, low",  36, 1               },
    {"checksum without its flag, high", 39, 1               },
};

static void test_frame_header_that_is_illegal_is_refused(void)
{
    for (size_t i = 0; i < ROWS_COUNT(header_rows); i++) {
        struct frame f = frame_make(FRAME_PING, 3, 4);
        struct frame back = frame_make(FRAME_PONG, 1, 2);
        const struct frame before = back;
        uint8_t bytes[FRAME_BYTES_MAX] = {0};
        frame_encode(&f, bytes);
        bytes[header_rows[i].at] = header_rows[i].value;
        row_assert(frame_decode(bytes, sizeof(bytes), &back) == FRAME_ILLEGAL, (unsigned)i,
                   header_rows[i].name);
        /* The header alone is enough to know it. */
        row_assert(frame_decode(bytes, FRAME_HEADER_BYTES, &back) == FRAME_ILLEGAL, (unsigned)i,
                   header_rows[i].name);
        row_assert(frame_same(&back, &before), (unsigned)i, "output untouched");
    }
}

/* Whether a payload of this size is one that the type allows. */
static bool size_allowed(unsigned type, size_t size, size_t exact)
{
    if (type == FRAME_CALL || type == FRAME_REPLY)
        return size <= ACTOR_DATA_BYTES_MAX;
    return size == exact;
}

/* Goal: longer is an error, not ignored, and so is shorter. */
static void test_frame_of_another_size_is_refused(void)
{
    struct prng p = prng_init(3);
    uint8_t bytes[FRAME_BYTES_MAX];

    for (unsigned type = 0; type < FRAME_TYPES; type++) {
        for (size_t size = 0; size <= FRAME_PAYLOAD_BYTES_MAX; size++) {
            struct frame f = filled((enum frame_type)type, &p);
            struct frame back;
            memset(bytes, 0, sizeof(bytes));
            size_t exact = frame_encode(&f, bytes) - FRAME_HEADER_BYTES;
            bytes[0] = (uint8_t)size;
            bytes[1] = (uint8_t)(size >> 8);
            int rc = frame_decode(bytes, sizeof(bytes), &back);
            bool good = size_allowed(type, size, exact);
            CU_ASSERT_EQUAL(rc, good ? (int)(size + FRAME_HEADER_BYTES) : FRAME_ILLEGAL);
        }
    }
}

/* A payload byte that must not be what it is set to. */
struct payload_row {
    const char *name;
    enum frame_type type;
    unsigned at;
    uint8_t value;
};

static const struct payload_row payload_rows[] = {
    {"spec: name without end",                    FRAME_SPEC,       31,                            'x'                  },
    {"spec: id past the last",                    FRAME_SPEC,       41,                            0xff                 },
    {"spec: size past the rest",                  FRAME_SPEC,       57,                            1                    },
    {"spec: size past the data",                  FRAME_SPEC,       58,                            0xff                 },
    {"spec: a deadline before now",               FRAME_SPEC,       56,                            0x80                 },
    {"spec: a deadline past its limit",           FRAME_SPEC,       56,                            0x10                 },
    {"cancel: a deadline past its limit",         FRAME_CANCEL,     11,                            0x20                 },
    {"cancel: a deadline below its limit",        FRAME_CANCEL,     11,                            0x80                 },
    {"revoke: a deadline past its limit",         FRAME_DBG_REVOKE, 7,                             0x20                 },
    {"revoke: a deadline below its limit",        FRAME_DBG_REVOKE, 7,                             0x80                 },
    {"cancel: mode none",                         FRAME_CANCEL,     0,                             CANCEL_NONE          },
    {"cancel: mode too high",                     FRAME_CANCEL,     0,                             CANCEL_ABORT + 1     },
    {"cancel: another origin than in the header", FRAME_CANCEL,     2,                             0                    },
    {"cancel: cause too high",                    FRAME_CANCEL,     1,                             CAUSES               },
    {"result: kind too high",                     FRAME_RESULT,     0,                             ERROR_KINDS          },
    {"result: too many relays",                   FRAME_RESULT,     1,                             ERROR_RELAYS_MAX + 1 },
    {"result: too many members",                  FRAME_RESULT,     2,                             ERROR_MEMBERS_MAX + 1},
    {"result: cause too high",                    FRAME_RESULT,     3,                             CAUSES               },
    {"result: first too high",                    FRAME_RESULT,     12,                            ERROR_KINDS          },
    {"result: a member's kind",                   FRAME_RESULT,     13 + 2 * ERROR_RELAYS_MAX + 2, ERROR_KINDS          },
    {"result: the last member's kind",            FRAME_RESULT,
     13 + 2 * ERROR_RELAYS_MAX + 7 * (ERROR_MEMBERS_MAX - 1) + 2,                                  0xff                 },
    {"result: text without end",                  FRAME_RESULT,
     13 + 2 * ERROR_RELAYS_MAX + 7 * ERROR_MEMBERS_MAX + ERROR_TEXT_BYTES - 1,                     '!'                  },
    {"result: path without end",                  FRAME_RESULT,
     13 + 2 * ERROR_RELAYS_MAX + 7 * ERROR_MEMBERS_MAX + ERROR_TEXT_BYTES + ERROR_PATH_BYTES - 1,
     '!'                                                                                                                },
    {"rel: mode too high",                        FRAME_DBG_REL,    0,                             CANCEL_ABORT + 1     },
    {"deny: reason too high",                     FRAME_DBG_DENY,   0,                             DENY_FULL + 1        },
};

static void test_frame_payload_that_is_illegal_is_refused(void)
{
    for (size_t i = 0; i < ROWS_COUNT(payload_rows); i++) {
        const struct payload_row *row = &payload_rows[i];
        struct frame f = frame_make(row->type, 1, 1);
        struct frame back;
        uint8_t bytes[FRAME_BYTES_MAX] = {0};
        f.mode = CANCEL_GRACEFUL;
        if (row->type == FRAME_SPEC)
            f.u.spec.id = 0xf0;
        size_t size = frame_encode(&f, bytes);
        row_assert(frame_decode(bytes, size, &back) == (int)size, (unsigned)i, row->name);
        bytes[FRAME_HEADER_BYTES + row->at] = row->value;
        row_assert(frame_decode(bytes, size, &back) == FRAME_ILLEGAL, (unsigned)i, row->name);
    }
}

/* Goal: whatever comes, a decoder neither reads past the end nor makes up a frame that it would
 * itself refuse. */
static void test_frame_random_bytes_never_hurt(void)
{
    struct prng p = prng_init(4);
    uint8_t bytes[FRAME_BYTES_MAX];
    uint8_t again[FRAME_BYTES_MAX];
    unsigned decoded = 0;

    for (unsigned i = 0; i < RANDOM_ROUNDS; i++) {
        struct frame f = filled((enum frame_type)prng_below(&p, FRAME_TYPES), &p);
        struct frame back;
        size_t size = frame_encode(&f, bytes);
        for (unsigned k = prng_below(&p, 4); k > 0; k--)
            bytes[prng_below(&p, (uint32_t)size)] = (uint8_t)prng_next(&p);
        if (prng_chance(&p, 1, 8)) {
            for (size_t k = 0; k < size; k++)
                bytes[k] = (uint8_t)prng_next(&p);
        }
        size_t given = prng_chance(&p, 1, 4) ? prng_below(&p, (uint32_t)size + 1) : size;
        int rc = frame_decode(bytes, given, &back);
        CU_ASSERT_TRUE(rc >= FRAME_ILLEGAL && rc <= (int)given);
        if (rc <= 0)
            continue;
        decoded++;
        CU_ASSERT_EQUAL(frame_encode(&back, again), (size_t)rc);
        CU_ASSERT_EQUAL(memcmp(bytes, again, (size_t)rc), 0);
    }
    CU_ASSERT_TRUE(decoded > RANDOM_ROUNDS / 20);
}

static void test_frame_names_are_those_of_the_table(void)
{
    CU_ASSERT_STRING_EQUAL(frame_name(FRAME_HELLO), "hello");
    CU_ASSERT_STRING_EQUAL(frame_name(FRAME_DBG_REVOKE), "dbg_revoke");
    for (unsigned i = 0; i < FRAME_TYPES; i++) {
        char name[64];
        (void)snprintf(name, sizeof(name), "link.before_send.%s", frame_name(i));
        CU_ASSERT_EQUAL(point_find(name), (int)(POINT_LINK_BEFORE_SEND + i));
        (void)snprintf(name, sizeof(name), "link.before_recv.%s", frame_name(i));
        CU_ASSERT_EQUAL(point_find(name), (int)(POINT_LINK_BEFORE_RECV + i));
    }
}

/* ---- who may say what, by state ---- */

#define BIT(type) (1U << (type))
#define FROM_CHILD                                                                                \
    (BIT(FRAME_READY) | BIT(FRAME_CALL) | BIT(FRAME_REPLY) | BIT(FRAME_ACK) | BIT(FRAME_RESULT) | \
     BIT(FRAME_PONG) | BIT(FRAME_DBG_REQ) | BIT(FRAME_DBG_ACTIVE) | BIT(FRAME_DBG_REL) |          \
     BIT(FRAME_DBG_LOST))
#define FROM_PARENT                                                                               \
    (BIT(FRAME_CALL) | BIT(FRAME_REPLY) | BIT(FRAME_CANCEL) | BIT(FRAME_PING) | BIT(FRAME_DUMP) | \
     BIT(FRAME_DBG_GRANT) | BIT(FRAME_DBG_DENY) | BIT(FRAME_DBG_REVOKE))

static void booting(struct drive *d)
{
    drive_alone(d, MID);
    drive_spawn_in(d, LEAF, 1, 0);
    drive_spawned(d, 0, 7);
}

static void cancelled(struct drive *d)
{
    setup_mid(d);
    drive_ask(d, CALL_CANCEL, LEAF, 0, 0);
}

static void acked(struct drive *d)
{
    cancelled(d);
    drive_frame(d, 0, FRAME_ACK, 0, 1);
}

static void done(struct drive *d)
{
    setup_mid(d);
    drive_result(d, 0, ERROR_NONE, 0);
}

static void term_sent(struct drive *d)
{
    cancelled(d);
    drive_timer(d, TIMER_CHILD);
}

static void handshake(struct drive *d)
{
    drive_start(d, drive_start_of(MID));
}

static void returned(struct drive *d)
{
    setup_mid(d);
    drive_ask(d, CALL_RETURN, 0, 0, 0);
}

static void failed(struct drive *d)
{
    setup_mid(d);
    drive_ask(d, CALL_FAIL, 0, 0, 1);
}

static void reporting(struct drive *d)
{
    setup_leaf(d);
    drive_ask(d, CALL_RETURN, 0, 0, 0);
}

static void cancelling(struct drive *d)
{
    setup_mid(d);
    drive_cancel(d, 1, CANCEL_GRACEFUL, 100 * MS_NS);
}

struct allowed_row {
    const char *name;
    void (*setup)(struct drive *d);
    uint16_t link;
    unsigned types;
};

static const struct allowed_row allowed_rows[] = {
    {"child BOOTING",      booting,    0,           BIT(FRAME_HELLO)                 },
    {"child LIVE",         setup_mid,  0,           FROM_CHILD                       },
    {"child CANCEL_SENT",  cancelled,  0,           FROM_CHILD                       },
    {"child CANCEL_ACKED", acked,      0,           FROM_CHILD                       },
    {"child DONE",         done,       0,           BIT(FRAME_PONG)                  },
    {"child TERM_SENT",    term_sent,  0,           FROM_CHILD                       },
    {"self HANDSHAKE",     handshake,  LINK_PARENT, BIT(FRAME_SPEC) | BIT(FRAME_PING)},
    {"self RUNNING",       setup_mid,  LINK_PARENT, FROM_PARENT                      },
    {"self CANCELLING",    cancelling, LINK_PARENT, FROM_PARENT                      },
    {"self JOINING",       returned,   LINK_PARENT, FROM_PARENT                      },
    {"self FAILED",        failed,     LINK_PARENT, FROM_PARENT                      },
};

/* Goal: a frame that the state does not allow closes the link and ends the peer, or orphans the
 * actor when the peer is its parent; every other one does not. */
static void test_frame_allowed_types_are_a_table_per_state(void)
{
    struct drive *d = &row_drive;

    for (size_t i = 0; i < ROWS_COUNT(allowed_rows); i++) {
        for (unsigned type = 0; type < FRAME_TYPES; type++) {
            const struct allowed_row *row = &allowed_rows[i];
            struct frame f = frame_make((enum frame_type)type, LEAF, 1);
            f.build = type == FRAME_HELLO ? 42 : 0;
            f.mode = type == FRAME_CANCEL ? CANCEL_GRACEFUL : CANCEL_NONE;
            drive_init(d);
            row->setup(d);
            text_clear(&d->log);
            drive_receive(d, row->link, f);
            bool broken = line_find(d->log.data, "point link.broken", 17) != NULL;
            row_assert(broken == ((row->types & BIT(type)) == 0), type, row->name);
            bool closed = row->link == LINK_PARENT ? d->closed : d->child[0].closed;
            row_assert(!broken || closed, type, "link closed");
            row_assert(d->broken == NULL, type, d->broken == NULL ? row->name : d->broken);
        }
    }
    rows_report("4.11 allowed types", (unsigned)ROWS_COUNT(allowed_rows), ALLOWED_ROWS);
}

static void test_frame_after_the_own_result_is_still_read(void)
{
    struct drive *d = &row_drive;

    drive_init(d);
    reporting(d);
    text_clear(&d->log);
    drive_frame(d, LINK_PARENT, FRAME_PING, 0, 9);
    drive_assert(d, "PING while reporting", "send parent pong", "self reporting");
}

/* Goal: S16, no gap and no repeat; a link with one is closed, and nothing more of it counts. */
static void test_frame_out_of_sequence_ends_the_link(void)
{
    static const uint64_t wrong[] = {0, 1, 2, 4, UINT64_MAX};
    struct drive *d = &row_drive;

    for (unsigned i = 0; i < 5; i++) {
        struct frame f = frame_make(FRAME_DBG_REQ, LEAF, 1);
        drive_init(d);
        setup_mid(d); /* HELLO and READY were 1 and 2 */
        text_clear(&d->log);
        f.sequence = wrong[i];
        drive_feed(d, (struct core_event){.kind = EVENT_FRAME, .link = 0, .frame = &f});
        drive_assert(d, "wrong sequence from a child",
                     "point link.broken leaf 1; close leaf; kill leaf 9; set child.leaf",
                     "leaf kill-sent; !entry");
        f.sequence = 3;
        drive_feed(d, (struct core_event){.kind = EVENT_FRAME, .link = 0, .frame = &f});
        drive_assert(d, "and then a right one", "!point link.before_recv",
                     "leaf kill-sent; !entry");
    }
    struct frame f = frame_make(FRAME_PING, 0, 0);
    drive_init(d);
    setup_mid(d);
    text_clear(&d->log);
    f.sequence = 3; /* SPEC was 1 */
    drive_feed(d, (struct core_event){.kind = EVENT_FRAME, .link = LINK_PARENT, .frame = &f});
    drive_assert(d, "wrong sequence from the parent",
                 "point link.broken root 1; point orphan.noticed; close parent; set orphan; "
                 "send leaf cancel abort; set child.leaf; send twin cancel abort; set child.twin",
                 "self orphaned");
}

static void test_frame_that_is_none_ends_the_link(void)
{
    struct drive *d = &row_drive;

    drive_init(d);
    setup_mid(d);
    text_clear(&d->log);
    drive_event(d, EVENT_LINK_FAULT, 1, 0);
    drive_assert(d, "no frame from a child",
                 "point link.broken twin 0; close twin; kill twin 9; set child.twin",
                 "twin kill-sent; leaf live");
    drive_event(d, EVENT_LINK_FAULT, LINK_PARENT, 0);
    drive_assert(d, "no frame from the parent",
                 "point link.broken root 0; close parent; set orphan; send leaf cancel abort; "
                 "set child.leaf",
                 "self orphaned");
}

int main(void)
{
    CU_TestInfo tests[] = {
        {"every type survives a round trip",     test_frame_every_type_survives_a_round_trip   },
        {"limits are allowed",                   test_frame_at_its_limits_is_allowed           },
        {"the header is laid out as described",  test_frame_header_is_laid_out_as_described    },
        {"cut anywhere is incomplete",           test_frame_cut_anywhere_is_incomplete         },
        {"an illegal header is refused",         test_frame_header_that_is_illegal_is_refused  },
        {"another size is refused",              test_frame_of_another_size_is_refused         },
        {"an illegal payload is refused",        test_frame_payload_that_is_illegal_is_refused },
        {"random bytes never hurt",              test_frame_random_bytes_never_hurt            },
        {"names are those of the table",         test_frame_names_are_those_of_the_table       },
        {"allowed types are a table per state",  test_frame_allowed_types_are_a_table_per_state},
        {"a frame after the own result is read", test_frame_after_the_own_result_is_still_read },
        {"out of sequence ends the link",        test_frame_out_of_sequence_ends_the_link      },
        {"what is no frame ends the link",       test_frame_that_is_none_ends_the_link         },
        CU_TEST_INFO_NULL,
    };

    return suite_run("frame", tests);
}

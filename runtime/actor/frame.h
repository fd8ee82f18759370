/* frame.h: what actors say to each other: the frames of a link and their form on the wire.
 *
 * A link is an inherited socket pair between a parent and its child; nothing is bound to a name.
 * A frame on the wire is a header of FRAME_HEADER_BYTES and a payload whose size its type fixes
 * (exactly, or up to a limit); all numbers are little-endian. Both ends are the same build, the
 * version byte is for trace tools. A frame that is not allowed is a fault of the peer, never
 * ignored. */
#ifndef RUNTIME_ACTOR_FRAME_H
#define RUNTIME_ACTOR_FRAME_H

#include "runtime/base/names.h"
#include "runtime/base/trace.h"

#include <stddef.h>
#include <stdint.h>

enum {
    FRAME_HEADER_BYTES = 40,
    FRAME_PAYLOAD_BYTES_MAX = 1024,
    FRAME_BYTES_MAX = FRAME_HEADER_BYTES + FRAME_PAYLOAD_BYTES_MAX,
    FRAME_MAGIC = 0xA701, /* magic 0xA7, version 1 */

    ACTOR_DATA_BYTES_MAX = 256, /* argument of a spawn, a call, a reply */
    ACTOR_NAME_BYTES = 32,      /* with the closing 0 */
    TTY_MODES_BYTES = 60,       /* a saved struct termios, opaque to the core */
    TEXT_BYTES_MAX = 768,       /* of a text for the terminal */
    ERROR_TEXT_BYTES = 128,     /* with the closing 0 */
    ERROR_PATH_BYTES = 128, /* with the closing 0; of a longer one the end stays, behind "..." */
    ERROR_RELAYS_MAX = 32,
    ERROR_MEMBERS_MAX = 15, /* of a group, besides the first error */
};

/* Times in frames lie within +-FRAME_TIME_NS_MAX, spans of time within 0 and half of it (36 years),
 * so that what the core adds up never overflows, whatever a peer says. */
#define FRAME_TIME_NS_MAX (INT64_MAX / 4)

/* X(identifier, name in a scenario's outcome) */
#define ERROR_MAP(X)                                                                 \
    X(ERROR_NONE, "OK")                                                              \
    X(ERROR_APP, "APP")             /* the actor's own code failed */                \
    X(ERROR_SIGNAL, "SIGNAL")       /* killed by a signal; code: number */           \
    X(ERROR_EXIT, "EXIT")           /* left without a result; code: status */        \
    X(ERROR_CANCELLED, "CANCELLED") /* ended because it was told to */               \
    X(ERROR_TIMEOUT, "TIMEOUT")     /* its own deadline passed */                    \
    X(ERROR_SPAWN, "SPAWN")         /* could not be started; code: errno */          \
    X(ERROR_BOOT, "BOOT")           /* died, or said nothing, before it was ready */ \
    X(ERROR_PROTO, "PROTO")         /* broke the protocol */                         \
    X(ERROR_LOST, "LOST")           /* the way to it was lost */                     \
    X(ERROR_GROUP, "GROUP")         /* two or more errors */

enum error_kind { ERROR_MAP(ROW_ID) ERROR_KINDS };

/* The code of an APP error that `q` at a prompt makes: "APP:QUIT". */
enum { ERROR_CODE_QUIT = 1000 };

/* Why somebody is cancelled or killed; travels with the cancel and stands in signatures. */
#define CAUSE_MAP(X)                        \
    X(CAUSE_NONE, "none")                   \
    X(CAUSE_CHILD_ERROR, "child-error")     \
    X(CAUSE_SIBLING_ERROR, "sibling-error") \
    X(CAUSE_CANCEL, "cancel")               \
    X(CAUSE_DEADLINE, "deadline")           \
    X(CAUSE_SIGINT, "SIGINT")               \
    X(CAUSE_SIGTERM, "SIGTERM")             \
    X(CAUSE_SIGHUP, "SIGHUP")               \
    X(CAUSE_SIGQUIT, "SIGQUIT")             \
    X(CAUSE_SIGTSTP, "SIGTSTP")             \
    X(CAUSE_FAULT, "fault")

enum cause { CAUSE_MAP(ROW_ID) CAUSES };

/* Modes of a cancel only rise. */
#define CANCEL_MAP(X)              \
    X(CANCEL_NONE, "none")         \
    X(CANCEL_GRACEFUL, "graceful") \
    X(CANCEL_ABORT, "abort")

enum cancel_mode { CANCEL_MAP(ROW_ID) };

/* Why nobody prompts for a request. */
#define DENY_MAP(X)                \
    X(DENY_NONE, "none")           \
    X(DENY_CANCELLED, "cancelled") \
    X(DENY_KILLED, "killed")       \
    X(DENY_ABORT, "abort")         \
    X(DENY_CLOSED, "closed")       \
    X(DENY_FULL, "full")

enum deny_reason { DENY_MAP(ROW_ID) };

enum frame_flag {
    FRAME_PRIO = 1,   /* control: never waits behind data */
    FRAME_SHIELD = 2, /* dbg_req: a crash prompt, survives a graceful cancel */
};

/* Beside the types of the protocol: what people read. It has no sequence number and no point. */
enum frame_text {
    FRAME_TEXT =
        FRAME_TYPES, /* up: to be shown; down: by origin, at its prompt, if it is request */
    FRAME_SHOWN,     /* up: that was done */
    FRAME_WIRE_TYPES
};

struct error_member {
    uint16_t origin;
    uint8_t kind; /* enum error_kind */
    uint8_t zero;
    int32_t code;
};

/* An error on its way to the root: fixed size, bounded, overflow counted. */
struct error_box {
    uint8_t kind;     /* enum error_kind */
    uint8_t relays;   /* entries of relay[] */
    uint8_t members;  /* entries of member[] */
    uint8_t cause;    /* enum cause, of CANCELLED */
    int32_t code;     /* of the first error, for a GROUP too */
    uint16_t origin;  /* who raised the first error */
    uint16_t dropped; /* relays and members that did not fit */
    uint8_t first;    /* of a GROUP: kind of the first error */
    uint8_t zero[3];
    uint16_t relay[ERROR_RELAYS_MAX];              /* each actor that passed it on, in order */
    struct error_member member[ERROR_MEMBERS_MAX]; /* of a GROUP: the others */
    char text[ERROR_TEXT_BYTES];
    char path[ERROR_PATH_BYTES]; /* names from whoever has the box down to the origin: "mid/leaf" */
};

/* A decoded frame. Only the fields of its type mean something; the others are 0. */
struct frame {
    uint8_t type;        /* enum frame_type, enum frame_text */
    uint8_t flags;       /* enum frame_flag */
    uint8_t mode;        /* enum cancel_mode: of a cancel; what a release says of the tree */
    uint8_t cause;       /* cancel, dbg_deny: enum cause / enum deny_reason */
    uint16_t origin;     /* dbg_*: who wants the terminal; cancel: first canceller */
    uint16_t size;       /* spec, call, reply, text: bytes in data[], text[] */
    uint32_t request;    /* dbg_*: s; cancel, ack: id; call, reply: number; ping, pong: number */
    int32_t pid;         /* dbg_req: of the origin; hello: of the child */
    uint64_t pid_start;  /* dbg_req: start time of the process, so that a pid is an identity */
    uint64_t build;      /* hello: build id */
    int64_t deadline_ns; /* cancel, dbg_revoke: absolute; spec: of the nursery, relative, 0 none */
    uint64_t sequence;   /* of the link and direction, from 1; filled in by the core */
    union {
        struct error_box error;         /* result; reply with mode 1 */
        uint8_t modes[TTY_MODES_BYTES]; /* dbg_grant: the terminal's modes to give back */
        struct {
            char name[ACTOR_NAME_BYTES];
            uint64_t defects; /* set of enum defect */
            uint16_t id;
            uint16_t parent;
            uint16_t room;    /* numbers id + 1 .. id + room are the child's to give */
            uint16_t def;     /* which of the program's actors */
            uint8_t on_error; /* 1: collect the children's errors, 0: the first cancels */
            uint8_t zero[7];
            uint8_t data[ACTOR_DATA_BYTES_MAX];
        } spec;
        uint8_t data[ACTOR_DATA_BYTES_MAX]; /* call, reply */
        char text[TEXT_BYTES_MAX];          /* text */
    } u;
};

/* Writes the frame; `out` has FRAME_BYTES_MAX bytes. Returns the number of bytes. */
size_t frame_encode(const struct frame *f, uint8_t *out);

enum { FRAME_INCOMPLETE = 0, FRAME_ILLEGAL = -1 };

/* Reads one frame from the front of `size` bytes. Returns the bytes used, FRAME_INCOMPLETE when
 * more are needed, or FRAME_ILLEGAL: unknown magic, type or flag, a size that the type does not
 * allow, a name or text without end, an index past its table, a time past its limit. */
int frame_decode(const uint8_t *bytes, size_t size, struct frame *out);

/* The name of a type. Seam for tests: their notation of frames. */
const char *frame_name(unsigned type);

/* Names; static, never NULL for values in range. */
const char *error_name(unsigned kind);
int error_find(const char *name); /* or -1 */
const char *cause_name(unsigned cause);
int cause_find(const char *name); /* or -1 */

#endif

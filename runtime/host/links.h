/* links.h: one end of a link: frames over a non-blocking stream socket.
 *
 * Frames keep their order: the core numbers them as it sends, and the other end insists on the
 * sequence. What "priority" means here is that data frames may not fill the queue: the last part
 * of it is kept for control frames (FRAME_PRIO).
 *
 * Callbacks come from the loop or from link_drain(), never from the other functions, and may call
 * every function here, link_close() and link_open() too. */
#ifndef RUNTIME_HOST_LINKS_H
#define RUNTIME_HOST_LINKS_H

#include "runtime/actor/frame.h"
#include "runtime/base/buf.h"
#include "runtime/base/err.h"
#include "runtime/base/harm.h"
#include "runtime/host/loop.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    LINK_QUEUE_BYTES_MAX = 128 * 1024,     /* behind what the kernel takes */
    LINK_QUEUE_DATA_BYTES_MAX = 64 * 1024, /* of which frames without FRAME_PRIO may use */
    LINK_QUEUE_TEXT_BYTES_MAX = 32 * 1024, /* and of that those of text, which may be left out */
    LINK_INPUT_BYTES = 4096,
};

/* How a link ends: after the last frame, or by something that is no frame. */
enum link_end { LINK_END_EOF, LINK_END_FAULT };

enum { LINK_HARM_NONE = LINK_HARMS };

/* Set the callbacks and user before link_open(); the rest belongs to links.c. */
struct link {
    void (*on_frame)(struct link *l, const struct frame *f); /* f is lent */
    void (*on_end)(struct link *l, enum link_end why);       /* once, the last one */
    void (*on_written)(struct link *l); /* the queue became empty, or will never be written */
    void *user;

    int fd; /* -1: not open */
    struct loop *loop;
    struct loop_watch watch;
    unsigned serial; /* of link_open(), so that a callback's doings are noticed */
    bool ended;      /* nothing more will come */
    bool broken;     /* nothing more can be written */
    bool finishing;  /* write the queue, then half-close */
    bool delayed;    /* write nothing for now */
    uint8_t harm;    /* enum link_harm that the next frame is to suffer, or LINK_HARM_NONE */
    struct buf out;
    size_t in_size;
    uint8_t *in; /* owned, LINK_INPUT_BYTES */
};

/* Makes it a link that is not open; the other functions want that. */
void link_init(struct link *l);

/* Takes `fd` over, makes it non-blocking and starts to read. On an error (ERR_LOOP, ERR_NOMEM) the
 * descriptor is closed. */
int link_open(struct link *l, struct loop *loop, int fd, struct diag *diag);

/* Queues a frame and writes what the kernel takes. Returns 0; ERR_FULL past the limit: nothing is
 * queued; ERR_GONE when the link is closed, finished, or the peer is gone. */
int link_send(struct link *l, const struct frame *f);

/* True while something waits to be written. */
bool link_queued(const struct link *l);

/* No more frames to the peer: it sees the end after what is queued. Frames from it still come. */
void link_finish(struct link *l);

/* Does harm to what this end sends from now on; a cut ends what comes as well, behind what has
 * arrived. A frame that waits to be written counts as not sent when the direction ends. For a
 * harness: nothing here asks for it by itself. Nothing is called back. */
void link_harm(struct link *l, enum link_harm harm);

/* Reads and hands out all that has arrived, the end included; for a peer that is known dead. */
void link_drain(struct link *l);

/* Closes at once; nothing is called back any more. A closed link may be closed again. */
void link_close(struct link *l);

#endif

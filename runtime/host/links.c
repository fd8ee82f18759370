/* links.c: framing, the write queue and the end of a link. */
#include "runtime/host/links.h"

#include "runtime/base/check.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

void link_init(struct link *l)
{
    l->fd = -1;
    l->out = BUF_INIT;
    l->in = NULL;
}

bool link_queued(const struct link *l)
{
    return l->out.size > 0;
}

/* Asks the loop for what this link can use now. */
static void link_want(struct link *l)
{
    int want = 0;

    if (!l->ended)
        want |= LOOP_READABLE;
    if (link_queued(l) && !l->delayed)
        want |= LOOP_WRITABLE;
    if (want == 0) {
        loop_watch_stop(&l->watch);
        return;
    }
    /* The descriptor was accepted once; only memory can be missing, and then the peer's silence
     * is found by the heartbeat. */
    (void)loop_watch_start(l->loop, &l->watch, want, NULL);
}

/* Writes what the kernel takes. */
static void link_flush(struct link *l)
{
    if (l->delayed && !l->broken)
        return;
    while (link_queued(l)) {
        ssize_t sent = send(l->fd, l->out.data, l->out.size, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            return;
        if (sent < 0) {
            /* The reading side will see the end by itself, after the peer's last frames. */
            l->broken = true;
            buf_drop(&l->out, l->out.size);
            return;
        }
        buf_drop(&l->out, (size_t)sent);
    }
    if (l->finishing && !l->broken) {
        l->broken = true;
        (void)shutdown(l->fd, SHUT_WR);
    }
}

/* Hands out the complete frames of the input. Returns false when the link is not the same any
 * more, or has ended. */
static bool link_deliver(struct link *l)
{
    unsigned serial = l->serial;
    size_t used = 0;
    bool same = true;

    while (same) {
        struct frame f;
        int size = frame_decode(l->in + used, l->in_size - used, &f);
        if (size == FRAME_INCOMPLETE)
            break;
        if (size < 0) {
            l->ended = true;
            link_want(l);
            l->on_end(l, LINK_END_FAULT);
            return false;
        }
        used += (size_t)size;
        l->on_frame(l, &f);
        same = l->serial == serial && l->fd >= 0 && !l->ended;
    }
    if (!same)
        return false;
    memmove(l->in, l->in + used, l->in_size - used);
    l->in_size -= used;
    return true;
}

/* Reads once. Returns true when more may be there. */
static bool link_read(struct link *l)
{
    CHECK(l->in_size < LINK_INPUT_BYTES); /* a whole frame is smaller than the input */
    ssize_t got = recv(l->fd, l->in + l->in_size, LINK_INPUT_BYTES - l->in_size, MSG_DONTWAIT);
    if (got < 0 && errno == EINTR)
        return true;
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
        return false;
    if (got <= 0) {
        /* ECONNRESET: the peer died with our frames unread; all of its own were read before. */
        l->ended = true;
        link_want(l);
        l->on_end(l, LINK_END_EOF);
        return false;
    }
    l->in_size += (size_t)got;
    return link_deliver(l);
}

static void link_ready(struct loop_watch *w, int ready)
{
    struct link *l = w->user;
    unsigned serial = l->serial;

    if ((ready & LOOP_WRITABLE) != 0 && link_queued(l)) {
        link_flush(l);
        if (!link_queued(l)) {
            link_want(l);
            l->on_written(l);
            if (l->serial != serial || l->fd < 0)
                return;
        }
    }
    if ((ready & (LOOP_READABLE | LOOP_HANGUP)) != 0 && !l->ended)
        (void)link_read(l);
}

int link_open(struct link *l, struct loop *loop, int fd, struct diag *diag)
{
    CHECK(l->fd < 0);
    l->fd = fd;
    l->loop = loop;
    l->watch = (struct loop_watch){.fd = fd, .on_ready = link_ready, .user = l};
    l->serial++;
    l->ended = false;
    l->broken = false;
    l->finishing = false;
    l->delayed = false;
    l->harm = LINK_HARM_NONE;
    l->in_size = 0;
    l->in = malloc(LINK_INPUT_BYTES);
    int rc = l->in != NULL ? loop_watch_start(loop, &l->watch, LOOP_READABLE, diag)
                           : diag_set(diag, ERR_NOMEM, "no memory for a link");
    if (rc < 0)
        link_close(l);
    return rc;
}

/* Queues the bytes of a frame, or what harm has made of them. */
static void link_queue(struct link *l, const uint8_t *bytes, size_t size)
{
    enum link_harm harm = (enum link_harm)l->harm;

    l->harm = LINK_HARM_NONE;
    if (harm == LINK_HARM_DROP)
        return;
    if (harm == LINK_HARM_TRUNCATE) {
        size /= 2;
        l->finishing = true;
    }
    buf_add(&l->out, bytes, size);
    if (harm == LINK_HARM_DUPLICATE)
        buf_add(&l->out, bytes, size);
}

int link_send(struct link *l, const struct frame *f)
{
    uint8_t bytes[FRAME_BYTES_MAX];
    size_t limit = (f->flags & FRAME_PRIO) != 0 ? LINK_QUEUE_BYTES_MAX
                   : f->type < FRAME_TYPES      ? LINK_QUEUE_DATA_BYTES_MAX
                                                : LINK_QUEUE_TEXT_BYTES_MAX;

    if (l->fd < 0 || l->broken || l->finishing)
        return ERR_GONE;
    size_t size = frame_encode(f, bytes);
    if (l->out.size + size > limit)
        return ERR_FULL;
    bool first = !link_queued(l);
    link_queue(l, bytes, size);
    if (l->out.failed) {
        l->out.failed = false;
        return ERR_FULL;
    }
    if (first) {
        link_flush(l);
        if (link_queued(l))
            link_want(l);
    }
    return l->broken ? ERR_GONE : 0;
}

void link_harm(struct link *l, enum link_harm harm)
{
    if (l->fd < 0)
        return;
    switch (harm) {
    case LINK_HARM_CUT:
    case LINK_HARM_HALF_CLOSE:
        /* What is queued then fails as it does when the peer is gone. */
        (void)shutdown(l->fd, harm == LINK_HARM_CUT ? SHUT_RDWR : SHUT_WR);
        l->delayed = false;
        break;
    case LINK_HARM_DELAY:
        l->delayed = true;
        break;
    case LINK_HARM_RESUME:
        l->delayed = false;
        break;
    case LINK_HARM_TRUNCATE:
    case LINK_HARM_DUPLICATE:
    case LINK_HARM_DROP:
        l->harm = (uint8_t)harm;
        break;
    case LINK_HARMS:
        break;
    }
    /* The loop writes what may be written now: it says so when nothing is left. */
    link_want(l);
    if (l->finishing && !link_queued(l))
        link_flush(l);
}

void link_finish(struct link *l)
{
    if (l->fd < 0 || l->finishing)
        return;
    l->finishing = true;
    link_flush(l);
}

void link_drain(struct link *l)
{
    unsigned serial = l->serial;

    while (l->serial == serial && l->fd >= 0 && !l->ended && link_read(l))
        continue;
}

void link_close(struct link *l)
{
    if (l->fd < 0)
        return;
    loop_watch_stop(&l->watch);
    (void)close(l->fd);
    l->fd = -1;
    buf_release(&l->out);
    free(l->in);
    l->in = NULL;
}

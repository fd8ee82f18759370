/* host_watch.c: descriptors that the actor's own code watches. Each is told once and then
 * forgotten, so that code which does not read what has come costs nothing. */
#include "runtime/host/host_parts.h"

#include <fcntl.h>

_Static_assert((int)ACTOR_READABLE == (int)LOOP_READABLE &&
                   (int)ACTOR_WRITABLE == (int)LOOP_WRITABLE &&
                   (int)ACTOR_HANGUP == (int)LOOP_HANGUP,
               "one set of bits, two headers");

static void watch_end(struct host_watch *w)
{
    if (w->host == NULL)
        return;
    loop_watch_stop(&w->watch);
    w->host = NULL;
}

static void watch_ready(struct loop_watch *watch, int ready)
{
    struct host_watch *w = watch->user;
    struct host *h = w->host;
    struct core_event e = {.kind = EVENT_READY, .value = watch->fd, .pid = ready};

    watch_end(w);
    host_feed(h, &e);
}

/* The one for this descriptor, or else a free one, or NULL. */
static struct host_watch *watch_find(struct host *h, int fd)
{
    struct host_watch *found = NULL;

    for (unsigned i = 0; i < ACTOR_WATCHES_MAX; i++) {
        struct host_watch *w = &h->watch[i];
        if (w->host != NULL && w->watch.fd == fd)
            return w;
        if (w->host == NULL && found == NULL)
            found = w;
    }
    return found;
}

int host_watch_start(void *user, int fd, unsigned ready)
{
    struct host *h = user;
    struct host_watch *w = watch_find(h, fd);

    /* Always from the beginning: the number may stand for another file by now. */
    if (w != NULL)
        watch_end(w);
    if (ready == 0)
        return 0;
    if (fcntl(fd, F_GETFD) < 0)
        return ACTOR_ERR_RANGE;
    if (w == NULL)
        return ACTOR_ERR_FULL;
    w->watch = (struct loop_watch){.fd = fd, .on_ready = watch_ready, .user = w};
    int rc = loop_watch_start(h->loop, &w->watch, (int)ready, NULL);
    if (rc < 0)
        return rc == ERR_NOMEM ? ACTOR_ERR_NOMEM : ACTOR_ERR_RANGE;
    w->host = h;
    return 0;
}

void host_watch_end(struct host *h)
{
    for (unsigned i = 0; i < ACTOR_WATCHES_MAX; i++)
        watch_end(&h->watch[i]);
}

/* readiness.c: nothing is typed or sent before a command is ready, as its `ready` says: a pattern
 * in what it shows, which takes nothing of it from the steps, or an address. */
#include "harness/run/steps.h"

int readiness_init(struct run *r, struct diag *diag)
{
    const struct readiness *ready = &r->variant->ready;

    r->is_ready = ready->place.file == NULL;
    if (ready->pattern == NULL)
        return 0;
    int rc = match_compile(ready->pattern, &r->ready_pattern, NULL, diag);
    return rc < 0 ? rc
                  : match_watch_start(r->match, r->ready_pattern, MATCH_FROM_NOW, &r->ready_watch,
                                      diag);
}

void readiness_look(struct run *r)
{
    const struct readiness *ready = &r->variant->ready;
    struct match_result result;

    if (r->is_ready)
        return;
    if (r->ready_watch != NULL)
        r->is_ready = match_watch_next(r->ready_watch, &result, NULL) == MATCH_FOUND;
    else
        r->is_ready = addresses_happened(r->addresses, &ready->at, 0);
}

void readiness_late(const struct run *r, struct buf *out)
{
    const struct readiness *ready = &r->variant->ready;
    char address[ADDRESS_BYTES];

    if (ready->pattern != NULL) {
        buf_addf(out, "%s is not ready: it has not shown '%s'", r->world->subject, ready->pattern);
        return;
    }
    address_text(r->cast, &ready->at, address, sizeof(address));
    buf_addf(out, "%s is not ready: %s has not happened", r->world->subject, address);
}

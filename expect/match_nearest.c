/* match_nearest.c: why a pattern did not match, for a person. Only evidence, never a verdict. */
#include "expect/match.h"
#include "expect/match_parts.h"

#include <stdlib.h>

enum {
    NEAREST_STEPS_MAX = 10 * 1000, /* of one look: there is one for every unread byte */
    NEAREST_SHOWN_BYTES = 60,
};

/* A piece of text and where it comes from. */
struct nearest_text {
    const char *data;
    size_t size;
    uint64_t at; /* offset of data[0] in the view's text */
};

/* The text between two offsets of the view; of a long one the last MATCH_NEAREST_BYTES. */
static struct nearest_text nearest_text(const struct match *m, uint64_t begin, uint64_t end)
{
    const struct view *v = match_view(m);

    if (begin < view_begin(v))
        begin = view_begin(v);
    if (begin >= end) /* nothing, or dropped already */
        return (struct nearest_text){.data = "", .at = begin};
    if (end - begin > MATCH_NEAREST_BYTES)
        begin = end - MATCH_NEAREST_BYTES;
    return (struct nearest_text){
        .data = view_text(v, begin), .size = (size_t)(end - begin), .at = begin};
}

static void nearest_show(struct buf *out, const char *data, size_t size)
{
    buf_add_text(out, "'");
    log_print(out, data, size < NEAREST_SHOWN_BYTES ? size : (size_t)NEAREST_SHOWN_BYTES);
    buf_add_text(out, size > NEAREST_SHOWN_BYTES ? "'..." : "'");
}

static struct match_found nearest_try(struct match *m, const struct match_pattern *p,
                                      const char *data, size_t size)
{
    struct match_subject subject = {.text = data, .size = size, .mode = MODE_EOF};

    return match_try(match_engine(m), p, &subject, NEAREST_STEPS_MAX);
}

/* The longest beginning of a match: looks at every prefix of the text, as if the stream had been
 * cut there, and keeps the longest partial match. */
static void nearest_partial(struct match *m, const struct match_pattern *p,
                            const struct nearest_text *t, struct buf *out)
{
    size_t from = 0;
    size_t best_at = 0;
    size_t best_size = 0;

    for (size_t end = 1; end <= t->size; end++) {
        struct match_subject subject = {
            .text = t->data, .size = end, .from = from, .cut = t->at > 0, .mode = MODE_STREAM};
        struct match_found found = match_try(match_engine(m), p, &subject, NEAREST_STEPS_MAX);
        if (found.what == TRY_MATCH || found.what == TRY_ERROR)
            break;
        from = found.what == TRY_PARTIAL ? found.begin : end;
        if (end - from > best_size) {
            best_size = end - from;
            best_at = from;
        }
    }
    if (best_size == 0) {
        buf_addf(out, "no beginning of a match in the %zu unread bytes\n", t->size);
        return;
    }
    buf_addf(out, "longest beginning of a match, at byte %llu: ",
             (unsigned long long)view_raw(match_view(m), t->at + best_at));
    nearest_show(out, t->data + best_at, best_size);
    size_t behind = best_at + best_size;
    if (behind == t->size) {
        buf_add_text(out, ", then nothing more came\n");
        return;
    }
    buf_add_text(out, ", then came ");
    nearest_show(out, t->data + behind, t->size - behind);
    buf_add_text(out, "\n");
}

/* A match in what earlier expects have consumed: the last one, for it is the nearest. */
static void nearest_earlier(struct match *m, const struct match_pattern *p,
                            const struct nearest_text *t, struct buf *out)
{
    struct match_found last = {.what = TRY_NOTHING};
    size_t from = 0;

    while (from <= t->size) {
        struct match_subject subject = {
            .text = t->data, .size = t->size, .from = from, .cut = t->at > 0, .mode = MODE_EOF};
        struct match_found found = match_try(match_engine(m), p, &subject, NEAREST_STEPS_MAX);
        if (found.what != TRY_MATCH)
            break;
        if (found.end > found.begin)
            last = found;
        from = found.end > from ? found.end : from + 1;
    }
    if (last.what != TRY_MATCH)
        return;
    buf_add_text(out, "seen earlier, already consumed: ");
    nearest_show(out, t->data + last.begin, last.end - last.begin);
    buf_addf(out, " at byte %llu; this expect starts at byte %llu\n",
             (unsigned long long)view_raw(match_view(m), t->at + last.begin),
             (unsigned long long)match_cursor(m));
}

/* A match that needs the bytes that the view takes out. */
static void nearest_raw(struct match *m, const struct match_pattern *p, struct buf *out)
{
    const struct log *log = &match_view(m)->raw;
    uint64_t begin = match_cursor(m);

    if (begin < log_begin(log))
        begin = log_begin(log);
    if (log->end - begin > MATCH_NEAREST_BYTES)
        begin = log->end - MATCH_NEAREST_BYTES;
    char *raw = malloc(MATCH_NEAREST_BYTES);
    if (raw == NULL)
        return;
    size_t size = log_read(log, begin, raw, MATCH_NEAREST_BYTES);
    struct match_found found = nearest_try(m, p, raw, size);
    if (found.what == TRY_MATCH && found.end > found.begin) {
        buf_add_text(out,
                     "matches only with the echo of what was typed, or with escape sequences: ");
        nearest_show(out, raw + found.begin, found.end - found.begin);
        buf_addf(out, " at byte %llu\n", (unsigned long long)begin + found.begin);
    }
    free(raw);
}

static void nearest_caseless(struct match *m, const struct match_pattern *p,
                             const struct nearest_text *t, struct buf *out)
{
    struct match_pattern *blind = match_caseless(p);

    if (blind == NULL)
        return;
    struct match_found found = nearest_try(m, blind, t->data, t->size);
    if (found.what == TRY_MATCH && found.end > found.begin) {
        buf_add_text(out, "differs only in upper and lower case: ");
        nearest_show(out, t->data + found.begin, found.end - found.begin);
        buf_add_text(out, "\n");
    }
    match_pattern_free(blind);
}

void match_nearest(struct match *m, const struct match_pattern *p, struct buf *out)
{
    const struct view *v = match_view(m);
    uint64_t cursor = match_cursor_text(m);
    struct nearest_text unread = nearest_text(m, cursor, v->end);
    struct nearest_text earlier = nearest_text(m, view_begin(v), cursor);

    struct match_found found = nearest_try(m, p, unread.data, unread.size);
    if (found.what == TRY_MATCH) {
        buf_addf(out, "matches now, at byte %llu: it came too late or was not settled\n",
                 (unsigned long long)view_raw(v, unread.at + found.begin));
        return;
    }
    nearest_partial(m, p, &unread, out);
    nearest_caseless(m, p, &unread, out);
    nearest_raw(m, p, out);
    nearest_earlier(m, p, &earlier, out);
}

/* tell.h: a recorded run for people and programs; one file per form. */
#ifndef HARNESS_RECORD_TELL_H
#define HARNESS_RECORD_TELL_H

#include "expect/plain.h"
#include "harness/record/form.h"
#include "harness/record/reader.h"
#include "runtime/base/buf.h"

/* What the form makes of a recording; `form` is below TELL_FORMS. */
void tell(unsigned form, const struct recording *r, struct buf *out);

/* Of lanes; what more actors do stands in the last column. */
enum { TELL_LANES_MAX = 32 };

#define TELL_DECLARATION(name, help) void tell_##name(const struct recording *r, struct buf *out);
TELL_FORM_MAP(TELL_DECLARATION)
#undef TELL_DECLARATION

/* For the forms: output without escape sequences, a line at a time, behind `indent`. `plain` is the
 * state of the stream. */
void tell_output(struct buf *out, struct plain *plain, const char *indent, const char *data,
                 size_t size);

/* "  0.310  " */
void tell_time(struct buf *out, int64_t at_ns);

/* Everything before the first event: the head, and the verdict in a few lines. */
void tell_head(const struct recording *r, struct buf *out);

/* What is to be said behind the last: that the run was killed, or the limit. */
void tell_end(const struct recording *r, struct buf *out);

#endif

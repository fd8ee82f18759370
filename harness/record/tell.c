/* tell.c: a row per form. */
#include "harness/record/tell.h"

#include "runtime/base/check.h"

void tell(unsigned form, const struct recording *r, struct buf *out)
{
#define TELL_ROW(name, help) tell_##name,
    static void (*const forms[])(const struct recording *r,
                                 struct buf *out) = {TELL_FORM_MAP(TELL_ROW)};
#undef TELL_ROW

    CHECK(form < TELL_FORMS);
    forms[form](r, out);
}

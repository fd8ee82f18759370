/* err.c: texts of errors. */
#include "runtime/base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *err_text(int err)
{
    switch (err) {
#define ERR_ROW(id, number, text) \
    case id:                      \
        return text;
        ERR_MAP(ERR_ROW)
#undef ERR_ROW
    default:
        return err >= 0 ? "no error" : "unknown error";
    }
}

int diag_set(struct diag *diag, int err, const char *format, ...)
{
    va_list args;

    if (diag == NULL)
        return err;
    va_start(args, format);
    (void)vsnprintf(diag->text, sizeof(diag->text), format, args);
    va_end(args);
    return err;
}

int diag_errno(struct diag *diag, int err, const char *format, ...)
{
    int saved = errno;
    va_list args;

    if (diag == NULL)
        return err;
    va_start(args, format);
    (void)vsnprintf(diag->text, sizeof(diag->text), format, args);
    va_end(args);
    size_t used = strlen(diag->text);
    char reason[128];
    /* The GNU strerror_r returns the text, not necessarily in the buffer. */
    const char *text = strerror_r(saved, reason, sizeof(reason));
    (void)snprintf(diag->text + used, sizeof(diag->text) - used, ": %s", text);
    errno = saved;
    return err;
}

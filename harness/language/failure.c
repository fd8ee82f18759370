/* failure.c: the table of errno's names. */
#include "harness/language/failure.h"

#include <errno.h>
#include <string.h>

#define FAILURE(name) \
    {                 \
#name, name   \
    }

/* Those that a call of Linux can give a program; no architecture's own. */
static const struct {
    const char *name;
    int number;
} rows[] = {
    FAILURE(EPERM),
    FAILURE(ENOENT),
    FAILURE(ESRCH),
    FAILURE(EINTR),
    FAILURE(EIO),
    FAILURE(ENXIO),
    FAILURE(E2BIG),
    FAILURE(ENOEXEC),
    FAILURE(EBADF),
    FAILURE(ECHILD),
    FAILURE(EAGAIN),
    FAILURE(ENOMEM),
    FAILURE(EACCES),
    FAILURE(EFAULT),
    FAILURE(ENOTBLK),
    FAILURE(EBUSY),
    FAILURE(EEXIST),
    FAILURE(EXDEV),
    FAILURE(ENODEV),
    FAILURE(ENOTDIR),
    FAILURE(EISDIR),
    FAILURE(EINVAL),
    FAILURE(ENFILE),
    FAILURE(EMFILE),
    FAILURE(ENOTTY),
    FAILURE(ETXTBSY),
    FAILURE(EFBIG),
    FAILURE(ENOSPC),
    FAILURE(ESPIPE),
    FAILURE(EROFS),
    FAILURE(EMLINK),
    FAILURE(EPIPE),
    FAILURE(EDOM),
    FAILURE(ERANGE),
    FAILURE(EDEADLK),
    FAILURE(ENAMETOOLONG),
    FAILURE(ENOLCK),
    FAILURE(ENOSYS),
    FAILURE(ENOTEMPTY),
    FAILURE(ELOOP),
    FAILURE(ENODATA),
    FAILURE(ETIME),
    FAILURE(EPROTO),
    FAILURE(EBADMSG),
    FAILURE(EOVERFLOW),
    FAILURE(EILSEQ),
    FAILURE(EUSERS),
    FAILURE(ENOTSOCK),
    FAILURE(EDESTADDRREQ),
    FAILURE(EMSGSIZE),
    FAILURE(EPROTOTYPE),
    FAILURE(ENOPROTOOPT),
    FAILURE(EPROTONOSUPPORT),
    FAILURE(ESOCKTNOSUPPORT),
    FAILURE(EOPNOTSUPP),
    FAILURE(EPFNOSUPPORT),
    FAILURE(EAFNOSUPPORT),
    FAILURE(EADDRINUSE),
    FAILURE(EADDRNOTAVAIL),
    FAILURE(ENETDOWN),
    FAILURE(ENETUNREACH),
    FAILURE(ENETRESET),
    FAILURE(ECONNABORTED),
    FAILURE(ECONNRESET),
    FAILURE(ENOBUFS),
    FAILURE(EISCONN),
    FAILURE(ENOTCONN),
    FAILURE(ESHUTDOWN),
    FAILURE(ETIMEDOUT),
    FAILURE(ECONNREFUSED),
    FAILURE(EHOSTDOWN),
    FAILURE(EHOSTUNREACH),
    FAILURE(EALREADY),
    FAILURE(EINPROGRESS),
    FAILURE(ESTALE),
    FAILURE(EDQUOT),
    FAILURE(ENOMEDIUM),
    FAILURE(EMEDIUMTYPE),
    FAILURE(ECANCELED),
    FAILURE(ENOKEY),
    FAILURE(EOWNERDEAD),
    FAILURE(ENOTRECOVERABLE),
};

enum { FAILURES = sizeof(rows) / sizeof(rows[0]) };

int errno_find(const char *name)
{
    for (size_t i = 0; i < FAILURES; i++) {
        if (strcmp(rows[i].name, name) == 0)
            return rows[i].number;
    }
    return -1;
}

const char *errno_name(size_t i)
{
    return i < FAILURES ? rows[i].name : NULL;
}

const char *errno_text(int number)
{
    for (size_t i = 0; i < FAILURES; i++) {
        if (rows[i].number == number)
            return rows[i].name;
    }
    return NULL;
}

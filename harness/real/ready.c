/* ready.c: parsing /proc/PID/status. */
#include "harness/real/ready.h"

#include "runtime/base/check.h"
#include "runtime/base/procfs.h"

#include <errno.h>
#include <string.h>

/* Finds "\nNAME:" and returns what stands behind it without blanks, or NULL. The first line is
 * the program's name, which the kernel escapes, so no line can be forged. */
static const char *field_find(const char *text, size_t size, const char *name, size_t *left)
{
    size_t name_size = strlen(name);
    const char *end = text + size;

    for (const char *line = text; line != NULL && line < end;) {
        size_t rest = (size_t)(end - line);
        if (rest > name_size && memcmp(line, name, name_size) == 0 && line[name_size] == ':') {
            line += name_size + 1;
            while (line < end && (*line == '\t' || *line == ' '))
                line++;
            *left = (size_t)(end - line);
            return line;
        }
        line = memchr(line, '\n', rest);
        if (line != NULL)
            line++;
    }
    return NULL;
}

/* The field as a number in that base (10 or 16) that fills its line. */
static int field_number(const char *text, size_t size, const char *name, unsigned base,
                        uint64_t *out)
{
    static const char digits[] = "0123456789abcdef";
    size_t left = 0;
    size_t count = 0;
    uint64_t value = 0;

    const char *at = field_find(text, size, name, &left);
    if (at == NULL)
        return ERR_NOTFOUND;
    while (count < left && at[count] != '\n') {
        const char *digit = memchr(digits, at[count], base);
        if (digit == NULL || value > UINT64_MAX / base)
            return ERR_INPUT;
        uint64_t next = value * base + (uint64_t)(digit - digits);
        if (next < value)
            return ERR_INPUT;
        value = next;
        count++;
    }
    if (count == 0)
        return ERR_INPUT;
    *out = value;
    return 0;
}

int ready_parse(const char *text, size_t size, struct ready_status *out, struct diag *diag)
{
    struct ready_status s = {0};
    const struct {
        const char *name;
        uint64_t *to;
    } masks[] = {
        {"SigPnd", &s.pending       },
        {"ShdPnd", &s.pending_shared},
        {"SigBlk", &s.blocked       },
        {"SigIgn", &s.ignored       },
        {"SigCgt", &s.caught        },
    };
    static const char *const counts[] = {"voluntary_ctxt_switches", "nonvoluntary_ctxt_switches"};
    size_t left = 0;

    const char *state = field_find(text, size, "State", &left);
    if (state == NULL || left == 0 || *state == '\0' || strchr("RSDZTtXxKWPI", *state) == NULL)
        return diag_set(diag, ERR_INPUT, "a process status without State");
    s.state = *state;
    for (size_t i = 0; i < sizeof(masks) / sizeof(masks[0]); i++) {
        if (field_number(text, size, masks[i].name, 16, masks[i].to) < 0)
            return diag_set(diag, ERR_INPUT, "a process status without %s", masks[i].name);
    }
    for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        uint64_t count = 0;
        if (field_number(text, size, counts[i], 10, &count) == ERR_INPUT)
            return diag_set(diag, ERR_INPUT, "a process status with an odd %s", counts[i]);
        s.switches += count;
    }
    *out = s;
    return 0;
}

int ready_read(pid_t pid, struct ready_status *out, struct diag *diag)
{
    char text[PROCFS_TEXT_BYTES];
    ssize_t size = procfs_read(pid, "status", text, sizeof(text));

    if (size < 0)
        return diag_errno(diag, errno == ENOENT || errno == ESRCH ? ERR_GONE : ERR_IO,
                          "cannot read /proc/%ld/status", (long)pid);
    return ready_parse(text, (size_t)size, out, diag);
}

bool ready_rests(const struct ready_status *s)
{
    return s->state == 'S' || s->state == 'T' || s->state == 't' || s->state == 'I';
}

static uint64_t signal_bit(int signal)
{
    CHECK(signal >= 1 && signal <= 64);
    return UINT64_C(1) << (signal - 1);
}

enum ready_for ready_for(const struct ready_status *s, int signal)
{
    uint64_t bit = signal_bit(signal);

    if (procfs_state_dead(s->state))
        return READY_DEAD;
    if ((s->blocked & bit) != 0)
        return READY_BLOCKED;
    if ((s->ignored & bit) != 0)
        return READY_IGNORED;
    return (s->caught & bit) != 0 ? READY_YES : READY_DEFAULT;
}

bool ready_pending(const struct ready_status *s, int signal)
{
    return ((s->pending | s->pending_shared) & signal_bit(signal)) != 0;
}

/* init_text.c: see init_text.h. */
#include "harness/cli/init_text.h"

#include "harness/cli/again.h"
#include "harness/cli/yaml_text.h"
#include "runtime/base/status.h"
#include "runtime/base/utf8.h"

#include <inttypes.h>
#include <string.h>
#include <sys/wait.h>

/* A longer line is waited for by its last words. */
enum { LINE_SHOWN_MAX = 60 };

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

void init_line_take(struct init_facts *f, const char *text, size_t size)
{
    size_t end = size;

    f->line[0] = 0;
    while (end > 0 && is_blank(text[end - 1]))
        end--;
    size_t from = end;
    while (from > 0 && text[from - 1] != '\n' && text[from - 1] != '\r')
        from--;
    f->open = memchr(text + end, '\n', size - end) == NULL;
    /* A prompt's own blanks are part of it. */
    if (f->open)
        end = size;
    if (end - from > LINE_SHOWN_MAX) {
        from = end - LINE_SHOWN_MAX;
        while (from < end && text[from - 1] != ' ')
            from++;
    }
    /* What is no text cannot be waited for by its name. */
    if (utf8_size(text + from, end - from) > 0 && end - from < sizeof(f->line)) {
        memcpy(f->line, text + from, end - from);
        f->line[end - from] = 0;
    }
}

/* The line as a pattern. Numbers are what differs from run to run: ports, pids, times. */
static void line_pattern(const char *line, struct buf *out)
{
    for (const char *at = line; *at != 0;) {
        size_t digits = strspn(at, "0123456789");
        if (digits > 0) {
            buf_add_text(out, "\\d+");
            at += digits;
            continue;
        }
        if (strchr("\\^$.[]|()?*+{}", *at) != NULL)
            buf_add_text(out, "\\");
        buf_add(out, at++, 1);
    }
}

static void steps_add(const struct init_facts *f, struct buf *out)
{
    struct buf pattern = BUF_INIT;

    buf_add_text(out, "\nsteps:\n");
    if (f->line[0] != 0) {
        line_pattern(f->line, &pattern);
        buf_add_text(&pattern, f->open ? "$" : "");
        buf_add_text(out, "  - expect: ");
        yaml_pattern(out, buf_text(&pattern));
        buf_add_text(out, "\n");
        buf_release(&pattern);
    }
    if (f->end == INIT_ALONE) {
        if (f->line[0] == 0)
            buf_add_text(out, "  - await: { gone: root }\n");
        return;
    }
    if (!f->busy)
        buf_add_text(out, "  - await: quiet\n");
    buf_add_text(out, "  - key: C-c\n");
    if (f->end >= INIT_CTRL_D)
        buf_addf(out, "%s  - key: C-d\n", f->busy ? "" : "  - await: quiet\n");
    if (f->end >= INIT_HANG_UP)
        buf_addf(out, "%s  - fault: { hang-up: terminal }\n", f->busy ? "" : "  - await: quiet\n");
}

int init_text(const struct init_facts *f, struct buf *out, struct diag *diag)
{
    struct buf name = BUF_INIT;
    size_t count = 0;

    while (f->argv[count] != NULL)
        count++;
    again_words(f->argv, count, &name);
    int rc = yaml_head(out, buf_text(&name), f->argv, f->cwd, diag);
    buf_release(&name);
    if (rc < 0)
        return rc;
    steps_add(f, out);
    buf_add_text(out, "\noutcome: { exit: ");
    if (f->status < 0) {
        buf_add_text(out, "any");
    } else if (WIFSIGNALED((int)f->status)) {
        buf_add_text(out, "{ signal: ");
        signal_add(WTERMSIG((int)f->status), out);
        buf_add_text(out, " }");
    } else {
        buf_addf(out, "{ status: %d }", WEXITSTATUS((int)f->status));
    }
    buf_add_text(out, ", tree: empty }\n");
    return 0;
}

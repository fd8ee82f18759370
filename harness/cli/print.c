/* print.c: standard output and standard error, and whether they could be written. */
#include "harness/cli/print.h"

#include "harness/cli/wrap.h"
#include "harness/report/exit_code.h"
#include "runtime/base/visible.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

static bool people_aside;

enum { COLUMNS_UNKNOWN = 80 };

/* Why standard output could first not be written; 0: it could. */
static int print_errno;

static void print_to(FILE *stream, struct buf *text)
{
    bool good = fwrite(buf_text(text), 1, text->size, stream) == text->size;

    good = fflush(stream) == 0 && good;
    if (!good && stream == stdout && print_errno == 0)
        print_errno = errno;
    buf_release(text);
}

void print_out(struct buf *text)
{
    print_to(stdout, text);
}

void print_err(struct buf *text)
{
    print_to(stderr, text);
}

void print_people_aside(void)
{
    people_aside = true;
}

FILE *print_people_stream(void)
{
    return people_aside ? stderr : stdout;
}

void print_people(struct buf *text)
{
    print_to(print_people_stream(), text);
}

void print_error(const char *text)
{
    struct buf shown = BUF_INIT;

    /* It may name a file or a process of somebody else's choice. */
    visible_add(&shown, text, strlen(text));
    (void)fflush(stdout);
    (void)fprintf(stderr, "scenario: %s\n", buf_text(&shown));
    buf_release(&shown);
}

int print_diag(int rc, const struct diag *diag)
{
    print_error(diag->text);
    if (rc == ERR_USAGE || rc == ERR_NOTFOUND)
        return EXIT_CODE_USAGE;
    return rc == ERR_INPUT || rc == ERR_FULL ? EXIT_CODE_INPUT : EXIT_CODE_HARNESS;
}

int print_failure(void)
{
    return print_errno;
}

int print_reader(void)
{
    struct stat st;

    if (fstat(STDOUT_FILENO, &st) < 0 || !(S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode)))
        return -1;
    return STDOUT_FILENO;
}

int print_end(int code)
{
    struct diag diag = {0};

    if (fflush(stdout) != 0 && print_errno == 0)
        print_errno = errno;
    /* A reader that went away (head) is no failure of ours. */
    if (print_errno == 0 || print_errno == EPIPE)
        return code;
    errno = print_errno;
    (void)diag_errno(&diag, ERR_IO, "cannot write to standard output");
    print_error(diag.text);
    return exit_code_worse(code, EXIT_CODE_HARNESS);
}

bool terminal_is_dumb(void)
{
    const char *term = getenv("TERM");

    return term == NULL || term[0] == 0 || strcmp(term, "dumb") == 0;
}

size_t terminal_columns(void)
{
    struct winsize size;
    const char *text = getenv("COLUMNS");
    char *end = NULL;
    unsigned long columns = text != NULL ? strtoul(text, &end, 10) : 0;

    if (text != NULL && *end == 0 && columns >= WRAP_COLUMNS_MIN && columns <= UINT16_MAX)
        return columns;
    if (ioctl(fileno(print_people_stream()), TIOCGWINSZ, &size) == 0 &&
        size.ws_col >= WRAP_COLUMNS_MIN)
        return size.ws_col;
    return COLUMNS_UNKNOWN;
}

void print_wrapped(struct buf *text)
{
    struct buf out = BUF_INIT;

    wrap_add(&out, buf_text(text), terminal_columns());
    buf_release(text);
    print_out(&out);
}

bool color_wanted(const struct flags *flags)
{
    const char *no_color = getenv("NO_COLOR");

    if (flags->color != COLOR_AUTO)
        return flags->color == COLOR_ALWAYS;
    return (no_color == NULL || no_color[0] == 0) && isatty(fileno(print_people_stream())) &&
           !terminal_is_dumb();
}

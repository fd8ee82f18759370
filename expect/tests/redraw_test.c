/* redraw_test.c: what a line editor draws of typed lines is told from output, however it is cut.
 *
 * A story is told in one text: what the terminal shows, and in between, behind a control character,
 * what is typed and what happens. */
#include "expect/pty.h"
#include "expect/redraw.h"
#include "expect/view.h"
#include "runtime/base/buf.h"
#include "runtime/base/check.h"
#include "runtime/base/tests/suite.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Up to the next one: typed in a line editor's modes, typed where the terminal echoes, typed where
 * it does not and nobody edits; alone: it comes to rest. */
#define EDIT   "\x01"
#define COOKED "\x02"
#define SILENT "\x03"
#define KEYS   "\x04"
#define SHOWN  "\x05"
#define REST   "\x06"
#define ECHOED "\x07"

enum { VIEW_BYTES = 64 * 1024 };

#define ON  "\x1b[?2004h"
#define OFF "\x1b[?2004l"

static void modes_set(struct termios *modes, char kind)
{
    pty_modes_default(modes);
    if (kind == EDIT[0] || kind == KEYS[0])
        modes->c_lflag &= ~(tcflag_t)(ECHO | ICANON);
    if (kind == EDIT[0])
        modes->c_iflag &= ~(tcflag_t)ICRNL;
    if (kind == SILENT[0])
        modes->c_lflag &= ~(tcflag_t)ECHO;
}

/* Shows the piece in parts of so many bytes. */
static void show(struct view *v, const char *piece, size_t size, size_t part)
{
    while (size > 0) {
        size_t next = size < part ? size : part;
        view_feed(v, piece, next);
        piece += next;
        size -= next;
    }
}

/* What is visible of the story; `part`: how its output is cut. */
static void play(const char *story, size_t part, struct buf *out)
{
    struct view v;
    struct termios modes;
    char kind = SHOWN[0];

    CHECK(view_init(&v, VIEW_BYTES, NULL) == 0);
    while (*story != 0) {
        size_t size = strcspn(story, EDIT COOKED SILENT KEYS SHOWN REST ECHOED);
        modes_set(&modes, kind);
        if (kind == SHOWN[0])
            show(&v, story, size, part);
        else if (size > 0)
            CHECK(view_typed(&v, &modes, story, size, 0) == 0);
        story += size;
        if (*story == 0)
            break;
        kind = *story++;
        if (kind == REST[0]) {
            view_settle(&v);
            kind = SHOWN[0];
        } else if (kind == ECHOED[0]) {
            /* As far as the next mark: that was shown when the modes were read again. */
            size = strcspn(story, EDIT COOKED SILENT KEYS SHOWN REST ECHOED);
            redraw_echoed(&v.redraw, v.raw.end + size);
            kind = SHOWN[0];
        }
    }
    view_settle(&v);
    buf_add(out, view_text(&v, 0), v.end);
    view_release(&v);
}

static bool shows(const char *story, const char *visible)
{
    bool same = true;

    for (size_t part = 1; part <= strlen(story) && same; part++) {
        struct buf out = BUF_INIT;
        play(story, part, &out);
        same = strcmp(buf_text(&out), visible) == 0;
        if (!same) {
            struct buf shown = BUF_INIT;
            log_print(&shown, buf_text(&out), out.size);
            (void)printf("\nin parts of %zu: '%s'\n", part, buf_text(&shown));
            buf_release(&shown);
        }
        buf_release(&out);
    }
    return same;
}

static void test_a_line_is_drawn_where_it_was_typed(void)
{
    CU_ASSERT(shows("> " EDIT "ls -l\r" SHOWN "ls -l\r\na b\r\n> ", "> \r\na b\r\n> "));
    /* of an editor that marks itself: anywhere in between */
    CU_ASSERT(shows(ON "$ " EDIT "ls\r" SHOWN "ls\r\n" OFF "\rls\r\n", "$ \r\n\rls\r\n"));
    /* in pieces, with rest in between and without */
    CU_ASSERT(shows("> " EDIT "l" SHOWN "l" REST EDIT "s\r" SHOWN "s\r\nx", "> \r\nx"));
    CU_ASSERT(shows("> " EDIT "l" EDIT "s\r" SHOWN "ls\r\nx", "> \r\nx"));
    /* a paste, without its brackets */
    CU_ASSERT(shows(ON "$ " EDIT "\x1b[200~ls -l\x1b[201~\r" SHOWN "\x1b[7mls -l\x1b[27m\r\nx",
                    "$ \r\nx"));
    /* ended by a line feed */
    CU_ASSERT(shows("> " EDIT "ls\n" SHOWN "ls\r\nx", "> \r\nx"));
    /* it is one line only */
    CU_ASSERT(shows("> " EDIT "ls\r" SHOWN "ls\r\nls\r\n> ls\r\n", "> \r\nls\r\n> ls\r\n"));
}

static void test_an_answer_is_no_redraw(void)
{
    /* canonical without an echo: nothing is, marks or not */
    CU_ASSERT(shows("ready\r\n" SILENT "hello\r" SHOWN "hello\r\n", "ready\r\nhello\r\n"));
    CU_ASSERT(shows(ON SILENT "hello\r" SHOWN "hello\r\n", "hello\r\n"));
    /* who reads single keys does not tell Enter from a line feed */
    CU_ASSERT(shows("key?" KEYS "hello\r" SHOWN "hello\r\n", "key?hello\r\n"));
    /* a line end that nobody typed */
    CU_ASSERT(shows("key?" EDIT "x" SHOWN "x\r\n", "key?x\r\n"));
    /* no line end where one was typed, or something in front */
    CU_ASSERT(shows("> " EDIT "ab\r" SHOWN "abc\r\n", "> abc\r\n"));
    CU_ASSERT(shows("> " EDIT "ab\r" SHOWN "xab\r\nab\r\n", "> xab\r\nab\r\n"));
    CU_ASSERT(shows("> " EDIT "ab\r" SHOWN "a", "> a"));
}

static void test_what_was_typed_ahead_is_drawn_later(void)
{
    /* as bash does it: the terminal has echoed the second line, or has not */
    CU_ASSERT(shows(ON "$ " EDIT "a\r" SHOWN "a\r\n" OFF "\r" COOKED "f b\r" SHOWN "f b\r\n" ON
                       "$ f b\r\n" OFF "\r" ON "$ ",
                    "$ \r\n\r\r\n$ \r\n\r$ "));
    CU_ASSERT(shows(ON "$ " EDIT "a\r" EDIT "f b\r" SHOWN "a\r\n" OFF "\rout\r\n" ON "$ f b\r\n" OFF
                       "\rb\r\n",
                    "$ \r\n\rout\r\n$ \r\n\rb\r\n"));
    CU_ASSERT(
        shows(ON "$ " EDIT "a\rf b\r" SHOWN "a\r\n" OFF "\r" ON "$ f b\r\n", "$ \r\n\r$ \r\n"));
    /* without marks: behind a prompt like the last one */
    CU_ASSERT(shows(">>> " EDIT "def f():\r  x\r\r" SHOWN "def f():\r\n...   x\r\n... \r\n>>> ",
                    ">>> \r\n... \r\n... \r\n>>> "));
    CU_ASSERT(shows(">>> " EDIT "a\rb\r" SHOWN "a\r\nb\r\n>>> b\r\n", ">>> \r\nb\r\n>>> \r\n"));
    CU_ASSERT(shows(">>> " EDIT "a\rb\r" SHOWN "a\r\nout:b\r\n", ">>> \r\nout:b\r\n"));
    /* what the terminal answers meanwhile is none of it, whatever has come to rest */
    CU_ASSERT(shows(ON "$ " EDIT "a\rb c\r" SHOWN "a\r\n" OFF REST "\x1b[6n" EDIT
                       "\x1b[2;1R" SHOWN ON "$ b c\r\n",
                    "$ \r\n$ \r\n"));
    /* an empty line, and a longer one that begins alike */
    CU_ASSERT(shows(ON "$ " EDIT "a\r\rab\r" SHOWN "a\r\n" OFF ON "$ \r\n" OFF ON "$ ab\r\n",
                    "$ \r\n$ \r\n$ \r\n"));
    CU_ASSERT(shows(ON "$ " EDIT "hi\rhi you\r" SHOWN "hi you\r\nx", "$ \r\nx"));
}

static void test_an_editor_that_leaves_lets_the_terminal_echo(void)
{
    /* typed before the modes changed, echoed behind: taken out, and what is drawn later too */
    CU_ASSERT(shows(ON "$ " EDIT "a\r" EDIT "b c\r" ECHOED "a\r\n" OFF "\rb c\r\n" SHOWN ON
                       "$ b c\r\n" OFF "b c\r\n",
                    "$ \r\n\r\r\n$ \r\nb c\r\n"));
    /* the same without marks; behind a line's end is no prompt yet */
    CU_ASSERT(shows(">>> " EDIT "a\r" SHOWN "a\r\n" EDIT "b c\r" ECHOED "b c\r\n" SHOWN
                    ">>> b c\r\n",
                    ">>> \r\n\r\n>>> \r\n"));
    /* what is typed meanwhile, where the terminal echoes already, does not change that */
    CU_ASSERT(shows(ON "$ " EDIT "a\r" SHOWN "a\r\n" OFF "\r" EDIT "b c" ECHOED "b c" COOKED
                       "\r" SHOWN "\r\n" ON "$ b c\r\n" OFF "b c\r\n",
                    "$ \r\n\r\r\n$ \r\nb c\r\n"));
    /* one that is at its prompt does not leave, and a terminal that echoes has done so */
    CU_ASSERT(
        shows(ON "$ " EDIT "a\rb c\r" ECHOED "a\r\n" OFF "b c\r\n" SHOWN "x", "$ \r\nb c\r\nx"));
    CU_ASSERT(shows("go " COOKED "b c\r" ECHOED "b c\r\nb c\r\n" SHOWN "x", "go \r\nb c\r\nx"));
    /* nor one whose line has made output */
    CU_ASSERT(shows(">>> " EDIT "a\r" SHOWN "a\r\nout" EDIT "b c\r" ECHOED "b c\r\n" SHOWN
                    ">>> b c\r\n",
                    ">>> \r\nout\r\n>>> b c\r\n"));
    /* beyond that it is output */
    CU_ASSERT(
        shows(ON "$ " EDIT "a\r" EDIT "b c\r" ECHOED "a\r\n" OFF SHOWN "b c\r\n", "$ \r\nb c\r\n"));
}

static void test_how_editors_draw(void)
{
    /* zle draws the first character again, ends the marks before the line, and wraps by a blank */
    CU_ASSERT(shows(ON "$ " EDIT "echo\r" SHOWN "e\becho" OFF "\r\r\nx", "$ \r\r\nx"));
    CU_ASSERT(shows(ON "$ " EDIT "abcdef\r" SHOWN "abc \r\x1b[Kd\rdef\r\n", "$ \r\n"));
    CU_ASSERT(shows(ON "$ " EDIT "ab cdef\r" SHOWN "ab \r cdef\r\n", "$ \r\n"));
    CU_ASSERT(shows(ON "$ " EDIT " x\r" SHOWN " \r x\r\n", "$ \r\n"));
    /* a return elsewhere, behind a wrap and before any, is none */
    CU_ASSERT(shows(ON "$ " EDIT "abcdef\r" SHOWN "abc \rde\rdef\r\n", "$ abc \rde\rdef\r\n"));
    CU_ASSERT(shows(ON "$ " EDIT "ab\r" SHOWN "a\rab\r\n", "$ a\r\r\n"));
    /* prompt_toolkit paints the whole once more */
    CU_ASSERT(shows(ON "In: " EDIT "x y\r" SHOWN "x y\x1b[3D\x1b[4DIn: x y\r\r\n" OFF "x y\r\n",
                    "In: In: \r\r\nx y\r\n"));
    CU_ASSERT(shows(ON "In: " EDIT "x y\r" SHOWN
                       "x y\r\r\n\r\r\n \x1b[2A\x1b[8D\x1b[JIn: x y\x1b[8D\r\r\n" OFF "x y\r\n",
                    "In: \r\r\n\r\r\n In: \r\r\nx y\r\n"));
    /* what is painted over before it is a whole line is none */
    CU_ASSERT(
        shows(ON "In: " EDIT "xyz\r" SHOWN "xy\x1b[2Dxyz\r\n" OFF "x\r\n", "In: xy\r\nx\r\n"));
    /* a prompt that ends as the line begins */
    CU_ASSERT(shows(ON "$ " EDIT "  x\r" SHOWN REST EDIT "a\r   b\r" SHOWN "a\r\n$    b\r\n",
                    "$ \r\n$ \r\n"));
    /* what edits the line, and what follows it, is not known */
    CU_ASSERT(shows(ON "$ " EDIT "ab" EDIT "\x1b[D" EDIT "c\r" SHOWN "abc\r\n", "$ c\r\n"));
    CU_ASSERT(
        shows(ON "$ " EDIT "ls\x7f\x7fpwd\r" SHOWN "ls\b \b\b \bpwd\r\n", "$  \b\b \bpwd\r\n"));
}

static void test_what_was_typed_is_forgotten(void)
{
    /* by a signal, which throws it away */
    CU_ASSERT(shows(ON "$ " EDIT "ab\r\x1c" SHOWN "ab\r\n", "$ ab\r\n"));
    /* by rest, as the editor has read it */
    CU_ASSERT(shows(ON "$ " EDIT "ab\r" SHOWN REST "ab\r\n", "$ ab\r\n"));
    CU_ASSERT(shows("> " EDIT "ab\r" SHOWN REST "ab\r\n", "> ab\r\n"));
    /* by marks that have gone by without it */
    CU_ASSERT(shows(ON "$ " EDIT "ab\r" SHOWN OFF ON "ab\r\n" OFF, "$ ab\r\n"));
    /* what was read before the last rest, when an editor is there again */
    CU_ASSERT(shows(COOKED "ab\r" SHOWN "ab\r\nx" REST "\r\n" ON "$ " EDIT "c\r" SHOWN
                           "ab\r\nc\r\n",
                    "\r\nx\r\n$ ab\r\n\r\n"));
}

/* What is neither a line nor the rest of one. */
static void test_what_breaks_a_line_off(void)
{
    /* a control character behind one that goes on, and in the midst of one */
    CU_ASSERT(shows("> " EDIT "ab" SHOWN "ab\tx", "> \tx"));
    CU_ASSERT(shows("> " EDIT "ab" SHOWN "ab\x7fx", "> \x7fx"));
    CU_ASSERT(shows(ON "$ " EDIT "ab" SHOWN "ab\tab", "$ \tab"));
    CU_ASSERT(shows("> " EDIT "abc" SHOWN "ab\tx", "> ab\tx"));
    CU_ASSERT(shows("> " EDIT "a\tb\r" SHOWN "abc\r\n", "> bc\r\n"));
    CU_ASSERT(shows("> " EDIT "a\x1f"
                    "b\r" SHOWN "abc\r\n",
                    "> bc\r\n"));
    /* a return behind one that goes on */
    CU_ASSERT(shows(ON "$ " EDIT "ab\rab" SHOWN "ab\r", "$ ab\r"));
    /* another character where the cursor had gone back */
    CU_ASSERT(shows("> " EDIT "ab" SHOWN "ab\bx", "> x"));
    CU_ASSERT(shows("> " EDIT "abc" SHOWN "ab\bx", "> ab\bx"));
    /* an empty line is not drawn, and nothing is known of those behind it */
    CU_ASSERT(shows("> " EDIT "\rab\r" SHOWN "\r\n> ab\r\n", "> \r\n> ab\r\n"));
    /* forgotten when its end is half there */
    CU_ASSERT(shows(ON "$ " EDIT "ls\r" SHOWN "ls\r" EDIT "\x1c" SHOWN "\nx", "$ \r\nx"));
    /* and then what is typed next is still to come */
    CU_ASSERT(
        shows("> " EDIT "ls\r" SHOWN "ls\r" EDIT "\x1cpwd\r" SHOWN "\n> pwd\r\n", "> \r\n> \r\n"));
}

static void test_what_a_prompt_tells_of_the_next(void)
{
    /* it begins behind a return, too */
    CU_ASSERT(shows("x\r>>> " EDIT "a\rb\r" SHOWN "a\r\n>>> b\r\n", "x\r>>> \r\n>>> \r\n"));
    /* one behind marks is none for what comes without them */
    CU_ASSERT(shows(ON "$ " EDIT "a\rb\r" SHOWN "a\r\n" OFF "\r\n$ b\r\n", "$ \r\n\r\n$ b\r\n"));
    /* a line behind it is drawn once */
    CU_ASSERT(
        shows(">>> " EDIT "a\rb\r" SHOWN "a\r\n>>> b\r\n>>> b\r\n", ">>> \r\n>>> \r\n>>> b\r\n"));
    /* nor is one done that only begins as what was drawn */
    CU_ASSERT(shows("> " EDIT "ab\ra\rb\r" SHOWN "a\r\n> a\r\n", "> \r\n> a\r\n"));
    CU_ASSERT(shows("> " EDIT "a\x7f\ra\rb\r" SHOWN "a\r\n> a\r\n", "> \r\n> a\r\n"));
    /* other sequences are no marks */
    CU_ASSERT(shows("> " EDIT "ls\r" SHOWN "\x1b[mls\r\nx", "> \r\nx"));
}

/* The cursor goes back: then a whole line is painted once more, between marks. */
static void test_what_going_back_means(void)
{
    CU_ASSERT(shows(ON "$ " EDIT "ab\r" SHOWN "ab\x1b[2D", "$ "));
    CU_ASSERT(shows(ON "$ " EDIT "ab\r" SHOWN "ab\r\x1b[2D", "$ ab\r"));
    CU_ASSERT(shows(ON "$ " EDIT "ab\r" SHOWN "ab\x1b[m", "$ ab"));
    CU_ASSERT(shows(ON "$ " EDIT "ab\r" SHOWN "a\x1b[D", "$ a"));
    CU_ASSERT(shows(ON "$ " EDIT "ab\r" SHOWN "a\b\bab\r\n", "$ a\b\b\r\n"));
    CU_ASSERT(shows(ON "$ " EDIT "ab\r" SHOWN "ab\x1b[?2D", "$ ab"));
    CU_ASSERT(shows(ON "$ " EDIT "ab\r" SHOWN "ab\x1b"
                       "D",
                    "$ ab"));
    CU_ASSERT(shows("> " EDIT "ab\rc\r" SHOWN "ab\x1b[D\r\n> c\r\n", "> \r\n> \r\n"));
    CU_ASSERT(shows(ON "$ " EDIT "a\r" SHOWN "a\r\x1b[D\n" OFF "\r" EDIT "b c" ECHOED "b c" COOKED
                       "\r" SHOWN "\r\n" ON "$ b c\r\n" OFF "b c\r\n",
                    "$ \r\n\r\r\n$ \r\nb c\r\n"));
}

/* Where an echo may come is told once for each time that something is typed at an editor. */
static void test_when_an_echo_may_come(void)
{
    struct termios modes;
    struct redraw r = {0};

    modes_set(&modes, COOKED[0]);
    CU_ASSERT_EQUAL(redraw_typed(&r, &modes, "a\r", 2, 10), 0);
    CU_ASSERT_EQUAL(redraw_typed(&r, &modes, "b", 1, 10), 0);
    CU_ASSERT_FALSE(r.may_echo);
    redraw_echoed(&r, 20);
    CU_ASSERT_EQUAL(r.echo_until, 0);
    modes_set(&modes, EDIT[0]);
    CU_ASSERT_EQUAL(redraw_typed(&r, &modes, "c", 1, 30), 0);
    redraw_echoed(&r, 50);
    redraw_echoed(&r, 90);
    CU_ASSERT_EQUAL(r.echo_from, 30);
    CU_ASSERT_EQUAL(r.echo_until, 50);
    redraw_release(&r);
}

/* Half of what stands around a paste is a key, and nothing that is drawn. */
static void test_half_a_bracket_of_a_paste_is_a_key(void)
{
    struct termios modes;
    struct redraw r = {0};

    modes_set(&modes, EDIT[0]);
    CU_ASSERT_EQUAL(redraw_typed(&r, &modes, "\x1b[200~", 5, 0), 0);
    CU_ASSERT(r.count == 0 && !r.placed);
    CU_ASSERT_EQUAL(redraw_typed(&r, &modes, "\x1b[200~a", 7, 0), 0);
    CU_ASSERT(r.count == 1 && r.line[0].size == 1 && r.placed);
    redraw_release(&r);
    CU_ASSERT_EQUAL(redraw_typed(&r, &modes, "\x1b", 1, 0), 0);
    CU_ASSERT(r.count == 0 && !r.placed);
    /* A whole one is no key, and what follows it is typed. */
    CU_ASSERT_EQUAL(redraw_typed(&r, &modes, "\x1b[200~", 6, 0), 0);
    CU_ASSERT(r.count == 0 && r.placed);
    redraw_release(&r);
    CU_ASSERT_EQUAL(redraw_typed(&r, &modes, "\x1b", 0, 0), 0); /* nothing at all */
    CU_ASSERT(r.count == 0 && r.placed);
    CU_ASSERT(shows("> " EDIT "\x1b[200~" EDIT "ls" EDIT "\x1b[201~\r" SHOWN "ls\r\nx", "> \r\nx"));
    redraw_release(&r);
}

/* Goal: an editor is known by its modes. Method: only of one a place is noted. */
static void test_the_modes_of_an_editor(void)
{
    for (unsigned i = 0; i < 16; i++) {
        bool echo = (i & 1) != 0;
        bool canonical = (i & 2) != 0;
        bool icrnl = (i & 4) != 0;
        bool inlcr = (i & 8) != 0;
        struct redraw r = {0};
        const struct termios modes = {
            .c_lflag = (echo ? ECHO : 0U) | (canonical ? ICANON : 0U),
            .c_iflag = (icrnl ? ICRNL : 0U) | (inlcr ? INLCR : 0U),
        };
        CU_ASSERT_EQUAL(redraw_typed(&r, &modes, "a", 1, 0), 0);
        CU_ASSERT_EQUAL(r.placed, !echo && !canonical && (!icrnl || inlcr));
        redraw_release(&r);
    }
}

/* Goal: a key that sends a signal, and nothing else, makes forgotten what was typed before it. */
static void test_which_keys_are_signals(void)
{
    static const int which[] = {VINTR, VQUIT, VSUSP, VERASE};

    for (size_t i = 0; i < 4 * sizeof(which) / sizeof(which[0]); i++) {
        bool isig = (i & 1) != 0;
        bool disabled = (i & 2) != 0;
        int key = which[i / 4];
        struct termios modes;
        struct redraw r = {0};
        modes_set(&modes, EDIT[0]);
        if (!isig)
            modes.c_lflag &= ~(tcflag_t)ISIG;
        if (disabled)
            modes.c_cc[key] = _POSIX_VDISABLE;
        const char byte = (char)modes.c_cc[key];
        CU_ASSERT_EQUAL(redraw_typed(&r, &modes, "ab\r", 3, 0), 0);
        CU_ASSERT_EQUAL(redraw_typed(&r, &modes, &byte, 1, 0), 0);
        CU_ASSERT_EQUAL(r.count == 0, isig && !disabled && key != VERASE);
        redraw_release(&r);
    }
}

/* What is drawn is compared with a line as long as there may be one, and what is held has a limit,
 * too: past it all is output. */
static void test_what_is_drawn_has_limits(void)
{
    struct buf story = BUF_INIT;
    struct buf seen = BUF_INIT;

    for (int more = 0; more < 2; more++) {
        story.size = seen.size = 0;
        buf_add_text(&story, ON "$ " EDIT);
        for (int i = 0; i < REDRAW_LINE_BYTES_MAX; i++)
            buf_add_text(&story, "x");
        buf_add_text(&story, "\r" SHOWN);
        for (int i = 0; i < REDRAW_LINE_BYTES_MAX + more; i++)
            buf_add_text(&story, "x");
        buf_add_text(&story, "\r\n");
        play(buf_text(&story), 1000, &seen);
        /* One too many: all but the last of it was no line, and the rest is. */
        CU_ASSERT_STRING_EQUAL(buf_text(&seen), more ? "$ x\r\n" : "$ \r\n");
    }
    for (int more = 0; more < 2; more++) {
        story.size = seen.size = 0;
        buf_add_text(&story, "> " EDIT "ab\r" SHOWN);
        for (int i = 0; i < REDRAW_HELD_BYTES_MAX / 2 - 2 + more; i++)
            buf_add_text(&story, "a\b");
        buf_add_text(&story, "ab\r\n");
        play(buf_text(&story), 1000, &seen);
        CU_ASSERT_EQUAL(seen.size, more ? REDRAW_HELD_BYTES_MAX + 4 : 4);
    }
    buf_release(&story);
    buf_release(&seen);
}

/* A prompt that is longer than what is kept of one is none for the next line. */
static void test_a_prompt_has_a_limit(void)
{
    for (int size = REDRAW_PROMPT_BYTES_MAX; size <= REDRAW_PROMPT_BYTES_MAX + 1; size++) {
        struct buf story = BUF_INIT;
        struct buf seen = BUF_INIT;
        char prompt[REDRAW_PROMPT_BYTES_MAX + 2] = {0};
        char wanted[3 * sizeof(prompt)];
        memset(prompt, '>', (size_t)size);
        buf_addf(&story, "%s" EDIT "a\rb\r" SHOWN "a\r\n%sb\r\n", prompt, prompt);
        play(buf_text(&story), 50, &seen);
        (void)snprintf(wanted, sizeof(wanted), "%s\r\n%s%s\r\n", prompt, prompt,
                       size > REDRAW_PROMPT_BYTES_MAX ? "b" : "");
        CU_ASSERT_STRING_EQUAL(buf_text(&seen), wanted);
        buf_release(&story);
        buf_release(&seen);
    }
    /* Of one character it is one as well. */
    CU_ASSERT(shows(">" EDIT "a\rb\r" SHOWN "a\r\n>b\r\n", ">\r\n>\r\n"));
    /* Where there was none nothing is drawn behind one. */
    CU_ASSERT(shows(EDIT "a\rb\r" SHOWN "a\r\nb\r\n", "\r\nb\r\n"));
}

static void test_limits_are_kept(void)
{
    static char line[REDRAW_LINE_BYTES_MAX + 2];
    struct termios modes;
    struct redraw r = {0};

    modes_set(&modes, EDIT[0]);
    memset(line, 'x', sizeof(line));
    /* a line too long is not looked for */
    CU_ASSERT_EQUAL(redraw_typed(&r, &modes, line, REDRAW_LINE_BYTES_MAX, 0), 0);
    CU_ASSERT_EQUAL(r.line[0].size, REDRAW_LINE_BYTES_MAX);
    CU_ASSERT_EQUAL(redraw_typed(&r, &modes, "x\r", 2, 0), 0);
    CU_ASSERT_EQUAL(r.line[0].size, 0);
    /* of too many the oldest are forgotten */
    for (int i = 0; i < REDRAW_LINES_MAX; i++)
        CU_ASSERT_EQUAL(redraw_typed(&r, &modes, "y\r", 2, 0), 0);
    CU_ASSERT_EQUAL(r.count, REDRAW_LINES_MAX);
    CU_ASSERT_EQUAL(r.line[0].size, 1);
    redraw_release(&r);
}

int main(void)
{
    static CU_TestInfo tests[] = {
        {"in place",      test_a_line_is_drawn_where_it_was_typed          },
        {"answers",       test_an_answer_is_no_redraw                      },
        {"typed ahead",   test_what_was_typed_ahead_is_drawn_later         },
        {"leaving",       test_an_editor_that_leaves_lets_the_terminal_echo},
        {"how they draw", test_how_editors_draw                            },
        {"forgotten",     test_what_was_typed_is_forgotten                 },
        {"bracket",       test_half_a_bracket_of_a_paste_is_a_key          },
        {"modes",         test_the_modes_of_an_editor                      },
        {"signals",       test_which_keys_are_signals                      },
        {"drawn limits",  test_what_is_drawn_has_limits                    },
        {"prompt limit",  test_a_prompt_has_a_limit                        },
        {"limits",        test_limits_are_kept                             },
        {"broken off",    test_what_breaks_a_line_off                      },
        {"prompts",       test_what_a_prompt_tells_of_the_next             },
        {"going back",    test_what_going_back_means                       },
        {"echo",          test_when_an_echo_may_come                       },
        CU_TEST_INFO_NULL,
    };
    return suite_run("redraw", tests);
}

/* verb_init.c: `scenario init`: a first scenario of a command, made by looking at it.
 *
 * A run that is left alone shows whether it ends by itself; if not, each next one does more to it,
 * until one ends it. What it was seen to do is written down, and run to see that it does it again.
 */
#include "expect/view.h"
#include "harness/cli/init_text.h"
#include "harness/cli/outfile.h"
#include "harness/cli/print.h"
#include "harness/cli/program.h"
#include "harness/cli/stop.h"
#include "harness/cli/suite.h"
#include "harness/cli/verb.h"
#include "harness/cli/yaml_text.h"
#include "harness/observe/verdict.h"
#include "harness/report/exit_code.h"
#include "harness/run/run.h"

#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Nobody wants to wait longer to see that a command is busy. */
#define LOOK_NS (INT64_C(5000) * 1000 * 1000)

enum {
    INIT_ARENA_BYTES_MAX = 16 * 1024 * 1024,
    INIT_RUNS = 3,
    NAME_BYTES = 64,
    VIEW_BYTES = 65536
};

/* All of one `scenario init`. */
struct draft {
    const struct flags *flags;
    struct places places;
    char path[PATH_MAX]; /* of the file */
    char cwd[PATH_MAX];  /* as that names it */
    struct init_facts facts;
    unsigned runs;
};

/* One run. */
struct sight {
    struct view view;
    bool rested; /* what comes now is of its end */
    struct run_result result;
};

/* ---- Where it is written ---- */

/* "python3", a word that a file may be called. */
static void name_make(const char *program, char out[NAME_BYTES])
{
    const char *slash = strrchr(program, '/');
    size_t size = 0;

    (void)snprintf(out, NAME_BYTES, "%s", slash != NULL ? slash + 1 : program);
    while ((size += strspn(out + size, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                       "0123456789_-.")) < strlen(out))
        out[size] = '_';
    if (size == 0 || out[0] == '.')
        (void)snprintf(out, NAME_BYTES, "command");
}

/* Where the command runs, as a file in that folder names it. */
static bool cwd_make(const char *here, const char *folder, char out[PATH_MAX])
{
    size_t size = strlen(here);
    size_t used = 0;

    if (strcmp(here, folder) == 0) {
        (void)snprintf(out, PATH_MAX, ".");
        return true;
    }
    if (strncmp(folder, here, size) != 0 || folder[size] != '/')
        return path_relative(here, folder, out, PATH_MAX);
    for (const char *at = folder + size; *at != 0 && used + 4 < PATH_MAX; at++) {
        if (*at == '/')
            used += (size_t)snprintf(out + used, PATH_MAX - used, used > 0 ? "/.." : "..");
    }
    return true;
}

/* The file, and where the command runs as seen from its folder. Returns an exit code. */
static int path_find(struct draft *d)
{
    char here[PATH_MAX];
    char folder[PATH_MAX] = ".";
    char whole[PATH_MAX];
    char name[NAME_BYTES];
    struct diag diag = {0};

    name_make(d->flags->argument[0], name);
    if (d->flags->draft != NULL) {
        (void)snprintf(d->path, sizeof(d->path), "%s", d->flags->draft);
    } else if (scenarios_find(folder)) {
        (void)snprintf(d->path, sizeof(d->path), "%.*s/%s.yaml", PATH_MAX - NAME_BYTES - 8, folder,
                       name);
    } else {
        (void)snprintf(d->path, sizeof(d->path), "%s.yaml", name);
    }
    bool there = access(d->path, F_OK) == 0;
    (void)snprintf(folder, sizeof(folder), "%s", d->path);
    char *slash = strrchr(folder, '/');
    if (slash != NULL)
        slash[slash == folder ? 1 : 0] = 0;
    if (there)
        (void)diag_set(&diag, 0, "%s is there already: say -o FILE for another one", d->path);
    else if (getcwd(here, sizeof(here)) == NULL ||
             realpath(slash == NULL ? "." : folder, whole) == NULL ||
             !cwd_make(here, whole, d->cwd))
        (void)diag_errno(&diag, 0, "cannot write %s", d->path);
    if (diag.text[0] != 0) {
        print_error(diag.text);
        return EXIT_CODE_USAGE;
    }
    d->facts.cwd = d->cwd;
    return EXIT_CODE_OK;
}

/* ---- Runs ---- */

static void on_output(void *user, int64_t at_ns, const char *data, size_t size)
{
    struct sight *s = user;

    (void)at_ns;
    if (s->rested)
        return;
    /* No more of it is kept than a line needs. */
    for (; size > s->view.keep; data += s->view.keep, size -= s->view.keep)
        view_feed(&s->view, data, s->view.keep);
    view_feed(&s->view, data, size);
}

static void on_step(void *user, int64_t at_ns, const struct step *step, unsigned depth,
                    size_t unseen)
{
    struct sight *s = user;

    (void)at_ns;
    (void)step;
    (void)depth;
    (void)unseen;
    view_settle(&s->view);
    s->rested = true;
}

/* Runs the text into an empty sight. Returns an exit code: it was run, whatever it came to. */
static int text_run(struct draft *d, const struct buf *text, struct sight *sight)
{
    struct arena arena = arena_new(INIT_ARENA_BYTES_MAX);
    const struct scenario_options options = suite_options(&d->places);
    struct findings *findings = calloc(1, sizeof(*findings));
    const struct run_recorder recorder = {.output = on_output, .step = on_step, .user = sight};
    struct scenario *s = NULL;
    struct diag diag = {0};
    char run_id[NAME_BYTES];

    (void)snprintf(run_id, sizeof(run_id), "%jd-init-%u", (intmax_t)getpid(), ++d->runs);
    const struct run_options run = {.engine = ENGINE_REAL,
                                    .helper_dir = d->places.helpers,
                                    .run_id = run_id,
                                    .step_ns = d->facts.status < 0 ? LOOK_NS : 0,
                                    .stop = stop_count(),
                                    .recorder = &recorder};
    int rc = findings == NULL ? ERR_NOMEM
                              : scenario_parse(&arena, d->path, buf_text(text), text->size,
                                               &options, &s, findings, &diag);
    if (rc == 0) {
        struct variant variant = s->variant[0];
        struct program program;
        rc = program_prepare(&program, &variant, run_id, &diag);
        variant.command = &program.command;
        if (rc == 0)
            rc = run_variant(s, &variant, &run, &sight->result, &diag);
        int left = program_release(&program, rc < 0 ? NULL : &diag);
        rc = rc < 0 ? rc : left;
    }
    free(findings);
    arena_release(&arena);
    if (rc < 0)
        return print_diag(rc, &diag);
    if (sight->result.verdict != VERDICT_HARNESS && sight->result.verdict != VERDICT_UNSUPPORTED)
        return EXIT_CODE_OK;
    print_error(result_get(&sight->result, RESULT_MESSAGE));
    return EXIT_CODE_HARNESS;
}

/* Of an empty one. */
static int sight_begin(struct sight *s)
{
    struct diag diag;

    int rc = view_init(&s->view, VIEW_BYTES, &diag);
    return rc < 0 ? print_diag(rc, &diag) : EXIT_CODE_OK;
}

static void sight_end(struct sight *s)
{
    result_release(&s->result);
    view_release(&s->view);
}

/* Left alone until it rests, or ends. */
static int look(struct draft *d)
{
    const struct init_facts *f = &d->facts;
    struct buf text = BUF_INIT;
    struct sight s = {.rested = false};
    struct diag diag = {0};

    int rc = yaml_head(&text, "left alone", f->argv, f->cwd, &diag);
    if (rc < 0)
        return print_diag(rc, &diag);
    buf_add_text(&text, "steps: [{ await: quiet }]\noutcome: { exit: any }\n");
    int code = sight_begin(&s);
    if (code == EXIT_CODE_OK)
        code = text_run(d, &text, &s);
    if (code == EXIT_CODE_OK) {
        init_line_take(&d->facts, view_text(&s.view, view_begin(&s.view)),
                       (size_t)(s.view.end - view_begin(&s.view)));
        bool ended = s.result.ended == 0;
        d->facts.end = ended ? INIT_ALONE : INIT_CTRL_C;
        d->facts.status = ended ? s.result.status : -1;
        d->facts.busy = !ended && strcmp(result_get(&s.result, RESULT_SIGNATURE), "") != 0 &&
                        s.result.step == 1;
        sight_end(&s);
    }
    buf_release(&text);
    return code;
}

/* Runs what is known of it. */
static int facts_run(struct draft *d, struct sight *s)
{
    struct buf text = BUF_INIT;
    struct diag diag = {0};

    int rc = init_text(&d->facts, &text, &diag);
    int code = rc < 0 ? print_diag(rc, &diag) : sight_begin(s);
    if (code == EXIT_CODE_OK)
        code = text_run(d, &text, s);
    buf_release(&text);
    return code;
}

/* Does more to it each time, until it ends by that. */
static int end_find(struct draft *d)
{
    while (d->facts.status < 0 && *stop_count() == 0) {
        struct sight s = {.rested = false};
        int code = facts_run(d, &s);
        if (code == EXIT_CODE_OK) {
            bool ended = s.result.ended == 0 && s.result.status >= 0;
            if (ended)
                d->facts.status = s.result.status;
            sight_end(&s);
            if (!ended && d->facts.end == INIT_HANG_UP)
                break;
            d->facts.end += ended ? 0 : 1;
        } else {
            return code;
        }
    }
    return EXIT_CODE_OK;
}

/* ---- The file ---- */

static int file_write(const struct draft *d, const struct buf *text)
{
    struct outfile file = OUTFILE_INIT;
    struct diag diag = {0};
    struct buf copy = BUF_INIT;

    buf_add(&copy, text->data, text->size);
    int rc = outfile_open(&file, d->path, &diag);
    if (rc == 0) {
        outfile_write(&file, &copy);
        rc = outfile_close(&file, true, &diag);
    }
    buf_release(&copy);
    return rc < 0 ? print_diag(rc, &diag) : EXIT_CODE_OK;
}

/* What it does in the end, for people. */
static void end_say(const struct draft *d, unsigned passed, const struct run_result *bad)
{
    static const char *const ends[INIT_ENDS] = {
        [INIT_ALONE] = "it ends by itself",
        [INIT_CTRL_C] = "Ctrl-C ends it",
        [INIT_CTRL_D] = "it stays at Ctrl-C, and Ctrl-D ends it",
        [INIT_HANG_UP] = "it stays at Ctrl-C and Ctrl-D, so the window is closed",
    };
    struct buf out = BUF_INIT;

    buf_addf(&out, "%s: %s; passed %u of %d\n", d->path, ends[d->facts.end], passed, INIT_RUNS);
    if (bad != NULL) {
        buf_addf(&out, "  %s %s\n", verdict_name(bad->verdict), result_get(bad, RESULT_MESSAGE));
        buf_add_text(&out,
                     "  the file says what is right: mend the command, or the file where it is "
                     "wrong\n");
    }
    buf_addf(&out, "  scenario run %s%s\n", d->path, bad == NULL ? " --repeat 20" : "");
    print_people(&out);
}

/* Shows that it does it again. */
static int draft_prove(struct draft *d)
{
    unsigned passed = 0;
    int code = EXIT_CODE_OK;

    for (unsigned i = 0; i < INIT_RUNS && code == EXIT_CODE_OK && *stop_count() == 0; i++) {
        struct sight s = {.rested = false};
        code = facts_run(d, &s);
        if (code != EXIT_CODE_OK)
            return code;
        if (s.result.verdict == VERDICT_PASS) {
            passed++;
        } else if (*stop_count() == 0) {
            end_say(d, passed, &s.result);
            code = EXIT_CODE_FAILED;
        }
        sight_end(&s);
    }
    if (code == EXIT_CODE_OK && *stop_count() == 0)
        end_say(d, passed, NULL);
    return code;
}

static int draft_make(struct draft *d)
{
    struct buf text = BUF_INIT;
    struct diag diag = {0};

    int code = path_find(d);
    if (code == EXIT_CODE_OK)
        code = look(d);
    if (code == EXIT_CODE_OK)
        code = end_find(d);
    if (code != EXIT_CODE_OK || *stop_count() > 0)
        return code;
    int rc = init_text(&d->facts, &text, &diag);
    code = rc < 0 ? print_diag(rc, &diag) : file_write(d, &text);
    buf_release(&text);
    return code == EXIT_CODE_OK ? draft_prove(d) : code;
}

static int init_run(const struct flags *flags)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
    struct draft *d = calloc(1, sizeof(*d));

    if (d == NULL)
        return print_diag(ERR_NOMEM, &(struct diag){"out of memory"});
    d->flags = flags;
    d->facts.argv = (const char *const *)flags->argument;
    d->facts.status = -1;
    places_find_own(&d->places);
    int code = EXIT_CODE_USAGE;
    if (flags->arguments < 1) {
        print_error("init wants a command: scenario init -- CMD...");
    } else {
        for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
            stop_watch(signals[i]);
        code = draft_make(d);
    }
    free(d);
    if (*stop_count() > 0)
        stop_die(stop_signal());
    return code;
}

const struct verb_entry verb_init = {
    .name = "init",
    .form = "-- CMD...",
    .help = "writes a first scenario of any command, from what it is seen to do",
    .more =
        "The command runs where you are, behind a terminal of its own: once left alone, then with Ctrl-C,\n"
        "then with Ctrl-D, then with its window closed, until one of them ends it. The scenario waits for the\n"
        "last line that it shows (numbers in it may be others), does the same, and declares the end that\n"
        "came; then it runs, to see that it does that again. Where it fails at once, because somebody\n"
        "lives on or the terminal is not as it was, that is what is wrong with the command.\n"
        "\n"
        "The file is scenarios/NAME.yaml in the nearest folder `scenarios`, else NAME.yaml here; one that is\n"
        "there is never written over.\n",
    .codes =
        "Exit codes: 0 written, and it passes; 1 written, and it fails; 2 wrong usage, or the file is\n"
        "there; 6 our own error, or the command could not be started.\n",
    .example = "  scenario init -- ./server --port 0         a scenario to go on from\n",
    .flags = {FLAG_DRAFT},
    .run = init_run,
};

/* verb_merge.c: `scenario merge`: shards as one run, and the results of other machines. */
#include "harness/cli/carry.h"
#include "harness/cli/merge.h"
#include "harness/cli/print.h"
#include "harness/cli/verb.h"
#include "harness/report/exit_code.h"
#include "runtime/base/arena.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MERGE_BYTES_MAX = 1024 * 1024 * 1024, MERGE_PARTS_MAX = 100 * 1000 };

/* All that was read, shards and whole runs. */
struct merge_input {
    struct arena arena;
    struct merge_part *part; /* owned */
    size_t count;
    size_t room;
    size_t unreadable;  /* folders */
    size_t torn;        /* runs that are no shard */
    const char *folder; /* that is being read */
};

/* ---- Read ---- */

static int part_add(void *user, const struct invocation *v)
{
    struct merge_input *in = user;

    if (in->count == MERGE_PARTS_MAX)
        return ERR_FULL;
    if (in->count == in->room) {
        size_t room = in->room == 0 ? 16 : in->room * 2;
        struct merge_part *grown = realloc(in->part, room * sizeof(*grown));
        if (grown == NULL)
            return ERR_NOMEM;
        in->part = grown;
        in->room = room;
    }
    in->part[in->count++] = (struct merge_part){.folder = in->folder, .of = *v};
    return 0;
}

static int outcome_count(void *user, int64_t key, const struct outcome *o)
{
    size_t *count = user;

    (void)key;
    (void)o;
    (*count)++;
    return 0;
}

/* A part whose outcomes are being read. */
struct part_reading {
    struct arena *arena;
    struct merge_part *part;
    size_t room;
};

static int outcome_take(void *user, int64_t key, const struct outcome *o)
{
    struct part_reading *r = user;
    struct outcome copy = *o;
    const char **const text[] = {&copy.id,     &copy.scenario,  &copy.parameters, &copy.engine,
                                 &copy.reason, &copy.signature, &copy.message,    &copy.file,
                                 &copy.ended,  &copy.again,     &copy.record,     &copy.program,
                                 &copy.version};

    (void)key;
    for (size_t i = 0; i < sizeof(text) / sizeof(text[0]); i++) {
        *text[i] = arena_copy(r->arena, *text[i], strlen(*text[i]));
        if (*text[i] == NULL)
            return ERR_NOMEM;
    }
    if (r->part->count < r->room)
        r->part->outcome[r->part->count++] = copy;
    return 0;
}

/* An index that is torn has what could be read, and is not complete. */
static int outcomes_read(struct merge_input *in, struct index *index, struct merge_part *part)
{
    struct part_reading reading = {.arena = &in->arena, .part = part};
    struct diag diag = {0};

    int rc = index_each(index, part->of.key, outcome_count, &reading.room, &diag);
    part->outcome = arena_array(&in->arena, reading.room + 1, sizeof(*part->outcome));
    if (part->outcome == NULL)
        return ERR_NOMEM;
    if (rc == 0)
        rc = index_each(index, part->of.key, outcome_take, &reading, &diag);
    if (rc != ERR_IO)
        return rc;
    print_error(diag.text);
    part->of.complete = false;
    in->torn += part->of.shard_n <= 1;
    return 0;
}

/* A folder that cannot be read leaves out what it should have: that is told by the shard. */
static int folder_read(struct merge_input *in, const char *folder)
{
    struct index *index = NULL;
    struct diag diag = {0};
    size_t first = in->count;

    in->folder = folder;
    int rc = index_open(folder, INDEX_READ, &index, &diag);
    if (rc == 0)
        rc = index_each_invocation(index, part_add, in, &diag);
    for (size_t i = first; i < in->count && rc == 0; i++)
        rc = outcomes_read(in, index, &in->part[i]);
    index_close(index);
    if (rc == 0 || rc == ERR_NOMEM || rc == ERR_FULL)
        return rc;
    print_error(diag.text);
    in->unreadable++;
    in->count = first;
    return 0;
}

/* Puts the shards first. Returns how many they are. */
static size_t shards_first(struct merge_input *in)
{
    size_t shards = 0;

    for (size_t i = 0; i < in->count; i++) {
        struct merge_part part = in->part[i];
        if (part.of.shard_n <= 1)
            continue;
        memmove(&in->part[shards + 1], &in->part[shards], (i - shards) * sizeof(part));
        in->part[shards++] = part;
    }
    return shards;
}

/* ---- Check ---- */

/* Returns an exit code, or EXIT_CODE_OK to go on. */
static int shards_check(const struct merge_input *in, size_t shards, const struct flags *flags,
                        struct merge *m)
{
    struct diag diag = {0};
    struct buf text = BUF_INIT;

    if (shards == 0)
        return EXIT_CODE_OK;
    int rc = merge_check(m, in->part, shards, &diag);
    if (rc < 0)
        return print_diag(rc, &diag);
    size_t missing = merge_missing(m, &text);
    print_err(&text);
    if (missing == 0 || flags->allow_missing)
        return EXIT_CODE_OK;
    (void)diag_set(&diag, 0,
                   "%zu of %" PRIu32 " shards are missing, and nothing is merged: run them again "
                   "(--shard I/%" PRIu32 "), or say --allow-missing",
                   missing, m->shards, m->shards);
    print_error(diag.text);
    return EXIT_CODE_UNRESOLVED;
}

/* ---- Write ---- */

static int merged_take(void *user, const struct merge_part *from, const struct outcome *o)
{
    return carry_outcome(user, from != NULL ? from->folder : NULL,
                         from != NULL ? from->of.id : NULL, o);
}

/* One run that is whole, as it is. */
static int whole_write(struct carry *to, const struct merge_part *part, size_t *imported,
                       struct diag *diag)
{
    if (carry_has(to, &part->of))
        return 0;
    int rc = carry_begin(to, &part->of, part->of.id, diag);
    for (size_t i = 0; i < part->count && rc == 0; i++)
        rc = carry_outcome(to, part->folder, part->of.id, &part->outcome[i]);
    carry_end(to, part->of.complete);
    *imported += rc == 0;
    return rc;
}

static int shards_write(struct carry *to, const struct merge *m, struct diag *diag)
{
    struct buf out = BUF_INIT;
    struct invocation whole;

    merge_invocation(m, &whole);
    if (carry_has(to, &whole)) {
        buf_addf(&out, "the %" PRIu32 " shards are merged in %s already\n", m->shards, to->folder);
        print_out(&out);
        return 0;
    }
    int rc = carry_begin(to, &whole, m->part[0].of.id, diag);
    if (rc == 0)
        rc = merge_each(m, merged_take, to);
    carry_end(to, rc == 0 && whole.complete);
    if (rc < 0)
        return rc;
    buf_addf(&out, "merged %" PRIu32 " shards, %" PRIu64 " outcomes, into %s\n", m->shards,
             to->outcomes, to->records.own);
    print_out(&out);
    return 0;
}

static int all_write(const struct merge_input *in, size_t shards, const struct merge *m,
                     const struct flags *flags)
{
    struct carry to = CARRY_INIT;
    struct buf out = BUF_INIT;
    struct diag diag = {0};
    size_t imported = 0;

    int rc = carry_open(&to, flags->output, &diag);
    for (size_t i = shards; i < in->count && rc == 0; i++)
        rc = whole_write(&to, &in->part[i], &imported, &diag);
    if (rc == 0 && shards < in->count) {
        buf_addf(&out, "imported %zu whole run%s into %s, %zu %s there already\n", imported,
                 plural(imported), flags->output, in->count - shards - imported,
                 in->count - shards - imported == 1 ? "was" : "were");
        print_out(&out);
    }
    if (rc == 0 && shards > 0)
        rc = shards_write(&to, m, &diag);
    carry_close(&to);
    if (rc == ERR_NOMEM && diag.text[0] == 0)
        (void)diag_set(&diag, rc, "out of memory");
    return rc < 0 ? print_diag(rc, &diag) : EXIT_CODE_OK;
}

/* ---- The verb ---- */

/* Nothing is written into what is read. */
static bool is_input(const struct flags *flags)
{
    char out[PATH_MAX];
    char in[PATH_MAX];

    if (realpath(flags->output, out) == NULL)
        return false;
    for (int i = 0; i < flags->arguments; i++) {
        if (realpath(flags->argument[i], in) != NULL && strcmp(in, out) == 0)
            return true;
    }
    return false;
}

static int input_take(struct merge_input *in, const struct flags *flags)
{
    struct merge m = {0};
    int rc = 0;

    for (int i = 0; i < flags->arguments && rc == 0; i++)
        rc = folder_read(in, flags->argument[i]);
    if (rc < 0) {
        print_error(rc == ERR_FULL ? "more than 100000 invocations" : "out of memory");
        return EXIT_CODE_HARNESS;
    }
    if (in->count == 0) {
        print_error("there is nothing to merge");
        return EXIT_CODE_INPUT;
    }
    size_t shards = shards_first(in);
    int code = shards_check(in, shards, flags, &m);
    /* What cannot be read is no shard of these, or another has run it, too. */
    if (code == EXIT_CODE_OK && (in->torn > 0 || (in->unreadable > 0 && shards == 0))) {
        print_error("nothing is merged: say only the folders that can be read");
        code = EXIT_CODE_INPUT;
    }
    return code == EXIT_CODE_OK ? all_write(in, shards, &m, flags) : code;
}

static int merge_folders(const struct flags *flags)
{
    struct merge_input in = {.arena = arena_new(MERGE_BYTES_MAX)};

    if (flags->arguments == 0 || flags->output == NULL) {
        print_error("merge wants the folders of results, and -o DIR");
        return EXIT_CODE_USAGE;
    }
    if (is_input(flags)) {
        print_error("merge writes into another folder than those that it reads");
        return EXIT_CODE_USAGE;
    }
    int code = input_take(&in, flags);
    arena_release(&in.arena);
    free(in.part);
    return code;
}

const struct verb_entry verb_merge = {
    .name = "merge",
    .form = "DIR... -o DIR",
    .help = "joins the shards of one run, and takes the results of other machines over",
    .more =
        "Each DIR is a folder of results, as `run --results DIR` leaves it. The shards in them (run\n"
        "--shard) become one run in that of -o, with their records; runs that are whole are taken over as\n"
        "they are, into the history there, once.\n"
        "\n"
        "Shards must be of one run: the same version of the tool, the same scenarios, the same plan. One\n"
        "that is not there, or stopped before its end, is named, nothing is merged, and the exit code is\n"
        "7; with --allow-missing the others are merged, and each missing one stands among the outcomes:\n"
        "UNRESOLVED, shard-missing. Of a shard that ran twice the one that is complete counts; where both\n"
        "are and a verdict differs, both stand there, and the variant is flaky.\n",
    .codes =
        "Exit codes: 0 merged, whatever the runs came to, 2 wrong usage, 3 they do not belong together\n"
        "or cannot be read, 6 it could not be written, 7 a shard is missing.\n",
    .example = "  scenario merge results/* -o all            what the shards' machines have left\n",
    .flags = {FLAG_OUTPUT, FLAG_ALLOW_MISSING},
    .run = merge_folders,
};

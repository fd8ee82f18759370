/* suite.c: loading and selecting. */
#include "harness/cli/suite.h"

#include "harness/cli/known_file.h"
#include "harness/cli/print.h"
#include "harness/report/exit_code.h"
#include "harness/run/run.h"
#include "runtime/base/hash.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct scenario_options suite_options(const struct places *places)
{
    return (struct scenario_options){
        .steps = run_steps,
        .script_dir = places->scripts[0] != 0 ? places->scripts : NULL,
    };
}

/* Makes a finding of what kept the file from being read. */
static int unreadable_find(struct suite_file *file, struct diag *diag)
{
    struct finding *f = &file->findings->item[0];
    const char *text = arena_copy(&file->arena, diag->text, strlen(diag->text));

    if (text == NULL)
        return diag_set(diag, ERR_NOMEM, "out of memory");
    *file->findings = (struct findings){.count = 1, .errors = 1};
    f->place = (struct place){.file = file->path, .line = 1, .column = 1};
    f->width = 1;
    f->text = text;
    return ERR_INPUT;
}

static int file_load(struct suite_file *file, const struct places *places, struct suite *s,
                     struct diag *diag)
{
    struct scenario_options options = suite_options(places);
    struct known_suite known;

    known_suite_open(&known, file->path, places);
    options.check = s->check;
    options.other = known_check;
    options.other_user = &known.scenarios;
    file->arena = arena_new(SUITE_ARENA_BYTES_MAX);
    file->findings = calloc(1, sizeof(*file->findings));
    if (file->findings == NULL)
        return diag_set(diag, ERR_NOMEM, "out of memory");
    int rc =
        scenario_load(&file->arena, file->path, &options, &file->scenario, file->findings, diag);
    known_suite_close(&known);
    /* One that cannot be read is a wrong one, among others that may be right. */
    if (rc == ERR_IO)
        rc = unreadable_find(file, diag);
    if (rc < 0 && rc != ERR_INPUT)
        return rc;
    s->errors += rc < 0;
    s->warnings += file->findings->count - file->findings->errors;
    return 0;
}

/* With a folder `scenarios` the file of known failures beside it is checked, where there is one. */
static int known_add(struct suite *s, const char *folder, const struct places *places,
                     struct diag *diag)
{
    char path[PATH_MAX];
    size_t size = strlen(folder);

    while (size > 0 && folder[size - 1] == '/')
        size--;
    size_t name = strlen("scenarios");
    if (!s->check || size < name || strncmp(folder + size - name, "scenarios", name) != 0 ||
        (size > name && folder[size - name - 1] != '/') || !known_find(folder, path) ||
        access(path, F_OK) < 0)
        return 0;
    return lookup_add(&s->lookup, path, places, diag);
}

/* What is only checked may be a script by its name, or come from standard input. */
static int name_find(struct suite *s, const char *name, const struct places *places,
                     struct diag *diag)
{
    char path[PATH_MAX];
    struct diag ignored;

    if (s->check && strcmp(name, "-") == 0)
        return lookup_add(&s->lookup, "/dev/stdin", places, diag);
    int rc = lookup_add(&s->lookup, name, places, diag);
    if (rc == ERR_NOTFOUND && s->check && script_lookup(name, places, path, &ignored) == 0)
        rc = lookup_add(&s->lookup, path, places, diag);
    return rc;
}

static int files_find(struct suite *s, const struct flags *f, const struct places *places,
                      struct diag *diag)
{
    int rc = 0;

    for (int i = 0; i < f->arguments && rc == 0; i++) {
        rc = name_find(s, f->argument[i], places, diag);
        if (rc == 0)
            rc = known_add(s, f->argument[i], places, diag);
    }
    if (f->examples && rc == 0)
        return lookup_add_examples(&s->lookup, places, diag);
    if (f->arguments == 0) {
        rc = lookup_add_nearest(&s->lookup, diag);
        if (rc == 0)
            rc = known_add(s, s->lookup.folder, places, diag);
    }
    return rc;
}

static int files_load(struct suite *s, const struct places *places, struct diag *diag)
{
    int rc = 0;

    s->file = calloc(s->lookup.count + 1, sizeof(*s->file));
    if (s->file == NULL)
        return diag_set(diag, ERR_NOMEM, "out of memory");
    for (size_t i = 0; i < s->lookup.count && rc == 0; i++) {
        s->file[i].path = s->lookup.file[i].path;
        s->file[i].again = s->lookup.file[i].again;
        s->count++;
        rc = file_load(&s->file[i], places, s, diag);
    }
    return rc;
}

int suite_load(struct suite *s, const struct flags *f, const struct places *places)
{
    struct diag diag = {0};

    int rc = files_find(s, f, places, &diag);
    /* No name is wrong here: there is nothing to select from. */
    if (rc == ERR_NOTFOUND && f->arguments == 0) {
        print_error(diag.text);
        return EXIT_CODE_NOTHING;
    }
    if (rc == 0)
        rc = files_load(s, places, &diag);
    return rc < 0 ? print_diag(rc, &diag) : EXIT_CODE_OK;
}

void suite_findings(const struct suite *s, bool warnings, struct buf *out)
{
    for (size_t i = 0; i < s->count; i++) {
        const struct findings *f = s->file[i].findings;
        if (f->errors > 0 || (warnings && f->count > 0))
            findings_print(f, out);
    }
}

uint64_t suite_hash(const struct suite *s)
{
    uint64_t hash = HASH_BEGIN;

    for (size_t i = 0; i < s->count; i++) {
        const struct scenario *scenario = s->file[i].scenario;
        for (size_t k = 0; scenario != NULL && k < scenario->file_count; k++)
            hash = hash_add(hash, scenario->file[k].text, scenario->file[k].size);
        if (scenario != NULL)
            hash = hash_add(hash, scenario->id, strlen(scenario->id) + 1);
    }
    return hash;
}

void suite_release(struct suite *s)
{
    for (size_t i = 0; i < s->count; i++) {
        free(s->file[i].findings);
        arena_release(&s->file[i].arena);
    }
    free(s->file);
    lookup_release(&s->lookup);
    *s = SUITE_INIT;
}

/* ---- Runs ---- */

bool pins_take(const struct flags *f, const struct variant *v)
{
    for (size_t i = 0; i < f->pins.count; i++) {
        if (!parameters_have(v->parameters, f->pins.pair[i]))
            return false;
    }
    return true;
}

static int job_add(struct jobs *j, const struct job *job, struct diag *diag)
{
    if (j->count == SUITE_JOBS_MAX)
        return diag_set(diag, ERR_FULL, "more than %d runs in one command", SUITE_JOBS_MAX);
    if (j->count == j->room) {
        size_t room = j->room == 0 ? 64 : j->room * 2;
        struct job *grown = realloc(j->job, room * sizeof(*grown));
        if (grown == NULL)
            return diag_set(diag, ERR_NOMEM, "out of memory");
        j->job = grown;
        j->room = room;
    }
    j->job[j->count++] = *job;
    return 0;
}

/* The engines that this scenario is to run on. */
static unsigned engines_wanted(const struct flags *f, const struct scenario *s)
{
    if (f->engines != 0)
        return f->engines & s->engines;
    return (s->engines & ENGINE_REAL) != 0 ? ENGINE_REAL : s->engines & ENGINE_SIM;
}

bool engine_taken(const char *filter, const struct scenario *s, const struct variant *v,
                  unsigned engine)
{
    const struct filter_subject subject = {v->id, v->parameters, s->tags, s->tag_count,
                                           engine_name(engine)};

    return filter_takes(filter, &subject);
}

static int variant_select(struct jobs *j, const struct suite_file *file, const struct variant *v,
                          const struct flags *f, struct diag *diag)
{
    const struct scenario *s = file->scenario;
    unsigned wanted = engines_wanted(f, s);
    size_t first = j->count;
    int rc = 0;

    if (!pins_take(f, v))
        return 0;
    if (j->only != NULL && !last_failed_has(j->only, v->id, wanted))
        return 0;
    if (wanted == 0)
        j->skipped += engine_taken(f->filter, s, v, s->engines);
    for (unsigned engine = ENGINE_REAL; engine <= ENGINE_SIM && rc == 0; engine <<= 1) {
        if ((wanted & engine) == 0 || !engine_taken(f->filter, s, v, engine))
            continue;
        for (uint64_t n = 0; n < f->repeat && rc == 0; n++) {
            const struct job job = {.file = file,
                                    .variant = v,
                                    .engine = engine,
                                    .seed = f->seed + n,
                                    .repeat = n,
                                    .twin = SIZE_MAX};
            rc = job_add(j, &job, diag);
        }
    }
    for (size_t n = 0; rc == 0 && j->count - first == 2 * f->repeat && n < f->repeat; n++) {
        j->job[first + n].twin = first + f->repeat + n;
        j->job[first + f->repeat + n].twin = first + n;
    }
    return rc;
}

int jobs_select(struct jobs *j, const struct suite *s, const struct flags *f, struct diag *diag)
{
    int rc = f->filter != NULL ? filter_check(f->filter, diag) : 0;

    for (size_t i = 0; i < s->count && rc == 0; i++) {
        const struct scenario *scenario = s->file[i].scenario;
        for (size_t k = 0; scenario != NULL && k < scenario->variant_count && rc == 0; k++)
            rc = variant_select(j, &s->file[i], &scenario->variant[k], f, diag);
    }
    return rc;
}

int jobs_multiply(struct jobs *j, size_t copies, uint64_t seed_step, struct diag *diag)
{
    size_t count = j->count;
    int rc = 0;

    for (size_t i = count; i < count * copies && rc == 0; i++) {
        struct job job = j->job[i - count];
        job.seed += seed_step;
        job.repeat++;
        rc = job_add(j, &job, diag);
    }
    return rc;
}

bool jobs_have(const struct jobs *j, unsigned engine)
{
    for (size_t i = 0; i < j->count; i++) {
        if (j->job[i].engine == engine)
            return true;
    }
    return false;
}

void jobs_release(struct jobs *j)
{
    for (size_t i = 0; i < j->count; i++) {
        struct job *job = &j->job[i];
        result_release(&job->result);
        for (uint32_t k = 0; k < job->retries; k++)
            result_release(&job->earlier[k].result);
        free(job->earlier);
    }
    free(j->job);
    free(j->order);
    *j = JOBS_INIT;
}

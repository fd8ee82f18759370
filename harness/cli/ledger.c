/* ledger.c: what stands in the index beside the outcomes, and how it is said that nothing does. */
#include "harness/cli/ledger.h"

#include "harness/cli/machine.h"
#include "harness/cli/print.h"
#include "harness/observe/verdict.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

/* ---- Where we run ---- */

static bool variable_set(const char *name)
{
    const char *value = getenv(name);

    return value != NULL && value[0] != 0 && strcmp(value, "0") != 0 && strcmp(value, "false") != 0;
}

static bool is_there(const char *root, const char *path)
{
    char full[PATH_MAX];

    return snprintf(full, sizeof(full), "%s%s", root, path) < (int)sizeof(full) &&
           access(full, F_OK) == 0;
}

/* Its first word says which one, in what systemd writes for those who ask. */
static void container_read(const char *root, char *out, size_t size)
{
    char path[PATH_MAX];

    (void)snprintf(path, sizeof(path), "%s/run/systemd/container", root);
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return;
    if (fgets(out, (int)size, file) == NULL)
        out[0] = 0;
    (void)fclose(file);
    out[strcspn(out, " \n")] = 0;
}

static void container_find(const char *root, char *out, size_t size)
{
    const char *named = getenv("container");

    container_read(root, out, size);
    if (out[0] != 0)
        return;
    if (is_there(root, "/run/.containerenv"))
        (void)snprintf(out, size, "podman");
    else if (is_there(root, "/.dockerenv"))
        (void)snprintf(out, size, "docker");
    else if (variable_set("KUBERNETES_SERVICE_HOST"))
        (void)snprintf(out, size, "kubernetes");
    else if (named != NULL)
        (void)snprintf(out, size, "%s", named);
}

void platform_find(const char *root, struct platform *out)
{
    struct utsname system;

    *out = (struct platform){.cores = (uint32_t)machine_cores(), .ci = variable_set("CI")};
    if (uname(&system) == 0) {
        (void)snprintf(out->os, sizeof(out->os), "%.31s", system.sysname);
        (void)snprintf(out->kernel, sizeof(out->kernel), "%.63s", system.release);
    }
    container_find(root, out->container, sizeof(out->container));
}

/* What is tested, as those say who know: the user, else the CI's commit. */
static const char *subject_find(void)
{
    static const char *const names[] = {"SCENARIO_SUBJECT", "GITHUB_SHA", "CI_COMMIT_SHA"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const char *value = getenv(names[i]);
        if (value != NULL && value[0] != 0)
            return value;
    }
    return "";
}

/* ---- The book ---- */

static int64_t now_us(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void unkept_say(struct ledger *l)
{
    const char *why = index_unkept(l->index);

    if (l->said || why[0] == 0)
        return;
    l->said = true;
    print_error(why);
}

void ledger_open(struct ledger *l, const struct results *r, const struct invocation *v)
{
    struct diag diag = {0};
    const char *slash = strrchr(r->own, '/');

    *l = (struct ledger){.own = *v, .said = r->own[0] == 0};
    struct invocation *own = &l->own;
    platform_find("", &own->platform);
    own->started_us = now_us();
    (void)snprintf(own->id, sizeof(own->id), "%.63s", slash != NULL ? slash + 1 : "unkept");
    (void)snprintf(own->tool, sizeof(own->tool), "scenario " SCENARIO_VERSION);
    (void)snprintf(own->subject, sizeof(own->subject), "%.159s", subject_find());
    (void)snprintf(own->host, sizeof(own->host), "%s%ucore", own->platform.ci ? "ci-" : "",
                   (unsigned)own->platform.cores);
    own->shard_i = own->shard_i > 0 ? own->shard_i : 1;
    own->shard_n = own->shard_n > 0 ? own->shard_n : 1;
    if (index_open(r->folder, INDEX_WRITE, &l->index, &diag) < 0) {
        print_error(diag.text);
        return;
    }
    index_begin(l->index, own);
    unkept_say(l);
}

/* Of a pass less is kept: nobody repeats it. */
static void outcome_make(const struct run_result *result, uint64_t repeat, struct outcome *out)
{
    outcome_of(result, out);
    out->repeat = (uint32_t)repeat;
    out->start_us = now_us() - result->time_ns / 1000;
    if (!verdict_is_bad(result->verdict))
        out->again = "";
}

int64_t ledger_add(struct ledger *l, const struct run_result *result, uint64_t repeat)
{
    struct outcome outcome;

    if (l->index == NULL || l->added > LEDGER_OUTCOMES_MAX)
        return 0;
    if (l->added++ == LEDGER_OUTCOMES_MAX) {
        struct diag diag;
        (void)diag_set(&diag, ERR_FULL,
                       "the index has the first %d runs: those after them are only "
                       "summed up",
                       LEDGER_OUTCOMES_MAX);
        print_error(diag.text);
        return 0;
    }
    outcome_make(result, repeat, &outcome);
    int64_t key = index_add(l->index, &outcome);
    unkept_say(l);
    return key;
}

void ledger_change(struct ledger *l, int64_t key, const struct run_result *result, uint64_t repeat)
{
    struct outcome outcome;

    if (l->index == NULL || key == 0)
        return;
    outcome_make(result, repeat, &outcome);
    index_change(l->index, key, &outcome);
    unkept_say(l);
}

void ledger_drop(struct ledger *l, int64_t key)
{
    if (l->index == NULL || key == 0)
        return;
    index_drop(l->index, key);
    unkept_say(l);
}

void ledger_close(struct ledger *l, bool complete)
{
    if (l->index == NULL)
        return;
    index_end(l->index, complete);
    (void)index_prune(l->index, now_us(), &index_limits);
    unkept_say(l);
    index_close(l->index);
    l->index = NULL;
}

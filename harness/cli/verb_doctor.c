/* verb_doctor.c: `scenario doctor`: what this machine is, as known failures name it, and what is
 * kept here of the runs so far. */
#include "harness/cli/ledger.h"
#include "harness/cli/print.h"
#include "harness/cli/verb.h"
#include "harness/real/survey.h"
#include "harness/record/index.h"
#include "harness/record/record.h"
#include "harness/record/results.h"
#include "harness/report/exit_code.h"
#include "runtime/base/visible.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { FOLDERS_SHOWN_MAX = 3, MEGA = 1024 * 1024 };

/* "machine   Linux 6.1.0, 2 cores" */
static void title_add(struct buf *out, const char *title)
{
    buf_addf(out, "%-9s ", title);
}

static void machine_tell(struct buf *out)
{
    struct platform p;

    platform_find("", &p);
    title_add(out, "machine");
    buf_addf(out, "os %s, kernel %s, cores %" PRIu32 ", container %s, ci %s\n", p.os, p.kernel,
             p.cores, p.container[0] != 0 ? p.container : "none", p.ci ? "true" : "false");
}

/* What of a command's processes is seen here, and by what. */
static void features_tell(struct buf *out)
{
    struct survey_row row[FEATURES];

    survey_machine(row);
    title_add(out, "tier");
    buf_add_text(out, "base: a process that lives shorter than 10 ms may be missed\n");
    for (unsigned i = 0; i < FEATURES; i++) {
        if (!row[i].tried)
            continue;
        title_add(out, "");
        buf_addf(out, "%-10s %-4s %s\n", feature_name((enum feature)i), row[i].have ? "yes" : "no",
                 row[i].text);
    }
}

/* "61.3 MB", "12 kB" */
static void bytes_add(struct buf *out, int64_t bytes)
{
    int64_t tenths = bytes * 10 / MEGA;

    if (bytes < MEGA)
        buf_addf(out, "%" PRId64 " kB", bytes / 1024);
    else
        buf_addf(out, "%" PRId64 ".%" PRId64 " MB", tenths / 10, tenths % 10);
}

static void day_add(struct buf *out, int64_t us)
{
    time_t seconds = (time_t)(us / 1000000);
    struct tm tm;
    char text[32];

    if (gmtime_r(&seconds, &tm) != NULL && strftime(text, sizeof(text), "%Y-%m-%d", &tm) > 0)
        buf_add_text(out, text);
}

static void sums_tell(const struct index_sums *sums, struct buf *out)
{
    const struct index_sums s = *sums;

    title_add(out, "");
    buf_addf(out, "%" PRId64 " invocation%s, %" PRId64 " with failures; %" PRId64 " run%s", s.runs,
             plural((uint64_t)s.runs), s.runs_bad, s.outcomes, plural((uint64_t)s.outcomes));
    if (s.oldest_us > 0) {
        buf_add_text(out, "; the oldest of ");
        day_add(out, s.oldest_us);
    }
    buf_add_text(out, "\n");
    title_add(out, "");
    buf_add_text(out, "records ");
    bytes_add(out, s.record_bytes);
    buf_add_text(out, ", index ");
    bytes_add(out, s.index_bytes);
    buf_add_text(out, "\n");
}

/* Folders that no invocation of the index has: of before it was, or left where it was removed. */
static void strangers_tell(struct index *index, const char *folder, struct buf *out)
{
    DIR *dir = opendir(folder);
    const struct dirent *entry;
    struct buf names = BUF_INIT;
    uint64_t count = 0;

    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        struct invocation v;
        struct stat st;
        if (entry->d_name[0] == '.' ||
            fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
            !S_ISDIR(st.st_mode) || index_find(index, entry->d_name, &v, NULL) != ERR_NOTFOUND)
            continue;
        if (count++ < FOLDERS_SHOWN_MAX) {
            buf_add_text(&names, count > 1 ? ", " : "");
            visible_add(&names, entry->d_name, strlen(entry->d_name));
        }
    }
    if (dir != NULL)
        (void)closedir(dir);
    if (count > 0) {
        title_add(out, "");
        buf_addf(out, "%" PRIu64 " folder%s that the index does not know, never removed: %s%s\n",
                 count, plural(count), buf_text(&names), count > FOLDERS_SHOWN_MAX ? ", ..." : "");
    }
    buf_release(&names);
}

static void limits_tell(struct buf *out)
{
    title_add(out, "limits");
    buf_addf(out,
             "%d invocations, %d MB in all; %d days, with failures %d days: after each run the\n",
             INDEX_RUNS_MAX, (int)(INDEX_BYTES_MAX / MEGA), INDEX_PASSED_DAYS, INDEX_FAILED_DAYS);
    title_add(out, "");
    buf_addf(out, "oldest goes, at most %d, and one with failures ages %d times more slowly\n",
             INDEX_PRUNED_MAX, INDEX_FAILED_DAYS / INDEX_PASSED_DAYS);
    title_add(out, "");
    buf_addf(out, "a record %d MB; %d records of failures in one invocation\n",
             (int)(RECORD_BYTES_MAX / MEGA), RESULTS_KEPT_MAX);
}

/* The nearest folder on the way there that exists. */
static bool may_write(const char *folder)
{
    char path[PATH_MAX];

    (void)snprintf(path, sizeof(path), "%s", folder);
    while (access(path, F_OK) < 0 && errno == ENOENT) {
        char *slash = strrchr(path, '/');
        if (slash == path)
            slash[1] = 0;
        else if (slash != NULL)
            *slash = 0;
        else
            (void)snprintf(path, sizeof(path), ".");
    }
    return access(path, W_OK | X_OK) == 0;
}

/* Returns an exit code. */
static int results_tell(const struct flags *flags, struct buf *out)
{
    char folder[PATH_MAX];
    struct index *index = NULL;
    struct diag diag = {0};
    int code = EXIT_CODE_OK;

    results_find(folder);
    if (flags->results != NULL)
        (void)snprintf(folder, sizeof(folder), "%s", flags->results);
    title_add(out, "results");
    visible_add(out, folder, strlen(folder));
    bool writes = may_write(folder);
    int refused = errno;
    struct index_sums sums;
    int rc = index_open(folder, INDEX_READ, &index, &diag);
    if (rc == 0)
        rc = index_sum(index, &sums, &diag);
    if (!writes)
        buf_addf(out, ": cannot be written (%s), so nothing is kept", strerror(refused));
    else if (rc == ERR_NOTFOUND)
        buf_add_text(out, ": nothing was kept there yet");
    buf_add_text(out, "\n");
    if (!writes || (rc < 0 && rc != ERR_NOTFOUND))
        code = EXIT_CODE_HARNESS;
    if (rc < 0 && rc != ERR_NOTFOUND) {
        title_add(out, "");
        visible_add(out, diag.text, strlen(diag.text));
        buf_add_text(out, "\n");
    }
    if (rc == 0) {
        sums_tell(&sums, out);
        strangers_tell(index, folder, out);
    }
    index_close(index);
    limits_tell(out);
    return code;
}

static int doctor(const struct flags *flags)
{
    struct buf out = BUF_INIT;

    if (flags->arguments > 0) {
        print_error("doctor wants no name");
        return EXIT_CODE_USAGE;
    }
    machine_tell(&out);
    features_tell(&out);
    int code = results_tell(flags, &out);
    print_out(&out);
    return code;
}

const struct verb_entry verb_doctor = {
    .name = "doctor",
    .form = "",
    .help = "what this machine is, and what is kept of the runs",
    .more =
        "`machine` is in the words of `platform:` in a file of known failures. `tier` says how much is\n"
        "seen of a command here, and by which features of the kernel; what it lacks, and how to get it.\n"
        "Each can be left out by --without NAME, to see what becomes of a run. `results` is where `run`\n"
        "and `expect` keep what they do: in `index.db`, a file of SQLite, what each run came to; in a\n"
        "folder for each invocation the records of failures. `limits` says how much of it stays, and for\n"
        "how long.\n",
    .codes =
        "Exit codes: 0 all is well, 2 wrong usage, 6 results cannot be kept, or not be read.\n",
    .example = "  scenario doctor                            where results lie, and how many\n",
    .flags = {FLAG_RESULTS},
    .run = doctor,
};

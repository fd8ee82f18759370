/* files_removed.c: what the subject has made in its work directory is gone when it has ended.
 *
 * A pid file, a socket or a lock file makes the next run another one. What it has made on purpose
 * is there, too, so it is told only. */
#include "harness/observe/keeps.h"

static bool check(const struct look *l)
{
    return keeps_count_wrong(l, LEFT_FILE, "file in its work directory",
                             "files in its work directory");
}

const struct invariant_entry invariant_files_removed = {
    .name = "files-removed",
    .note = "",
    .help = "nothing new is in the fresh work directory in the end; actor: the root",
    .remedy = "remove pid files, sockets and temporary files on every way out",
    .liveness = true,
    .subjects = SUBJECT_COMMAND,
    .told = SUBJECT_COMMAND,
    .own_end = true,
    .points = ROW_POINTS(POINT_PROC_KEEPS),
    .on = check,
};

/* outcome.c: from a result to what is known of it afterwards. */
#include "harness/record/outcome.h"

#include "harness/record/record.h"
#include "harness/scenario/model.h"

#include <string.h>

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash != NULL ? slash + 1 : path;
}

void outcome_of(const struct run_result *r, struct outcome *out)
{
    *out = (struct outcome){
        .id = result_get(r, RESULT_ID),
        .scenario = result_get(r, RESULT_SCENARIO),
        .parameters = result_get(r, RESULT_PARAMETERS),
        .engine = engine_name(r->engine),
        .verdict = r->verdict,
        .reason = result_get(r, RESULT_REASON),
        .signature = result_get(r, RESULT_SIGNATURE),
        .message = result_get(r, RESULT_MESSAGE),
        .file = record_path(result_get(r, RESULT_FILE)),
        .ended = result_get(r, RESULT_ENDED),
        .again = result_get(r, RESULT_AGAIN),
        .record = last_part(result_get(r, RESULT_RECORD)),
        .line = r->line,
        .seed = r->seed,
        .digest = r->digest,
        .time_ns = r->time_ns,
        .schedules = r->schedules,
        .failed = r->failed,
        .attempt = r->attempt > 0 ? r->attempt : 1,
        .must_fail = r->must_fail != 0,
        .program = result_get(r, RESULT_PROGRAM),
        .version = result_get(r, RESULT_VERSION),
    };
}

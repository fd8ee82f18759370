/* scenario_fuzz.c: the loader under libFuzzer; not part of the tests.
 *
 *   clang -fsanitize=fuzzer,address,undefined, with the files of runtime/base, runtime/actor and
 *   harness/scenario, runtime/roles/tree.c and -lyaml; the fixtures of bad/ are a good corpus. */
#include "harness/scenario/model.h"
#include "harness/scenario/tests/options.h"
#include "runtime/base/buf.h"
#include "runtime/base/check.h"

/* The name is libFuzzer's. NOLINTBEGIN(readability-identifier-naming) */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct findings findings;
    struct arena arena = arena_new((size_t)64 * 1024 * 1024);
    struct scenario *s = NULL;
    struct buf shown = BUF_INIT;

    int rc = scenario_parse(&arena, "scenarios/fuzz.yaml", (const char *)data, size, &test_options,
                            &s, &findings, NULL);
    CHECK((rc == 0) == (s != NULL));
    CHECK((rc == ERR_INPUT) == (findings.errors > 0));
    findings_print(&findings, &shown);
    buf_release(&shown);
    arena_release(&arena);
    return 0;
}
/* NOLINTEND(readability-identifier-naming) */

/* record_fuzz.c: any bytes as a record file, and as a part of one.
 *
 * What must hold: reading ends in a recording or in a message; a recording can be told in every
 * form, in valid UTF-8 as far as JSON goes; one that is said to be whole has its sum. */
#include "harness/record/format.h"
#include "harness/record/tell.h"
#include "runtime/base/check.h"
#include "runtime/base/hash.h"
#include "runtime/base/tests/fuzz.h"
#include "runtime/base/utf8.h"

#include <string.h>

static bool is_utf8(const struct buf *text)
{
    const unsigned char *at = (const unsigned char *)buf_text(text);
    size_t left = text->size;

    while (left > 0) {
        int size = utf8_size(at, left);
        if (size <= 0)
            return false;
        at += size;
        left -= (size_t)size;
    }
    return true;
}

static void told(const struct recording *r)
{
    for (unsigned form = 0; form < TELL_FORMS; form++) {
        struct buf out = BUF_INIT;
        tell(form, r, &out);
        CHECK(!out.failed && out.size > 0);
        CHECK(form != TELL_json || is_utf8(&out));
        CHECK(out.data[out.size - 1] == '\n');
        buf_release(&out);
    }
}

static void parsed(const void *data, size_t size)
{
    struct recording *r = NULL;
    struct buf bytes = BUF_INIT;
    struct diag diag = {0};

    buf_add(&bytes, data, size);
    int rc = recording_parse(&bytes, "input", &r, &diag);
    CHECK((rc == 0) == (r != NULL));
    CHECK(rc == 0 || diag.text[0] != 0);
    if (r == NULL)
        return;
    CHECK(r->event_count >= r->trace.count);
    told(r);
    FUZZ_MISTAKE(r->event_count > 3);
    recording_free(r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char begin[] = RECORD_MAGIC "H\5\0\0\0id x\n"
                                             "P\x17\0\0\0dbg.prompt\0dbg.enqueue\0";
    struct buf made = BUF_INIT;

    parsed(data, size);
    /* Few inputs have the magic, and none the sum: here is a head, and an end that fits. */
    buf_add(&made, begin, sizeof(begin) - 1);
    buf_add(&made, data, size);
    parsed(made.data, made.size);
    uint64_t sum = hash_add(HASH_BEGIN, made.data, made.size);
    unsigned char end[RECORD_ITEM_BYTES + RECORD_SUM_BYTES] = {ITEM_END, RECORD_SUM_BYTES};
    for (unsigned i = 0; i < RECORD_SUM_BYTES; i++)
        end[RECORD_ITEM_BYTES + i] = (unsigned char)(sum >> (8 * i));
    buf_add(&made, end, sizeof(end));
    parsed(made.data, made.size);
    buf_release(&made);
    return 0;
}

/* Items of each kind, behind the head of above. */
size_t fuzz_seed(size_t i, uint8_t *out)
{
    static const struct {
        const char *bytes;
        size_t size;
    } seeds[] = {
        {"C\x0c\0\0\0\xff\xff"
         "root\0\0\0leaf\0" /* one byte short */,
         17                                                                                   },
        {"O\x0a\0\0\0\1\0\0\0\0\0\0\0a\n",                                                  15},
        {"S\x0a\0\0\0\1\0\0\0\0\0\0\0a b",                                                  15},
        {"M\x09\0\0\0\1\0\0\0\0\0\0\0n",                                                    14},
        {"Z\x0c\0\0\0\1\0\0\0\0\0\0\0\x18\0\x50\0",                                         17},
        {"V\x0d\0\0\0verdict\0FAIL\0",                                                      18},
        {"X\0\0\0\0",                                                                       5 },
        {"R\x22\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0\1\0\0\0\0\0", 39},
    };

    if (i >= sizeof(seeds) / sizeof(seeds[0]))
        return 0;
    memcpy(out, seeds[i].bytes, seeds[i].size);
    return seeds[i].size;
}

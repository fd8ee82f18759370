/* utf8.c: the well-formed sequences, a row each. */
#include "runtime/base/utf8.h"

static const struct utf8_form {
    unsigned char first_min, first_max; /* of the first byte */
    unsigned char low, high;            /* of the second; those behind it are 80 to BF */
    int bytes;
} utf8_forms[] = {
    {0x00, 0x7F, 0x00, 0x00, 1},
    {0xC2, 0xDF, 0x80, 0xBF, 2},
    {0xE0, 0xE0, 0xA0, 0xBF, 3},
    {0xE1, 0xEC, 0x80, 0xBF, 3},
    {0xED, 0xED, 0x80, 0x9F, 3},
    {0xEE, 0xEF, 0x80, 0xBF, 3},
    {0xF0, 0xF0, 0x90, 0xBF, 4},
    {0xF1, 0xF3, 0x80, 0xBF, 4},
    {0xF4, 0xF4, 0x80, 0x8F, 4},
};

int utf8_size(const void *data, size_t size)
{
    const unsigned char *text = data;

    for (size_t i = 0; i < sizeof(utf8_forms) / sizeof(utf8_forms[0]); i++) {
        const struct utf8_form *form = &utf8_forms[i];
        if (text[0] < form->first_min || text[0] > form->first_max)
            continue;
        for (int k = 1; k < form->bytes; k++) {
            if ((size_t)k == size)
                return 0;
            if (text[k] < (k == 1 ? form->low : 0x80) || text[k] > (k == 1 ? form->high : 0xBF))
                return -1;
        }
        return form->bytes;
    }
    return -1;
}

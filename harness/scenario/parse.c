/* parse.c: memory, sources and the counting of work for one reading. */
#include "harness/scenario/parse.h"

#include "harness/scenario/yaml_doc.h"

#include <stdio.h>
#include <string.h>

bool parse_failed(const struct parse *p)
{
    return p->no_memory || p->too_much;
}

void *parse_alloc(struct parse *p, size_t count, size_t size)
{
    void *out = arena_array(p->arena, count, size);

    if (out == NULL)
        p->no_memory = true;
    return out;
}

char *parse_copy(struct parse *p, const char *text, size_t size)
{
    char *out = arena_copy(p->arena, text, size);

    if (out == NULL)
        p->no_memory = true;
    return out;
}

const char *parse_vformat(struct parse *p, const char *format, va_list args)
{
    char text[512]; /* a longer message is cut */
    /* The analyzer does not see va_start() in another file. NOLINTNEXTLINE(clang-analyzer-*) */
    int size = vsnprintf(text, sizeof(text), format, args);

    if (size < 0)
        return "";
    size_t length = (size_t)size < sizeof(text) ? (size_t)size : sizeof(text) - 1;
    const char *out = parse_copy(p, text, length);
    return out == NULL ? "" : out;
}

const char *parse_format(struct parse *p, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    const char *out = parse_vformat(p, format, args);
    va_end(args);
    return out;
}

const char *path_folder(struct parse *p, const struct node *n)
{
    const char *slash = strrchr(n->place.file, '/');

    if (slash == NULL)
        return ".";
    return slash == n->place.file ? "/"
                                  : parse_copy(p, n->place.file, (size_t)(slash - n->place.file));
}

const char *path_from(struct parse *p, const struct node *n, const char *path)
{
    return path[0] == '/' ? path : parse_format(p, "%s/%s", path_folder(p, n), path);
}

bool parse_work(struct parse *p, const struct node *at, uint32_t amount)
{
    if (parse_failed(p))
        return false;
    p->work += amount;
    if (p->work <= SCENARIO_WORK_MAX)
        return true;
    p->too_much = true;
    if (p->findings->errors > 0)
        return false;
    struct finding *f = finding_error(p, at, "the matrix makes too many steps and actors");
    f->help = "variants times contents is limited; take values or steps away";
    return false;
}

struct source *source_new(struct parse *p, const char *path, const char *text, size_t size)
{
    struct source *s = parse_alloc(p, 1, sizeof(*s));
    uint32_t lines = 1;

    for (const char *at = text; (at = memchr(at, '\n', size - (size_t)(at - text))) != NULL; at++)
        lines++;
    if (s == NULL)
        return NULL;
    *s = (struct source){.path = parse_copy(p, path, strlen(path)),
                         .text = parse_copy(p, text, size),
                         .size = size,
                         .lines = lines};
    s->start = parse_alloc(p, lines, sizeof(*s->start));
    s->shown = parse_alloc(p, lines, sizeof(*s->shown));
    if (s->path == NULL || s->text == NULL || s->start == NULL || s->shown == NULL)
        return NULL;
    uint32_t line = 1;
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '\n')
            s->start[line++] = (uint32_t)(i + 1);
    }
    *(p->sources_end != NULL ? p->sources_end : &p->sources) = s;
    p->sources_end = &s->next;
    return s;
}

const char *source_line(struct parse *p, struct source *s, uint32_t line)
{
    if (line < 1 || line > s->lines)
        return "";
    if (s->shown[line - 1] == NULL) {
        size_t from = s->start[line - 1];
        size_t to = line < s->lines ? s->start[line] - 1U : s->size;
        if (to > from && s->text[to - 1] == '\r')
            to--;
        s->shown[line - 1] = parse_copy(p, s->text + from, to - from);
    }
    return s->shown[line - 1];
}

struct place source_place(const struct source *s, size_t offset)
{
    uint32_t low = 0;
    uint32_t high = s->lines;

    if (offset > s->size)
        offset = s->size;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (s->start[middle] <= offset)
            low = middle;
        else
            high = middle;
    }
    return (struct place){
        .file = s->path, .line = low + 1, .column = (uint32_t)(offset - s->start[low]) + 1};
}

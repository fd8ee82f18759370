/* format.h: the record file of one run, byte by byte.
 *
 * A file is RECORD_MAGIC and items, each a byte that says of which kind, the size of what follows
 * in 4 bytes, and so many bytes. Numbers are little-endian, texts are UTF-8 without a 0. An item of
 * an unknown kind is passed over. A file that ends within an item is that of a run that was killed:
 * all before it counts. scenario-record(5) says the same for people who write readers. */
#ifndef HARNESS_RECORD_FORMAT_H
#define HARNESS_RECORD_FORMAT_H

#define RECORD_MAGIC "SCNREC1\n"

enum {
    RECORD_MAGIC_BYTES = 8,
    RECORD_ITEM_BYTES = 5, /* kind and size */
    RECORD_TRACE_BYTES = 34,
    RECORD_AT_BYTES = 8,
    RECORD_SIZE_BYTES = 12, /* of ITEM_RESIZED */
    RECORD_SUM_BYTES = 8,
    RECORD_PARENT_BYTES = 2,
    RECORD_CAST_ROOM = 2048, /* of a tree TREE_ACTORS_MAX, of a command CAST_COMMAND_ROOM */
};

/* X(identifier, byte, what it holds) */
#define ITEM_MAP(X)                                                                               \
    X(ITEM_HEAD, 'H', "key, blank, value, line feed; again")                                      \
    X(ITEM_FILE, 'F', "name, 0, text: the scenario, then each script it uses")                    \
    X(ITEM_POINTS, 'P', "name, 0; again: the points by number")                                   \
    X(ITEM_CAST, 'C', "number of the parent in 2 bytes, name, 0; again: who is there, by number") \
    X(ITEM_TRACE, 'R',                                                                            \
      "time, value, extra in 8 bytes each, request in 4, point, actor, peer "                     \
      "in 2 each: a record of the trace")                                                         \
    X(ITEM_OUTPUT, 'O', "time in 8 bytes, what the terminal showed")                              \
    X(ITEM_STEP, 'S', "time in 8 bytes, FILE:LINE, blank, text: a step of the scenario is done")  \
    X(ITEM_MARK, 'M', "time in 8 bytes, text: a step begins, or a note")                          \
    X(ITEM_RESIZED, 'Z', "time in 8 bytes, rows and columns in 2 each")                           \
    X(ITEM_CUT, 'X', "nothing: from here on no more was kept, as the file has its limit")         \
    X(ITEM_VERDICT, 'V', "key, 0, value, 0; again")                                               \
    X(ITEM_END, 'E', "FNV-1a in 64 bits of all bytes before this item; nothing comes behind it")

enum item_kind {
#define ITEM_ROW(id, byte, help) id = byte,
    ITEM_MAP(ITEM_ROW)
#undef ITEM_ROW
};

#endif

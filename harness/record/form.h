/* form.h: the forms in which a recorded run is shown, by name. */
#ifndef HARNESS_RECORD_FORM_H
#define HARNESS_RECORD_FORM_H

/* In this order in the help. X(name of the form, help) */
#define TELL_FORM_MAP(X)                                                                     \
    X(text, "what it was, and what happened line by line")                                   \
    X(lanes, "a column for each actor; who has the terminal and waits for it in the margin") \
    X(json, "JSON lines")                                                                    \
    X(cast, "what the terminal showed, as an asciicast")

enum tell_form {
#define TELL_ROW(name, help) TELL_##name,
    TELL_FORM_MAP(TELL_ROW)
#undef TELL_ROW
        TELL_FORMS
};

#endif

/* Just enough text formatting to need no C library. */
#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>
#include <stdint.h>

/** A line under construction. What does not fit is dropped. */
typedef struct {
  char text[80];
  uint32_t length;
} line_t;

void line_add(line_t *line, const char *text);
void line_add_number(line_t *line, int32_t number);
/** Sends the line and a line break to the terminal channel. */
void line_print(line_t *line);

bool text_equal(const char *a, const char *b);
/** If `text` begins with `prefix`: what follows it. Otherwise NULL. */
const char *text_after(const char *text, const char *prefix);
int32_t text_to_number(const char *text);

#endif

/* Text formatting and parsing; see text.h. */
#include "text.h"
#include <stddef.h>
#include "rtt.h"

void *memset(void *to, int value, size_t count);

/* Compilers call these two by themselves. */
void *memset(void *to, int value, size_t count) {
  for (volatile char *byte = to; count > 0; count--) *byte++ = (char)value;
  return to;
}

void *memcpy(void *restrict to, const void *restrict from, size_t count);
void *memcpy(void *restrict to, const void *restrict from, size_t count) {
  const char *source = from;
  for (volatile char *byte = to; count > 0; count--) *byte++ = *source++;
  return to;
}

static void add_character(line_t *line, char c) {
  if (line->length < sizeof line->text) line->text[line->length++] = c;
}

void line_add(line_t *line, const char *text) {
  while (*text) add_character(line, *text++);
}

/* Recursive: the leading digits first. */
static void add_digits(line_t *line, uint32_t number) {
  if (number >= 10) add_digits(line, number / 10);
  add_character(line, (char)('0' + number % 10));
}

void line_add_number(line_t *line, int32_t number) {
  if (number < 0) add_character(line, '-');
  add_digits(line, number < 0 ? 0u - (uint32_t)number : (uint32_t)number);
}

void line_print(line_t *line) {
  add_character(line, '\n');
  rtt_write(RTT_TERMINAL, line->text, line->length);
  line->length = 0;
}

bool text_equal(const char *a, const char *b) {
  const char *rest = text_after(a, b);
  return rest && *rest == '\0';
}

const char *text_after(const char *text, const char *prefix) {
  for (; *prefix; text++, prefix++) {
    if (*text != *prefix) return NULL;
  }
  return text;
}

int32_t text_to_number(const char *text) {
  int32_t number = 0;
  for (; *text >= '0' && *text <= '9' && number < 100000; text++) number = number * 10 + (*text - '0');
  return number;
}

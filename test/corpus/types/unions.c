/* Anonymous unions and structs, nested to three levels; a tagged union; a union of pointers. */
#include <stdint.h>
#include "corpus.h"

struct message {
  enum { TEXT, NUMBER, POINT } kind;
  union {
    char text[8];
    double number;
    struct {
      int16_t x, y;
      union {
        uint32_t colour;
        struct {
          uint8_t red, green, blue, alpha;
        };
      };
    };
  };
};

union pointer {
  const char *text;
  int *number;
  void (*call)(void);
  uintptr_t bits;
};

struct message messages[3] = {
    {.kind = TEXT, .text = "hello"},
    {.kind = NUMBER, .number = -2.5},
    {.kind = POINT, .x = 3, .y = -4, .colour = 0x80402010},
};
union pointer any = {.text = "any"};

KEEP int weigh(const struct message *m) {
  switch (m->kind) {
  case TEXT:
    return m->text[0];
  case NUMBER:
    return (int)m->number;
  default:
    return m->x + m->y + m->alpha;
  }
}

void theme_unions(void) {
  int total = 0;
  for (unsigned i = 0; i < 3; i++) {
    const struct message *current = &messages[i];
    total += weigh(current);
  }
  any.bits++;
  sink = total;
}

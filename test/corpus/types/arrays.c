/* Arrays: multi-dimensional, of structs, of pointers, flexible, zero-length, variable length (also two-dimensional). */
#include <stddef.h>
#include <stdint.h>
#include "corpus.h"

struct flexible {
  uint16_t count;
  uint8_t kind;
  int32_t items[];
};

struct old_style {
  int count;
  char bytes[0];
};

struct cell {
  int8_t row, column;
  int16_t weight[2][3];
};

int matrix[2][3][4] = {{{1, 2, 3, 4}, {5, 6}, {9}}, {{13, 14, 15, 16}, {17}, {21, 22, 23, 24}}};
struct cell grid[3][2] = {{{0, 0, {{1, 2, 3}, {4, 5, 6}}}}, [2] = {[1] = {2, 1, {{-1, -2, -3}}}}};
const char *const words[] = {"zero", "one", "two\twith\ttabs", "", NULL};
const char text[12] = "no end mark!";
unsigned char raw[5] = {0, 1, 127, 128, 255};
int (*row_pointer)[4] = &matrix[1][1];
static union {
  struct flexible value;
  uint32_t room[6];
} flexible_room = {{4, 7}};
struct flexible *flexible = &flexible_room.value;

KEEP int sum_row(const int row[static 4], size_t length) {
  int total = 0;
  for (size_t i = 0; i < length; i++) total += row[i];
  return total;
}

KEEP int sum_variable(int rows, int columns) {
  int vla[columns];
  short table[rows][columns + 1];
  int total = 0;
  for (int r = 0; r < rows; r++) {
    for (int c = 0; c <= columns; c++) table[r][c] = (short)(r * 10 + c);
  }
  for (int c = 0; c < columns; c++) {
    vla[c] = table[rows - 1][c];
    total += vla[c];
  }
  return total;
}

void theme_arrays(void) {
  for (int i = 0; i < flexible->count; i++) flexible->items[i] = i * i + source;
  int total = sum_row(*row_pointer, 4) + sum_variable(source, source + 2);
  struct old_style *old = (struct old_style *)raw;
  total += grid[2][1].weight[0][source % 3] + flexible->items[1] + words[source % 3][0] + text[source];
  sink = total + old->bytes[1 - 1];
}

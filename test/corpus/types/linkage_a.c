/* Statics of equal names in two files, an opaque struct, an extern array of unknown length. See linkage_b.c. */
#include "corpus.h"
#include "linkage.h"

static int counter = 100;
static const char name[] = "file a";
int only_in_a = 1;

KEEP static int step(int by) {
  static int calls;
  calls++;
  counter += by;
  return counter + name[5];
}

void theme_linkage(void) {
  int here = step(1);
  int there = count_b();
  sink = here + there + read_opaque(shared_opaque) + shared_table[source] + shared_name[0];
}

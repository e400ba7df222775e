/* The other half of linkage_a.c: the same static names with other types, and the opaque struct's definition. */
#include "corpus.h"
#include "linkage.h"

static short counter = 200;
static const char name[] = "file b, longer";

struct opaque {
  int secret;
  struct opaque *next;
};

static struct opaque tail = {22, 0};
static struct opaque head = {11, &tail};
struct opaque *shared_opaque = &head;
int shared_table[] = {10, 20, 30, 40, 50};
const char shared_name[] = "shared";

KEEP static int step(int by) {
  static long long calls;
  calls += by;
  counter = (short)(counter + by);
  return counter + name[5];
}

int read_opaque(const struct opaque *o) {
  int total = 0;
  for (; o; o = o->next) total += o->secret;
  return total;
}

int count_b(void) { return step(2); }

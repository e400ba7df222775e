/* Nested blocks that shadow names, one of them a static, one an extern declared inside a block. */
#include "corpus.h"

int value = 1000;

KEEP static int shadows(int value) {
  int total = value;
  {
    int value = total * 2;
    total += value;
    for (int value = 0; value < 3; value++) {
      char total_of_round = (char)(value + 'a');
      sink = total_of_round;
      {
        static long value = 7;
        value++;
        total += (int)value;
      }
    }
    {
      extern int value;
      value++;
      total += value;
    }
    total -= value;
  }
  {
    const char *value = "text";
    total += value[source & 3];
  }
  return total;
}

void theme_scopes(void) { sink = shadows(source); }

/* Thread-local variables: initialised, zero, static in a function; through the run-time ABI's thread pointer. */
#include "corpus.h"

_Thread_local int per_thread = 42;
static _Thread_local char per_thread_text[8] = "tls";

KEEP static int next_ticket(void) {
  static _Thread_local int ticket;
  return ++ticket;
}

void theme_thread_local(void) {
  per_thread += source;
  per_thread_text[3]++;
  sink = per_thread + next_ticket() + per_thread_text[0];
}

/* The few calls into the system that newlib and the compilers' libraries make. */
#include <errno.h>
#include <stddef.h>

extern char heap_start[], stack_top[], tls_block[];

enum { STACK_RESERVE = 4096 };

/** Grows the heap towards the stack and refuses the last STACK_RESERVE bytes. */
void *_sbrk(ptrdiff_t increment) {
  static char *end = heap_start;
  if (end + increment > stack_top - STACK_RESERVE) {
    errno = ENOMEM;
    return (void *)-1;
  }
  char *start = end;
  end += increment;
  return start;
}

void _exit(int status) {
  (void)status;
  for (;;) {
  }
}

int _kill(int process, int signal) {
  (void)process;
  (void)signal;
  return -1;
}

int _getpid(void) { return 1; }

#ifdef __arm__
/* Arm run-time ABI: the thread pointer lies 8 bytes (the control block) before the thread's variables, and r1-r3 survive. */
__attribute__((naked, used)) void *__aeabi_read_tp(void) {
  __asm volatile(".syntax unified\n\tldr r0, =tls_block\n\tsubs r0, #8\n\tbx lr\n\t.ltorg");
}
#endif

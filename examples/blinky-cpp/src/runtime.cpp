// What newlib and libstdc++ ask of a system: memory for the heap, and an end.
#include "runtime.hpp"
#include <cerrno>
#include <cstddef>

extern "C" {
extern char bss_end[], stack_top[];
void *_sbrk(std::ptrdiff_t increment);
[[noreturn]] void _exit(int status);
int _kill(int process, int signal);
int _getpid(void);
}

namespace {
constexpr std::ptrdiff_t stack_bytes = 4096;
char *heap_end = bss_end;
} // namespace

std::size_t heap_used() { return static_cast<std::size_t>(heap_end - bss_end); }

// The heap grows up to the part of the RAM that is the stack's.
void *_sbrk(std::ptrdiff_t increment) {
  if (heap_end + increment > stack_top - stack_bytes) {
    errno = ENOMEM;
    return reinterpret_cast<void *>(-1);
  }
  char *start = heap_end;
  heap_end += increment;
  return start;
}

void _exit(int) {
  for (;;) {
  }
}

int _kill(int, int) { return -1; }

int _getpid() { return 1; }

namespace __gnu_cxx {
// Instead of libstdc++'s, which would bring a demangler and printf.
void __verbose_terminate_handler();
void __verbose_terminate_handler() { _exit(1); }
} // namespace __gnu_cxx

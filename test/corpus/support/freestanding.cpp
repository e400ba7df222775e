// What C++ programs without the standard library need: deletion by virtual destructors, and registration of static ones.
#include <stddef.h>

void *__dso_handle;

extern "C" {
int __cxa_atexit(void (*)(void *), void *, void *) { return 0; }
int __aeabi_atexit(void *, void (*)(void *), void *) { return 0; }
void __cxa_pure_virtual() {
  for (;;) {
  }
}
}

void operator delete(void *) noexcept {}
void operator delete(void *, size_t) noexcept {}

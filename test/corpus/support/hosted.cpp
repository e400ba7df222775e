// Keeps the demangler and printf out of programs on the standard library: an uncaught exception ends in a plain loop.
void *__dso_handle;

namespace __gnu_cxx {
void __verbose_terminate_handler();
}

void __gnu_cxx::__verbose_terminate_handler() {
  for (;;) {
  }
}

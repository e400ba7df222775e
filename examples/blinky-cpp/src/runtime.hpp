// The heap, as far as the program wants to know about it.
#pragma once
#include <cstddef>

/** Bytes that the heap has taken from the system so far. */
std::size_t heap_used();

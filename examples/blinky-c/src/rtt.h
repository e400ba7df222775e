/* Text and data to and from the debugger through RAM, without stopping: two channels up, one down. */
#ifndef RTT_H
#define RTT_H

#include <stdint.h>

enum { RTT_TERMINAL = 0, RTT_WAVE = 1 };

void rtt_init(void);
/** Writes all bytes, or none of them when the buffer is too full; never waits. */
uint32_t rtt_write(unsigned channel, const void *bytes, uint32_t count);
/** The next byte from the debugger, or -1. */
int rtt_read(void);

#endif

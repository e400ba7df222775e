/* The control block's layout is the one OpenOCD, probe-rs and J-Link look for. */
#include "rtt.h"

typedef struct {
  const char *name;
  char *buffer;
  uint32_t size;
  volatile uint32_t write;
  volatile uint32_t read;
  uint32_t flags;
} rtt_channel_t;

typedef struct {
  char id[16];
  int32_t up_count;
  int32_t down_count;
  rtt_channel_t up[2];
  rtt_channel_t down[1];
} rtt_block_t;

static char terminal_up[1024];
static char wave_up[256];
static char terminal_down[32];
rtt_block_t _SEGGER_RTT; /* the name that debuggers look for */

void rtt_init(void) {
  /* Backwards, so that a search of the flash finds no second control block. */
  static const char id_reversed[16] = "\0\0\0\0\0\0TTR REGGES";
  _SEGGER_RTT.up[RTT_TERMINAL] = (rtt_channel_t){"Terminal", terminal_up, sizeof terminal_up, 0, 0, 0};
  _SEGGER_RTT.up[RTT_WAVE] = (rtt_channel_t){"Wave", wave_up, sizeof wave_up, 0, 0, 0};
  _SEGGER_RTT.down[RTT_TERMINAL] = (rtt_channel_t){"Terminal", terminal_down, sizeof terminal_down, 0, 0, 0};
  _SEGGER_RTT.up_count = 2;
  _SEGGER_RTT.down_count = 1;
  for (unsigned i = 0; i < sizeof _SEGGER_RTT.id; i++) ((volatile char *)_SEGGER_RTT.id)[i] = id_reversed[sizeof _SEGGER_RTT.id - 1 - i];
}

static uint32_t room_in(const rtt_channel_t *channel) {
  const uint32_t used = channel->write - channel->read + (channel->write < channel->read ? channel->size : 0);
  return channel->size - 1 - used;
}

uint32_t rtt_write(unsigned channel, const void *bytes, uint32_t count) {
  rtt_channel_t *up = &_SEGGER_RTT.up[channel];
  if (count > room_in(up)) return 0;
  const char *from = bytes;
  uint32_t at = up->write;
  for (uint32_t i = 0; i < count; i++) {
    up->buffer[at] = from[i];
    at = at + 1 == up->size ? 0 : at + 1;
  }
  up->write = at; /* last: now the debugger may read */
  return count;
}

int rtt_read(void) {
  rtt_channel_t *down = &_SEGGER_RTT.down[RTT_TERMINAL];
  const uint32_t at = down->read;
  if (at == down->write) return -1;
  const char byte = down->buffer[at];
  down->read = at + 1 == down->size ? 0 : at + 1;
  return (uint8_t)byte;
}

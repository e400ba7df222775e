/* A traffic light: a state machine driven by time, with a table of functions. */
#ifndef MACHINE_H
#define MACHINE_H

#include <stdint.h>

typedef enum { STATE_STOP, STATE_READY, STATE_GO, STATE_SLOW, STATE_COUNT } state_t;

/** What changed, packed into one word as a protocol would have it. */
typedef struct {
  unsigned from : 3;
  unsigned to : 3;
  signed drift : 6;
  unsigned forced : 1;
  unsigned sequence : 19;
} transition_bits_t;

typedef union {
  transition_bits_t bits;
  uint32_t word;
  uint8_t bytes[4];
} transition_t;

typedef struct machine machine_t;
struct machine {
  state_t state;
  uint32_t entered_at;
  uint32_t transitions;
  transition_t last;
  /** Called after each change of state. */
  void (*on_change)(const machine_t *machine);
};

extern machine_t traffic_light;

void machine_start(machine_t *machine, uint32_t now, void (*on_change)(const machine_t *));
void machine_step(machine_t *machine, uint32_t now);
const char *state_name(state_t state);

#endif

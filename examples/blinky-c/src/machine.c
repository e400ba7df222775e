/* The states of the traffic light; see machine.h. */
#include "machine.h"
#include "board.h"

typedef struct {
  const char *name;
  uint32_t duration_ms;
  state_t next;
  void (*enter)(void);
} state_info_t;

static void lights(bool red, bool green, bool blue) {
  led_set(LED_RED, red);
  led_set(LED_GREEN, green);
  led_set(LED_BLUE, blue);
}

static void enter_stop(void) { lights(true, false, false); }
static void enter_ready(void) { lights(true, false, true); }
static void enter_go(void) { lights(false, true, false); }
static void enter_slow(void) { lights(false, false, true); }

static const state_info_t states[STATE_COUNT] = {
    [STATE_STOP] = {"stop", 800, STATE_READY, enter_stop},
    [STATE_READY] = {"ready", 200, STATE_GO, enter_ready},
    [STATE_GO] = {"go", 1000, STATE_SLOW, enter_go},
    [STATE_SLOW] = {"slow", 300, STATE_STOP, enter_slow},
};

machine_t traffic_light;

static inline uint32_t time_in_state(const machine_t *machine, uint32_t now) { return now - machine->entered_at; }

static void change_state(machine_t *machine, state_t next, uint32_t now) {
  const uint32_t late = time_in_state(machine, now) - states[machine->state].duration_ms;
  machine->last.bits = (transition_bits_t){
      .from = machine->state,
      .to = next,
      .drift = (int)(late & 0x1F),
      .sequence = machine->transitions & 0x7FFFF,
  };
  machine->state = next;
  machine->entered_at = now;
  machine->transitions++;
  states[next].enter();
  if (machine->on_change) machine->on_change(machine);
}

void machine_start(machine_t *machine, uint32_t now, void (*on_change)(const machine_t *)) {
  machine->state = STATE_STOP;
  machine->entered_at = now;
  machine->on_change = on_change;
  states[STATE_STOP].enter();
}

void machine_step(machine_t *machine, uint32_t now) {
  const state_info_t *current = &states[machine->state];
  if (time_in_state(machine, now) >= current->duration_ms) change_state(machine, current->next, now);
}

const char *state_name(state_t state) { return state < STATE_COUNT ? states[state].name : "?"; }

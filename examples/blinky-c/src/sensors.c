/* The sensor's readings and their statistics; see sensors.h. */
#include "sensors.h"

reading_t readings[READING_COUNT];
statistics_t statistics = {.name = "temperature"};
volatile int32_t wave;
volatile uint32_t wave_speed = 4;

static uint16_t phase;
static uint16_t next_reading;

/* In RAM: the debugger can put a software breakpoint here. */
__attribute__((section(".ramfunc"), noinline, long_call)) uint32_t scramble(uint32_t seed) {
  seed ^= seed << 13;
  seed ^= seed >> 17;
  seed ^= seed << 5;
  return seed;
}

/* A parabola for each half wave: close to a sine, and it needs no table. `angle` is 0 … 255 for a full turn. */
static int32_t sine(uint8_t angle) {
  const int32_t position = angle & 0x7F;
  const int32_t height = position * (128 - position) * 1000 / 4096;
  return angle < 128 ? height : -height;
}

void wave_step(void) {
  phase = (uint16_t)(phase + wave_speed);
  wave = sine((uint8_t)phase);
}

static float degrees_from(int32_t raw) { return 21.5f + (float)raw / 256.0f; }

static void update_statistics(void) {
  float minimum = readings[0].temperature, maximum = minimum;
  double sum = 0;
  for (unsigned i = 0; i < READING_COUNT; i++) {
    const float temperature = readings[i].temperature;
    if (temperature < minimum) minimum = temperature;
    if (temperature > maximum) maximum = temperature;
    sum += (double)temperature;
  }
  statistics.minimum = minimum;
  statistics.maximum = maximum;
  statistics.average = sum / READING_COUNT;
}

void sensors_update(uint32_t now) {
  static uint32_t noise = 1;
  noise = scramble(noise);
  reading_t *reading = &readings[next_reading];
  reading->index = next_reading;
  reading->acceleration = (vector_t){(int16_t)wave, (int16_t)-wave, (int16_t)(981 + (noise & 7))};
  reading->temperature = degrees_from((int32_t)(noise & 0xFF) - 128);
  reading->at_ms = now;
  next_reading = (uint16_t)((next_reading + 1) % READING_COUNT);
  update_statistics();
}

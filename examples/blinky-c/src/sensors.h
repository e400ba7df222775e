/* A hundred readings of a made-up sensor: something to expand, page through and plot. */
#ifndef SENSORS_H
#define SENSORS_H

#include <stdint.h>

enum { READING_COUNT = 100 };

typedef struct {
  int16_t x, y, z;
} vector_t;

typedef struct {
  uint16_t index;
  vector_t acceleration;
  float temperature;
  uint32_t at_ms;
} reading_t;

typedef struct {
  char name[12];
  float minimum, maximum;
  double average;
} statistics_t;

extern reading_t readings[READING_COUNT];
extern statistics_t statistics;
/** Goes up and down between -1000 and 1000: worth a plot. */
extern volatile int32_t wave;
/** Steps of the wave in each update; the command `speed` changes it. */
extern volatile uint32_t wave_speed;

void wave_step(void);
void sensors_update(uint32_t now);

#endif

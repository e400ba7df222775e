/* A program to debug: blinks, measures, talks. Start at main() and step. */
#include "board.h"
#include "machine.h"
#include "numbers.h"
#include "rtt.h"
#include "sensors.h"
#include "shell.h"
#include "text.h"

enum { REPORT_MS = 500, SAMPLE_MS = 20 };

typedef struct {
  uint32_t period_ms;
  uint32_t next_ms;
  void (*run)(uint32_t now);
  uint32_t runs;
} task_t;

/** Goes up by one in each report. */
volatile uint32_t counter;
const char greeting[] = "Hello from blinky-c";

static void sample(uint32_t now) {
  const int16_t value = (int16_t)wave;
  wave_step();
  sensors_update(now);
  rtt_write(RTT_WAVE, &value, sizeof value);
}

static void report(uint32_t now) {
  line_t line = {.length = 0};
  counter++;
  const uint32_t product = factorial(counter % 8 + 1);
  line_add(&line, "counter ");
  line_add_number(&line, (int32_t)counter);
  line_add(&line, ", ");
  line_add_number(&line, (int32_t)now);
  line_add(&line, " ms, light ");
  line_add(&line, state_name(traffic_light.state));
  line_add(&line, ", factorial ");
  line_add_number(&line, (int32_t)product);
  line_print(&line);
}

static void drive_light(uint32_t now) { machine_step(&traffic_light, now); }

static void light_changed(const machine_t *machine) {
  serial_write(state_name(machine->state));
  serial_write("\n");
}

task_t tasks[] = {
    {.period_ms = SAMPLE_MS, .run = sample},
    {.period_ms = REPORT_MS, .run = report},
    {.period_ms = 10, .run = drive_light},
};
enum { TASK_COUNT = sizeof tasks / sizeof *tasks };

static void grow_tree(void) {
  static const int keys[] = {50, 25, 75, 10, 30, 60, 90, 5, 27, 95};
  for (unsigned i = 0; i < sizeof keys / sizeof *keys; i++) tree_insert(&tree, keys[i]);
}

static void run_due_tasks(uint32_t now) {
  for (unsigned i = 0; i < TASK_COUNT; i++) {
    task_t *task = &tasks[i];
    if ((int32_t)(now - task->next_ms) < 0) continue;
    task->next_ms = now + task->period_ms;
    task->runs++;
    task->run(now);
  }
}

int main(void) {
  line_t line = {.length = 0};
  board_init();
  rtt_init();
  grow_tree();
  line_add(&line, greeting);
  line_add(&line, ", tree depth ");
  line_add_number(&line, tree_depth(tree));
  line_print(&line);
  machine_start(&traffic_light, milliseconds(), light_changed);
  for (;;) {
    run_due_tasks(milliseconds());
    shell_poll();
    sleep_until_interrupt();
  }
}

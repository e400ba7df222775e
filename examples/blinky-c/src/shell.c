/* The commands, as a table of names and functions. Type `help`. */
#include "shell.h"
#include <stddef.h>
#include "rtt.h"
#include "sensors.h"
#include "text.h"

typedef struct {
  const char *name;
  const char *help;
  void (*run)(const char *argument);
} command_t;

static void print(const char *text) {
  line_t line = {.length = 0};
  line_add(&line, text);
  line_print(&line);
}

/* Reads a word from an odd address: Armv6-M has no unaligned accesses, so this ends in HardFault_Handler. */
static void run_fault(const char *argument) {
  (void)argument;
  const volatile uint32_t *unaligned = (const volatile uint32_t *)((uintptr_t)&wave + 1);
  print("Reading an unaligned word ...");
  wave = (int32_t)*unaligned;
}

/* SYS_WRITE0 (4): the debugger takes the text at the breakpoint instruction. Without a debugger this is a fault. */
static void run_semihosting(const char *argument) {
  (void)argument;
  register int operation __asm("r0") = 4;
  register const char *text __asm("r1") = "Hello from semihosting\n";
  __asm volatile("bkpt 0xAB" : "+r"(operation) : "r"(text) : "memory");
  print("Semihosting came back");
}

static void run_speed(const char *argument) {
  const int32_t speed = text_to_number(argument);
  if (speed < 1 || speed > 100) {
    print("The speed is a number from 1 to 100");
    return;
  }
  wave_speed = (uint32_t)speed;
  print("Speed changed");
}

static void run_help(const char *argument);

static const command_t commands[] = {
    {"help", "this list", run_help},
    {"speed", "N: steps of the wave, 1 to 100", run_speed},
    {"semihosting", "one line by semihosting", run_semihosting},
    {"fault", "an unaligned read, which faults", run_fault},
};
enum { COMMAND_COUNT = sizeof commands / sizeof *commands };

static void run_help(const char *argument) {
  (void)argument;
  for (unsigned i = 0; i < COMMAND_COUNT; i++) {
    line_t line = {.length = 0};
    line_add(&line, commands[i].name);
    line_add(&line, " - ");
    line_add(&line, commands[i].help);
    line_print(&line);
  }
}

/* The argument after a command's name, or NULL when the line is another command. */
static const char *argument_of(const command_t *command, const char *line) {
  const char *rest = text_after(line, command->name);
  if (rest == NULL || (*rest != '\0' && *rest != ' ')) return NULL;
  while (*rest == ' ') rest++;
  return rest;
}

static void run_line(const char *line) {
  for (unsigned i = 0; i < COMMAND_COUNT; i++) {
    const char *argument = argument_of(&commands[i], line);
    if (argument) {
      commands[i].run(argument);
      return;
    }
  }
  print("Unknown command, type help");
}

void shell_poll(void) {
  static char line[32];
  static uint32_t length;
  for (int c = rtt_read(); c >= 0; c = rtt_read()) {
    const int is_end = c == '\n' || c == '\r';
    if (!is_end && length < sizeof line - 1) line[length++] = (char)c;
    if (!is_end || length == 0) continue;
    line[length] = '\0';
    length = 0;
    run_line(line);
  }
}

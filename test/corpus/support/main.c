/* Defines sink and source, and runs all themes of a program for ever, so that stopping at any moment shows something. */
#include "corpus.h"

volatile int sink;
volatile int source = 3;
volatile unsigned rounds;

/** Made by the build script: calls each theme of the program once. */
void run_themes(void);

int main(void) {
  for (;;) {
    run_themes();
    rounds++;
  }
}

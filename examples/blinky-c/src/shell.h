/* Commands typed into the terminal channel. */
#ifndef SHELL_H
#define SHELL_H

/** Takes what was typed since the last call, and does what a complete line says. */
void shell_poll(void);

#endif

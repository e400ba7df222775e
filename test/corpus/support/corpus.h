/* What every theme shares: the sink that keeps results alive, and the attribute that keeps a function a function. */
#ifndef CORPUS_H
#define CORPUS_H

#ifdef __cplusplus
extern "C" {
#endif

/** Results end here, so that no optimiser may drop the code under test. */
extern volatile int sink;
/** Inputs come from here, so that no optimiser may compute the code under test at compile time. */
extern volatile int source;

#ifdef __cplusplus
}
#endif

#define KEEP __attribute__((noinline))

#endif

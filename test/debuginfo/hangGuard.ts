// Ends code that does not return. How long things take is measured by the bench, not here: the limit is far above any machine's time.
import vm from 'node:vm';

const LIMIT_MS = 20_000;
const surroundings: { run: (() => void) | undefined } = { run: undefined };
const context = vm.createContext(surroundings);

/** Runs synchronous code. @throws what it throws, or an Error that names `what` when it runs for 20 s. */
export function withoutHang<T>(what: string, run: () => T): T {
  // What `run` throws is carried out by hand: it may be the end of another time limit.
  let outcome: { readonly value: T } | { readonly error: unknown } | undefined;
  surroundings.run = () => {
    try {
      outcome = { value: run() };
    } catch (error) {
      outcome = { error };
    }
  };
  try {
    // A script's time limit also ends what the script calls.
    vm.runInContext('run()', context, { timeout: LIMIT_MS });
  } catch (error) {
    throw new Error(`${what} ran for ${LIMIT_MS / 1000} s`, { cause: error });
  } finally {
    surroundings.run = undefined;
  }
  if (outcome === undefined) throw new Error(`${what} did not run`);
  if ('error' in outcome) throw outcome.error;
  return outcome.value;
}

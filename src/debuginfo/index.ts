// What the rest of the product may use of the debug information reader.
export type * from './api';
export { demangle } from './demangle';
export { DebugInfoError } from './errors';
export { openProgram } from './program';

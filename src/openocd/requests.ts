// The requests a batch can be made of, exported as `request`.
export { outcome, tcl } from './request';
export { polledState, reset, targetState } from './stateRequests';
export {
  addBreakpoint,
  addWatchpoint,
  listBreakpoints,
  listWatchpoints,
  removeBreakpoint,
  removeWatchpoint,
} from './subsystems/breakpoints';
export { bytes, elements, writeElements } from './subsystems/memory';
export { registerList, registers, writeRegister } from './subsystems/registers';
export { targetList } from './subsystems/target';

// Names of Arm M-profile exceptions by number (DDI0403 B1.5.2, DDI0553 B3.8) and their handlers from the vector table.
import { readUnsigned } from '../../numbers';
import type { MachineState, SymbolNamer } from '../architecture';

const VTOR = 0xe000ed08;

const names: Readonly<Record<number, string>> = {
  1: 'Reset',
  2: 'NMI',
  3: 'HardFault',
  4: 'MemManage',
  5: 'BusFault',
  6: 'UsageFault',
  7: 'SecureFault',
  11: 'SVCall',
  12: 'DebugMonitor',
  14: 'PendSV',
  15: 'SysTick',
};

/** `SysTick`, `IRQ 7 (TIM2_IRQHandler)`. */
export function exceptionName(exception: number, state: MachineState, name: SymbolNamer): string {
  if (exception < 16) return names[exception] ?? `Exception ${exception}`;
  const handler = handlerOf(exception, state, name);
  return handler === undefined ? `IRQ ${exception - 16}` : `IRQ ${exception - 16} (${handler})`;
}

function handlerOf(exception: number, state: MachineState, name: SymbolNamer): string | undefined {
  const table = state.memory(VTOR, 4);
  if (table === undefined) return undefined;
  const entry = state.memory(Number(readUnsigned(table, false)) + 4 * exception, 4);
  return entry === undefined ? undefined : name(Number(readUnsigned(entry, false) & 0xfffffffen));
}

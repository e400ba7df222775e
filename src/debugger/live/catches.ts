// Vector catch: halting when the core takes a fault or leaves reset (DEMCR.VC_*, DDI0403 C1.6.5, DDI0553 D1.2.37).
import { CPUID } from '../arch/arm/cpuId';
import { liveTexts } from './messages';
import type { OpenOcdTarget } from './openocdTarget';
import { procedure } from './procedures';

export interface Catch {
  /** Id for clients. */
  readonly id: string;
  readonly label: string;
  readonly description: string;
  /** OpenOCD's word for `cortex_m vector_catch`; undefined where it has none. */
  readonly word: string | undefined;
  /** The usual name of the handler where the core stops then (CMSIS); undefined where any may be meant. */
  readonly handler: string | undefined;
  /** Its bit in DEMCR. */
  readonly bit: number;
  readonly isDefault: boolean;
  /** `all`: also Armv6-M and Armv8-M Baseline. `secure`: Armv8-M Mainline with the Security Extension. */
  readonly cores: 'all' | 'mainline' | 'secure';
}

const make = (
  id: keyof typeof liveTexts.catches,
  bit: number,
  word: string | undefined,
  handler: string | undefined,
  cores: Catch['cores'] = 'mainline',
  isDefault = false,
): Catch => ({ id, ...liveTexts.catches[id], word, handler, bit, isDefault, cores });

export const catches: readonly Catch[] = [
  make('hardFault', 10, 'hard_err', 'HardFault_Handler', 'all', true),
  make('busFault', 8, 'bus_err', 'BusFault_Handler'),
  make('memManage', 4, 'mm_err', 'MemManage_Handler'),
  make('usageChecks', 6, 'chk_err', 'UsageFault_Handler'),
  make('usageState', 7, 'state_err', 'UsageFault_Handler'),
  make('noCoprocessor', 5, 'nocp_err', 'UsageFault_Handler'),
  make('exceptionEntry', 9, 'int_err', undefined),
  make('secureFault', 11, undefined, 'SecureFault_Handler', 'secure'),
  make('reset', 0, 'reset', 'Reset_Handler', 'all'),
];

/** All VC_* bits of DEMCR. */
const CATCH_BITS = catches.reduce((mask, { bit }) => mask | (1 << bit), 0);
const DEMCR = '0xe000edfc';
/** TRCENA: what OpenOCD itself sets in DEMCR. */
const USUAL_DEMCR = '0x01000000';

/** ID_PFR1 (DDI0553 D1.2.104): bits 7 to 4 tell of the Security Extension. */
const ID_PFR1 = 0xe000ed44;
/** CPUID.Architecture of Armv6-M and Armv8-M Baseline (DDI0553 D1.2.30). */
const BASELINE = 0xc;

/** What a core tells of itself, as far as its catches depend on it. */
export interface CoreFeatures {
  /** The registers CPUID and ID_PFR1; undefined where they cannot be read. */
  readonly cpuId: number | undefined;
  readonly idPfr1: number | undefined;
}

/** Catches of a core of this type; none where there is no vector catch. */
export function catchesFor(coreType: string | undefined, { cpuId, idPfr1 }: CoreFeatures): readonly Catch[] {
  if (coreType === undefined || !/^armv[678]m$|cortex_m/.test(coreType)) return [];
  const isBaseline = coreType === 'armv6m' || (cpuId !== undefined && ((cpuId >>> 16) & 0xf) === BASELINE);
  const isSecure = coreType === 'armv8m' && !isBaseline && idPfr1 !== undefined && ((idPfr1 >>> 4) & 0xf) !== 0;
  return catches.filter(({ cores }) => cores === 'all' || (!isBaseline && (cores === 'mainline' || isSecure)));
}

/** Catches that the target's cores have. Only Armv8-M has to be asked. @throws EngineError when the connection is lost */
export async function readCatches(target: OpenOcdTarget): Promise<readonly Catch[]> {
  const { coreType } = target;
  if (coreType !== 'armv8m') return catchesFor(coreType, { cpuId: undefined, idPfr1: undefined });
  const [cpuId, idPfr1] = await target.memory.readMany([
    { address: CPUID, length: 4 },
    { address: ID_PFR1, length: 4 },
  ]);
  return catchesFor(coreType, { cpuId: word(cpuId), idPfr1: word(idPfr1) });
}

/** The value of DEMCR in Tcl, or the usual one where it cannot be read. */
const DEMCR_NOW = `([catch {${procedure.memory} ${DEMCR} 32 1} ::_openocd_debug_demcr] ? ${USUAL_DEMCR} : $::_openocd_debug_demcr)`;

/** Tcl that answers what `catchesIn` reads. */
export const caughtScript = `expr {${DEMCR_NOW}}`;

/** Those of a core's catches that are on. @param reply of `caughtScript` */
export function catchesIn(reply: string, known: readonly Catch[]): readonly Catch[] {
  const demcr = Number(reply.trim());
  return known.filter(({ bit }) => (demcr & (1 << bit)) !== 0);
}

/**
 * Tcl that catches exactly these. OpenOCD's own command remembers them over a reset; what it has no word for, and probes whose driver
 * has no such command, go to the register.
 */
export function catchScript(wanted: readonly Catch[]): string {
  const words = wanted.flatMap(({ word: name }) => (name === undefined ? [] : [name]));
  const bits = wanted.reduce((mask, { bit }) => mask | (1 << bit), 0);
  const direct = `mww ${DEMCR} [expr {(${DEMCR_NOW} & ~0x${CATCH_BITS.toString(16)}) | 0x${bits.toString(16)}}]`;
  const command = `cortex_m vector_catch ${words.length === 0 ? 'none' : words.join(' ')}`;
  const own = words.length < wanted.length ? `${command}; ${direct}` : command;
  return `if {[llength [info commands cortex_m]] > 0} {${own}} else {${direct}}`;
}

const word = (bytes: Uint8Array | undefined) =>
  bytes === undefined ? undefined : new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true);

// Breakpoints of every kind: from the protocol's requests to the engine's, and what became of them back again. A core file answers
// that they are never reached.

import type { DebugProtocol } from '@vscode/debugprotocol';
import { wordsOf } from '../../debugger/errors';
import type { SetName } from '../../debugger/live/breakpoints/breakpoints';
import type {
  BreakpointMode,
  BreakpointRequest,
  BreakpointRules,
  UserBreakpoint,
  Where,
} from '../../debugger/live/breakpoints/userBreakpoint';
import { hexAddress } from '../../debugger/numbers';
import { Arguments } from '../arguments';
import type { Debuggee } from '../debuggee';
import { errors, texts } from '../messages';
import type { Session } from '../session';
import { debuggeeOf, type Stage } from '../stage';
import { addressOf } from './memory';

export function handleBreakpoints(session: Session, stage: Stage): void {
  /** Replaces one set of breakpoints and answers for each request in order. */
  const replace = async (command: string, name: SetName, given: Arguments, where: (entry: Arguments) => Where) => {
    const debuggee = debuggeeOf(stage, command);
    const entries = entriesOf(given);
    if (stage.live === undefined) {
      return { breakpoints: entries.map((entry) => ({ ...unreached, ...lineIn(entry.optionalInteger('line')) })) };
    }
    const { engine } = stage.live;
    const requests = entries.map((entry) => requestOf(entry, where(entry)));
    const placed = await engine.breakpoints.replace(name, requests);
    // How many comparators are left is asked for afterwards: the answer need not wait for it.
    void engine.tellBudget().catch((error: unknown) => session.output(`${wordsOf(error)}\n`, 'stderr'));
    return { breakpoints: placed.map((breakpoint) => describeBreakpoint(debuggee, breakpoint)) };
  };

  session.handle('setBreakpoints', ({ arguments: given }) => {
    const debuggee = debuggeeOf(stage, 'setBreakpoints');
    const source = given.object('source');
    const local = source.optionalString('path') ?? source.optionalString('name') ?? '';
    const path = debuggee.sources.recordedPath(local);
    return replace('setBreakpoints', `line ${local}`, given, (entry) => ({
      kind: 'line',
      path,
      line: entry.integer('line'),
      ...(entry.has('column') ? { column: entry.integer('column') } : {}),
    }));
  });

  session.handle('setFunctionBreakpoints', ({ arguments: given }) =>
    replace('setFunctionBreakpoints', 'function', given, (entry) => ({ kind: 'function', name: entry.string('name') })),
  );

  session.handle('setInstructionBreakpoints', ({ arguments: given }) => {
    const debuggee = debuggeeOf(stage, 'setInstructionBreakpoints');
    return replace('setInstructionBreakpoints', 'instruction', given, (entry) => {
      const address = addressOf(debuggee, entry.string('instructionReference'), entry.optionalInteger('offset') ?? 0);
      return { kind: 'instruction', address: debuggee.engine.architecture.codeAddress(BigInt(address)) };
    });
  });
}

/** Clients of the protocol's first years name lines alone. */
function entriesOf(given: Arguments): Arguments[] {
  const lines = given.all['lines'];
  if (given.has('breakpoints') || !Array.isArray(lines)) return given.list('breakpoints');
  return lines.map((line, index) => new Arguments(`${given.request}.lines[${index}]`, { line }));
}

export const unreached = { verified: false, message: texts.coreBreakpoint, reason: 'failed' as const };

/** What all kinds of breakpoints may carry. */
function requestOf(entry: Arguments, where: Where): BreakpointRequest {
  return { where, ...rulesOf(entry) };
}

export function rulesOf(entry: Arguments): BreakpointRules {
  const condition = entry.optionalString('condition');
  const hitCondition = entry.optionalString('hitCondition');
  const logMessage = entry.optionalString('logMessage');
  return {
    mode: modeOf(entry.optionalString('mode')),
    ...(condition === undefined ? {} : { condition }),
    ...(hitCondition === undefined ? {} : { hitCondition }),
    ...(logMessage === undefined ? {} : { logMessage }),
  };
}

function modeOf(mode: string | undefined): BreakpointMode {
  if (mode === undefined || mode === 'auto') return 'auto';
  if (mode === 'hardware' || mode === 'software') return mode;
  throw errors.noSuchMode(mode);
}

export function describeBreakpoint(debuggee: Debuggee, breakpoint: UserBreakpoint): DebugProtocol.Breakpoint {
  const { id, request, position, problem, problemKind, addresses } = breakpoint;
  const asked = request.where.kind === 'line' ? request.where.line : undefined;
  const [address] = addresses;
  return {
    id,
    verified: problem === undefined,
    ...lineIn(problem === undefined ? (position?.line ?? asked) : asked),
    ...(problem === undefined && position !== undefined ? { source: debuggee.sources.describe(position.file) } : {}),
    ...(problem !== undefined ? { message: problem, reason: problemKind === 'pending' ? 'pending' : 'failed' } : {}),
    ...(address === undefined ? {} : { instructionReference: hexAddress(address, debuggee.engine.space.addressSize) }),
  };
}

/** Some clients want a line of every breakpoint; one that is on none has none, since any number would be a line of some file. */
const lineIn = (line: number | undefined) => (line === undefined ? {} : { line });

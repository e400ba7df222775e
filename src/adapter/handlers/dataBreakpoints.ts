// Data breakpoints on variables, expressions with an address and byte ranges; and exception breakpoints (vector catch).

import { EngineError, wordsOf } from '../../debugger/errors';
import type { DataBreakpoint, DataBreakpointRequest } from '../../debugger/live/breakpoints/userBreakpoint';
import { liveTexts } from '../../debugger/live/messages';
import { hexAddress } from '../../debugger/numbers';
import { referent } from '../../debugger/values/members';
import type { Type } from '../../debuginfo/api';
import type { Arguments } from '../arguments';
import { placeOfData, placeOfHandler } from '../breakpointPlaces';
import type { Debuggee } from '../debuggee';
import { errors, texts } from '../messages';
import type { Session } from '../session';
import { debuggeeOf, type Stage } from '../stage';
import { rulesOf, unreached } from './breakpoints';
import { addressOf } from './memory';
import { namedIn } from './variables';

/** Comparators watch powers of two; anything longer is not one variable any more. */
const mostBytes = 1 << 15;

export function handleDataBreakpoints(session: Session, stage: Stage): void {
  /** Types of what was asked for, by the id that was given. */
  const types = new Map<string, Type>();

  session.handle('dataBreakpointInfo', async ({ arguments: given }) => {
    const debuggee = debuggeeOf(stage, 'dataBreakpointInfo');
    const name = given.string('name');
    if (stage.live === undefined) return { dataId: null, description: texts.coreBreakpoint };
    const place = await placeOf(debuggee, given, name);
    if (typeof place === 'string') return { dataId: null, description: texts.noDataBreakpoint(name, place) };
    const { address, size, label, type } = place;
    const shown = hexAddress(address, debuggee.engine.space.addressSize);
    const dataId = `${shown} ${size} ${label}`;
    if (type !== undefined) types.set(dataId, type);
    return {
      dataId,
      description: texts.dataBreakpoint(label, size, shown),
      accessTypes: ['write', 'read', 'readWrite'],
      canPersist: place.isStatic,
    };
  });

  session.handle('setDataBreakpoints', async ({ arguments: given }) => {
    const debuggee = debuggeeOf(stage, 'setDataBreakpoints');
    const entries = given.list('breakpoints');
    if (stage.live === undefined) return { breakpoints: entries.map(() => ({ ...unreached })) };
    const { engine } = stage.live;
    const requests: DataBreakpointRequest[] = [];
    for (const entry of entries) {
      const request = dataRequestOf(entry);
      const type = types.get(entry.string('dataId')) ?? (await typeOf(debuggee, request));
      requests.push({ ...request, type });
    }
    const placed = await engine.breakpoints.replaceData(requests);
    void engine.tellBudget().catch((error: unknown) => session.output(`${wordsOf(error)}\n`, 'stderr'));
    return { breakpoints: placed.map((breakpoint) => describeData(debuggee, breakpoint)) };
  });

  session.handle('setExceptionBreakpoints', async ({ arguments: given }) => {
    const debuggee = debuggeeOf(stage, 'setExceptionBreakpoints');
    const listed = given.all['filters'];
    const filters = [
      ...(Array.isArray(listed) ? listed.map(String) : []),
      ...given.list('filterOptions').map((option) => option.string('filterId')),
    ];
    if (stage.live === undefined) return { breakpoints: filters.map(() => ({ ...unreached })) };
    const { live } = stage;
    const known = new Map(live.catches.map((each) => [each.id, each]));
    if (known.size > 0) await live.catchOnly(filters);
    return {
      breakpoints: filters.map((id) =>
        known.has(id)
          ? { verified: true, ...placeOfHandler(debuggee, known.get(id)?.handler) }
          : { verified: false, message: liveTexts.noCatch, reason: 'failed' },
      ),
    };
  });
}

interface Place {
  readonly address: number;
  readonly size: number;
  /** For people, and for finding it again in another session. */
  readonly label: string;
  readonly type: Type | undefined;
  /** True when the address is the same in every session. */
  readonly isStatic: boolean;
}

/** Where the thing lies that is to be watched; a text says why it cannot be. */
async function placeOf(debuggee: Debuggee, given: Arguments, name: string): Promise<Place | string> {
  const { engine } = debuggee;
  const bytes = given.optionalInteger('bytes');
  if (bytes !== undefined && bytes <= 0) throw errors.argumentWrong(given.request, 'bytes', 'number above 0', bytes);
  if (bytes !== undefined && bytes > mostBytes) return texts.dataTooLarge(bytes);
  if (given.boolean('asAddress')) {
    const range = { address: addressOf(debuggee, name, 0), size: bytes ?? 4 };
    return { ...range, label: name, type: undefined, isStatic: true };
  }
  const reference = given.optionalInteger('variablesReference') ?? 0;
  const frameId = given.optionalInteger('frameId') ?? 0;
  const container = reference === 0 ? undefined : debuggee.container(reference);
  const scope = debuggee.scope(frameId === 0 ? undefined : debuggee.frame(frameId));
  const named =
    container === undefined
      ? { ...(await engine.evaluate(name, scope, { mayStore: false })), expression: name }
      : await engine.run(() => namedIn(debuggee, container, name));
  if (named === undefined) throw errors.noSuchVariable(name);
  const value = await engine.run(() => referent(named.value));
  const address = value?.address;
  const size = bytes ?? value?.size;
  if (address === undefined || size === undefined || size === 0) return texts.dataInRegister;
  if (size > mostBytes) return texts.dataTooLarge(size);
  const isStatic =
    container?.kind !== 'locals' &&
    container?.kind !== 'arguments' &&
    engine.program.symbolAt(address)?.symbol.kind === 'object';
  const type = size === value?.size ? value?.type : undefined;
  return { address, size, label: named.expression ?? name, type, isStatic };
}

/** The type of what an earlier session gave the id to, if it is still there. */
async function typeOf(debuggee: Debuggee, { label, address, lengthBytes }: Watched): Promise<Type | undefined> {
  const { engine } = debuggee;
  try {
    const { value } = await engine.evaluate(label, engine.scope(undefined), { mayStore: false });
    const place = await engine.run(() => referent(value));
    return place?.address === address && place.size === lengthBytes ? place.type : undefined;
  } catch (error) {
    // It is not an expression, or one of a place where the program is not.
    if (error instanceof EngineError) return undefined;
    throw error;
  }
}

type Watched = Omit<DataBreakpointRequest, 'type'>;

function dataRequestOf(entry: Arguments): Watched {
  const id = entry.string('dataId');
  const match = /^(0x[\da-f]+) (\d+) (.*)$/is.exec(id);
  if (match === null) throw errors.notADataId(id);
  const access = entry.optionalString('accessType');
  return {
    ...rulesOf(entry),
    address: Number(match[1]),
    lengthBytes: Number(match[2]),
    label: match[3] ?? '',
    access: access === 'read' ? 'read' : access === 'readWrite' ? 'access' : 'write',
  };
}

const describeData = (debuggee: Debuggee, { id, request, problem }: DataBreakpoint) => ({
  id,
  verified: problem === undefined,
  ...placeOfData(debuggee, request.address),
  ...(problem === undefined ? {} : { message: problem, reason: 'failed' as const }),
});

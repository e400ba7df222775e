// What a function returned, read from the registers of its caller right after the return.
import type { FunctionInfo, Type } from '../../debuginfo/api';
import { type HardFloat, returnPlace } from '../arch/returnValue';
import type { Engine, ReturnedValue } from '../engine';
import { integerBytes } from '../numbers';
import { isStruct, strip } from '../values/types';
import { Value } from '../values/value';
import { floatConvention, isByClang } from './returnedValueAbi';

/** Undefined for functions that return nothing, and where the calling convention does not tell. */
export async function readReturned(
  engine: Engine,
  thread: number,
  info: FunctionInfo,
): Promise<ReturnedValue | undefined> {
  const { returnType: type, name } = info;
  const { program } = engine;
  const real = strip(type);
  const size = type?.byteSize ?? 0;
  if (real === undefined || size === 0) return undefined;
  const isAggregate = isStruct(real) || real.kind === 'array';
  const shape = { sizeBytes: size, isAggregate, floats: floatsOf(real) };
  const place = returnPlace(program.machine, shape, hardFloat(engine, thread));
  if (place.kind === 'unknown') return undefined;
  if (place.kind === 'memory') {
    if (program.machine === 'arm' && isByClang(program)) return undefined;
    const address = (await engine.target.readRegisters(thread, [place.pointer])).get(place.pointer);
    return address === undefined ? undefined : { name, value: Value.at(engine.space, type, Number(address)) };
  }
  const values = await engine.target.readRegisters(thread, place.names);
  const { isBigEndian } = engine.space;
  const parts: Uint8Array[] = [];
  for (const register of place.names) {
    const raw = values.get(register);
    if (raw === undefined) return undefined;
    parts.push(integerBytes(raw, place.bytes, isBigEndian));
  }
  return { name, value: Value.of(engine.space, type, Buffer.concat(parts).subarray(0, size)) };
}

function hardFloat(engine: Engine, thread: number): HardFloat {
  const hasRegisters = engine.target.registers(thread).some(({ group }) => group === 'fpu');
  return hasRegisters ? floatConvention(engine.program) : false;
}

/** The floating-point numbers that a value consists of, when they are all of one size and it has nothing else. */
function floatsOf(type: Type | undefined): { readonly count: number; readonly bytes: number } | undefined {
  const real = strip(type);
  if (real === undefined) return undefined;
  if (real.kind === 'base') {
    const bytes = real.byteSize ?? 0;
    if (real.encoding === 'float' && (bytes === 4 || bytes === 8)) return { count: 1, bytes };
    return real.encoding === 'complexFloat' ? { count: 2, bytes: bytes / 2 } : undefined;
  }
  if (real.kind === 'array') {
    const element = floatsOf(real.element);
    const count = (real.byteSize ?? 0) / (real.element.byteSize ?? 1);
    return element === undefined ? undefined : { count: element.count * count, bytes: element.bytes };
  }
  if (!isStruct(real) || real.kind === 'union') return undefined;
  const parts = [...real.bases, ...real.members].map((part) => floatsOf(part.type));
  const bytes = parts[0]?.bytes;
  if (bytes === undefined || parts.some((part) => part?.bytes !== bytes)) return undefined;
  return { count: parts.reduce((sum, part) => sum + (part?.count ?? 0), 0), bytes };
}

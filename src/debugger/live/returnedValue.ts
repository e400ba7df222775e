// What a function returned, read from the registers of its caller right after the return.
import type { FunctionInfo } from '../../debuginfo/api';
import { returnPlace } from '../arch/returnValue';
import type { Engine, ReturnedValue } from '../engine';
import { integerBytes } from '../numbers';
import { isStruct, strip } from '../values/types';
import { Value } from '../values/value';

/** Undefined for functions that return nothing, and where the calling convention does not tell. */
export async function readReturned(
  engine: Engine,
  thread: number,
  info: FunctionInfo,
): Promise<ReturnedValue | undefined> {
  const { returnType: type, name } = info;
  const real = strip(type);
  const size = type?.byteSize ?? 0;
  if (real === undefined || size === 0) return undefined;
  const isFloat = real.kind === 'base' && real.encoding === 'float';
  const hasFloatRegisters = engine.target.registers(thread).some(({ group }) => group === 'fpu');
  const place = returnPlace(
    engine.program.machine,
    size,
    isStruct(real) || real.kind === 'array',
    isFloat,
    hasFloatRegisters,
  );
  if (place.kind === 'unknown') return undefined;
  const names = place.kind === 'memory' ? [place.pointer] : place.names;
  const values = await engine.target.readRegisters(thread, names);
  if (place.kind === 'memory') {
    const address = values.get(place.pointer);
    return address === undefined ? undefined : { name, value: Value.at(engine.space, type, Number(address)) };
  }
  const { addressSize, isBigEndian } = engine.space;
  const parts = names.map((register) => integerBytes(values.get(register) ?? 0n, addressSize, isBigEndian));
  return { name, value: Value.of(engine.space, type, Buffer.concat(parts).subarray(0, size)) };
}

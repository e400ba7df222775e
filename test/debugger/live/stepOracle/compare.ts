// What a step of ours and one of GDB from the same state are compared by, and the few differences that are meant to be.
import { readUnsigned } from '../../../../src/debugger/numbers';
import { isStruct, strip } from '../../../../src/debugger/values/types';
import type { Value } from '../../../../src/debugger/values/value';
import type { GdbStop } from '../../../support/gdbMi';
import type { Place } from '../support';
import type { Checkpoint } from './checkpoint';

export type Kind = 'over' | 'into' | 'out';

export interface Ours {
  readonly place: Place;
  readonly state: Checkpoint;
  readonly returned: string | undefined;
}

export interface Theirs {
  readonly stop: GdbStop;
  readonly state: Checkpoint;
  readonly returned: string | undefined;
}

/** In words; empty when both are the same. */
export function differences(ours: Ours, theirs: Theirs): string[] {
  const { place } = ours;
  const { stop } = theirs;
  const found: string[] = [];
  const ourPlace = `${place.function}:${place.line} (0x${place.pc.toString(16)})`;
  const theirPlace = `${plainName(stop.function)}:${stop.line} (0x${stop.pc.toString(16)})`;
  if (ourPlace !== theirPlace) found.push(`ours ${ourPlace}, GDB ${theirPlace}`);
  else {
    for (const [name, value] of ours.state.values) {
      const their = theirs.state.values.get(name);
      if (value !== their)
        found.push(`at ${ourPlace}: ${name} is ${value.toString(16)}, with GDB ${their?.toString(16)}`);
    }
  }
  if (ours.returned !== theirs.returned)
    found.push(`at ${ourPlace}: returned ${ours.returned}, with GDB ${theirs.returned}`);
  return found;
}

/** A value as GDB's `output/x` writes it. */
export function rawText(value: Value): string {
  const type = strip(value.type);
  if (type !== undefined && isStruct(type)) {
    const members = type.members.map(({ name, type: of, offset }) => {
      const part = value.part(of, typeof offset === 'number' ? offset : 0);
      return `${name} = ${rawText(part)}`;
    });
    return `{${members.join(', ')}}`;
  }
  const content = value.readAll();
  if ('problem' in content) return content.problem;
  return `0x${readUnsigned(content.bytes, false).toString(16)}`;
}

/** `ns::Class<T>::method(int)` → `method`. */
export const plainName = (name: string | undefined) =>
  name
    ?.replace(/\(anonymous namespace\)::/g, '')
    .replace(/\(.*$/, '')
    .replace(/^(?:[^<:]|<(?:[^<>]|<(?:[^<>]|<[^<>]*>)*>)*>|:(?!:))*::/g, '')
    .replace(/^.*::(?=[~\w]+(?:<|$))/, '');

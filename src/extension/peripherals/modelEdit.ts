// Editing registers and fields: what the input box offers and accepts, and the write that follows.
import { checkFieldValue, checkRegisterValue, encodeField, extractField, type Field, SvdError } from '../../svd';
import { t } from '../texts';
import { formatNumber, type NumberFormat, parseNumber } from './modelFormat';
import { accessWidth, type MemoryAccess, type Place, type RegisterValues } from './modelMemory';
import { namedValue } from './modelText';

/** What to edit: a register as a whole or one field of it. */
export interface EditTarget {
  readonly place: Place;
  readonly field: Field | undefined;
}

export interface EditChoice {
  readonly label: string;
  readonly description: string;
  /** To be given to `write`. */
  readonly text: string;
}

export interface EditOffer {
  readonly title: string;
  /** What to put into the input box. */
  readonly text: string;
  /** The named values of a field; empty when there are none. */
  readonly choices: readonly EditChoice[];
}

export function offerEdit({ place, field }: EditTarget, values: RegisterValues, format: NumberFormat): EditOffer {
  const state = values.state(place.register);
  const value = state.kind === 'value' ? state.value : undefined;
  if (field === undefined) {
    const { path, size } = place.register;
    return { title: path, text: value === undefined ? '' : formatNumber(value, size, format, false), choices: [] };
  }
  const choices = field.valuesFor('write').flatMap((entry) => {
    if (entry.value === undefined) return [];
    const number = formatNumber(entry.value, field.width, format, true);
    return [{ label: entry.name, description: [number, entry.description].filter(Boolean).join('  '), text: number }];
  });
  const text = value === undefined ? '' : formatNumber(extractField(field, value), field.width, format, true);
  return {
    title:
      value === undefined
        ? t('{0}, not read', field.path)
        : t('{0}, now {1}', field.path, namedValue(field, extractField(field, value), format)),
    text,
    choices,
  };
}

/** Why this text cannot be written; undefined when it can. */
export function refuseEdit({ place, field }: EditTarget, values: RegisterValues, text: string): string | undefined {
  const state = values.state(place.register);
  const current = state.kind === 'value' ? state.value : undefined;
  try {
    if (field === undefined) checkRegisterValue(place.register, registerNumber(text), current);
    else checkFieldValue(field, fieldInput(text), current === undefined ? undefined : extractField(field, current));
    return undefined;
  } catch (error) {
    if (error instanceof SvdError) return error.message;
    throw error;
  }
}

/**
 * Writes what the user typed, and reads back where reading is harmless. A field is put into the register's present value.
 * @throws SvdError when the text does not fit; what `memory.write` throws when the target refuses
 */
export async function writeEdit(
  { place, field }: EditTarget,
  values: RegisterValues,
  memory: MemoryAccess,
  text: string,
): Promise<void> {
  const { register } = place;
  const value =
    field === undefined
      ? registerNumber(text)
      : encodeField(field, await present(place, values, memory), fieldInput(text));
  if (field === undefined) {
    const state = values.state(register);
    checkRegisterValue(register, value, state.kind === 'value' ? state.value : undefined);
  }
  await memory.write(register.address, accessWidth(register), value);
  if (values.isOnRequest(place)) values.expire(register);
  else await values.read(memory, [place]);
}

/** The register's bits to put a field into: read now if that is harmless, else what is known. */
async function present(place: Place, values: RegisterValues, memory: MemoryAccess): Promise<bigint> {
  const { register } = place;
  if (!register.readable) return register.resetValue;
  if (!values.isOnRequest(place)) await values.read(memory, [place]);
  const state = values.state(register);
  if (state.kind === 'value') return state.value;
  if (state.kind === 'failed')
    throw new SvdError(`${register.path} cannot be read (${state.error}), so its other fields are not known.`);
  throw new SvdError(
    `Reading ${register.path} has a side effect, so it was not read. Read it first, or write the whole register.`,
  );
}

function registerNumber(text: string): bigint {
  const value = parseNumber(text);
  if (value === undefined) throw new SvdError(`“${text.trim()}” is not a number. Write it like 10, 0x1F or 0b1010.`);
  return value;
}

/** A number, or else the name of an enumerated value. */
function fieldInput(text: string): bigint | string {
  return parseNumber(text) ?? text.trim();
}

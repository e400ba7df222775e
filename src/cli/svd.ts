// `svd`: peripherals and registers by name. Lists need no target; values do.
import { Command } from 'commander';
import { ArgumentError, type Session, SvdError } from '../openocd';
import { type Device, loadDevice, SvdError as SvdFileError } from '../svd';
import { type ConnectOptions, withConnection, withSession } from './connect';
import { hex, note, print, printJson, table } from './output';

interface SvdOptions extends ConnectOptions {
  readonly sideEffects?: boolean;
}

export function svdCommand(): Command {
  const command = new Command('svd')
    .description('list peripherals or registers of an SVD file; read a register; write fields of it')
    .argument('<file>', 'CMSIS-SVD file of the chip')
    .argument('[peripheral]', 'lists its registers')
    .argument('[register]', 'reads it from the target')
    .argument('[field=value...]', 'writes these fields; values are numbers or names')
    .option('--side-effects', 'also read what changes by being read');
  return withConnection(command).action(
    async (
      file: string,
      peripheral: string | undefined,
      register: string | undefined,
      changes: readonly string[],
      options: SvdOptions,
    ) => {
      if (peripheral === undefined || register === undefined) list(await load(file), peripheral, options);
      else await withSession(options, (session) => access(session, file, peripheral, register, changes, options));
    },
  );
}

async function load(file: string): Promise<Device> {
  try {
    const device = await loadDevice(file);
    if (device.warnings.length > 0)
      note(
        `${device.warnings.length} oddities in ${file}, the first in line ${device.warnings[0]?.line}: ${device.warnings[0]?.message}`,
      );
    return device;
  } catch (error) {
    if (error instanceof SvdFileError) throw new SvdError(error.message, { cause: error });
    throw error;
  }
}

function list(device: Device, name: string | undefined, { json }: SvdOptions): void {
  if (name === undefined) {
    const peripherals = [...device.peripherals].map(({ name, address, registerCount, description }) => ({
      name,
      address,
      registers: registerCount,
      description,
    }));
    if (json) printJson({ device: device.name, peripherals });
    else
      print(
        table(
          peripherals.map(({ name, address, registers, description }) => [
            hex(address),
            name,
            `${registers} registers`,
            brief(description),
          ]),
        ),
      );
    return;
  }
  const found = device.find(name);
  if (found?.kind !== 'peripheral')
    throw new SvdError(`The SVD file has no peripheral ${name}. Without a name, “svd FILE” lists them.`);
  const registers = [...found.registers()].map(({ path, address, size, access, description }) => ({
    name: path,
    address,
    size,
    access,
    description,
  }));
  if (json) printJson({ device: device.name, peripheral: found.name, registers });
  else
    print(
      table(
        registers.map(({ name, address, size, access, description }) => [
          hex(address),
          name,
          `${size} bits`,
          access,
          brief(description),
        ]),
      ),
    );
}

async function access(
  session: Session,
  file: string,
  peripheral: string,
  register: string,
  changes: readonly string[],
  options: SvdOptions,
): Promise<void> {
  await session.svd.load(file);
  for (const change of changes) {
    const [, field, value] = /^([^=]+)=(.+)$/.exec(change) ?? [];
    if (field === undefined || value === undefined)
      throw new ArgumentError(`“${change}” is no change: write FIELD=VALUE.`);
    await session.svd.writeField(
      peripheral,
      register,
      field,
      /^(?:0x[0-9a-f]+|0b[01]+|\d+)$/i.test(value) ? BigInt(value) : value,
    );
  }
  if (changes.length > 0) {
    const known = (await session.svd.listRegisters(peripheral)).find(({ name }) => name === register);
    const isWriteOnly = known?.access === 'write-only' || known?.access === 'writeOnce';
    const wouldChange = known?.readAction !== undefined && options.sideEffects !== true;
    if (isWriteOnly || wouldChange) {
      const reason = isWriteOnly ? 'it cannot be read back' : 'reading it back would change it (--side-effects)';
      note(`${peripheral}.${register} is written; ${reason}.`);
      return;
    }
  }
  const decoded = await session.svd.readRegister(peripheral, register, { sideEffects: options.sideEffects });
  if (options.json) {
    printJson(decoded);
    return;
  }
  print(`${peripheral}.${decoded.name} at ${hex(decoded.address)}: ${hex(decoded.value, decoded.size / 4)}`);
  const rows = decoded.fields.map(({ name, lsb, width, value, meaning, description }) => [
    `  ${name}`,
    width === 1 ? `[${lsb}]` : `[${lsb + width - 1}:${lsb}]`,
    hex(value, 1),
    meaning ?? '',
    brief(description),
  ]);
  if (rows.length > 0) print(table(rows));
}

function brief(text: string | undefined): string {
  const line = (text ?? '').replace(/\s+/g, ' ').trim();
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}

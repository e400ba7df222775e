// OpenOCD's scripts and the USB probes at hand: what the launch wizard offers. Reads folders only; starts nothing.
import fs from 'node:fs/promises';
import path from 'node:path';

export interface Script {
  /** As OpenOCD's `-f` takes it: `interface/stlink.cfg`. */
  readonly name: string;
  /** First comment line of the file, if there is one worth showing. */
  readonly description: string;
}

/** The scripts of one kind (`interface`, `target`, `board`), from all folders, sorted by name. */
export async function scripts(folders: readonly string[], kind: string): Promise<readonly Script[]> {
  const names = new Map<string, string>();
  for (const folder of folders) {
    const files = await fs.readdir(path.join(folder, kind), { recursive: true }).catch(() => []);
    for (const file of files) {
      const name = `${kind}/${file.replaceAll('\\', '/')}`;
      if (name.endsWith('.cfg') && !names.has(name)) names.set(name, path.join(folder, kind, file));
    }
  }
  const found = await Promise.all([...names].map(async ([name, file]) => ({ name, description: await title(file) })));
  return found.sort((a, b) => a.name.localeCompare(b.name));
}

async function title(file: string): Promise<string> {
  const handle = await fs.open(file).catch(() => undefined);
  if (handle === undefined) return '';
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(600), 0, 600, 0);
    const comments = buffer
      .toString('utf8', 0, bytesRead)
      .split('\n')
      .filter((line) => line.startsWith('#'));
    const words = comments.map((line) => line.replace(/^#+\s*/, '').trim());
    return words.find((line) => line.length > 3 && !/SPDX|^https?:|copyright/i.test(line)) ?? '';
  } finally {
    await handle.close();
  }
}

/**
 * USB vendor:product of debug probes → OpenOCD's interface file. From OpenOCD's contrib/60-openocd.rules. The chip FT2232 (0403:6010)
 * is in many probes, serial adapters and boards: its number names none of them.
 */
const probes: readonly (readonly [RegExp, string])[] = [
  [/^0483:(3744|3748|374[a-f]|375[2-9])$/, 'interface/stlink.cfg'],
  [/^1366:/, 'interface/jlink.cfg'],
  [/^(2e8a:000[4c]|0d28:0204|c251:f001|03eb:(2111|2140|2141|2144|2157)|1fc9:0143|0d28:)/, 'interface/cmsis-dap.cfg'],
  [/^303a:1001$/, 'interface/esp_usb_jtag.cfg'],
  [/^15ba:002a$/, 'interface/ftdi/olimex-arm-usb-tiny-h.cfg'],
  [/^15ba:002b$/, 'interface/ftdi/olimex-arm-usb-ocd-h.cfg'],
  [/^0451:bef3$/, 'interface/xds110.cfg'],
  [/^1cbe:00fd$/, 'interface/ti-icdi.cfg'],
];

export interface Probe {
  readonly name: string;
  readonly interfaceFile: string;
}

/** Connected probes that can be named (Linux; elsewhere the list is empty). */
export async function connectedProbes(devices = '/sys/bus/usb/devices'): Promise<readonly Probe[]> {
  const folders = await fs.readdir(devices).catch(() => []);
  const read = (folder: string, file: string) =>
    fs.readFile(path.join(devices, folder, file), 'utf8').then(
      (content) => content.trim(),
      () => '',
    );
  const found = await Promise.all(
    folders.map(async (folder): Promise<Probe | undefined> => {
      const id = `${await read(folder, 'idVendor')}:${await read(folder, 'idProduct')}`;
      const interfaceFile = probes.find(([pattern]) => pattern.test(id))?.[1];
      if (interfaceFile === undefined) return undefined;
      return { name: (await read(folder, 'product')) || id, interfaceFile };
    }),
  );
  return found.filter((probe) => probe !== undefined);
}

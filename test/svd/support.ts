// Fixtures of the SVD tests: our own small files, and the vendors' files where they are at hand.
import fs from 'node:fs';
import path from 'node:path';
import { type Device, Field, type Peripheral, parseDevice, Register } from '../../src/svd';

export const ownFixture = (name: string): string => path.join(__dirname, 'fixtures', name);

const vendorFolder = path.resolve(__dirname, '../../../shared/fixtures/svd');

/** The path of a vendor's file; skips the test when the folder is not there. */
export function vendorFile(test: Mocha.Context, name: string): string {
  const file = path.join(vendorFolder, name);
  if (!fs.existsSync(file)) {
    console.log(`      ${name} is not at hand (looked in ../shared/fixtures/svd)`);
    test.skip();
  }
  return file;
}

export const readDevice = (file: string): Device => parseDevice(fs.readFileSync(file), path.basename(file));

/** A device with the given content of `peripherals`. */
export const device = (peripherals: string): Device =>
  parseDevice(`<device><name>D</name><size>32</size><peripherals>${peripherals}</peripherals></device>`);

/** A device with one peripheral P at 0x1000, and the given content of its `registers`. */
export const withRegisters = (registers: string): Device =>
  device(`<peripheral><name>P</name><baseAddress>0x1000</baseAddress><registers>${registers}</registers></peripheral>`);

/** A device with the register P.R, and the given content of its `fields`. */
export const withFields = (fields: string): Device =>
  withRegisters(`<register><name>R</name><addressOffset>0</addressOffset><fields>${fields}</fields></register>`);

export function register(of: Device, path: string): Register {
  const found = of.find(path);
  if (!(found instanceof Register)) throw new Error(`no register ${path}`);
  return found;
}

export function field(of: Device, path: string): Field {
  const found = of.find(path);
  if (!(found instanceof Field)) throw new Error(`no field ${path}`);
  return found;
}

export function peripheral(of: Device, name: string): Peripheral {
  const found = of.peripherals.find(name);
  if (found === undefined) throw new Error(`no peripheral ${name}`);
  return found;
}

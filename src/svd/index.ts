// What other rooms use of this one: open an SVD file, walk its device model, decode and encode values.
export {
  checkFieldValue,
  checkRegisterValue,
  type DecodedField,
  type DecodedRegister,
  decodeField,
  decodeRegister,
  encodeField,
  encodeRegister,
  extractField,
  insertField,
} from './decode';
export { type AddressBlock, Cluster, Device, type Interrupt, type Member, Peripheral } from './device';
export { Elements, type Run } from './elements';
export { SvdError, type SvdWarning } from './errors';
export { type LoadOptions, loadDevice } from './load';
export { parseDevice } from './parse';
export type { Access, ModifiedWriteValues, Protection, ReadAction } from './records';
export { type EnumeratedValue, type EnumeratedValues, Field, Register, type WriteConstraint } from './register';

// Common Information Entries of .debug_frame (DWARF 5 §6.4.1) and .eh_frame (LSB Core, “The .eh_frame section”): what the frame
// descriptions of many functions share. Their instructions are run elsewhere.
import type { Reader } from '../bytes';
import { DW_EH_PE_absptr, DW_EH_PE_omit, type PointerBases, readEncodedPointer } from './pointerEncoding';

export interface CommonInformationEntry {
  readonly offset: number;
  readonly version: number;
  readonly augmentation: string;
  readonly addressSize: number;
  readonly segmentSelectorSize: number;
  readonly codeAlignmentFactor: number;
  readonly dataAlignmentFactor: number;
  readonly returnAddressRegister: number;
  /** Augmentation `R`: how the FDEs write addresses. */
  readonly pointerEncoding: number;
  /** Augmentation `z`: each FDE has a length of augmentation data before its instructions. */
  readonly hasAugmentationData: boolean;
  /** Augmentation `S`: the frames are those of signal (exception) handlers' trampolines. */
  readonly isSignalFrame: boolean;
  /** Where the initial instructions stand in the section. */
  readonly instructionsStart: number;
  readonly instructionsEnd: number;
}

/** What the sections say that an entry itself does not. */
export interface EntryDefaults {
  readonly isEhFrame: boolean;
  readonly addressSize: number;
  readonly bases: PointerBases;
}

/**
 * Reads the entry whose fields after the CIE id begin at the reader's position and which ends at the reader's end.
 * @throws DebugInfoError for versions and augmentations that cannot be read.
 */
export function readCommonInformationEntry(
  reader: Reader,
  offset: number,
  defaults: EntryDefaults,
): CommonInformationEntry {
  const version = reader.u8();
  if (version !== 1 && version !== 3 && version !== 4) reader.fail(`CIE version ${version} is not known`, offset);
  const augmentation = reader.cstring();
  let addressSize = defaults.addressSize;
  let segmentSelectorSize = 0;
  if (version >= 4) {
    addressSize = reader.u8();
    if (![1, 2, 4, 8].includes(addressSize)) reader.fail(`CIE with addresses of ${addressSize} bytes`, offset);
    segmentSelectorSize = reader.u8();
  }
  // GCC before 3 put a pointer to its exception table here.
  if (augmentation === 'eh') reader.skip(addressSize);
  const codeAlignmentFactor = reader.uleb();
  const dataAlignmentFactor = reader.sleb();
  const returnAddressRegister = version === 1 ? reader.u8() : reader.uleb();
  const { pointerEncoding, isSignalFrame } = readAugmentation(reader, augmentation, offset, defaults.bases);
  return {
    offset,
    version,
    augmentation,
    addressSize,
    segmentSelectorSize,
    codeAlignmentFactor,
    dataAlignmentFactor,
    returnAddressRegister,
    pointerEncoding,
    hasAugmentationData: augmentation.startsWith('z'),
    isSignalFrame,
    instructionsStart: reader.position,
    instructionsEnd: reader.end,
  };
}

function readAugmentation(reader: Reader, augmentation: string, offset: number, bases: PointerBases) {
  let pointerEncoding = DW_EH_PE_absptr;
  let isSignalFrame = false;
  if (!augmentation.startsWith('z')) {
    // Arm's own compilers write “armcc+”, which adds no fields. Others may add some, and without `z` nobody knows how many.
    if (augmentation !== '' && augmentation !== 'eh' && !augmentation.startsWith('armcc')) {
      reader.fail(`CIE augmentation “${augmentation}” is not known`, offset);
    }
    return { pointerEncoding, isSignalFrame };
  }
  const length = reader.uleb();
  const start = reader.position;
  reader.skip(length);
  const data = reader.at(start, start + length);
  for (const letter of augmentation.slice(1)) {
    if (letter === 'L') data.u8();
    else if (letter === 'R') pointerEncoding = data.u8();
    else if (letter === 'P') {
      const encoding = data.u8();
      if (encoding !== DW_EH_PE_omit) readEncodedPointer(data, encoding, bases);
    } else if (letter === 'S') isSignalFrame = true;
    // B (AArch64: return addresses signed with the B key) and G (MTE tagged frames) add no data and change no rule. What
    // follows a letter that is not known cannot be told apart, but the length says where it ends.
    else if (letter !== 'B' && letter !== 'G') break;
  }
  return { pointerEncoding, isSignalFrame };
}

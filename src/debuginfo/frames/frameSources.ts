// Collects from ELF files what the frame table reads. The only file of this folder that knows ELF.
import { SHF_ALLOC, SHF_EXECINSTR, SHT_ARM_EXIDX } from '../elf/constants';
import type { ElfImage } from '../elf/image';
import type { FrameTableSources } from './frameTable';

/** `debugFile`: where .debug_frame is, when it is not the program itself. */
export function frameSources(program: ElfImage, debugFile: ElfImage = program): FrameTableSources {
  const { sections, segments } = program.header;
  const index = sections.find((section) => section.type === SHT_ARM_EXIDX);
  const code = sections
    .filter(({ flags }) => (flags & SHF_ALLOC) !== 0 && (flags & SHF_EXECINSTR) !== 0)
    .map(({ address, size }) => ({ address, size }));
  // A program without section headers says less exactly where its code is.
  const parts =
    code.length > 0
      ? code
      : segments
          .filter(({ executable }) => executable)
          .map(({ address, memorySize }) => ({ address, size: memorySize }));
  return {
    debugFrame: debugFile.section('.debug_frame') ?? program.section('.debug_frame'),
    ehFrame: program.section('.eh_frame'),
    ehFrameHeader: program.section('.eh_frame_hdr'),
    armExceptionIndex: index && program.sectionOf(index),
    textAddress: sections.find(({ name }) => name === '.text')?.address,
    dataAddress: sections.find(({ name }) => name === '.got')?.address,
    addressSize: program.is64Bit ? 8 : 4,
    warnings: program.warnings,
    bytesAt: (address, length) => program.bytesAt(address, length),
    isCode: (address) => parts.some((part) => address >= part.address && address < part.address + part.size),
  };
}

// Arm A- and R-profile in 32-bit state: stack and registers. Exception modes keep their return address in banked registers,
// which a stack alone cannot tell, so no exception frames are built.
import { texts } from '../../messages';
import type { Architecture } from '../architecture';
import { armCommon } from './mProfile';
import { armDwarf } from './registers';

export const armClassic: Architecture = {
  ...armCommon,
  name: 'Arm (A/R-profile)',
  framePointer: armDwarf.r11,
  // There is no architected map: without knowing the chip nothing is read ahead but what the program itself occupies.
  isDevice: () => true,
  isExceptionReturn: () => false,
  isExceptionState: () => false,
  mayReturnTo: () => true,
  isTrapHandler: () => false,
  exceptionFrame: ({ returnAddress }) => ({
    label: 'Exception',
    interrupted: undefined,
    problem: texts.stackEnds.badExceptionReturn(Number(returnAddress)),
    fault: undefined,
  }),
  endOfStack: (returnAddress) => (returnAddress === 0n ? { label: undefined } : undefined),
  disassembly: (isThumb) => ({ architecture: 'arm', bits: 32, isThumb, isMProfile: false }),
};

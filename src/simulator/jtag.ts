// The IEEE 1149.1 test access port of the debug port, and the letters of OpenOCD's remote_bitbang adapter that move its
// pins (OpenOCD doc/manual/jtag/drivers/remote_bitbang.txt).
import type { DebugPort } from './dap';

/** States of the controller, in the order that `NEXT` is written in. */
const State = {
  reset: 0,
  idle: 1,
  selectDr: 2,
  captureDr: 3,
  shiftDr: 4,
  exit1Dr: 5,
  pauseDr: 6,
  exit2Dr: 7,
  updateDr: 8,
  selectIr: 9,
  captureIr: 10,
  shiftIr: 11,
  exit1Ir: 12,
  pauseIr: 13,
  exit2Ir: 14,
  updateIr: 15,
} as const;

/** Next state by state × 2 + TMS. */
const NEXT = new Uint8Array([
  1, 0, 1, 2, 3, 9, 4, 5, 4, 5, 6, 8, 6, 7, 4, 8, 1, 2, 10, 0, 11, 12, 11, 12, 13, 15, 13, 14, 11, 15, 1, 2,
]);

const Instruction = { abort: 8, dpacc: 10, apacc: 11, idcode: 14 } as const;
/** ACK of a scan that succeeded; this port never answers WAIT. */
const ACK_OK_FAULT = 2;

/** A byte that is no letter of the protocol: the client is something else than OpenOCD's remote_bitbang. */
export class ProtocolError extends Error {}

export class Tap {
  private state: number = State.reset;
  private ir: number = Instruction.idcode;
  private irShift = 0;
  /** The data register being shifted, least significant bit first: `low` 32 bits, `high` 3 more. */
  private low = 0;
  private high = 0;
  private length = 1;
  private tck = 0;
  /** Data register scans, and rising edges of TCK, since power-on. */
  scans = 0;
  clocks = 0;
  /** Without power the port drives nothing and TDO is pulled up. */
  powered = true;
  onSystemReset: (asserted: boolean) => void = () => undefined;

  constructor(private readonly port: DebugPort) {}

  reset(): void {
    this.state = State.reset;
    this.ir = Instruction.idcode;
  }

  /**
   * Consumes a chunk of letters. @returns answers written into `out`, and whether the client said goodbye
   * @throws ProtocolError
   */
  process(letters: Uint8Array, out: Uint8Array): { answers: number; quit: boolean } {
    let answers = 0;
    let quit = false;
    for (const letter of letters) {
      if (letter >= 0x30 && letter <= 0x37) {
        const tck = letter & 4;
        if (tck && !this.tck) this.clock((letter >> 1) & 1, letter & 1);
        this.tck = tck;
      } else if (letter === 0x52) out[answers++] = 0x30 | this.tdo;
      else if (letter >= 0x72 && letter <= 0x75) this.setResets(letter - 0x72);
      else if (letter === 0x51) quit = true;
      else if (letter !== 0x42 && letter !== 0x62) throw new ProtocolError(describeUnknown(letter)); // B, b: activity
    }
    return { answers, quit };
  }

  private get tdo(): number {
    if (!this.powered) return 1;
    if (this.state === State.shiftDr) return this.low & 1;
    return this.state === State.shiftIr ? this.irShift & 1 : 0;
  }

  /** r, s, t, u: bit 0 is SRST, bit 1 is TRST. */
  private setResets(lines: number): void {
    if (lines & 2) this.reset();
    this.onSystemReset((lines & 1) === 1);
  }

  /** A rising edge of TCK. */
  private clock(tms: number, tdi: number): void {
    this.clocks++;
    if (!this.powered) return;
    switch (this.state) {
      case State.shiftDr:
        if (this.length === 35) {
          this.low = (this.low >>> 1) | (this.high << 31);
          this.high = (this.high >>> 1) | (tdi << 2);
        } else if (this.length === 32) this.low = (this.low >>> 1) | (tdi << 31);
        else this.low = tdi;
        break;
      case State.shiftIr:
        this.irShift = (this.irShift >> 1) | (tdi << 3);
        break;
      case State.captureDr:
        this.capture();
        break;
      case State.captureIr:
        this.irShift = 1;
        break;
    }
    this.state = NEXT[this.state * 2 + tms] as number;
    if (this.state === State.updateDr) this.update();
    else if (this.state === State.updateIr) this.ir = this.irShift;
    else if (this.state === State.reset) this.ir = Instruction.idcode;
  }

  private capture(): void {
    if (this.ir === Instruction.dpacc || this.ir === Instruction.apacc) {
      const result = this.port.captured;
      this.length = 35;
      this.low = (result << 3) | ACK_OK_FAULT;
      this.high = result >>> 29;
    } else if (this.ir === Instruction.abort) {
      this.length = 35;
      this.low = ACK_OK_FAULT;
      this.high = 0;
    } else if (this.ir === Instruction.idcode) {
      this.length = 32;
      this.low = this.port.idcode;
    } else {
      this.length = 1; // BYPASS, also for every instruction that is not implemented
      this.low = 0;
    }
  }

  private update(): void {
    this.scans++;
    const read = (this.low & 1) === 1;
    const register = (this.low >> 1) & 3;
    const value = ((this.low >>> 3) | (this.high << 29)) >>> 0;
    if (this.ir === Instruction.dpacc) this.port.accessDp(register, read, value);
    else if (this.ir === Instruction.apacc) this.port.accessAp(register, read, value);
    else if (this.ir === Instruction.abort) this.port.abort();
  }
}

function describeUnknown(letter: number): string {
  const byte = `0x${letter.toString(16).padStart(2, '0')}`;
  if ('OocdefgZz'.includes(String.fromCharCode(letter))) {
    return `The client sent ${byte}, a letter for SWD or for sleeping; the board speaks JTAG (transport select jtag).`;
  }
  return `The client sent ${byte}, which is no letter of the remote_bitbang protocol.`;
}

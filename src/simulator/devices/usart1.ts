// USART1 of an STM32F0 with TX wired to RX (RM0091 §27): what is sent is received, and goes to the board's log.
// Framing errors, parity, synchronous modes and flow control are not modelled.
import { type Register, RegisterBlock, type ResetCause, type Scheduler, type TimedDevice } from './registerBlock';

const UE = 1 << 0;
const RE = 1 << 2;
const TE = 1 << 3;
const ORE = 1 << 3;
const RXNE = 1 << 5;
const TC = 1 << 6;
const TXE = 1 << 7;
const RXFRQ = 1 << 3;
/** RXNEIE, TCIE and TXEIE of CR1 stand at the places of their flags in ISR. */
const INTERRUPTS = RXNE | TC | TXE;
/** Start bit, eight data bits, stop bit. */
const FRAME_BITS = 10;
const MIN_BRR = 16;
export const USART1_IRQ = 27;

export class Usart1 extends RegisterBlock implements TimedDevice {
  private readonly cr1: Register = this.register('CR1', 0x00, { writable: 0x1fffffff, written: () => this.changed() });
  private readonly brr: Register;
  private readonly isr: Register;
  private readonly rdr: Register;
  private readonly tdr: Register;
  /** The byte on the line, and when its stop bit ends. */
  private shifting: number | undefined;
  nextEvent = Number.POSITIVE_INFINITY;

  /** @param sent called with each byte when it has left the transmitter */
  constructor(
    private readonly scheduler: Scheduler,
    private readonly sent: (byte: number) => void,
  ) {
    super('USART1', 0x40013800);
    this.register('CR2', 0x04, { writable: 0xfffffff0 });
    this.register('CR3', 0x08, { writable: 0x007fffff });
    this.brr = this.register('BRR', 0x0c, { writable: 0xffff });
    this.register('RQR', 0x18, {
      read: () => 0,
      written: (value) => {
        if (value & RXFRQ) this.clearFlags(RXNE);
      },
    });
    this.isr = this.register('ISR', 0x1c, { reset: TC | TXE });
    this.register('ICR', 0x20, { read: () => 0, written: (value) => this.clearFlags(value & (ORE | TC)) });
    this.rdr = this.register('RDR', 0x24, {
      read: () => {
        this.clearFlags(RXNE);
        return this.rdr.value;
      },
    });
    this.tdr = this.register('TDR', 0x28, { writable: 0x1ff, written: () => this.transmit() });
  }

  override reset(cause: ResetCause): void {
    super.reset(cause);
    this.shifting = undefined;
    this.nextEvent = Number.POSITIVE_INFINITY;
    this.changed();
  }

  /** The byte on the line is complete. */
  service(): void {
    const byte = this.shifting;
    if (byte === undefined) return;
    this.shifting = undefined;
    this.nextEvent = Number.POSITIVE_INFINITY;
    this.sent(byte);
    this.receive(byte);
    if (this.isr.value & TXE) this.isr.value |= TC;
    else this.shift();
    this.changed();
  }

  /** A byte arrives at RX; one that is not fetched in time is kept and the new one lost (§27.5.2, overrun). */
  receive(byte: number): void {
    if ((this.cr1.value & (UE | RE)) !== (UE | RE)) return;
    if (this.isr.value & RXNE) this.isr.value |= ORE;
    else {
      this.rdr.value = byte;
      this.isr.value |= RXNE;
    }
    this.changed();
  }

  private transmit(): void {
    if ((this.cr1.value & (UE | TE)) !== (UE | TE)) return;
    this.isr.value &= ~(TXE | TC);
    if (this.shifting === undefined) this.shift();
    this.changed();
  }

  /** Moves TDR into the shift register. */
  private shift(): void {
    this.shifting = this.tdr.value & 0xff;
    this.isr.value |= TXE;
    this.nextEvent = this.scheduler.now() + FRAME_BITS * Math.max(this.brr.value, MIN_BRR);
  }

  private clearFlags(flags: number): void {
    this.isr.value &= ~flags;
    this.changed();
  }

  private changed(): void {
    const wanted = this.isr.value & this.cr1.value & INTERRUPTS;
    const overrun = this.isr.value & ORE && this.cr1.value & RXNE;
    this.scheduler.setInterrupt(USART1_IRQ, (this.cr1.value & UE) !== 0 && (wanted !== 0 || overrun !== 0));
    this.scheduler.rescheduled();
  }
}

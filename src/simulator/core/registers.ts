// The registers of an Armv6-M core and the rules for reading and writing them (DDI0419 B1.4). No memory, no exceptions.

/** xPSR bits outside the flags. */
const EPSR_T = 0x01000000;

export class Registers {
  /** R0–R12, the selected SP, LR. Index 15 is unused: see `pc`. */
  readonly r = new Int32Array(16);
  /** Address of the next instruction, bit 0 clear. */
  pc = 0;
  /** EPSR.T: when clear, the next instruction faults. */
  thumb = true;
  /** The Z flag is set if and only if this is 0. */
  zr = 1;
  /** The N flag is set if and only if this is negative. */
  nr = 0;
  c = 0;
  v = 0;
  primask = 0;
  /** Number of the exception being handled, 0 in Thread mode. */
  ipsr = 0;
  private npriv = 0;
  private spsel = 0;
  private unselectedSp = 0;

  reset(): void {
    this.r.fill(0);
    this.r[14] = -1;
    this.unselectedSp = 0;
    this.spsel = 0;
    this.npriv = 0;
    this.primask = 0;
    this.ipsr = 0;
    this.thumb = true;
    this.setFlags(0);
  }

  get privileged(): boolean {
    return this.ipsr !== 0 || this.npriv === 0;
  }

  get flags(): number {
    return (this.nr < 0 ? 1 << 31 : 0) | (this.zr === 0 ? 1 << 30 : 0) | (this.c << 29) | (this.v << 28);
  }

  /** Sets N, Z, C and V from bits 31–28. */
  setFlags(x: number): void {
    this.nr = x | 0;
    this.zr = x & (1 << 30) ? 0 : 1;
    this.c = (x >>> 29) & 1;
    this.v = (x >>> 28) & 1;
  }

  get xpsr(): number {
    return (this.flags | (this.thumb ? EPSR_T : 0) | this.ipsr) >>> 0;
  }

  set xpsr(x: number) {
    this.setFlags(x);
    this.thumb = (x & EPSR_T) !== 0;
    this.ipsr = x & 0x3f;
  }

  get control(): number {
    return (this.spsel << 1) | this.npriv;
  }

  /** SPSEL is ignored in Handler mode (B1.4.4). */
  set control(x: number) {
    this.npriv = x & 1;
    if (this.ipsr === 0) this.selectSp(((x >> 1) & 1) as 0 | 1);
  }

  get msp(): number {
    return this.spsel ? this.unselectedSp : (this.r[13] as number);
  }

  set msp(x: number) {
    if (this.spsel) this.unselectedSp = x & ~3;
    else this.r[13] = x & ~3;
  }

  get psp(): number {
    return this.spsel ? (this.r[13] as number) : this.unselectedSp;
  }

  set psp(x: number) {
    if (this.spsel) this.r[13] = x & ~3;
    else this.unselectedSp = x & ~3;
  }

  /** Selects the main (0) or the process (1) stack pointer as R13. */
  selectSp(selected: 0 | 1): void {
    if (selected === this.spsel) return;
    const sp = this.r[13] as number;
    this.r[13] = this.unselectedSp;
    this.unselectedSp = sp;
    this.spsel = selected;
  }

  /** MRS (B4.2.2): what an unprivileged reader may not see reads as zero. */
  mrs(sysm: number): number {
    if (sysm < 8) return (sysm & 4 ? 0 : this.flags) | (sysm & 1 ? this.ipsr : 0);
    if (sysm === 20) return this.control;
    if (!this.privileged) return 0;
    if (sysm === 8) return this.msp;
    if (sysm === 9) return this.psp;
    return sysm === 16 ? this.primask : 0;
  }

  /** MSR (B4.2.3): an unprivileged writer changes the flags and nothing else. */
  msr(sysm: number, x: number): void {
    if (sysm < 4) this.setFlags(x);
    if (!this.privileged) return;
    if (sysm === 8) this.msp = x;
    else if (sysm === 9) this.psp = x;
    else if (sysm === 16) this.primask = x & 1;
    else if (sysm === 20) this.control = x;
  }

  /** A register by its DCRSR number (C1.6.3); numbers without a register read as zero. */
  read(selector: number): number {
    if (selector < 15) return (this.r[selector] as number) >>> 0;
    switch (selector) {
      case 15:
        return this.pc >>> 0;
      case 16:
        return this.xpsr;
      case 17:
        return this.msp >>> 0;
      case 18:
        return this.psp >>> 0;
      case 20:
        return ((this.control << 24) | this.primask) >>> 0;
      default:
        return 0;
    }
  }

  write(selector: number, x: number): void {
    if (selector === 13) this.r[13] = x & ~3;
    else if (selector < 15) this.r[selector] = x;
    else if (selector === 15) this.pc = x & ~1;
    else if (selector === 16) this.xpsr = x;
    else if (selector === 17) this.msp = x;
    else if (selector === 18) this.psp = x;
    else if (selector === 20) {
      this.primask = x & 1;
      this.control = x >>> 24;
    }
  }
}

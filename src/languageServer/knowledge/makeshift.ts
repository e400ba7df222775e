// Makeshift boards: Tcl that gives OpenOCD adapters, TAPs, targets and flash banks without any hardware, so that it registers the
// commands that come with them.

/** Free of ports, so that it disturbs no OpenOCD at work; the names differ between versions, hence the catch. */
export const noPorts = 'catch {gdb_port disabled}; catch {tcl_port disabled}; catch {telnet_port disabled}';

/** A TAP on OpenOCD’s own `dummy` adapter or, where that is not built in, on one that needs its other side for `init` alone. */
export const dummyTap =
  'foreach d {dummy remote_bitbang} {if {![catch {adapter driver $d}]} break}; catch {transport select jtag}; jtag newtap x cpu -irlen 4';

/** With a DAP for the targets that sit behind one. No `init` gets past it, there being no chip. */
export const dummyBoard = `${dummyTap}; catch {dap create x.dap -chain-position x.cpu}`;

/** A target and flash banks: all that `init` needs to register the commands of the exec stage. */
export const dummyTarget = 'target create x.cpu testee -chain-position x.cpu';
export const dummyBanks = [
  'flash bank b faux 0 65536 0 0 x.cpu',
  'foreach d {orion at91sam9 mxc} {catch {nand device n.$d $d x.cpu 1 2 3 4}}',
  'catch {pld device virtex2 x.cpu}',
  // The same after 0.12.
  'foreach d {efinix gatemate gowin lattice virtex2} {catch {pld create p.$d $d -chain-position x.cpu}}',
  'catch {pld create p.intel intel -chain-position x.cpu -family cycloneiii}',
].join('; ');
/** Where `init` fails for want of an adapter, the subsystems are brought up without it. */
export const dummyInit = 'catch {init}; foreach g {flash nand pld} {catch {$g init}}';
export const dummyObjects =
  'catch {cti create x.cti -dap x.dap -ap-num 0}; catch {tpiu create x.tpiu -dap x.dap -ap-num 0}';

/** A target of some type, wherever that type sits: on a TAP (arm11 insists on the length of its own) or behind a DAP. */
export const dummyTargetOf = (type: string): string => {
  const places = ['-chain-position x.cpu', '-chain-position x.long', '-dap x.dap', '-dap x.dap -ap-num 0'];
  return `jtag newtap x long -irlen 5; foreach p {{${places.join('} {')}}} {if {![catch {target create t ${type} {*}$p}]} break}`;
};

/** A flash bank of some driver. Sizes that they all take: some divide by them, str9x knows only its own. */
export const dummyBank = (driver: string): string => `catch {flash bank x.b ${driver} 0 524288 2 2 x.cpu}`;

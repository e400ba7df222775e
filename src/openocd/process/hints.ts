// From OpenOCD’s error lines to what a person can do about them. One row per kind of trouble, first match wins.

interface Hint {
  readonly pattern: RegExp;
  readonly hint: (match: RegExpExecArray) => string;
}

const BIND = /couldn't bind (\S+) to socket(?: on port (\d+))?.*/i;

const HINTS: readonly Hint[] = [
  {
    pattern: /Open On-Chip Debugger (0\.\d\.\d+)/,
    hint: ([, version]) =>
      `This is OpenOCD ${version}; version 0.10 or later is needed. Install a newer one, or give the path of one.`,
  },
  {
    pattern: new RegExp(`${BIND.source}|Address already in use`, 'i'),
    hint: ([, service, port]) =>
      `${service && port ? `Port ${port} (${service})` : 'A port'} is taken, most often by another OpenOCD. End that one, or choose another port.`,
  },
  {
    pattern: /Can't find (\S.*?)$/im,
    hint: ([, file]) =>
      `OpenOCD found no file “${file}”. Check the name, or add its folder to the search folders (-s).`,
  },
  {
    pattern: /LIBUSB_ERROR_ACCESS|Permission denied|insufficient permissions|Operation not permitted/i,
    hint: () =>
      'This user may not open the debug probe. On Linux install OpenOCD’s udev rules (60-openocd.rules), then plug the probe in again; on Windows give it a WinUSB driver (Zadig).',
  },
  {
    pattern: /LIBUSB_ERROR_BUSY|unable to claim|Resource busy|device is already in use/i,
    hint: () => 'Another program is using the debug probe. Close it (another debugger, a vendor tool), then try again.',
  },
  {
    pattern:
      /(?:unable to (?:find|open)|no device found|could not find|open failed|unable to open \S+ (?:device|adapter)|no CMSIS-DAP|No J-Link device found|LIBUSB_ERROR_(?:NO_DEVICE|NOT_FOUND)|device not found)/i,
    hint: () =>
      'No debug probe was found. Check that it is plugged in, and that the interface file (interface/….cfg) is the one for it.',
  },
  {
    pattern: /Failed to connect to .*|failed to connect|couldn't connect to|Connection refused|connect: /i,
    hint: () =>
      'The debug probe is reached over the network or a socket, and nothing listens there. Start the simulator or probe server first, and check the address.',
  },
  {
    pattern:
      /Debug adapter (?:does|doesn).*support.*transport|selected transport.*(?:not|doesn't)|Debug adapter does not support any transports|transport "?(\w+)"? (?:is )?not (?:supported|available)|Can't change session's transport|Unable to select transport/i,
    hint: () =>
      'The probe cannot use the transport chosen. Choose the other one (“transport select swd” or “jtag”) before the target file.',
  },
  {
    pattern:
      /No transport(?: is)? selected|session transport was not selected|Debug Adapter has to be specified|no debug (?:adapter|interface)/i,
    hint: () =>
      'The configuration names no probe or transport. Begin with an interface file (interface/….cfg) or a board file (board/….cfg).',
  },
  {
    pattern: /target voltage may be too low|target not powered|Target power|VTref|no target voltage/i,
    hint: () => 'The board seems to have no power. Check its supply and the cable.',
  },
  {
    pattern: /UNEXPECTED idcode|expected \d+ of \d+: 0x/i,
    hint: () => 'Another chip than the configured one answered. Choose the target file of the chip on the board.',
  },
  {
    pattern:
      /JTAG scan chain interrogation failed|cannot read IDR|Error connecting DP|DP initiali[sz]ation failed|init mode failed|Could not (?:initialize|find) (?:the )?debug port|SWD.*fail|target not examined|Target not examined yet|Examination failed|unable to connect to the target/i,
    hint: () =>
      'The probe works, but the chip does not answer. Check wiring and power, lower the adapter speed, or connect under reset (“reset_config srst_only connect_assert_srst”).',
  },
  {
    pattern: /invalid command name "([^"]+)"/,
    hint: ([, name]) =>
      `The configuration uses “${name}”, which this OpenOCD does not know: a typing error, or a file for another OpenOCD version.`,
  },
  {
    pattern: /specified (?:debug interface|adapter driver) was not found \((\S+)\)/i,
    hint: ([, name]) =>
      `This OpenOCD has no adapter driver “${name}”: a typing error, or it was built without it. “openocd -c 'adapter list; shutdown'” shows those it has.`,
  },
  {
    pattern: /failed to load file "([^"]*)": Is a directory/,
    hint: ([, file]) => `“${file}” is a folder. Give the path of a configuration file.`,
  },
  {
    pattern: /couldn't open|failed to load file "[^"]*": /,
    hint: () => 'Check that the file is there and that this user may read it.',
  },
  {
    pattern: /shutdown command invoked/,
    hint: () => 'The configuration itself ends OpenOCD (“shutdown” or “exit”). Remove that.',
  },
  {
    pattern: /^(?!embedded:)(\S.*?):(\d+): Error: /m,
    hint: ([, file, line]) => `Correct line ${line} of ${file}.`,
  },
];

/** @returns whether the line says that OpenOCD could not listen on `port` */
export function isTaken(line: string, port: number): boolean {
  return Number(BIND.exec(line)?.[2]) === port;
}

/** @returns advice for the first error in `log` that we know, or undefined */
export function hintFor(log: string): string | undefined {
  for (const { pattern, hint } of HINTS) {
    const match = pattern.exec(log);
    if (match) return hint(match);
  }
  return undefined;
}

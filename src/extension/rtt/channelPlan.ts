// What a user wants done with an RTT channel, as `rttConfig.decoders` of launch.json and the setting `openocd.rtt.channels` say it
// in Cortex-Debug's words. Pure: reads and checks, does nothing.
import { t } from '../texts';

/** How bytes become numbers, all little-endian. The first four are Cortex-Debug's and four bytes wide. */
export const encodings = ['unsigned', 'signed', 'Q16.16', 'float', 'uint8', 'int8', 'uint16', 'int16'] as const;
export type Encoding = (typeof encodings)[number];

const kinds = ['console', 'binary', 'graph'] as const;

export interface ChannelPlan {
  readonly channel: number;
  /** Text in a terminal, numbers in a terminal, or a curve. */
  readonly kind: (typeof kinds)[number];
  readonly label: string | undefined;
  readonly encoding: Encoding;
  /** Each number is multiplied by this. */
  readonly scale: number;
  /** Everything the channel sends goes into this file, as it comes. */
  readonly logFile: string | undefined;
  /** The file goes on where it ended; otherwise each start of the program's RTT begins it anew. */
  readonly append: boolean;
  /** Undefined: as the setting says. */
  readonly timestamps: boolean | undefined;
}

export interface ReadPlans {
  readonly plans: readonly ChannelPlan[];
  /** What is wrong with entries that were left out, in words. */
  readonly problems: readonly string[];
}

const MOST_CHANNELS = 256;

/** @param entries the list of decoders; anything else is no list of plans */
export function readPlans(entries: unknown): ReadPlans {
  const plans: ChannelPlan[] = [];
  const problems: string[] = [];
  for (const entry of Array.isArray(entries) ? entries : []) {
    const read = readPlan(entry);
    if (typeof read === 'string') problems.push(read);
    else plans.push(read);
  }
  return { plans, problems };
}

/** @returns the plan, or what is wrong */
function readPlan(entry: unknown): ChannelPlan | string {
  if (typeof entry !== 'object' || entry === null)
    return t('An RTT decoder is an object such as {0}.', '{ "port": 0 }');
  const given: Readonly<Record<string, unknown>> = { ...entry };
  const { port, scale = 1 } = given;
  if (given['type'] === 'advanced')
    return t('RTT decoders of the type “advanced” are not supported: they are programs for another extension.');
  if (typeof port !== 'number' || !Number.isInteger(port) || port < 0 || port >= MOST_CHANNELS)
    return t('An RTT decoder names its channel with "port", a whole number from 0.');
  const isText = given['encoding'] === 'ascii' || given['encoding'] === 'utf8';
  const kind = kinds.find((each) => each === (given['type'] ?? 'console'));
  if (kind === undefined)
    return t(
      'RTT channel {0}: there is no decoder type “{1}”; there are {2}.',
      port,
      String(given['type']),
      kinds.join(', '),
    );
  const encoding = encodings.find((each) => each === (given['encoding'] ?? 'unsigned'));
  if (encoding === undefined && kind !== 'console' && !isText)
    return t(
      'RTT channel {0}: there is no encoding “{1}”; there are {2}.',
      port,
      String(given['encoding']),
      `${encodings.join(', ')}, ascii`,
    );
  if (typeof scale !== 'number' || !Number.isFinite(scale)) return t('RTT channel {0}: "scale" is a number.', port);
  const label = given['label'] ?? given['graphId'];
  const logFile = given['logfile'];
  return {
    channel: port,
    kind: isText && kind === 'binary' ? 'console' : kind,
    label: typeof label === 'string' && label !== '' ? label : undefined,
    encoding: encoding ?? 'unsigned',
    scale,
    logFile: typeof logFile === 'string' && logFile !== '' ? logFile : undefined,
    append: given['noclear'] === true,
    timestamps: typeof given['timestamp'] === 'boolean' ? given['timestamp'] : undefined,
  };
}

// The channels of a control block that was found, with names that can be shown.
import type { RttChannel, Session } from '../../openocd';
import { t } from '../texts';

export interface Channel {
  readonly index: number;
  readonly name: string;
  readonly up: boolean;
  readonly down: boolean;
}

/** What no name of a channel holds: the text is in another encoding, or is none at all. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const ODD = /[\u0000-\u001f\u007f\ufffd]/;

/**
 * Control blocks of programs that are gone have odd names; those of running programs may have them too.
 * @param doubted called where names are odd or cannot be read: true gives no channels, false takes the channels as they are
 * @throws RttError
 */
export async function listChannels(session: Session, doubted: () => boolean): Promise<readonly Channel[]> {
  const { up, down } = await list(session, doubted);
  const indexes = [...new Set([...up, ...down].map((channel) => channel.number))].sort((a, b) => a - b);
  const channels = indexes.map((index) => {
    const one = up.find((channel) => channel.number === index);
    const other = down.find((channel) => channel.number === index);
    return { index, name: one?.name || other?.name || '', up: one !== undefined, down: other !== undefined };
  });
  if (channels.some(({ name }) => ODD.test(name)) && doubted()) return [];
  return channels.map((channel) => ({
    ...channel,
    name: channel.name === '' || ODD.test(channel.name) ? t('Channel {0}', channel.index) : channel.name,
  }));
}

interface Listed {
  readonly up: readonly Pick<RttChannel, 'number' | 'name'>[];
  readonly down: readonly Pick<RttChannel, 'number' | 'name'>[];
}

/**
 * OpenOCD lists no channel where one name cannot be read (a pointer to nowhere): then there is at least the first channel, which is
 * the program's console.
 */
async function list(session: Session, doubted: () => boolean): Promise<Listed> {
  try {
    return await session.rtt.channels();
  } catch (error) {
    const { reply, log } = error as { readonly reply?: string; readonly log?: string };
    const [, up, down] = /^Channels: up=(\d+), down=(\d+)/m.exec(`${reply}\n${log}`) ?? [];
    if (up === undefined || doubted()) throw error;
    const first = (count: string | undefined) => (Number(count) > 0 ? [{ number: 0, name: '' }] : []);
    return { up: first(up), down: first(down) };
  }
}

// RTT channels: the text of `rtt channels` (0.11 and later alike).

export interface RttChannel {
  readonly number: number;
  readonly name: string;
  /** Bytes of its buffer. */
  readonly size: number;
  readonly flags: number;
}

export interface RttChannels {
  /** Target to host. */
  readonly up: readonly RttChannel[];
  /** Host to target. */
  readonly down: readonly RttChannel[];
}

export function readRttChannels(text: string): RttChannels {
  const channels: { up: RttChannel[]; down: RttChannel[] } = { up: [], down: [] };
  let list: RttChannel[] = channels.up;
  for (const line of text.split('\n')) {
    if (line.startsWith('Up-channels')) list = channels.up;
    if (line.startsWith('Down-channels')) list = channels.down;
    const match = /^(\d+): (.*) (\d+) (\d+)\s*$/.exec(line);
    if (match)
      list.push({ number: Number(match[1]), name: match[2] ?? '', size: Number(match[3]), flags: Number(match[4]) });
  }
  return channels;
}

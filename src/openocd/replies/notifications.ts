// Notification frames (0.10 to master alike, `src/server/tcl_server.c`).

export type Notification =
  | { readonly kind: 'event'; readonly name: string }
  | { readonly kind: 'state'; readonly state: string }
  | { readonly kind: 'reset'; readonly mode: string }
  | { readonly kind: 'trace'; readonly data: Buffer };

/** @returns undefined for a frame of a kind not known today */
export function readNotification(frame: string): Notification | undefined {
  const [, type, value = ''] =
    /^type target_(event event|state state|reset mode|trace data) (\S*)$/.exec(frame.trim()) ?? [];
  switch (type) {
    case 'event event':
      return { kind: 'event', name: value };
    case 'state state':
      return { kind: 'state', state: value };
    case 'reset mode':
      return { kind: 'reset', mode: value };
    case 'trace data':
      return { kind: 'trace', data: Buffer.from(value, 'hex') };
    default:
      return undefined;
  }
}

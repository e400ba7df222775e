// What is measured side by side: each operation from the key press until the editor shows everything again.
import { lineAt } from './firmware';
import type { Rig, Side } from './rig';

export interface Operation {
  readonly name: string;
  readonly samples: number;
  /** At most this part of the peer's. */
  readonly targets: { readonly time: number; readonly scans?: number };
  /** At most this many scans of ours. */
  readonly mostScans?: number;
  /** The core runs for some time meanwhile, and OpenOCD looks at it as often as it gets to: no exact number of scans. */
  readonly isTimed?: boolean;
  /** Lasts so long that OpenOCD's look at a halted target every 100 ms is among the scans. */
  readonly isLong?: boolean;
  /** Left out where the other has nothing like it. */
  readonly only?: Side;
  /** Takes the board to where the operation begins. Not measured. */
  prepare(rig: Rig): Promise<void>;
  act(rig: Rig): Promise<void>;
}

/** A request that makes the core run, until the editor is up to date. */
const move = (command: string, args?: object) => async (rig: Rig) => {
  await rig.untilStopped(command, args);
  await rig.look();
};

const to = (place: string) => (rig: Rig) => rig.runTo(place);

const STEP_OVER = { time: 0.3, scans: 0.25 };
const STEP = { time: 0.4, scans: 0.35 };
const NOT_SLOWER = { time: 1 };
const FLASH = '0x08000000';
const READ_BYTES = 65536;

/** A new stop at a place, so that nothing of the stop before is known. */
const fresh = (place: string) => async (rig: Rig) => {
  await rig.runTo(place);
  await rig.untilStopped('next', { granularity: 'instruction' });
  await rig.look();
};

/** References of the last `prepare`; one operation runs at a time. */
let reference = 0;

export const operations: readonly Operation[] = [
  {
    name: 'step over a call',
    samples: 20,
    targets: STEP_OVER,
    prepare: to('call'),
    act: move('next'),
  },
  {
    name: 'step over a line without call',
    samples: 20,
    targets: STEP_OVER,
    prepare: to('after call'),
    act: move('next'),
  },
  {
    name: 'step into',
    samples: 20,
    targets: STEP,
    prepare: to('call'),
    act: move('stepIn'),
  },
  {
    name: 'step out',
    samples: 20,
    targets: STEP,
    prepare: to('in add'),
    act: move('stepOut'),
  },
  {
    name: 'step one instruction',
    samples: 20,
    targets: NOT_SLOWER,
    prepare: to('after call'),
    act: move('next', { granularity: 'instruction' }),
  },
  {
    name: 'step over a call of 50 ms',
    samples: 10,
    targets: NOT_SLOWER,
    isTimed: true,
    prepare: to('long call'),
    act: move('next'),
  },
  {
    name: 'step out of a recursive function',
    samples: 5,
    targets: { time: 0.1 },
    isTimed: true,
    prepare: (rig) => rig.runTo('recursion', 2),
    act: move('stepOut'),
  },
  {
    name: 'continue to a breakpoint',
    samples: 20,
    targets: { time: 0.2 },
    prepare: async (rig) => {
      await rig.runTo('continue from');
      await rig.breakAt('continue to');
    },
    act: move('continue'),
  },
  {
    name: 'condition false 19 times',
    samples: 5,
    targets: { time: 0.25 },
    isLong: true,
    prepare: async (rig) => {
      await rig.runTo('nineteen');
      await rig.breakAt({ line: lineAt('visited'), condition: 'i == 1000' }, 'after nineteen');
    },
    act: move('continue'),
  },
  {
    name: 'condition false 200 times',
    samples: 5,
    targets: { time: 0.3 },
    isLong: true,
    prepare: async (rig) => {
      await rig.runTo('two hundred');
      await rig.breakAt({ line: lineAt('visited'), condition: 'i == 1000' }, 'after two hundred');
    },
    act: move('continue'),
  },
  {
    name: 'log point 200 times',
    samples: 5,
    targets: NOT_SLOWER,
    isLong: true,
    prepare: async (rig) => {
      await rig.runTo('two hundred');
      await rig.breakAt({ line: lineAt('visited'), logMessage: 'i is {i}' }, 'after two hundred');
    },
    act: move('continue'),
  },
  {
    name: 'pause',
    samples: 10,
    targets: NOT_SLOWER,
    isTimed: true,
    prepare: async (rig) => {
      await rig.runTo('before park');
      await rig.client.request('continue', { threadId: 1 });
      await new Promise((resolve) => setTimeout(resolve, 50));
    },
    act: move('pause'),
  },
  {
    name: 'list an array of 100 structs',
    samples: 10,
    targets: NOT_SLOWER,
    isLong: true,
    prepare: fresh('call'),
    act: async (rig) => {
      const { variablesReference } = await rig.evaluate('samples');
      expectCount((await rig.client.request('variables', { variablesReference })).variables, 100);
    },
  },
  {
    name: '… and every struct in it',
    samples: 5,
    targets: NOT_SLOWER,
    isLong: true,
    prepare: fresh('call'),
    act: async (rig) => {
      const { variablesReference } = await rig.evaluate('samples');
      const { variables } = await rig.client.request('variables', { variablesReference });
      for (const variable of variables) {
        const child = { variablesReference: variable.variablesReference };
        expectCount((await rig.client.request('variables', child)).variables, 4);
      }
    },
  },
  {
    name: '30 locals of a frame',
    samples: 10,
    targets: NOT_SLOWER,
    prepare: async (rig) => {
      await rig.breakAt('thirty');
      await rig.untilStopped('continue');
      await rig.breakAt();
    },
    act: async (rig) => {
      await rig.look(1);
      if (rig.locals.length < 30) throw new Error(`${rig.side} shows ${rig.locals.length} locals.`);
    },
  },
  {
    name: '20 frames of the stack',
    samples: 10,
    targets: NOT_SLOWER,
    prepare: async (rig) => {
      await rig.breakAt('bottom');
      await rig.untilStopped('continue');
      await rig.breakAt();
    },
    act: async (rig) => {
      const { stackFrames } = await rig.client.request('stackTrace', { threadId: 1, startFrame: 0, levels: 20 });
      expectCount(stackFrames, 20);
    },
  },
  {
    name: 'read 64 KiB of flash',
    samples: 5,
    targets: NOT_SLOWER,
    isLong: true,
    mostScans: Math.floor(1.02 * 16384),
    prepare: fresh('call'),
    act: async (rig) => {
      const args = { memoryReference: FLASH, count: READ_BYTES };
      const { data } = await rig.client.request('readMemory', args);
      if (Buffer.from(data ?? '', 'base64').length !== READ_BYTES) throw new Error(`${rig.side} read too little.`);
    },
  },
  {
    name: 'evaluate a member',
    samples: 20,
    targets: NOT_SLOWER,
    prepare: fresh('call'),
    act: async (rig) => {
      await rig.evaluate('samples[42].value');
    },
  },
  {
    name: '1,000 watch evaluations',
    samples: 3,
    targets: NOT_SLOWER,
    isLong: true,
    prepare: fresh('call'),
    act: async (rig) => {
      for (let i = 0; i < 1000; i++) await rig.evaluate(`samples[${i % 100}].value + ${i}`);
    },
  },
  {
    name: 'disassemble 400 instructions',
    samples: 10,
    targets: NOT_SLOWER,
    isLong: true,
    prepare: async (rig) => {
      await fresh('call')(rig);
      reference = Number(rig.frames[0]?.instructionPointerReference);
    },
    act: async (rig) => {
      const memoryReference = `0x${reference.toString(16)}`;
      const args = { memoryReference, instructionOffset: 0, instructionCount: 400 };
      expectCount((await rig.client.request('disassemble', args)).instructions, 400);
    },
  },
  {
    name: 'restart to main',
    samples: 10,
    targets: NOT_SLOWER,
    isTimed: true,
    prepare: to('call'),
    act: (rig) =>
      // The peer has no restart; its reset with commands of the user's comes nearest.
      rig.side === 'ours' ? move('restart')(rig) : move('cdt-gdb-adapter/customReset')(rig),
  },
];

function expectCount(list: readonly unknown[], count: number): void {
  if (list.length < count) throw new Error(`${list.length} items came instead of ${count}.`);
}

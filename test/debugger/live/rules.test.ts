// The small rules of live sessions: hit counts, log messages, watch ranges, replies of the Tcl procedures, CPUID.
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { coreTypeOf } from '../../../src/debugger/arch/arm/cpuId';
import { returnPlace } from '../../../src/debugger/arch/returnValue';
import { parseHitCount } from '../../../src/debugger/live/breakpoints/hitCount';
import { parseLogMessage } from '../../../src/debugger/live/breakpoints/logMessage';
import { watchRanges } from '../../../src/debugger/live/breakpoints/watchRanges';
import { catches, catchesFor, catchScript } from '../../../src/debugger/live/catches';
import { Disturbances } from '../../../src/debugger/live/disturbances';
import { hopScript, lookScript, readReply } from '../../../src/debugger/live/snapshot';
import type { Session } from '../../../src/openocd';

describe('hit counts', () => {
  const stops = (rule: string) => [1, 2, 3, 4, 5, 6].filter(parseHitCount(rule));
  const cases: [string, number[]][] = [
    ['3', [3, 4, 5, 6]],
    ['>= 5', [5, 6]],
    ['> 5', [6]],
    ['== 2', [2]],
    ['=2', [2]],
    ['< 3', [1, 2]],
    ['<=3', [1, 2, 3]],
    ['% 2', [2, 4, 6]],
  ];
  for (const [rule, expected] of cases) it(`“${rule}”`, () => assert.deepEqual(stops(rule), expected));
  it('that are none are refused', () => {
    for (const rule of ['', 'x', '% 0', '>', '3 times', '-1'])
      assert.throws(() => parseHitCount(rule), /not a hit count/);
  });
});

describe('log messages', () => {
  const shown = (message: string) =>
    parseLogMessage(message).map((part) => (part.kind === 'text' ? part.text : `<${part.text}>`));
  it('have expressions in braces', () =>
    assert.deepEqual(shown('x = {x,d} at { &x }.'), ['x = ', '<x,d>', ' at ', '<&x>', '.']));
  it('have braces doubled', () => assert.deepEqual(shown('{{x}}'), ['{x}']));
  it('may have braces inside an expression', () => assert.deepEqual(shown('{f{1}}'), ['<f{1}>']));
  it('may be empty', () => assert.deepEqual(shown(''), []));
  it('must be closed and filled', () => {
    assert.throws(() => parseLogMessage('a {b'), /open brace at column 3/);
    assert.throws(() => parseLogMessage('a {} b'), /empty braces at column 3/);
  });
});

describe('watch ranges', () => {
  const ranges = (address: number, length: number) =>
    watchRanges(address, length).map((range) => `${range.address.toString(16)}+${range.length}`);
  it('are one for an aligned power of two', () => assert.deepEqual(ranges(0x20000004, 4), ['20000004+4']));
  it('are several otherwise', () =>
    assert.deepEqual(ranges(0x20000001, 7), ['20000001+1', '20000002+2', '20000004+4']));
  it('cover every byte once', () => {
    for (let address = 0; address < 20; address++) {
      for (let length = 1; length < 40; length++) {
        const covered = watchRanges(address, length).flatMap((range) =>
          Array.from({ length: range.length }, (_, i) => range.address + i),
        );
        assert.deepEqual(
          covered,
          Array.from({ length }, (_, i) => address + i),
        );
      }
    }
  });
});

describe('what OpenOCD tells of a stop', () => {
  const question = {
    target: 'chip.cpu',
    registers: ['sp', 'pc'],
    stackWords: 2,
    stackTop: 0x20004000,
    along: [{ low: 0x20000010, high: 0x20000018 }],
  };
  it('is asked for in one script', () => {
    assert.match(
      lookScript(question),
      /_look chip\.cpu \{sp pc\} 2 0x20004000 \{\{list 0x20000010 \[openocd_debug_live_\d+_memory 0x20000010 32 2\]\}\}$/,
    );
    const route = {
      temps: [{ address: 0x8000000, length: 2, kind: 'hardware' as const }],
      floors: [{ address: 0x8000000, register: 'sp', least: 0x20003f00 }],
    };
    assert.match(
      hopScript(question, route, 'resume', 25),
      /_hop chip\.cpu \{\{0x8000000 2 hw\}\} \{0x8000000 \{sp 0x20003f00\}\} \{resume\} 25 /,
    );
  });
  it('is read: state, reason, registers, stack, memory that came along', () => {
    const reply = readReply(
      'halted {target halted due to breakpoint, current mode: Thread\n} {sp=sp (/32): 0x20003ff8\npc=pc (/32): 0x08000484\nbad=\n} {0x20003ff8 {0x1 0xff000002}} {{0 {0x20000010 {0x10 0x20}}} {-4 {}}}',
    );
    assert.ok(reply.kind === 'snapshot');
    const { state, reason, registers, stack, along } = reply.snapshot;
    assert.deepEqual([state, reason], ['halted', 'breakpoint']);
    assert.deepEqual(
      [...registers],
      [
        ['sp', 0x20003ff8n],
        ['pc', 0x08000484n],
      ],
    );
    assert.deepEqual([stack?.address, [...(stack?.bytes ?? [])]], [0x20003ff8, [1, 0, 0, 0, 2, 0, 0, 255]]);
    assert.deepEqual(
      along.map(({ address, bytes }) => [address, [...bytes]]),
      [[0x20000010, [0x10, 0, 0, 0, 0x20, 0, 0, 0]]],
    );
  });
  it('of RISC-V has wide registers and no stack', () => {
    const reply = readReply('halted {} {pc=pc (/64): 0x0000000080000250\nra=ra (/64): 0xffffffff80000000\n} {} {}');
    assert.ok(reply.kind === 'snapshot');
    assert.equal(reply.snapshot.registers.get('ra'), 0xffffffff80000000n);
    assert.equal(reply.snapshot.reason, undefined);
    assert.equal(reply.snapshot.stack, undefined);
  });
  it('may be that it runs, or that something was refused', () => {
    assert.deepEqual(readReply('running'), {
      kind: 'snapshot',
      snapshot: { state: 'running', reason: undefined, registers: new Map(), stack: undefined, along: [] },
    });
    assert.deepEqual(readReply('refused 0x80000250 -308 {no trigger left}'), {
      kind: 'refused',
      address: 0x80000250,
      message: 'no trigger left',
    });
    assert.deepEqual(readReply('failed -4 {target not halted}'), { kind: 'failed', message: 'target not halted' });
  });
});

describe('vector catches', () => {
  const ids = (coreType: string, features: { cpuId?: number; idPfr1?: number } = {}) =>
    catchesFor(coreType, { cpuId: features.cpuId, idPfr1: features.idPfr1 }).map(({ id }) => id);
  it('follow the core', () => {
    const mainline = [
      'hardFault',
      'busFault',
      'memManage',
      'usageChecks',
      'usageState',
      'noCoprocessor',
      'exceptionEntry',
    ];
    assert.deepEqual(ids('armv6m'), ['hardFault', 'reset']);
    assert.deepEqual(ids('armv7m'), [...mainline, 'reset']);
    assert.deepEqual(ids('cortex_m'), [...mainline, 'reset']);
    assert.deepEqual(ids('armv8m', { cpuId: 0x410cd200, idPfr1: 0x10 }), ['hardFault', 'reset']); // Cortex-M23
    assert.deepEqual(ids('armv8m', { cpuId: 0x410fd212, idPfr1: 0 }), [...mainline, 'reset']);
    assert.deepEqual(ids('armv8m', { cpuId: 0x410fd212, idPfr1: 0x210 }), [...mainline, 'secureFault', 'reset']);
    assert.deepEqual(ids('riscv'), []);
  });
  it('are set by OpenOCD’s command, and by the register where it has no word', () => {
    const some = (...wanted: string[]) => catchScript(catches.filter(({ id }) => wanted.includes(id)));
    assert.match(some('hardFault', 'reset'), /\{cortex_m vector_catch hard_err reset\} else \{mww 0xe000edfc /);
    assert.match(some(), /\{cortex_m vector_catch none\} else .*& ~0xff1\) \| 0x0\}\]\}$/);
    assert.match(some('secureFault'), /\{cortex_m vector_catch none; mww 0xe000edfc .*& ~0xff1\) \| 0x800\}\]\} else/);
  });
});

describe('resets', () => {
  it('of others are told, also after an own one that no notification told of', async () => {
    const listeners = new Map<string, () => void>();
    const on = (event: string, callback: () => void) => {
      listeners.set(event, callback);
      return { dispose: () => undefined };
    };
    const nothing = { isBusy: () => false, isClosed: () => false, isHalted: () => false, forget: () => undefined };
    const disturbances = new Disturbances({ events: { on } } as unknown as Session, nothing);
    const told: string[] = [];
    disturbances.on((what) => told.push(what));
    const over = disturbances.expectReset();
    listeners.get('reset')?.();
    over();
    assert.deepEqual(told, []);
    disturbances.expectReset()();
    await delay(600);
    listeners.get('reset')?.();
    assert.deepEqual(told, ['reset']);
  });
});

describe('cores', () => {
  it('are known by their CPUID', () => {
    assert.equal(coreTypeOf(0x410cc200), 'armv6m'); // Cortex-M0
    assert.equal(coreTypeOf(0x410cc601), 'armv6m'); // Cortex-M0+
    assert.equal(coreTypeOf(0x412fc231), 'armv7m'); // Cortex-M3
    assert.equal(coreTypeOf(0x410fc241), 'armv7m'); // Cortex-M4
    assert.equal(coreTypeOf(0x411fc272), 'armv7m'); // Cortex-M7
    assert.equal(coreTypeOf(0x410fd213), 'armv8m'); // Cortex-M33
    assert.equal(coreTypeOf(0x00000000), undefined);
  });
  it('return values where their standards say', () => {
    const shape = (sizeBytes: number, isAggregate = false) => ({ sizeBytes, isAggregate, floats: undefined });
    const floats = (count: number, bytes: number) => ({
      sizeBytes: count * bytes,
      isAggregate: count > 1,
      floats: { count, bytes },
    });
    const place = (...args: Parameters<typeof returnPlace>) => {
      const found = returnPlace(...args);
      return found.kind === 'registers' ? found.names.join(' ') : found.kind === 'memory' ? `[${found.pointer}]` : '?';
    };
    assert.equal(place('arm', shape(1), false), 'r0');
    assert.equal(place('arm', shape(8), false), 'r0 r1');
    assert.equal(place('arm', shape(4, true), false), 'r0');
    assert.equal(place('arm', shape(12, true), false), '[r0]');
    assert.equal(place('arm', floats(1, 4), false), 'r0');
    assert.equal(place('arm', floats(1, 8), false), 'r0 r1');
    assert.equal(place('arm', floats(1, 4), true), 'd0');
    assert.equal(place('arm', floats(3, 4), true), 'd0 d1');
    assert.equal(place('arm', floats(4, 8), true), 'd0 d1 d2 d3');
    assert.equal(place('arm', floats(5, 8), true), '[r0]');
    assert.equal(place('arm', floats(1, 4), undefined), '?');
    assert.equal(place('riscv32', shape(8, true), false), 'a0 a1');
    assert.equal(place('riscv32', shape(12, true), false), '[a0]');
    assert.equal(place('riscv64', shape(16, true), false), 'a0 a1');
  });
});

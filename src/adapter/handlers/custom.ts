// The requests beyond the Debug Adapter Protocol (protocol.ts): for live views and terminals of clients that know them.
import fs from 'node:fs/promises';
import path from 'node:path';
import { saveCore, worthSaving } from '../../debugger/core/saveCore';
import { Sampler } from '../../debugger/live/sampler';
import { request } from '../../openocd';
import type { Arguments } from '../arguments';
import { resetTo } from '../launch/begin';
import { describeBudget } from '../live';
import { describeSample } from '../liveWatch';
import { errors } from '../messages';
import type { CustomRequests, MemoryRange } from '../protocol';
import { readRanges } from '../readRanges';
import type { Call, Session } from '../session';
import { debuggeeOf, liveOf, type Stage } from '../stage';
import { addSymbolFile } from '../symbolFiles';

type Name = keyof CustomRequests;
type Answer<N extends Name> = CustomRequests[N]['body'];

export function handleCustom(session: Session, stage: Stage): void {
  const handle = <N extends Name>(name: N, answer: (call: Call) => Promise<Answer<N>> | Answer<N>) =>
    session.handle(name, answer);

  handle('openocd.connection', () => liveOf(stage, 'openocd.connection').openOcd.connection);

  handle('openocd.rttChannels', () => liveOf(stage, 'openocd.rttChannels').rtt.current);

  handle('openocd.breakpointBudget', async () =>
    describeBudget(await liveOf(stage, 'openocd.breakpointBudget').engine.target.budget()),
  );

  handle('openocd.liveWatch', ({ arguments: given }) => {
    const live = liveOf(stage, 'openocd.liveWatch');
    const expressions = texts(given, 'expressions');
    const rate = given.all['samplesPerSecond'] ?? live.configuration.samplesPerSecond;
    if (typeof rate !== 'number' || !(rate > 0))
      throw errors.argumentWrong(given.request, 'samplesPerSecond', 'rate', rate);
    return live.liveWatch.start(expressions, rate);
  });

  handle('openocd.stopLiveWatch', ({ arguments: given }) => {
    liveOf(stage, 'openocd.stopLiveWatch').liveWatch.stop(given.integer('subscription'));
    return {};
  });

  handle('openocd.setLive', async ({ arguments: given }) => {
    const live = liveOf(stage, 'openocd.setLive');
    const { engine } = debuggeeOf(stage, 'openocd.setLive');
    const expression = given.string('expression');
    const scope = engine.scope(undefined);
    const { value } = await engine.evaluate(expression, scope, { mayStore: false });
    await engine.assign(value, given.string('value'), scope);
    session.event('invalidated', { areas: ['variables'] });
    const format = () => engine.numberFormat;
    const sampler = new Sampler(engine.program, live.engine.target, engine.architecture, [expression], format);
    const [sample] = await sampler.sample();
    return sample === undefined ? { text: '' } : describeSample(sample);
  });

  handle('openocd.readMany', async ({ arguments: given, signal }) => {
    const { openOcd } = liveOf(stage, 'openocd.readMany');
    const ranges = given.list('ranges').map(rangeOf);
    return { results: await readRanges(openOcd.session, ranges, signal) };
  });

  handle('openocd.writeOne', async ({ arguments: given }) => {
    const { openOcd } = liveOf(stage, 'openocd.writeOne');
    const address = addressIn(given, 'address');
    await openOcd.session.execute(request.writeElements(address, bitsIn(given), [addressIn(given, 'value')]));
    debuggeeOf(stage, 'openocd.writeOne').engine.invalidate();
    session.event('memory', { memoryReference: given.string('address'), offset: 0, count: bitsIn(given) / 8 });
    return {};
  });

  handle('openocd.saveCore', async ({ arguments: given, signal }) => {
    const debuggee = debuggeeOf(stage, 'openocd.saveCore');
    const { engine } = debuggee;
    const live = stage.live?.engine;
    const { machine } = engine.program;
    if (machine !== 'arm' && machine !== 'riscv32' && machine !== 'riscv64') throw errors.noCoreFor(machine);
    const pointers: number[] = [];
    for (const { id } of engine.threads) {
      const registers = await engine.target.readRegisters(id, ['sp', 'msp', 'psp']);
      for (const value of registers.values()) if (value !== undefined && value !== 0n) pointers.push(Number(value));
    }
    const isMProfile = engine.architecture.disassembly(true).isMProfile;
    const bytes = await saveCore(engine.program, engine.target, {
      machine,
      coreType: live?.target.coreType,
      ranges: worthSaving(engine.program, pointers, isMProfile),
      signal,
    });
    const file = path.resolve(debuggee.configuration.folder ?? '.', given.string('path'));
    await fs.writeFile(file, bytes).catch((error: NodeJS.ErrnoException) => {
      throw errors.coreNotWritten(file, error);
    });
    return { sizeBytes: bytes.length };
  });

  handle('openocd.tcl', async ({ arguments: given }) => {
    const live = liveOf(stage, 'openocd.tcl');
    return { reply: await live.tcl(given.string('command')) };
  });

  handle('openocd.maskInterrupts', ({ arguments: given }) => {
    const { engine } = liveOf(stage, 'openocd.maskInterrupts');
    if (given.has('masked')) engine.setMasked(given.boolean('masked'));
    return { masked: engine.isMasked };
  });

  handle('openocd.numberFormat', ({ arguments: given }) => {
    const debuggee = debuggeeOf(stage, 'openocd.numberFormat');
    const format = given.optionalString('format');
    if (format !== undefined) {
      if (format !== 'decimal' && format !== 'hexadecimal') throw errors.notNumericFormat(format);
      debuggee.numberFormat = format === 'decimal' ? 'natural' : 'hexadecimal';
      session.event('invalidated', { areas: ['variables'] });
    }
    return { format: debuggee.numberFormat === 'hexadecimal' ? 'hexadecimal' : 'decimal' };
  });

  handle('openocd.addSymbolFile', async ({ arguments: given }) => {
    const debuggee = debuggeeOf(stage, 'openocd.addSymbolFile');
    const file = path.resolve(debuggee.configuration.folder ?? '.', given.string('file'));
    const { program, changedBreakpoints } = await addSymbolFile(session, debuggee, stage.live, file);
    return { moduleId: debuggee.programs.all.indexOf(program) + 1, changedBreakpoints };
  });

  handle('openocd.reset', async ({ arguments: given, signal }) => {
    const live = liveOf(stage, 'openocd.reset');
    const mode = given.string('mode');
    if (mode !== 'run' && mode !== 'halt' && mode !== 'init')
      throw errors.argumentWrong(given.request, 'mode', 'reset mode', mode);
    await resetTo(session, live, mode, signal);
    return {};
  });
}

function texts(given: Arguments, name: string): string[] {
  const value = given.all[name];
  if (!Array.isArray(value) || !value.every((entry) => typeof entry === 'string')) {
    throw errors.argumentWrong(given.request, name, 'list of texts', value);
  }
  return value as string[];
}

function rangeOf(given: Arguments): MemoryRange {
  const accessBits = bitsIn(given);
  const lengthBytes = given.integer('lengthBytes');
  if (lengthBytes <= 0 || lengthBytes % (accessBits / 8) !== 0) {
    throw errors.argumentWrong(given.request, 'lengthBytes', `multiple of ${accessBits / 8}`, lengthBytes);
  }
  addressIn(given, 'address');
  return { address: given.string('address'), lengthBytes, accessBits };
}

function bitsIn(given: Arguments): 8 | 16 | 32 | 64 {
  const bits = given.integer('accessBits');
  if (bits !== 8 && bits !== 16 && bits !== 32 && bits !== 64) {
    throw errors.argumentWrong(given.request, 'accessBits', 'access size (8, 16, 32, 64)', bits);
  }
  return bits;
}

function addressIn(given: Arguments, name: string): bigint {
  const text = given.string(name);
  if (!/^(0x[\da-f]{1,16}|\d{1,20})$/i.test(text))
    throw errors.argumentWrong(given.request, name, 'number such as 0x20000000', text);
  return BigInt(text);
}

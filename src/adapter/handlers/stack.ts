// Threads, the call stack, and what exception a thread is in.
import type { DebugProtocol } from '@vscode/debugprotocol';
import { hex, hexAddress } from '../../debugger/numbers';
import type { CallFrame, Frame } from '../../debugger/stack';
import { describe, natural } from '../../debugger/values/describe';
import type { Arguments } from '../arguments';
import type { Debuggee } from '../debuggee';
import { texts } from '../messages';
import { nameOfCaller } from '../present';
import type { Session } from '../session';
import { debuggeeOf, type Stage } from '../stage';

/** Frames of one answer, whatever the client asks for. */
const maximumFrames = 1000;
/** Without `levels` the client wants all; deep stacks still come in parts. */
const defaultFrames = 200;

export function handleStack(session: Session, stage: Stage): void {
  session.handle('threads', () => {
    const { engine } = debuggeeOf(stage, 'threads');
    return { threads: engine.threads.map(({ id, name }) => ({ id, name })) };
  });

  session.handle('stackTrace', async ({ arguments: given, signal }) => {
    const debuggee = debuggeeOf(stage, 'stackTrace');
    const thread = debuggee.thread(given.integer('threadId'));
    const start = given.count('startFrame', 0, Number.MAX_SAFE_INTEGER);
    const asked = given.count('levels', 0, maximumFrames);
    const count = asked === 0 ? defaultFrames : asked;
    const { frames, total } = await debuggee.engine.frames(thread, start, count, signal);
    const format = given.object('format');
    const shown = await debuggee.run(() => frames.map((frame) => frameOf(debuggee, thread, frame, format)), signal);
    // While the end was not seen, one more than there is tells the client to go on asking.
    return { stackFrames: shown, totalFrames: total ?? start + frames.length + 1 };
  });

  session.handle('exceptionInfo', async ({ arguments: given }) => {
    const debuggee = debuggeeOf(stage, 'exceptionInfo');
    const thread = debuggee.thread(given.integer('threadId'));
    const fault = await debuggee.engine.fault(thread);
    if (fault === undefined)
      return { exceptionId: 'none', description: 'The thread is in no fault.', breakMode: 'always' };
    const { report, interrupted } = fault;
    const where = interrupted === undefined ? undefined : `at ${nameOfCaller(interrupted)} (${hex(interrupted.pc)})`;
    return {
      exceptionId: report.name,
      description: report.summary,
      breakMode: 'always',
      details: {
        message: report.summary,
        typeName: report.name,
        stackTrace: [...(where === undefined ? [] : [where]), ...report.details].join('\n'),
      },
    };
  });
}

function frameOf(debuggee: Debuggee, thread: number, frame: Frame, format: Arguments): DebugProtocol.StackFrame {
  const id = debuggee.frameId(thread, frame);
  const { addressSize } = debuggee.engine.space;
  const instructionPointerReference = hexAddress(frame.pc, addressSize);
  if (frame.kind === 'end')
    return { id, name: texts.stackEnd(frame.name), line: 0, column: 0, presentationHint: 'label' };
  if (frame.kind === 'exception') {
    return { id, name: `<${frame.name}>`, line: 0, column: 0, presentationHint: 'label' };
  }
  const { position } = frame;
  const shown: DebugProtocol.StackFrame = {
    id,
    name: `${nameOf(debuggee, frame, format)}${frame.isInlined ? ' [inlined]' : ''}`,
    line: position?.line ?? 0,
    column: position?.column ?? 0,
    instructionPointerReference,
    moduleId: debuggee.programs.all.indexOf(debuggee.programs.at(frame.lookupPc)) + 1,
  };
  if (position !== undefined) shown.source = debuggee.sources.describe(position.file);
  else shown.presentationHint = 'subtle';
  return shown;
}

/** The frame's name with what `format` asks for: parameters with types, names and values, the line, the module. */
function nameOf(debuggee: Debuggee, frame: CallFrame, format: Arguments): string {
  let name = frame.name;
  if (format.boolean('parameters')) {
    const [types, names, values] = ['parameterTypes', 'parameterNames', 'parameterValues'].map((key) =>
      format.boolean(key),
    );
    const display = format.boolean('hex') ? ({ format: 'hexadecimal' } as const) : natural;
    const list = debuggee.engine
      .scope(frame)
      .arguments()
      .map((argument) => {
        const parts = [...(types ? [argument.variable.type?.name ?? 'void'] : []), ...(names ? [argument.name] : [])];
        const value = values ? describe(argument.value, display) : '';
        return values ? `${parts.join(' ')}${parts.length > 0 ? ' = ' : ''}${value}` : parts.join(' ');
      });
    name += `(${list.filter((part) => part !== '').join(', ')})`;
  }
  if (format.boolean('module'))
    name = `${debuggee.programs.at(frame.lookupPc).path.split(/[\\/]/).at(-1) ?? ''}!${name}`;
  if (format.boolean('line') && frame.position !== undefined) name += ` line ${frame.position.line}`;
  return name;
}

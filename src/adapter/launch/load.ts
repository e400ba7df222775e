// Puts the program on the target: into flash with progress and cancel, only when it differs; into RAM what belongs there.
import path from 'node:path';
import { EngineError, wordsOf } from '../../debugger/errors';
import { asEngineError } from '../../debugger/live/messages';
import { OpenOcdError, type Progress } from '../../openocd';
import type { Live } from '../live';
import type { Session } from '../session';
import { liveErrors, liveTexts } from './messages';
import { ProgressReport } from './progress';

/**
 * Programs what the configuration names. The cores must be halted.
 * @param isForced programs even where the configuration says not to: the user asked with a command
 * @returns true when flash was written, so that the cores have to be reset
 */
export async function loadProgram(
  session: Session,
  live: Live,
  signal: AbortSignal,
  isForced = false,
): Promise<boolean> {
  const { load, loadFiles, program } = live.configuration;
  if (load === 'never' && !isForced) return false;
  let hasChanged = false;
  for (const file of loadFiles ?? [program]) hasChanged = (await loadFile(session, live, file, signal)) || hasChanged;
  return hasChanged;
}

async function loadFile(session: Session, live: Live, file: string, signal: AbortSignal): Promise<boolean> {
  const { configuration, openOcd } = live;
  if (file === configuration.program && !(await hasFlashContent(live))) return loadIntoRam(session, live);
  const { flash } = openOcd.session;
  const report = new ProgressReport(session, liveTexts.progressTitle(path.basename(file)), signal);
  const options = { signal: report.signal, onProgress: (progress: Progress) => report.show(progress) };
  try {
    live.engine.target.memory.trust(undefined);
    const started = Date.now();
    const writing = { ...options, verify: configuration.verify };
    const { bytes, written } =
      configuration.load === 'ifChanged'
        ? await flash.update(file, writing)
        : await flash.writeImage(file, writing).then((result) => ({ ...result, written: result.bytes }));
    session.output(
      written === 0 ? liveTexts.unchanged(bytes) : liveTexts.programmed(written, bytes, Date.now() - started),
    );
    if (written === 0 || configuration.verify) await trust(live, file);
    return written > 0;
  } catch (error) {
    if (report.signal.aborted) throw liveErrors.flashCancelled(wordsOf(error));
    if (hasTouchedFlash(error)) throw liveErrors.flashIncomplete(error.message);
    throw error instanceof EngineError ? error : asEngineError(error);
  } finally {
    report.end();
  }
}

/** True for the failure of a command that had begun to write, or had found what was written to differ. */
const hasTouchedFlash = (error: unknown): error is OpenOcdError =>
  error instanceof OpenOcdError && /flash (?:write|verify)_image/.test(error.command ?? '');

/** What was compared with the program need not be read from the target again. */
async function trust(live: Live, file: string): Promise<void> {
  if (file === live.configuration.program) await live.engine.target.trustFlash(live.debuggee.programs.main);
}

/** Segments with contents, and whether each belongs into flash. */
async function contents(live: Live) {
  const program = live.debuggee.programs.main;
  const filled = program.segments.filter(({ fileSize }) => fileSize > 0);
  return Promise.all(
    filled.map(async (segment) => ({
      segment,
      isFlash: await live.engine.target.isInFlash(segment.physicalAddress, segment.fileSize),
    })),
  );
}

const hasFlashContent = async (live: Live) => (await contents(live)).some(({ isFlash }) => isFlash);

/** A program that runs from RAM is written there, and the core is set to its start as a reset would. */
async function loadIntoRam(session: Session, live: Live): Promise<boolean> {
  const program = live.debuggee.programs.main;
  const { architecture } = live.debuggee.engine;
  const { target } = live.engine;
  let total = 0;
  let lowest: number | undefined;
  for (const { segment } of await contents(live)) {
    const bytes = program.bytesAt(segment.address, segment.fileSize);
    if (bytes === undefined) continue;
    await target.writeMemory(segment.physicalAddress, bytes);
    total += bytes.length;
    lowest = Math.min(lowest ?? segment.physicalAddress, segment.physicalAddress);
  }
  session.output(liveTexts.loadedToRam(total));
  const vectors = lowest === undefined ? undefined : program.bytesAt(lowest, 8);
  const [thread] = target.threads;
  if (thread === undefined) return true;
  // A Cortex-M finds stack pointer and entry in the vector table at the program's beginning.
  if (vectors !== undefined && architecture.disassembly(true).isMProfile) {
    const sp = Buffer.from(vectors).readUInt32LE(0);
    if (sp !== 0 && sp % 4 === 0) await target.writeRegister(thread.id, 'sp', BigInt(sp));
  }
  await target.writeRegister(thread.id, 'pc', BigInt(architecture.codeAddress(BigInt(program.entry))));
  live.debuggee.engine.invalidate();
  // A reset would undo it.
  return false;
}

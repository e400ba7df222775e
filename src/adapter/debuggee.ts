// What a session debugs: the engine, and the ids that the protocol gives to frames and variables of the current stop.
import path from 'node:path';
import { Disassembler } from '../debugger/disassembly/disassembler';
import type { Engine } from '../debugger/engine';
import type { FrameScope } from '../debugger/frameScope';
import { errors as engineErrors } from '../debugger/messages';
import type { Programs } from '../debugger/programs';
import type { Frame } from '../debugger/stack';
import type { DisplayOptions } from '../debugger/values/describe';
import type { NumberFormat } from '../debugger/values/scalars';
import type { Value } from '../debugger/values/value';
import type { Configuration } from './configuration';
import { errors } from './messages';
import { Sources } from './sources';

/** What a `variablesReference` stands for. */
export type Container =
  | { readonly kind: 'arguments' | 'locals' | 'statics' | 'globals' | 'registers'; readonly frame: FrameHandle }
  | {
      readonly kind: 'registerGroup';
      readonly frame: FrameHandle;
      readonly group: 'core' | 'fpu' | 'vector' | 'system';
    }
  | {
      readonly kind: 'value';
      readonly frame: FrameHandle | undefined;
      readonly value: Value;
      /** An expression for the value, to make those of its children from. */
      readonly expression: string | undefined;
      readonly isRaw: boolean;
      readonly options: DisplayOptions;
    };

export interface FrameHandle {
  readonly id: number;
  readonly thread: number;
  readonly frame: Frame;
}

export class Debuggee {
  readonly sources: Sources;
  readonly disassembler: Disassembler;
  readonly #frames = new Map<number, FrameHandle>();
  readonly #frameIds = new Map<Frame, number>();
  readonly #containers = new Map<number, Container>();
  /** Functions that were offered for stepping into, and places for going to, by id. */
  readonly stepInTargets = new Map<number, number>();
  readonly gotoTargets = new Map<number, number>();
  /** Ids go on counting over stops, so that an id of an earlier stop is never taken for a new one. */
  #nextId = 1;

  constructor(
    readonly engine: Engine,
    /** The engine's programs: the one that is debugged, and those of symbol files. */
    readonly programs: Programs,
    readonly configuration: Configuration,
  ) {
    this.sources = new Sources(
      configuration.sourceMap,
      configuration.folder === undefined ? [] : [configuration.folder],
    );
    for (const { path: file } of programs.all) this.addFolders(file);
    engine.numberFormat = configuration.numberFormat;
    this.disassembler = new Disassembler(engine);
  }

  /** How integers are shown; the client may change it. */
  get numberFormat(): NumberFormat {
    return this.engine.numberFormat;
  }

  set numberFormat(format: NumberFormat) {
    this.engine.numberFormat = format;
  }

  /** Relative names in a program may start from its folder and those above it. */
  addFolders(file: string): void {
    for (let level = 0, at = path.dirname(path.resolve(file)); level <= levelsAbove; level++, at = path.dirname(at))
      this.sources.addFolder(at);
  }

  /** Forgets the ids of a stop that is over. */
  forgetStop(): void {
    this.#frames.clear();
    this.#frameIds.clear();
    this.#containers.clear();
    this.stepInTargets.clear();
    this.gotoTargets.clear();
  }

  /**
   * Runs a computation of the engine that hands out ids. It may be begun several times (debugger/memory/demand.ts): the ids of
   * attempts that came to nothing are taken back.
   */
  run<T>(compute: () => T, signal?: AbortSignal): Promise<T> {
    return this.engine.run(() => {
      const first = this.#nextId;
      try {
        return compute();
      } catch (error) {
        for (let id = first; id < this.#nextId; id++) {
          const frame = this.#frames.get(id)?.frame;
          if (frame !== undefined) this.#frameIds.delete(frame);
          this.#frames.delete(id);
          this.#containers.delete(id);
        }
        this.#nextId = first;
        throw error;
      }
    }, signal);
  }

  frameId(thread: number, frame: Frame): number {
    const known = this.#frameIds.get(frame);
    if (known !== undefined) return known;
    const id = this.#nextId++;
    this.#frameIds.set(frame, id);
    this.#frames.set(id, { id, thread, frame });
    return id;
  }

  frame(id: number): FrameHandle {
    const handle = this.#frames.get(id);
    if (handle === undefined) throw errors.noSuchFrame(id);
    return handle;
  }

  /** What can be named in a frame; without one, or in a frame without code, what can be named everywhere. */
  scope(handle: FrameHandle | undefined): FrameScope {
    const frame = handle?.frame.kind === 'call' ? handle.frame : undefined;
    return this.engine.scope(frame, handle?.thread ?? this.engine.threads[0]?.id);
  }

  /** Offers places to choose from instead of those before. @returns their ids */
  offer(targets: Map<number, number>, addresses: readonly number[]): readonly number[] {
    targets.clear();
    return addresses.map((address) => {
      const id = this.#nextId++;
      targets.set(id, address);
      return id;
    });
  }

  reference(container: Container): number {
    const id = this.#nextId++;
    this.#containers.set(id, container);
    return id;
  }

  container(id: number): Container {
    const container = this.#containers.get(id);
    if (container === undefined) throw errors.noSuchReference(id);
    return container;
  }

  thread(id: number): number {
    if (!this.engine.threads.some((thread) => thread.id === id)) throw engineErrors.noSuchThread(id);
    return id;
  }

  close(): void {
    this.engine.dispose();
  }
}

/** How far above a program its project may begin: `build/debug/app.elf`. */
const levelsAbove = 3;

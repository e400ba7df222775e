// Looks things up in what is known of an OpenOCD: the command that the words of a call mean, its subcommands, its successors.
import { type Rename, renames } from './renames';
import type { CommandInfo, Knowledge, ObjectKind } from './types';

export interface CommandMatch {
  readonly info: CommandInfo;
  /** How many words of the call are its name. */
  readonly length: number;
}

/** Ensembles of Tcl, whose subcommands are only partly known by name. */
const openGroups = new Set(['dict', 'info', 'file', 'namespace', 'tree', 'string', 'array', 'package']);

/** A usage that only says that a subcommand follows: none, `<cmd>`, `subcommand ...`. */
const placeholder = /^(?:\[?<?(?:cmd|command|subcommand)>?\]?)?(?: ?\.\.\.)?$/;

const maxNameWords = 6;

/** What drivers bring that many builds leave out (OpenOCD configure.ac, src/jtag/drivers, src/target/etm_dummy.c). */
const optional =
  /^(?:vdebug|aice|jtag_vpi|jtag_dpi|bcm2835gpio|am335xgpio|imx_gpio\w*|linuxgpiod|sysfsgpio|etm_dummy|oocd_trace|xlnx_\w+_xvc|at91rm9200_device|angie|dmem|cmsis-dap|ftdi|usb_blaster|usb_blaster device_desc|parport\w*|jlink|xds110|st-link|rshim|kitprog)\b/;

export class CommandCatalog {
  readonly knowledge: Knowledge;
  /** The knowledge is of the OpenOCD on this machine, not the bundled one. */
  readonly installed: boolean;
  readonly #commands: ReadonlyMap<string, CommandInfo>;
  readonly #children = new Map<string, CommandInfo[]>();
  readonly #objectCommands: ReadonlyMap<ObjectKind, ReadonlyMap<string, CommandInfo>>;
  readonly #renamesByOld: ReadonlyMap<string, Rename>;
  readonly #renamesByNew = new Map<string, Rename[]>();

  constructor(knowledge: Knowledge, installed: boolean) {
    this.knowledge = knowledge;
    this.installed = installed;
    this.#commands = new Map(knowledge.commands.map((info) => [info.name, info]));
    for (const info of knowledge.commands) {
      const parent = info.name.includes(' ') ? info.name.slice(0, info.name.lastIndexOf(' ')) : '';
      this.#children.set(parent, [...(this.#children.get(parent) ?? []), info]);
    }
    this.#objectCommands = new Map(
      (Object.keys(knowledge.objects) as ObjectKind[]).map((kind) => [
        kind,
        new Map(knowledge.objects[kind].map((info) => [info.name, info])),
      ]),
    );
    this.#renamesByOld = new Map(renames.map((rename) => [rename.old, rename]));
    for (const rename of renames) {
      this.#renamesByNew.set(rename.use, [...(this.#renamesByNew.get(rename.use) ?? []), rename]);
    }
  }

  get(name: string): CommandInfo | undefined {
    return this.#commands.get(name);
  }

  /** The command with the longest name that the words begin with. */
  match(values: readonly (string | undefined)[]): CommandMatch | undefined {
    let name = values[0]?.replace(/^::/, '');
    let found: CommandMatch | undefined;
    for (let length = 1; name !== undefined && length <= maxNameWords; length++) {
      const info = this.#commands.get(name);
      if (info !== undefined) found = { info, length };
      else if (!this.#children.has(name)) break;
      const next = values[length];
      name = next === undefined ? undefined : `${name} ${next}`;
    }
    return found;
  }

  /** The commands one word longer than `name`; those of one word for the empty name. */
  children(name: string): readonly CommandInfo[] {
    return this.#children.get(name) ?? [];
  }

  /** Whether `name` only stands before its subcommands, all of which are known. */
  isClosedGroup(name: string): boolean {
    const info = this.#commands.get(name);
    const isPlaceholder = placeholder.test(info?.usage ?? '');
    return this.#children.has(name) && !openGroups.has(name) && isPlaceholder && info?.tcl !== true;
  }

  objectCommand(kind: ObjectKind, name: string): CommandInfo | undefined {
    return this.#objectCommands.get(kind)?.get(name);
  }

  /** Whether objects of some kind answer to `name`. */
  isObjectCommand(name: string): boolean {
    return [...this.#objectCommands.values()].some((commands) => commands.has(name));
  }

  /** Whether `name` may be unknown only because this OpenOCD was built without some driver. */
  isOptional(name: string): boolean {
    return optional.test(name);
  }

  /** The newest name of `old` that this OpenOCD knows; undefined when it has no other. */
  successor(old: string): Rename | undefined {
    const own = this.#commands.get(old)?.deprecated;
    const seen = new Set<string>();
    let best: Rename | undefined;
    let exact = true;
    let name = old;
    for (;;) {
      const next: Rename | undefined =
        this.#renamesByOld.get(name) ?? (name === old && own ? { old, ...own, since: '' } : undefined);
      if (next === undefined || seen.has(name)) return best;
      seen.add(name);
      exact &&= next.exact;
      const known = this.#commands.get(next.use);
      if (known !== undefined && known.deprecated === undefined) best = { ...next, old, exact };
      else if (best === undefined && known === undefined && own !== undefined) best = { old, ...own, since: '' };
      name = next.use;
    }
  }

  /** How later versions spell `name`, when this OpenOCD does not know that spelling yet. */
  laterName(name: string): Rename | undefined {
    const rename = this.#renamesByOld.get(name);
    return rename !== undefined && !this.#commands.has(rename.use) ? rename : undefined;
  }

  /** Known, and not merely forwarded to its newer name. */
  #isOwn(name: string): boolean {
    const info = this.#commands.get(name);
    return info !== undefined && info.deprecated === undefined;
  }

  /** How this OpenOCD spells the command that later versions call `name`. */
  earlierName(name: string): Rename | undefined {
    return this.#renamesByNew.get(name)?.find((rename) => rename.exact && this.#isOwn(rename.old));
  }
}

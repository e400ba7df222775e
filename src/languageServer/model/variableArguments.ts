// Which arguments of Tcl's commands are names of variables, and whether the command reads, writes or declares them.

export type Access = 'read' | 'write' | 'declare';

export interface VariableArgument {
  readonly index: number;
  readonly access: Access;
  /** The argument is one name even when it is braced. */
  readonly whole?: true;
}

type Rule = (values: readonly (string | undefined)[]) => VariableArgument[];

const from =
  (first: number, access: Access, step = 1): Rule =>
  (values) => {
    const found: VariableArgument[] = [];
    for (let index = first; index < values.length; index += step) found.push({ index, access, whole: true });
    return found;
  };

const only =
  (index: number, access: Access): Rule =>
  () => [{ index, access, whole: true }];

/** `set x` reads, `set x 1` writes. */
const set: Rule = (values) => [{ index: 1, access: values.length > 2 ? 'write' : 'read', whole: true }];

const forEach: Rule = (values) => {
  const found: VariableArgument[] = [];
  for (let index = 1; index < values.length - 1; index += 2) found.push({ index, access: 'write' });
  return found;
};

/** `catch {script} result options` behind the options of `catch` itself. */
const catching: Rule = (values) => {
  let index = 1;
  while (values[index]?.startsWith('-')) index += 1;
  return from(index + 1, 'write')(values);
};

const upvar: Rule = (values) => {
  const first = /^#?\d+$/.test(values[1] ?? '') ? 3 : 2;
  return from(first, 'declare', 2)(values);
};

const matching: Rule = (values) => {
  let index = 1;
  while (values[index]?.startsWith('-')) index += values[index] === '-start' ? 2 : 1;
  return from(index + 2, 'write')(values);
};

const subcommands =
  (table: Readonly<Record<string, Access>>): Rule =>
  (values) => {
    const access = Object.hasOwn(table, values[1] ?? '') ? table[values[1] ?? ''] : undefined;
    return access === undefined ? [] : [{ index: 2, access, whole: true }];
  };

/** Maps, not objects: a script may call a command `constructor`. */
const rules: ReadonlyMap<string, Rule> = new Map(
  Object.entries({
    set,
    incr: only(1, 'write'),
    append: only(1, 'write'),
    lappend: only(1, 'write'),
    lset: only(1, 'write'),
    loop: only(1, 'write'),
    gets: only(2, 'write'),
    unset: (values) => from(values[1]?.startsWith('-') ? 2 : 1, 'read')(values),
    global: from(1, 'declare'),
    variable: only(1, 'declare'),
    upvar,
    foreach: forEach,
    lmap: forEach,
    lassign: from(2, 'write'),
    scan: from(3, 'write'),
    regexp: matching,
    regsub: (values) => matching(values).slice(1, 2),
    catch: catching,
    info: subcommands({ exists: 'read' }),
    array: subcommands({ set: 'write', get: 'read', names: 'read', exists: 'read', size: 'read', unset: 'read' }),
    dict: subcommands({ set: 'write', incr: 'write', append: 'write', lappend: 'write', unset: 'write', with: 'read' }),
  }),
);

/** @param values the literal value of each word of a command */
export function variableArguments(values: readonly (string | undefined)[]): readonly VariableArgument[] {
  return rules.get(values[0]?.replace(/^::/, '') ?? '')?.(values) ?? [];
}

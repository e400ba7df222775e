// Which arguments of a command are scripts, expressions or lists: Tcl has no syntax for that, only the commands know.
// Covers Jim Tcl's own commands and OpenOCD's event handlers. Nothing here looks at what the commands do.

export type BodyKind = 'script' | 'expression' | 'list' | 'switch';

/**
 * @param words the literal value of each word of the command, undefined where it holds a substitution
 * @returns for the index of each word that is more than a string, what it is
 */
export function shapeOf(words: readonly (string | undefined)[]): Map<number, BodyKind> {
  const shape = new Map<number, BodyKind>();
  const name = words[0]?.replace(/^::/, '');
  if (name !== undefined) fixedShapes.get(name)?.(words, shape);
  eventHandlers(words, shape);
  return shape;
}

type Shaper = (words: readonly (string | undefined)[], shape: Map<number, BodyKind>) => void;

/** A shape given by position; negative positions count from the last word. */
const at =
  (places: Readonly<Record<number, BodyKind>>): Shaper =>
  (words, shape) => {
    for (const [place, kind] of Object.entries(places)) {
      const index = Number(place) < 0 ? words.length + Number(place) : Number(place);
      if (index > 0 && index < words.length) shape.set(index, kind);
    }
  };

const procedure: Shaper = (words, shape) => {
  for (let index = 2; index < words.length - 1; index++) shape.set(index, 'list');
  if (words.length > 3) shape.set(words.length - 1, 'script');
};

const forEach: Shaper = (words, shape) => {
  for (let index = 1; index < words.length - 1; index += 2) shape.set(index, 'list');
  shape.set(words.length - 1, 'script');
};

const conditional: Shaper = (words, shape) => {
  let index = 1;
  while (index < words.length) {
    shape.set(index, 'expression');
    index += words[index + 1] === 'then' ? 2 : 1;
    shape.set(index, 'script');
    index += 1;
    if (words[index] === 'elseif') {
      index += 1;
      continue;
    }
    if (words[index] === 'else') index += 1;
    shape.set(index, 'script');
    return;
  }
};

const choice: Shaper = (words, shape) => {
  let index = 1;
  while (words[index]?.startsWith('-')) {
    const option = words[index];
    index += option === '-command' ? 2 : 1;
    if (option === '--') break;
  }
  index += 1;
  if (index === words.length - 1) shape.set(index, 'switch');
  else for (index += 1; index < words.length; index += 2) shape.set(index, 'script');
};

const catching: Shaper = (words, shape) => {
  let index = 1;
  while (words[index]?.startsWith('-')) {
    index += 1;
    if (words[index - 1] === '--') break;
  }
  shape.set(index, 'script');
};

const trying: Shaper = (words, shape) => {
  shape.set(1, 'script');
  for (let index = 2; index < words.length; ) {
    if (words[index] === 'finally') {
      shape.set(index + 1, 'script');
      index += 2;
    } else {
      shape.set(index + 2, 'list');
      shape.set(index + 3, 'script');
      index += 4;
    }
  }
};

const higherLevel: Shaper = (words, shape) => {
  if (words.length === 2) shape.set(1, 'script');
  else if (words.length === 3 && /^#?\d+$/.test(words[1] ?? '')) shape.set(2, 'script');
};

const dictionary: Shaper = (words, shape) => {
  if (words[1] === 'for') {
    shape.set(2, 'list');
    shape.set(4, 'script');
  } else if (words[1] === 'with' || words[1] === 'update') shape.set(words.length - 1, 'script');
};

/** A map, not an object: a script may call a command `constructor`. */
const fixedShapes: ReadonlyMap<string, Shaper> = new Map(
  Object.entries({
    proc: procedure,
    local: (words, shape) => {
      for (const [index, kind] of shapeOf(words.slice(1))) shape.set(index + 1, kind);
    },
    lambda: at({ 1: 'list', [-1]: 'script' }),
    if: conditional,
    while: at({ 1: 'expression', 2: 'script' }),
    for: at({ 1: 'script', 2: 'expression', 3: 'script', 4: 'script' }),
    foreach: forEach,
    lmap: forEach,
    loop: at({ [-1]: 'script' }),
    switch: choice,
    catch: catching,
    try: trying,
    eval: (words, shape) => {
      if (words.length === 2) shape.set(1, 'script');
    },
    uplevel: higherLevel,
    expr: (words, shape) => {
      if (words.length === 2) shape.set(1, 'expression');
    },
    time: at({ 1: 'script' }),
    capture: at({ 1: 'script' }),
    collect: at({ 1: 'script' }),
    after: (words, shape) => {
      if (/^\d+$/.test(words[1] ?? '') && words.length > 2) shape.set(2, 'script');
    },
    dict: dictionary,
    set_default_target_event: at({ 3: 'script' }),
  }),
);

/** `$_TARGETNAME configure … -event NAME {script}`, also of `target create` and `jtag configure TAP`. */
const eventHandlers: Shaper = (words, shape) => {
  if (!words.some((word) => word === 'configure' || word === 'create')) return;
  for (let index = 1; index + 2 < words.length; index++) {
    if (words[index] === '-event') shape.set(index + 2, 'script');
  }
};

// Everything that a program answers to questions by name and address, as text: for programs that must say the same although their
// debug information is stored differently.
import type { Program, Type } from '../../src/debuginfo';

function typeText(type: Type | undefined, depth = 3): string {
  if (type === undefined) return 'void';
  if (depth === 0) return type.name;
  const head = `${type.kind} ${type.name} ${type.byteSize}`;
  if (type.kind === 'struct' || type.kind === 'class' || type.kind === 'union') {
    const members = type.members.map(({ name, offset, type: own }) => `${name}@${offset}: ${typeText(own, depth - 1)}`);
    const methods = type.methods.map(({ name }) => name);
    const place = `${type.declaration?.file.name}:${type.declaration?.line}`;
    return `${head} ${place} {${members.join('; ')}} ${methods.join(', ')}`;
  }
  if (type.kind === 'enum')
    return `${head} {${type.enumerators.map(({ name, value }) => `${name}=${value}`).join(', ')}}`;
  return 'target' in type ? `${head} → ${typeText(type.target, depth - 1)}` : head;
}

/** What the names mean, one line for each question with its sorted answers. */
export function answersByName(program: Program, names: Iterable<string>): string[] {
  return [...names].map((name) => {
    // An inline function is as many entries as there are units, or one: the places where it was inlined are what counts.
    const functions = program.findFunctions(name).flatMap((found) => {
      const parameters = found.parameters.map((parameter) => `${parameter.name}: ${parameter.type?.name}`);
      const title = `${found.returnType?.name} ${found.qualifiedName}(${parameters})`;
      const places = program.breakpointLocations(found);
      return places.map(({ address, file, line }) => `${title} at ${address} ${file.name}:${line}`);
    });
    const variables = program
      .findVariables(name)
      .map(({ qualifiedName, location, type }) => `${qualifiedName} ${location.kind} ${type?.name}`);
    const types = program.findTypes(name).map((type) => typeText(type));
    return `${name}: ${[functions, variables, types].map((found) => [...new Set(found)].sort().join(' | ')).join(' || ')}`;
  });
}

/** The inline chains with their scopes at every second address of the program's functions. */
export function answersByAddress(program: Program): string[] {
  return program
    .symbols()
    .filter(({ kind }) => kind === 'function')
    .flatMap(({ address, size }) =>
      Array.from({ length: Math.ceil(size / 2) }, (_, index) => {
        const chain = program.inlineChainAt(address + 2 * index).map((frame) => {
          const variables = frame.scopes.flatMap((scope) => scope.variables);
          const listed = variables.map(({ name, type, location }) => `${name}: ${type?.name} ${location.kind}`);
          return `${frame.function.qualifiedName} ${frame.position?.file.name}:${frame.position?.line} [${listed}]`;
        });
        return `${address + 2 * index}: ${chain.join(' < ')}`;
      }),
    );
}

/** The names of a program, and each without its scopes. */
export async function namesOf(program: Program): Promise<Set<string>> {
  const names = await program.names('', 100_000);
  return new Set(names.flatMap((name) => [name, name.slice(name.lastIndexOf('::') + 1).replace(/^:/, '')]));
}

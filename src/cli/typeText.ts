// A type as text, with offsets and sizes, for `openocd-debug symbols --type`.
import type { BaseClass, Member, StructType, Type, VariantPart } from '../debuginfo';

/** Lines that show the type whole: members, enumerators, or what it stands for. */
export function typeText(type: Type): string[] {
  switch (type.kind) {
    case 'struct':
    case 'class':
    case 'union':
      return structText(type);
    case 'enum':
      return [
        `${heading(type)} {${sizeNote(type)}`,
        ...type.enumerators.map(({ name, value }) => `    ${name} = ${value},`),
        '}',
      ];
    case 'typedef':
      return [`typedef ${type.target?.name ?? 'void'} ${type.name}${sizeNote(type)}`];
    default:
      return [`${type.name}${sizeNote(type)}`];
  }
}

/** `struct point`, also where the language's own name leaves the keyword out. */
function heading(type: Type): string {
  return type.name.startsWith(`${type.kind} `) ? type.name : `${type.kind} ${type.name}`;
}

function sizeNote({ byteSize }: Type): string {
  return byteSize === undefined ? '' : `  // ${bytes(byteSize)}`;
}

function bytes(count: number): string {
  return `${count} ${count === 1 ? 'byte' : 'bytes'}`;
}

function structText(type: StructType): string[] {
  if (type.isIncomplete) return [`${heading(type)} is declared, but the program has no definition of it`];
  const bases = type.bases.length === 0 ? '' : ` : ${type.bases.map(baseText).join(', ')}`;
  return [
    `${heading(type)}${bases} {${sizeNote(type)}`,
    ...type.members.map((member) => memberText(member)),
    ...(type.variantPart === undefined ? [] : variantText(type.variantPart)),
    ...type.staticMembers.map(({ type: memberType, name }) => `    static ${memberType?.name ?? 'void'} ${name};`),
    ...type.methods.map(({ name, returnType, parameters }) => {
      const shown = parameters.filter(({ isArtificial }) => !isArtificial);
      return `    ${returnType?.name ?? 'void'} ${name}(${shown.map((parameter) => parameter.type?.name).join(', ')});`;
    }),
    '}',
  ];
}

function baseText({ type, isVirtual, accessibility }: BaseClass): string {
  return `${accessibility} ${isVirtual ? 'virtual ' : ''}${type?.name ?? '?'}`;
}

function memberText({ name, type, offset, bits }: Member, indent = '    '): string {
  const place = typeof offset === 'number' ? `offset ${offset}` : 'offset known at run time';
  const bitNote = bits === undefined ? '' : `, bits ${bits.bitOffset}…${bits.bitOffset + bits.bitSize - 1}`;
  const width = bits === undefined ? '' : ` : ${bits.bitSize}`;
  return `${indent}${type?.name ?? 'void'}${name === undefined ? '' : ` ${name}`}${width};  // ${place}${bitNote}`;
}

function variantText({ discriminant, variants }: VariantPart): string[] {
  const lines = [`    one of, by ${discriminant === undefined ? 'nothing' : memberText(discriminant, '')}`];
  for (const { values, members } of variants) {
    const label = values.map(({ low, high }) => (low === high ? `${low}` : `${low}…${high}`)).join(', ');
    lines.push(
      `      ${label === '' ? 'otherwise' : label}:`,
      ...members.map((member) => memberText(member, '        ')),
    );
  }
  return lines;
}

// Writes a syntax tree as text that parses to the same tree, with the parentheses it needs and no others.
import type { Declarator, Expression, TypeName } from './ast';
import { byteEscape } from './lexer';
import { binaryPrecedence } from './parser';

const assignment = 0;
const conditional = 0.5;
const cast = 20;
const postfix = 21;
const primary = 22;

/** The text of an expression. */
export function print(expression: Expression): string {
  return write(expression, assignment);
}

function write(node: Expression, minimum: number): string {
  const [text, precedence] = bare(node);
  return precedence < minimum ? `(${text})` : text;
}

function bare(node: Expression): [string, number] {
  switch (node.kind) {
    case 'integer':
      return [`${integerDigits(node.value, node.base)}${node.suffix}`, cast];
    case 'float':
      return [`${floatDigits(node.value)}${node.isSingle ? 'f' : ''}`, cast];
    case 'character':
      return [`'${escaped(String.fromCodePoint(node.code), "'")}'`, primary];
    case 'string':
      return [`"${[...node.text].map((character) => escaped(character, '"')).join('')}"`, primary];
    case 'boolean':
      return [String(node.value), primary];
    case 'null':
      return [node.name, primary];
    case 'name':
      return [node.file === undefined ? node.name : `${node.file}::${node.name}`, primary];
    case 'register':
      return [`$${node.name}`, primary];
    case 'unary':
      return [`${node.operator}${spaced(node.operator, write(node.operand, cast))}`, cast];
    case 'step':
      return node.isPostfix
        ? [`${write(node.operand, postfix)}${node.operator}`, postfix]
        : [`${node.operator}${spaced(node.operator, write(node.operand, cast))}`, cast];
    case 'binary': {
      const level = binaryPrecedence.get(node.operator) ?? 1;
      return [`${write(node.left, level)} ${node.operator} ${write(node.right, level + 1)}`, level];
    }
    case 'assign':
      return [`${write(node.target, conditional)} ${node.operator} ${write(node.value, assignment)}`, assignment];
    case 'conditional':
      return [
        `${write(node.condition, 1)} ? ${write(node.whenTrue, assignment)} : ${write(node.whenFalse, conditional)}`,
        conditional,
      ];
    case 'index':
      return [`${write(node.object, postfix)}[${write(node.index, assignment)}]`, postfix];
    case 'slice':
      return [
        `${write(node.object, postfix)}[${write(node.from, assignment)} .. ${write(node.to, assignment)}]`,
        postfix,
      ];
    case 'repeat': {
      const level = binaryPrecedence.get('@') ?? 1;
      return [`${write(node.object, level)}@${write(node.count, level + 1)}`, level];
    }
    case 'member':
      return [`${write(node.object, postfix)}${node.isArrow ? '->' : '.'}${node.name}`, postfix];
    case 'cast':
      return [`(${printType(node.type)})${write(node.operand, cast)}`, cast];
    case 'sizeof':
      return [`sizeof ${write(node.operand, postfix)}`, cast];
    case 'sizeofType':
      return [`sizeof(${printType(node.type)})`, cast];
  }
}

/** The text of a type's name. */
function printType(type: TypeName): string {
  const declarator = printDeclarator(type);
  return `${type.name}${/^[*&(]/.test(declarator) ? ' ' : ''}${declarator}`;
}

function printDeclarator({ pointers, dimensions, parameters, inner }: Declarator): string {
  const around = inner === undefined ? '' : `(${printDeclarator(inner)})`;
  const list = parameters === undefined ? '' : `(${parameters.map(printType).join(', ')})`;
  return `${pointers.join('')}${around}${list}${dimensions.map((count) => `[${count}]`).join('')}`;
}

/** `- -x`, `& &x`: a sign that would join the next one is kept apart. */
const spaced = (operator: string, operand: string) =>
  operand.startsWith(operator.at(-1) ?? '') ? ` ${operand}` : operand;

function integerDigits(value: bigint, base: number): string {
  if (base === 16) return `0x${value.toString(16)}`;
  if (base === 8) return `0${value.toString(8)}`;
  return base === 2 ? `0b${value.toString(2)}` : value.toString();
}

function floatDigits(value: number): string {
  const text = String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

function escaped(character: string, quote: string): string {
  if (character === quote || character === '\\') return `\\${character}`;
  const code = character.codePointAt(0) ?? 0;
  if (code > byteEscape && code <= byteEscape + 0xff) return `\\x${(code - byteEscape).toString(16)}`;
  if (code < 0x20 || code === 0x7f) return `\\x${code.toString(16).padStart(2, '0')}`;
  return character;
}

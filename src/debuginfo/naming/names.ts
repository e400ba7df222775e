// Names as C, C++ and Rust write them: of types (declarators and all), of functions, and with the scopes around them. One file,
// because a type's name may hold a scope's, whose template arguments may be types.
import type { Die } from '../die/die';
import { declarationOf, nameOf } from '../die/origin';
import * as dw from '../dwarf/constants';
import { dimensionsText } from './dimensions';
import { templateParameters } from './templateParameters';

/** Types nested deeper are cut short with an ellipsis, which also ends cycles. */
const MAX_TYPE_DEPTH = 24;
/** Deeper nesting of scopes than any source has. */
const MAX_SCOPE_DEPTH = 64;
const ELLIPSIS = '…';

/** Own name, with template arguments where the compiler left them out of it (`-gsimple-template-names`). */
export function plainName(die: Die, depth = 0): string | undefined {
  const name = nameOf(die);
  return name === undefined ? undefined : name + templateSuffix(die, name, depth);
}

/** `outer::inner::name`. */
export function qualifiedName(die: Die, name: string, depth = 0): string {
  // C has no scopes that a name could be qualified with, but its compilers do nest entries (functions in functions).
  if (die.unit.language === 'c') return name;
  const names = [name];
  let scope = declarationOf(die).parent;
  for (let level = 0; scope !== undefined && level < MAX_SCOPE_DEPTH; level++) {
    const outer = scopeName(scope, depth);
    if (outer !== undefined) names.unshift(outer);
    scope = declarationOf(scope).parent;
  }
  return names.join('::');
}

function scopeName(scope: Die, depth: number): string | undefined {
  switch (scope.tag) {
    case dw.DW_TAG_namespace:
    case dw.DW_TAG_module:
      return nameOf(scope) ?? '(anonymous namespace)';
    case dw.DW_TAG_structure_type:
    case dw.DW_TAG_class_type:
    case dw.DW_TAG_union_type:
    case dw.DW_TAG_interface_type:
    case dw.DW_TAG_enumeration_type:
    case dw.DW_TAG_subprogram:
      return plainName(scope, depth);
    default:
      return undefined;
  }
}

/** `<int, 3>` for an entry whose name lacks its template arguments, else nothing. */
function templateSuffix(die: Die, name: string, depth: number): string {
  if (die.unit.language !== 'c++') return '';
  const own = declarationOf(die);
  if (!own.abbreviation.hasChildren || hasArguments(name)) return '';
  const parameters = templateParameters(own);
  if (parameters === undefined) return '';
  return `<${parameters.map((parameter) => argumentText(parameter, depth + 1)).join(', ')}>`;
}

/** `operator<`, `operator->` and the like end in a sign that is no bracket. */
function hasArguments(name: string): boolean {
  return /^operator\W/.test(name) ? /[^<>=-]\s*>$/.test(name) : name.endsWith('>');
}

function argumentText(parameter: Die, depth: number): string {
  const type = parameter.reference(dw.DW_AT_type);
  if (parameter.tag === dw.DW_TAG_template_type_parameter) return typeName(type, '', depth);
  const name = typeName(type, '', depth);
  const value = parameter.constant(dw.DW_AT_const_value, !name.startsWith('unsigned'));
  if (value === undefined) return '?';
  if (name === 'bool') return value === 0n ? 'false' : 'true';
  if (type?.tag === dw.DW_TAG_enumeration_type) return `(${name})${value}`;
  return `${value}${INTEGER_SUFFIX[name] ?? ''}`;
}

const INTEGER_SUFFIX: Readonly<Record<string, string>> = {
  'unsigned int': 'U',
  long: 'L',
  'unsigned long': 'UL',
  'long long': 'LL',
  'unsigned long long': 'ULL',
};

/** `text` behind `before` as a declarator: `int *`, `int (*)(char)`, `int [4]`. */
function joined(before: string, text: string): string {
  return text === '' ? before : `${before} ${text}`;
}

/**
 * The type's name; with `declarator` what stands where a variable's name would (`*`, `[4]`).
 * `undefined` is void. @throws DebugInfoError
 */
export function typeName(die: Die | undefined, declarator = '', depth = 0): string {
  if (die === undefined) return joined('void', declarator);
  if (depth > MAX_TYPE_DEPTH) return joined(ELLIPSIS, declarator);
  const isRust = die.unit.language === 'rust';
  // Rust's compiler names all types itself, pointers too.
  const given = isRust ? nameOf(die) : undefined;
  switch (die.tag) {
    case dw.DW_TAG_pointer_type:
      return given ?? pointerName(die, '*', declarator, depth);
    case dw.DW_TAG_reference_type:
      return given ?? pointerName(die, '&', declarator, depth);
    case dw.DW_TAG_rvalue_reference_type:
      return given ?? pointerName(die, '&&', declarator, depth);
    case dw.DW_TAG_ptr_to_member_type:
      return pointerName(
        die,
        `${typeName(die.reference(dw.DW_AT_containing_type), '', depth + 1)}::*`,
        declarator,
        depth,
      );
    case dw.DW_TAG_const_type:
      return qualifierName(die, 'const', declarator, depth);
    case dw.DW_TAG_volatile_type:
      return qualifierName(die, 'volatile', declarator, depth);
    case dw.DW_TAG_restrict_type:
      return qualifierName(die, 'restrict', declarator, depth);
    case dw.DW_TAG_atomic_type:
      return qualifierName(die, '_Atomic', declarator, depth);
    case dw.DW_TAG_immutable_type:
      return qualifierName(die, 'immutable', declarator, depth);
    case dw.DW_TAG_array_type: {
      const element = die.reference(dw.DW_AT_type);
      if (isRust) return given ?? rustArrayName(die, element, depth);
      return typeName(element, declarator + dimensionsText(die), depth + 1);
    }
    case dw.DW_TAG_subroutine_type:
      return given ?? typeName(die.reference(dw.DW_AT_type), `${declarator}(${parametersText(die, depth)})`, depth + 1);
    default:
      return joined(namedType(die, depth), declarator);
  }
}

function pointerName(die: Die, sign: string, declarator: string, depth: number): string {
  const target = die.reference(dw.DW_AT_type);
  const inner = sign + declarator;
  return typeName(target, isDeclaredBehind(target) ? `(${inner})` : inner, depth + 1);
}

/** Arrays and functions write their part behind the name, so that a pointer to them needs brackets. */
function isDeclaredBehind(target: Die | undefined): boolean {
  let die = target;
  for (let left = 4; die !== undefined && left > 0; left--) {
    if (die.tag === dw.DW_TAG_array_type || die.tag === dw.DW_TAG_subroutine_type) return true;
    if (die.tag !== dw.DW_TAG_const_type && die.tag !== dw.DW_TAG_volatile_type) return false;
    die = die.reference(dw.DW_AT_type);
  }
  return false;
}

/** Before what is qualified, but behind the `*` of a pointer. */
function qualifierName(die: Die, word: string, declarator: string, depth: number): string {
  const target = die.reference(dw.DW_AT_type);
  if (isUnnamedPointer(target)) {
    // `char *const volatile x`: behind the qualifiers of the layers around, no space between the sign and the first.
    const [around = ''] = /^(?:(?:const|volatile|restrict)\b ?)*/.exec(declarator) ?? [];
    const words = [around.trim(), word].filter((part) => part !== '').join(' ');
    const rest = declarator.slice(around.length);
    return typeName(target, /^[\w*&]/.test(rest) ? `${words} ${rest}` : words + rest, depth + 1);
  }
  // A constant array is one of constant elements: compilers say both, the language once.
  const isSaidBelow = target?.tag === dw.DW_TAG_array_type && target.reference(dw.DW_AT_type)?.tag === die.tag;
  const name = typeName(target, declarator, depth + 1);
  return isSaidBelow ? name : `${word} ${name}`;
}

/** Also below further qualifiers. */
function isUnnamedPointer(target: Die | undefined): boolean {
  let die = target;
  for (let left = 4; die !== undefined && left > 0; left--) {
    if (die.tag === dw.DW_TAG_pointer_type || die.tag === dw.DW_TAG_ptr_to_member_type)
      return nameOf(die) === undefined;
    if (die.tag !== dw.DW_TAG_const_type && die.tag !== dw.DW_TAG_volatile_type && die.tag !== dw.DW_TAG_restrict_type)
      return false;
    die = die.reference(dw.DW_AT_type);
  }
  return false;
}

function rustArrayName(die: Die, element: Die | undefined, depth: number): string {
  const count = dimensionsText(die).slice(1, -1);
  const inner = typeName(element, '', depth + 1);
  return count === '' ? `[${inner}]` : `[${inner}; ${count}]`;
}

function parametersText(die: Die, depth: number): string {
  const words: string[] = [];
  for (const child of die.children()) {
    if (child.tag === dw.DW_TAG_formal_parameter) {
      if (!child.flag(dw.DW_AT_artificial)) words.push(typeName(child.reference(dw.DW_AT_type), '', depth + 1));
    } else if (child.tag === dw.DW_TAG_unspecified_parameters) words.push('...');
  }
  if (words.length === 0 && die.unit.language === 'c' && die.flag(dw.DW_AT_prototyped)) return 'void';
  return words.join(', ');
}

const KEYWORDS: Readonly<Record<number, string>> = {
  [dw.DW_TAG_structure_type]: 'struct',
  [dw.DW_TAG_class_type]: 'class',
  [dw.DW_TAG_union_type]: 'union',
  [dw.DW_TAG_enumeration_type]: 'enum',
};

function namedType(die: Die, depth: number): string {
  const keyword = KEYWORDS[die.tag];
  const name = plainName(die, depth);
  if (name === undefined) return keyword === undefined ? '<unnamed>' : `${keyword} {...}`;
  const full = qualifiedName(die, name, depth);
  return keyword !== undefined && (die.unit.language === 'c' || die.unit.language === 'assembler')
    ? `${keyword} ${full}`
    : full;
}

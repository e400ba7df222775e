// The arguments of the command that is being written, with the current one marked.
import type { SignatureHelp } from 'vscode-languageserver';
import { tclCommandHelp } from '../knowledge/tclCommands';
import { parseUsage } from '../knowledge/usage';
import { cursorAt } from '../model/cursor';
import { createdObjects, procedures } from '../model/project';
import { procedureHead } from './describe';
import type { View } from './view';

export function signatureHelp(view: View, offset: number): SignatureHelp | undefined {
  const cursor = cursorAt(view.source, offset);
  if (cursor === undefined || cursor.wordIndex === 0) return undefined;
  const { item, command, wordIndex } = cursor;
  const call = item.facts.calls.find((candidate) => candidate.command === command);
  if (call === undefined) return undefined;
  const name = call.values[0];
  const procedure = procedures(view.project.reachable(view.source)).findLast(({ value }) => value.name === name);
  if (procedure !== undefined) {
    const head = procedureHead(procedure.value);
    return signature(procedure.value.name, head.slice(procedure.value.name.length + 1), '', wordIndex - 1);
  }
  const match = view.catalog.match(call.values);
  if (match !== undefined) {
    const { info, length } = match;
    if (!info.usage || wordIndex < length) return undefined;
    return signature(info.name, info.usage, info.help ?? tclCommandHelp[info.name] ?? '', wordIndex - length);
  }
  const first = command.words[0];
  const text = first ? view.source.text.slice(item.start + first.start, item.start + first.end) : '';
  const kind = createdObjects(view.project.reachable(view.source)).find(({ value }) => value.name === text)?.value.kind;
  if (kind === undefined || kind === 'tap' || kind === 'flash bank' || wordIndex < 2) return undefined;
  const info = view.catalog.objectCommand(kind, call.values[1] ?? '');
  return info?.usage ? signature(`${text} ${info.name}`, info.usage, info.help ?? '', wordIndex - 2) : undefined;
}

function signature(name: string, usage: string, documentation: string, argument: number): SignatureHelp {
  const parameters = parseUsage(usage);
  const shift = name.length + 1;
  let taken = 0;
  let active = parameters.findIndex((parameter) => {
    taken += parameter.max;
    return argument < taken;
  });
  if (active < 0) active = parameters.length;
  return {
    signatures: [
      {
        label: `${name} ${usage}`,
        ...(documentation ? { documentation } : {}),
        parameters: parameters.map(({ start, end }) => ({ label: [start + shift, end + shift] as [number, number] })),
      },
    ],
    activeSignature: 0,
    activeParameter: active,
  };
}

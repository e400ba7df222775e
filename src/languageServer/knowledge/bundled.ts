// The knowledge that comes with the server, for when no OpenOCD may or can be asked: that of OpenOCD 0.12.0 with every adapter
// driver that Debian builds. Written by generateBundled.ts. Its argument counts also serve for other versions, as far as
// their usage texts agree.

import openocd012 from './openocd-0.12.json';
import type { CommandInfo, Knowledge } from './types';

export const bundledKnowledge = openocd012 as unknown as Knowledge;

/** Takes over the confirmed argument counts, and Tcl's own usage texts, into what an installed OpenOCD said. */
export function withConfirmedCounts(knowledge: Knowledge): Knowledge {
  const known = new Map(bundledKnowledge.commands.map((info) => [info.name, info]));
  const merge = (info: CommandInfo, bundled: CommandInfo | undefined): CommandInfo => {
    if (bundled === undefined || info.arity !== undefined) return info;
    if (bundled.tcl === true && info.stage === undefined) return { ...bundled, ...info };
    return bundled.arity !== undefined && bundled.usage === info.usage ? { ...info, arity: bundled.arity } : info;
  };
  const commands = knowledge.commands.map((info) => merge(info, known.get(info.name)));
  const objects = Object.fromEntries(
    Object.entries(knowledge.objects).map(([kind, list]) => {
      const same = new Map(bundledKnowledge.objects[kind as 'target'].map((info) => [info.name, info]));
      return [kind, list.map((info) => merge(info, same.get(info.name)))];
    }),
  ) as unknown as Knowledge['objects'];
  return { ...knowledge, commands, objects };
}

// Commands of the RTT view: terminals, log files and plots of channels.
import * as vscode from 'vscode';
import { pick } from '../launch/files';
import { type ChannelPlan, type Encoding, encodings, readPlans } from '../rtt/channelPlan';
import type { RttLogs } from '../rtt/rttLogs';
import type { Channel, RttModel } from '../rtt/rttModel';
import type { RttPlots } from '../rtt/rttPlots';
import type { RttTerminals } from '../rtt/rttTerminals';
import * as settings from '../settings';
import { register } from './run';

interface Node {
  readonly channel: Channel;
}

interface Parts {
  readonly model: RttModel;
  readonly terminals: RttTerminals;
  readonly logs: RttLogs;
  readonly plots: RttPlots;
}

export function rttCommands({ model, terminals, logs, plots }: Parts): vscode.Disposable[] {
  const { t } = vscode.l10n;

  /** The channel of the row, or the one the user picks. */
  async function chosen(node: Node | undefined): Promise<Channel> {
    if (node !== undefined) return node.channel;
    const { state } = model;
    const channels = state.kind === 'found' ? state.channels.filter((channel) => channel.up) : [];
    if (channels.length === 0) throw new Error(t('There is no RTT channel: the program must run, and have RTT.'));
    const items = channels.map((channel) => ({ label: `${channel.index}: ${channel.name}`, channel }));
    const answer = await pick(items, 'RTT', t('RTT channel'));
    if (answer === undefined) throw new vscode.CancellationError();
    return answer.channel;
  }

  async function askEncoding(channel: Channel): Promise<Encoding> {
    const names: Readonly<Record<Encoding, string>> = {
      unsigned: t('32 bits, unsigned'),
      signed: t('32 bits, signed'),
      'Q16.16': t('32 bits, fixed point with 16 bits behind the point'),
      float: t('32 bits, floating point'),
      uint8: t('8 bits, unsigned'),
      int8: t('8 bits, signed'),
      uint16: t('16 bits, unsigned'),
      int16: t('16 bits, signed'),
    };
    const items = encodings.map((encoding) => ({ label: encoding, description: names[encoding], encoding }));
    const title = t('Plot RTT Channel {0}: {1}', channel.index, channel.name);
    const answer = await pick(items, title, t('How the bytes become numbers, little-endian'));
    if (answer === undefined) throw new vscode.CancellationError();
    return answer.encoding;
  }

  return [
    register('openocd.rtt.open', async (node?: Node) => {
      const { index, name } = await chosen(node);
      terminals.open(index, name);
    }),
    register('openocd.rtt.log', async (node?: Node, to?: vscode.Uri) => {
      const { index } = await chosen(node);
      const filters = { Log: ['log', 'txt', 'bin'] };
      const uri = to ?? (await vscode.window.showSaveDialog({ filters, title: t('Log to File') }));
      if (uri !== undefined) logs.start(index, uri.fsPath, false);
    }),
    register('openocd.rtt.stopLog', ({ channel }: Node) => logs.stop(channel.index)),
    register('openocd.rtt.plot', async (node?: Node, given?: Encoding) => {
      const channel = await chosen(node);
      const encoding = plots.planned(channel.index)?.encoding ?? given ?? (await askEncoding(channel));
      if (plots.planned(channel.index) === undefined) await remember(channel, encoding);
      plots.show(channel);
    }),
    register('openocd.rtt.refresh', () => model.search()),
  ];
}

/** Keeps what the user said of the channel in the setting, beside what is said of the others. */
async function remember({ index }: Channel, encoding: Encoding): Promise<void> {
  const isOther = (entry: object) => !readPlans([entry]).plans.some((plan: ChannelPlan) => plan.channel === index);
  const channels = [...settings.rtt.channels().filter(isOther), { port: index, type: 'graph', encoding }];
  const target = vscode.workspace.workspaceFolders
    ? vscode.ConfigurationTarget.Workspace
    : vscode.ConfigurationTarget.Global;
  await vscode.workspace.getConfiguration('openocd').update('rtt.channels', channels, target);
}

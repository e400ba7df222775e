// A simulated board that is not the extension's, as hardware on a cable is: started, unplugged and stopped by a suite.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import net from 'node:net';
import path from 'node:path';
import readline from 'node:readline';
import type { BoardConfiguration } from '../../../src/extension/board/configuration';
import { repository } from './support';

export class Hardware {
  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
    private readonly controlPort: number,
  ) {}

  static async start(): Promise<Hardware> {
    const words = [path.join(repository, 'dist/simulator.js'), '--port', '0', '--control-port', '0', '--watch-stdin'];
    const child = spawn(process.execPath, words, { stdio: ['pipe', 'pipe', 'inherit'] });
    const line = await new Promise<string>((resolve) => readline.createInterface(child.stdout).once('line', resolve));
    const { port, controlPort } = JSON.parse(line);
    return new Hardware(child, port, controlPort);
  }

  async do(action: 'plug' | 'unplug'): Promise<void> {
    const socket = net.connect(this.controlPort, '127.0.0.1');
    socket.write(`${JSON.stringify({ do: action })}\n`);
    const answer = await new Promise<string>((resolve) => readline.createInterface(socket).once('line', resolve));
    socket.destroy();
    assert.deepEqual(JSON.parse(answer), { done: action });
  }

  configuration(name: string): BoardConfiguration {
    return {
      ...{ kind: 'openocd', name, configFiles: [path.join(repository, 'media/simulator.cfg')], searchDirs: [] },
      ...{ openocdPath: undefined, args: [], commandsBefore: [`set SIM_PORT ${this.port}`], commandsAfter: [] },
      ...{ cwd: repository, env: {} },
    };
  }

  stop(): void {
    this.child.kill();
  }
}

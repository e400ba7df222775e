// Starts the debug adapter for a session: the bundle that every other editor runs as well.
import path from 'node:path';
import * as vscode from 'vscode';

export class AdapterFactory implements vscode.DebugAdapterDescriptorFactory {
  constructor(private readonly extensionPath: string) {}

  createDebugAdapterDescriptor(session: vscode.DebugSession): vscode.ProviderResult<vscode.DebugAdapterDescriptor> {
    // A port given for development: the adapter was started by hand with --port.
    const port: unknown = session.configuration['debugServer'];
    if (typeof port === 'number') return new vscode.DebugAdapterServer(port, '127.0.0.1');
    const script = path.join(this.extensionPath, 'dist/adapter.js');
    return new vscode.DebugAdapterExecutable(process.execPath, [script], { env: { ELECTRON_RUN_AS_NODE: '1' } });
  }
}

// The debug adapter's process: one session on standard input and output, or, with --port, one per connection.
import net from 'node:net';
import { parseArgs } from 'node:util';
import { createSession } from './adapter';

const usage = `Usage: adapter.js [--port PORT] [--host ADDRESS]

Debug adapter for microcontrollers on OpenOCD (Debug Adapter Protocol).
Without --port it speaks on standard input and output; with it, on a TCP port
(0 = any free one, printed as “Listening on ADDRESS:PORT”) of this machine alone:
ADDRESS is 127.0.0.1 (default) or ::1.
`;

/** Whoever reaches the adapter can start programs with it. */
const loopback = new net.BlockList();
loopback.addSubnet('127.0.0.0', 8);
loopback.addAddress('::1', 'ipv6');

function main(): void {
  let options: { port?: string; host?: string; help?: boolean };
  try {
    options = parseArgs({
      options: { port: { type: 'string' }, host: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
      // Editors append arguments of their own.
      strict: false,
    }).values as typeof options;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
    process.exitCode = 2;
    return;
  }
  if (options.help === true) {
    process.stdout.write(usage);
    return;
  }
  if (options.port === undefined) serveStandardStreams();
  else servePort(options.port, options.host ?? '127.0.0.1');
}

function serveStandardStreams(): void {
  const session = createSession();
  session.onClose(() => {
    process.stdin.destroy();
    // What is still in the pipe goes out before the process ends by itself.
    process.stdout.end();
  });
  session.serve(process.stdin, process.stdout);
}

function servePort(text: string, host: string): void {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65535) {
    process.stderr.write(`“${text}” is not a port number (0 to 65535).\n`);
    process.exitCode = 2;
    return;
  }
  if (!loopback.check(host, net.isIPv6(host) ? 'ipv6' : 'ipv4')) {
    process.stderr.write(
      `The adapter does not listen on ${host}: whoever reaches it can start programs. Use 127.0.0.1, and from another machine a tunnel (ssh -L).\n`,
    );
    process.exitCode = 2;
    return;
  }
  const server = net.createServer((socket) => {
    socket.setNoDelay(true);
    const session = createSession();
    session.onClose(() => socket.end());
    socket.on('error', () => session.close());
    session.serve(socket, socket);
  });
  server.on('error', (error) => {
    process.stderr.write(
      `Port ${port} of ${host} cannot be listened on: ${error.message}. Choose another with --port.\n`,
    );
    process.exitCode = 1;
  });
  server.listen(port, host, () => {
    const address = server.address();
    if (typeof address === 'object' && address !== null)
      process.stdout.write(`Listening on ${address.address}:${address.port}\n`);
  });
}

main();

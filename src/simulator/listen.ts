// Binds a server to the loopback interface or to a UNIX socket, and says plainly why it cannot.
import fs from 'node:fs';
import net from 'node:net';

/** A TCP port on 127.0.0.1 (0 for any free one), or the path of a UNIX socket. */
export type Where = { port: number } | { path: string };

/** By number: OpenOCD resolves “localhost” to ::1 first on many machines. */
const HOST = '127.0.0.1';

/**
 * @returns the port, or the path
 * @throws Error naming the port or path that is taken or cannot be had
 */
export async function listen(server: net.Server, where: Where): Promise<number | string> {
  if ('path' in where) await removeStaleSocket(where.path);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(new Error(explain(where, error))));
    if ('path' in where) server.listen(where.path, resolve);
    else server.listen(where.port, HOST, resolve);
  });
  const address = server.address();
  return typeof address === 'object' && address ? address.port : String(address);
}

/** A socket file that nobody answers on was left behind by a process that was killed. */
async function removeStaleSocket(path: string): Promise<void> {
  if (!fs.existsSync(path) || !fs.statSync(path).isSocket()) return;
  const answered = await new Promise<boolean>((resolve) => {
    const probe = net.connect(path, () => resolve(true));
    probe.on('error', () => resolve(false));
    probe.on('connect', () => probe.destroy());
  });
  if (!answered) fs.unlinkSync(path);
}

function explain(where: Where, error: NodeJS.ErrnoException): string {
  const what = 'path' in where ? `The socket “${where.path}”` : `Port ${where.port}`;
  if (error.code === 'EADDRINUSE')
    return `${what} is in use by another process. Choose another one, or 0 for a free port.`;
  if (error.code === 'EACCES') return `${what} may not be used by this user.`;
  return `${what} cannot be opened: ${error.message}.`;
}

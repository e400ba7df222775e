// Opening a TCP connection with a time limit and an error that says what to do.
import net from 'node:net';
import { ConnectionError } from '../errors';

/**
 * @param service named in the error, such as `TCL`
 * @throws ConnectionError
 */
export function openSocket(host: string, port: number, timeoutMs: number, service: string): Promise<net.Socket> {
  return new Promise((resolve, reject) => {
    const refuse = (reason: string, cause?: unknown) => {
      socket.destroy();
      reject(
        new ConnectionError(
          `No connection to ${host}:${port}: ${reason}. Is OpenOCD running, and is ${port} its ${service} port?`,
          { cause },
        ),
      );
    };
    let socket: net.Socket;
    try {
      socket = net.connect({ host, port, noDelay: true });
    } catch (cause) {
      reject(new ConnectionError(`${host}:${port} is not an address to connect to.`, { cause }));
      return;
    }
    const timer = setTimeout(() => refuse(`no answer within ${timeoutMs} ms`), timeoutMs);
    socket.once('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      refuse(REASONS[error.code ?? ''] ?? error.message, error);
    });
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.removeAllListeners('error');
      resolve(socket);
    });
  });
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'the host name is unknown',
  EAI_AGAIN: 'the host name could not be looked up',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  ETIMEDOUT: 'the host does not answer',
};

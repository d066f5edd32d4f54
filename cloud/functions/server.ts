import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { getRequestListener } from '@hono/node-server';

export interface RunningServer {
  readonly port: number;
  readonly url: string;
  /** Takes no new requests, lets those under way end, then resolves. */
  close(): Promise<void>;
}

/** The request as it came in, with its connection, and what answers it. */
export interface RequestBindings {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
}

/** Anything that answers fetch-style requests: a Hono app. */
export interface FetchApp {
  /** `bindings` is what the server tells of a request besides it. */
  fetch(request: Request, bindings?: RequestBindings): Response | Promise<Response>;
}

/** How long requests under way may take to end once the server closes, in ms. */
const DRAIN_MS = 10_000;

/** Serves an app over HTTP; port 0 takes a free one. Slow senders are cut off, so that they hold no connection. */
export async function serve(app: FetchApp, port: number, host = '0.0.0.0'): Promise<RunningServer> {
  const server = createServer(
    { headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 30_000, maxHeaderSize: 16 * 1024 },
    getRequestListener((request, bindings) => app.fetch(request, bindings as RequestBindings)),
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const { port: boundPort } = server.address() as AddressInfo;
  return { port: boundPort, url: `http://127.0.0.1:${boundPort}`, close: () => drain(server) };
}

/** How often connections that have had their answer are let go, in ms: a client would keep them for its next request. */
const IDLE_CHECK_MS = 50;

function drain(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const cutOff = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
    const letGo = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS);
    server.close(() => {
      clearTimeout(cutOff);
      clearInterval(letGo);
      resolve();
    });
    server.closeIdleConnections();
  });
}

/** Runs `shutdown` once when the platform asks the process to end, then exits. */
export function onTermination(shutdown: () => Promise<void>): void {
  let ending = false;
  const end = (): void => {
    if (ending) return;
    ending = true;
    shutdown().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
}

import { Agent, request as httpRequest } from 'node:http';
import { connect } from 'node:net';

/** A request as it goes over the wire. */
export interface WireRequest {
  readonly method: string;
  /** Path and query as they are sent. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Buffer | undefined;
}

export interface WireAnswer {
  /** 0 where the connection was ended without an answer. */
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

/** Turns of the clock below after which an answer that did not come counts as never coming. */
const TURNS_MAX = 80;
const TURN_MS = 250;

/** What did not answer. */
export class Hang extends Error {
  override readonly name = 'Hang';
}

/**
 * The work's result, or a Hang once twenty seconds went by in which this process ran: a process that was held up as a whole
 * waits for nobody.
 */
function unlessHung<Result>(work: Promise<Result>, giveUp: () => void): Promise<Result> {
  return new Promise((resolve, reject) => {
    let turns = 0;
    const clock = setInterval(() => {
      turns += 1;
      if (turns < TURNS_MAX) return;
      clearInterval(clock);
      giveUp();
      reject(new Hang());
    }, TURN_MS);
    work.then(resolve, reject).finally(() => clearInterval(clock));
  });
}

/** Sends requests to one address over few connections. */
export class Wire {
  private readonly agent: Agent;
  constructor(
    private readonly address: { readonly host: string; readonly port: number },
    connections: number,
  ) {
    this.agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  send(request: WireRequest): Promise<WireAnswer> {
    const { method, target, body } = request;
    const outgoing = httpRequest({ ...this.address, agent: this.agent, method, path: target });
    const answered = new Promise<WireAnswer>((resolve, reject) => {
      outgoing.on('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', () => resolve({ status: response.statusCode ?? 0, contentType: '', text: '' }));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            contentType: response.headers['content-type'] ?? '',
            text: Buffer.concat(chunks).toString('utf8'),
          }),
        );
      });
      // A server may end the connection of one who sends too much.
      outgoing.on('error', (error: NodeJS.ErrnoException) => {
        if (['ECONNRESET', 'EPIPE', 'HPE_INVALID_CONSTANT'].includes(error.code ?? ''))
          resolve({ status: 0, contentType: '', text: '' });
        else reject(error);
      });
      for (const [name, value] of Object.entries(request.headers)) outgoing.setHeader(name, value);
      outgoing.end(body);
    });
    return unlessHung(answered, () => outgoing.destroy());
  }

  /** Sends bytes as they are and reads until the connection ends. */
  sendRaw(bytes: string): Promise<WireAnswer> {
    const socket = connect(this.address);
    const answered = new Promise<WireAnswer>((resolve) => {
      const chunks: Buffer[] = [];
      const done = (): void => {
        const text = Buffer.concat(chunks).toString('latin1');
        const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0);
        resolve({ status, contentType: '', text });
      };
      socket.on('data', (chunk: Buffer) => chunks.push(chunk));
      socket.on('error', () => undefined);
      socket.on('close', done);
      socket.end(Buffer.from(bytes, 'latin1'));
    });
    return unlessHung(answered, () => socket.destroy());
  }

  close(): void {
    this.agent.destroy();
  }
}

import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';

import { jsonLog, type Log } from '../functions/http/log';
import { BuildError, ensureBuilt, ROOT } from './builds';
import { startLocalCloud } from './cloud';
import { keptSecrets } from './keep';
import { portIsFree } from './ports';
import { PostgresStartError, startPostgres } from './postgres';
import { announce, withdraw } from './running';

// Alipay's client writes its timestamps in the zone of the process.
process.env.TZ = 'Asia/Shanghai';

const NODE_OLDEST = [20, 19] as const;
const DATABASE = 'tpwallet';

/** What keeps the start from going on, told without a stack. */
class StartError extends Error {
  override readonly name = 'StartError';
}

const say = (line: string): void => console.error(line);

function portFrom(name: string, standard: number): number {
  const port = Number(process.env[name] ?? standard);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new StartError(`${name} is not valid: ${process.env[name]}. Give a number from 1 to 65535.`);
}

function checkNode(): void {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [oldestMajor, oldestMinor] = NODE_OLDEST;
  if (major < oldestMajor || (major === oldestMajor && minor < oldestMinor)) {
    throw new StartError(
      `Node ${NODE_OLDEST.join('.')} or newer is needed; this is ${process.versions.node}.`,
    );
  }
}

async function checkPorts(ports: Readonly<Record<string, number>>): Promise<void> {
  for (const [name, port] of Object.entries(ports)) {
    if (await portIsFree(port, '0.0.0.0')) continue;
    throw new StartError(`Port ${port} is in use. Stop what runs there (another TPWallet?), or set ${name}.`);
  }
}

/** Everything goes to a file; what needs attention also to the terminal. */
function logTo(file: string): Log {
  const stream = createWriteStream(file, { flags: 'a' });
  const write = jsonLog(
    (line) => stream.write(`${line}\n`),
    () => new Date(),
  );
  return (level, event, fields) => {
    write(level, event, fields);
    if (level === 'error') say(`  ! ${event} ${JSON.stringify(fields ?? {})}`);
  };
}

/** `npm start`: the whole of TPWallet on this machine. */
async function main(): Promise<void> {
  const startedAt = performance.now();
  checkNode();
  const port = portFrom('PORT', 8080);
  const sandboxPort = portFrom('SANDBOX_PORT', 8090);
  await checkPorts({ PORT: port, SANDBOX_PORT: sandboxPort });
  const dataDir = path.resolve(ROOT, process.env.DATA_DIR ?? '.data');
  await mkdir(dataDir, { recursive: true });

  say('1/4  Building the preview');
  await ensureBuilt(['h5'], (line) => say(`     ${line}`));
  const builtAt = performance.now();

  const given = process.env.DATABASE_URL;
  say(given ? '2/4  Using the PostgreSQL of DATABASE_URL' : '2/4  Starting PostgreSQL (data in .data/)');
  const postgres = given ? undefined : await startPostgres({ dataDir, durable: true });
  const databaseUrl = given ?? (await postgres?.ensureDatabase(DATABASE)) ?? '';

  say('3/4  Reading keys (made on the first start)');
  const kept = await keptSecrets(dataDir);

  say('4/4  Starting the functions, the sandbox and the jobs');
  const cloud = await startLocalCloud({
    databaseUrl,
    port,
    sandboxPort,
    ...kept,
    log: logTo(path.join(dataDir, 'functions.log')),
  }).catch(async (error: unknown) => {
    await postgres?.close();
    throw error;
  });

  await announce(dataDir, { databaseUrl, url: cloud.url, sandboxUrl: cloud.sandboxUrl });

  let ending = false;
  const end = async (status: number): Promise<void> => {
    if (ending) return;
    ending = true;
    await withdraw(dataDir);
    await cloud.close();
    await postgres?.close();
    process.exit(status);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end(0));
  void postgres?.failed.then((lastWords) => {
    say(`PostgreSQL ended:\n${lastWords}`);
    void end(1);
  });

  const seconds = Math.round((performance.now() - builtAt) / 1000);
  const total = Math.round((performance.now() - startedAt) / 1000);
  say(`
Ready in ${total} s (${seconds} s after the build).

  Open     ${cloud.url}
           two phones: WeChat on the left, Alipay on the right. The payment password is 123456.
  API      ${cloud.url}/v1/openapi.json
  Sandbox  ${cloud.sandboxUrl}/control/credentials
  Log      ${path.relative(process.cwd(), path.join(dataDir, 'functions.log'))}

Ctrl-C ends everything.`);
}

main().catch((error: unknown) => {
  const known =
    error instanceof StartError || error instanceof BuildError || error instanceof PostgresStartError;
  const database = error instanceof Error && 'code' in error && process.env.DATABASE_URL;
  if (known) say(`\n${error.message}`);
  else if (database) say(`\nThe PostgreSQL of DATABASE_URL cannot be used: ${error.message}`);
  else console.error(error);
  process.exit(2);
});

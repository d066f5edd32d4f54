import { startSandbox } from './index';

const PORT = 8090;

/** `npm run sandbox`: the sandbox alone. The last line on stdout is JSON; it then runs until it is stopped. */
async function main(): Promise<void> {
  const port = Number(process.env.PORT ?? PORT);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    console.error(`PORT is not valid: ${process.env.PORT}. Give a number from 0 to 65535.`);
    process.exit(2);
  }
  console.error('Making keys and certificates…');
  try {
    const sandbox = await startSandbox({ port, log: (line) => console.error(line) });
    console.log(JSON.stringify(sandbox.credentials, null, 2));
    console.error(`The sandbox answers at ${sandbox.url}. Users' payment password: 123456.`);
    console.log(JSON.stringify({ url: sandbox.url, credentials: `${sandbox.url}/control/credentials` }));
    const stop = (): void => void sandbox.close().then(() => process.exit(0));
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
  } catch (error) {
    const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
    console.error(taken ? `Port ${port} is in use: stop what runs there, or set PORT.` : error);
    process.exit(2);
  }
}

void main();

import { startStack } from '../../support/stack';

/** The cloud as a process of its own, for tests that run in a page's environment. Ends with its standard input. */
async function main(): Promise<void> {
  const stack = await startStack();
  const { apiUrl, sandboxUrl, credentials } = stack;
  process.stdout.write(`${JSON.stringify({ apiUrl, sandboxUrl, credentials })}\n`);
  process.stdin.resume().once('end', () => void stack.close().then(() => process.exit(0)));
}

void main();

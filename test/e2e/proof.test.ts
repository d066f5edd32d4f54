import type { Browser, Page } from 'playwright-core';

import { paths } from '../../cloud/contract/paths';
import type { InclusionProof } from '../../cloud/contract/types';
import { runJob } from '../../cloud/functions/job/jobs';
import { TestUser } from '../support/client';
import { startStack, type Stack } from '../support/stack';
import { untilSealable } from '../support/store';
import { launchBrowser } from './browser';

let stack: Stack;
let browser: Browser;
let page: Page;
let proof: InclusionProof;

beforeAll(async () => {
  stack = await startStack();
  const user = await TestUser.signIn(stack, 'weapp');
  const orders = [await user.pay(1_000), await user.pay(120_050), await user.pay(2_000)];
  await untilSealable(stack.db);
  await runJob(stack.deps, 'seal-ledger');
  const answer = await user.send<InclusionProof>(paths.orderProof(orders[1]?.id ?? ''));
  proof = answer.body;
  browser = await launchBrowser();
  const context = await browser.newContext();
  page = await context.newPage();
  page.setDefaultTimeout(10_000);
  await page.goto(`${stack.apiUrl}${paths.ledgerProofPage}`);
  // From here on the page is alone.
  await context.setOffline(true);
});
afterAll(async () => {
  await browser?.close();
  await stack?.close();
});

/** What the page says of a pasted text: `valid`, or why not. */
async function verdictOn(pasted: string): Promise<string | null> {
  await page.locator('#verdict').evaluate((node: HTMLElement) => delete node.dataset.reason);
  await page.locator('#proof').fill(pasted);
  await page.locator('#check').click();
  const verdict = page.locator('#verdict[data-reason]');
  await verdict.waitFor();
  return verdict.getAttribute('data-reason');
}

const changed = (hex: string): string => (hex.startsWith('0') ? '1' : '0') + hex.slice(1);
const changedBase64 = (text: string): string => (text.startsWith('A') ? 'B' : 'A') + text.slice(1);

test('a good proof is found valid without any network, and tells what was paid', async () => {
  expect(await verdictOn(JSON.stringify(proof))).toBe('valid');
  expect(await verdictOn(JSON.stringify(proof, null, 2))).toBe('valid');
  const facts = await page.locator('#facts').innerText();
  expect(facts).toContain('¥1201.20');
  expect(facts).toContain((JSON.parse(proof.leaf) as { order: string }).order);
});

test('a proof of which any field is changed is refused', async () => {
  const tampered: readonly (readonly [string, object, string])[] = [
    ['version', { version: 2 }, 'not_a_proof'],
    ['leaf', { leaf: proof.leaf.replace('120120', '120121') }, 'not_included'],
    ['the space of a leaf', { leaf: `${proof.leaf} ` }, 'not_included'],
    ['place', { place: proof.place === 0 ? 1 : 0 }, 'not_included'],
    ['place beyond the block', { place: proof.place + 4 }, 'not_included'],
    ...proof.path.map(
      (node, at) =>
        [
          `path ${at}`,
          { path: proof.path.map((other, number) => (number === at ? changed(node) : other)) },
          'not_included',
        ] as const,
    ),
    ['a path cut short', { path: proof.path.slice(1) }, 'not_included'],
    ['a longer path', { path: [...proof.path, changed(proof.path[0] ?? '')] }, 'not_included'],
    ['header', { header: proof.header.replace('"leaves":3', '"leaves":2') }, 'not_signed'],
    ['signature', { signature: changedBase64(proof.signature) }, 'not_signed'],
    ['publicKey', { publicKey: changedBase64(proof.publicKey) }, 'strange_key'],
    ['a field more', { note: 'paid twice' }, 'not_a_proof'],
    ['a field less', { signature: undefined }, 'not_a_proof'],
  ];
  for (const [what, change, reason] of tampered) {
    const text = JSON.stringify({ ...proof, ...change });
    expect(text).not.toBe(JSON.stringify(proof));
    expect([what, await verdictOn(text)]).toEqual([what, reason]);
    expect(await page.locator('#facts').innerText()).toBe('');
  }
});

test('what is no proof at all is told apart', async () => {
  expect(await verdictOn('')).toBe('not_json');
  expect(await verdictOn('null')).toBe('not_a_proof');
  expect(await verdictOn('[]')).toBe('not_a_proof');
});

import { runJob } from '../../../cloud/functions/job/jobs';
import { seedPromotions } from '../../../cloud/store';
import { merchantId } from '../../../cloud/store/seed';
import { TestUser } from '../../support/client';
import { SecureUser } from '../../support/device';
import { lockByRisk } from '../../support/locks';
import { givePoints } from '../../support/store';
import { settled, SettlementDesk } from '../../support/settlements';
import { startStack } from '../../support/stack';
import type { Cloud } from './cloud';

const MERCHANT = merchantId(1);
const POINTS_USER = 'user-with-points';
const LOCKED_USER = 'user-who-is-locked';

/** The cloud as a process of its own, for tests that run in a page's environment. Ends with its standard input. */
async function main(): Promise<void> {
  const stack = await startStack({ payoutGateways: ['wechatpay'] });
  await seedPromotions(stack.db, { now: new Date() });
  const desk = new SettlementDesk(() => stack);
  const payee = await desk.agree(MERCHANT, 'wechatpay');
  await settled(stack.db, { merchantId: MERCHANT, amountFen: 45_678 });
  await runJob(stack.deps, 'send-payouts');
  const [payout] = (await desk.newest(MERCHANT)).payouts;
  const { apiUrl, sandboxUrl, credentials } = stack;
  const waitingPayout = { id: payout?.id ?? '', payee };
  for (const host of ['weapp', 'alipay'] as const) {
    const { account } = (await TestUser.signIn(stack, host, POINTS_USER)).session;
    await givePoints(stack.db, { accountId: account.id, points: 1_200, now: new Date() });
    const locked = new SecureUser(stack, await TestUser.signIn(stack, host, LOCKED_USER));
    await locked.setPin('739164');
    await lockByRisk(stack, locked.user.session.account.id);
    await runJob(stack.deps, 'publish-events');
  }
  const started = {
    apiUrl,
    sandboxUrl,
    credentials,
    waitingPayout,
    pointsUser: POINTS_USER,
    lockedUser: LOCKED_USER,
  } satisfies Partial<Cloud>;
  process.stdout.write(`${JSON.stringify(started)}\n`);
  process.stdin.resume().once('end', () => void stack.close().then(() => process.exit(0)));
}

void main();

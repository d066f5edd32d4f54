import type { OutboxEvent } from '../../contract/types';
import { getAccount } from '../../store';
import { getAccountLock, readPhoneNumber } from '../../store/identity';
import type { Dependencies } from '../dependencies';
import type { Effect, TypeOf } from './effect';

type LockEvent = TypeOf<'account.locked' | 'account.unlocked'>;

export const isLockEvent = (event: OutboxEvent): event is LockEvent =>
  event.type === 'account.locked' || event.type === 'account.unlocked';

/** The name that a text message calls the app by. */
const APP_NAME = 'TPWallet';
const LOCKED_PAGE = 'packages/security/locked/index';

/** Whoever locked their own account knows; and nobody is to be alarmed by a lock that is over. */
async function isNews(deps: Dependencies, event: LockEvent): Promise<boolean> {
  if (event.reason === 'user') return event.type === 'account.unlocked';
  const isLocked = (await getAccountLock(deps.db, event.accountId))?.lockedAt != null;
  return isLocked === (event.type === 'account.locked');
}

/** A notice inside the host that the user signed in from, where a template for it was applied for. */
export const lockNotice: Effect = {
  name: 'notice',
  async deliver(deps, event, row) {
    if (!isLockEvent(event) || !(await isNews(deps, event))) return 'none';
    const account = await getAccount(deps.db, event.accountId);
    if (account === undefined) return 'no_account';
    const template = deps.settings.notices[account.host].locked;
    if (template === undefined) return 'no_template';
    const messenger = await deps.hosts.messenger(account.host);
    const words = event.type === 'account.locked' ? '账户锁定' : '账户解锁';
    const facts = { at: row.createdAt, event: words };
    return messenger.send({ openId: account.openId, template, page: LOCKED_PAGE, facts });
  },
};

/** A text message to the account's phone, where there is one: it reaches a user whose host somebody else is signed in to. */
export const lockSms: Effect = {
  name: 'sms',
  async deliver(deps, event) {
    if (!isLockEvent(event) || !(await isNews(deps, event))) return 'none';
    const { sms, vault, settings } = deps;
    if (sms === undefined || vault === undefined || settings.sms?.templates.locked === undefined)
      return 'no_template';
    const to = await readPhoneNumber(deps.db, vault, event.accountId);
    if (to === undefined) return 'no_phone';
    return (await sms()).send({ kind: 'locked', to, values: [APP_NAME] });
  },
};

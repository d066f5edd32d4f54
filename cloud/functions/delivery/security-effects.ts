import type { Host, OutboxEvent } from '../../contract/types';
import { getAccountLock, readPhoneNumber } from '../../store/identity';
import { getLogin } from '../../store/logins';
import type { Dependencies } from '../dependencies';
import type { Effect, TypeOf } from './effect';

type LockEvent = TypeOf<'account.locked' | 'account.unlocked'>;
type SecurityEvent =
  LockEvent | TypeOf<'account.login_linked' | 'account.login_unlinked' | 'account.security_changed'>;

const isLockEvent = (event: OutboxEvent): event is LockEvent =>
  event.type === 'account.locked' || event.type === 'account.unlocked';

/** The name that a text message calls the app by. */
const APP_NAME = 'TPWallet';

/** What a notice says, in the five characters that WeChat's `phrase` holds, and where it leads. */
const NOTICES: Readonly<Record<SecurityEvent['type'], { readonly words: string; readonly page: string }>> = {
  'account.locked': { words: '账户锁定', page: 'packages/security/locked/index' },
  'account.unlocked': { words: '账户解锁', page: 'packages/security/locked/index' },
  'account.login_linked': { words: '账户关联', page: 'packages/linking/index' },
  'account.login_unlinked': { words: '解除关联', page: 'packages/linking/index' },
  'account.security_changed': { words: '安全变更', page: 'packages/security/index' },
};

const isSecurityEvent = (event: OutboxEvent): event is SecurityEvent => event.type in NOTICES;

/** Whoever locked their own account knows; and nobody is to be alarmed by a lock that is over. */
async function isNews(deps: Dependencies, event: LockEvent): Promise<boolean> {
  if (event.reason === 'user') return event.type === 'account.unlocked';
  const isLocked = (await getAccountLock(deps.db, event.accountId))?.lockedAt != null;
  return isLocked === (event.type === 'account.locked');
}

/** A notice inside one of the hosts that the user signs in from, where a template for it was applied for. */
const securityNotice = (host: Host): Effect => ({
  name: `notice_${host}`,
  async deliver(deps, event, row) {
    if (!isSecurityEvent(event)) return 'none';
    if (isLockEvent(event) && !(await isNews(deps, event))) return 'none';
    const template = deps.settings.notices[host].locked;
    if (template === undefined) return 'no_template';
    const login = await getLogin(deps.db, { accountId: event.accountId, host });
    if (login === undefined) return 'no_login';
    const { words, page } = NOTICES[event.type];
    const messenger = await deps.hosts.messenger(host);
    return messenger.send({
      openId: login.openId,
      template,
      page,
      facts: { at: row.createdAt, event: words },
    });
  },
});

/** In every host: whoever took one of them over is not the only one to hear of it. */
export const securityNotices: readonly Effect[] = [securityNotice('weapp'), securityNotice('alipay')];

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

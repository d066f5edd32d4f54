import { Button } from '@nutui/nutui-react-taro';
import { Text, View } from '@tarojs/components';
import Taro from '@tarojs/taro';

import type { Security } from '../../../cloud/contract/types';
import { api, newId, passed } from '../../client';
import { accessible } from '../../components/accessible';
import { shanghaiTime } from '../../components/money/time';
import { host } from '../../host';
import { t } from '../../i18n';

import { words } from './bank-cards/words';
import { unlock } from './unlock';
import { useWork } from './use-work';
import { deviceWords } from './words';

export interface CardProps {
  readonly security: Security;
  readonly onChanged: (security: Security) => void;
}

const key = () => ({ idempotencyKey: newId() });

export function Problem({ id, text }: { readonly id: string; readonly text: string | undefined }) {
  if (text === undefined) return null;
  return (
    <Text className="security__problem" id={id} {...accessible('alert', text)}>
      {text}
    </Text>
  );
}

/** The payment PIN: set it, change it, set a forgotten one anew. */
export function PinCard({ security, onChanged }: CardProps) {
  const { busy, problem, run } = useWork(onChanged);
  const { pin, authenticator } = security;
  const open = (query: string): Promise<unknown> =>
    Taro.navigateTo({ url: `/packages/security/pin/index${query}` });

  const forgotten = async (): Promise<Security | undefined> => {
    if (authenticator.set) {
      const challengeId = await passed('reset_pin');
      if (challengeId !== undefined) await open(`?reset=${challengeId}`);
      return undefined;
    }
    const { code } = await host.login();
    return api.requestPinReset({ loginCode: code }, key());
  };

  return (
    <View className="security__card">
      <Text className="security__title">{t('security.pin')}</Text>
      <Text className="security__soft" id="pin-state">
        {pin.setAt ? t('security.pin.setAt', { time: shanghaiTime(pin.setAt) }) : t('security.pin.none')}
      </Text>
      {pin.lockedUntil && (
        <Text className="security__warning" id="pin-locked">
          {t('security.pin.locked', { time: shanghaiTime(pin.lockedUntil) })}
        </Text>
      )}
      {pin.resetAfter && (
        <Text className="security__warning" id="pin-reset-after">
          {t('security.pin.resetAfter', { time: shanghaiTime(pin.resetAfter) })}
        </Text>
      )}
      <Problem id="pin-card-problem" text={problem} />
      <Button
        id="edit-pin"
        block
        size="xlarge"
        type={pin.set ? 'default' : 'primary'}
        onClick={() => void open(pin.set ? '?change=1' : '')}
      >
        {t(pin.set ? 'security.pin.change' : 'security.pin.set')}
      </Button>
      {pin.set && (
        <Button
          id="forgot-pin"
          block
          type="default"
          disabled={busy}
          onClick={() => void (pin.resetAfter ? open('?reset=waited') : run(forgotten))}
        >
          {t(pin.resetAfter ? 'security.pin.reset' : 'security.pin.forgotten')}
        </Button>
      )}
    </View>
  );
}

/** The authenticator app: set it up, take it away. */
export function AuthenticatorCard({ security, onChanged }: CardProps) {
  const { busy, problem, run } = useWork(onChanged);
  const { set, recoveryCodesLeft } = security.authenticator;
  const remove = async (): Promise<Security | undefined> => {
    const challengeId = await passed('remove_authenticator');
    return challengeId === undefined ? undefined : api.removeAuthenticator({ challengeId }, key());
  };
  return (
    <View className="security__card">
      <Text className="security__title">{t('security.totp')}</Text>
      <Text className="security__soft" id="totp-state">
        {set ? t('security.totp.set', { count: recoveryCodesLeft }) : t('security.totp.none')}
      </Text>
      <Problem id="totp-card-problem" text={problem} />
      <Button
        id={set ? 'remove-totp' : 'add-totp'}
        block
        size="xlarge"
        type="default"
        disabled={busy}
        onClick={() =>
          void (set ? run(remove) : Taro.navigateTo({ url: '/packages/security/authenticator/index' }))
        }
      >
        {t(set ? 'security.totp.remove' : 'security.totp.begin')}
      </Button>
    </View>
  );
}

/** Whether the account may pay: lock it now, unlock it. */
export function LockCard({ security, onChanged }: CardProps) {
  const { busy, problem, run } = useWork(onChanged);
  const { lock, cautiousUntil } = security;
  return (
    <View className="security__card">
      <Text className="security__title">{t('security.lock')}</Text>
      <Text className={lock ? 'security__warning' : 'security__soft'} id="lock-state">
        {lock
          ? t(`security.lock.${lock.reason}`, { time: shanghaiTime(lock.lockedAt) })
          : t('security.lock.none')}
      </Text>
      {lock === null && cautiousUntil !== null && (
        <Text className="security__warning" id="cautious">
          {t('security.cautious', { time: shanghaiTime(cautiousUntil) })}
        </Text>
      )}
      <Problem id="lock-problem" text={problem} />
      {(lock === null || lock.reason === 'user') && (
        <Button
          id={lock ? 'unlock' : 'lock-now'}
          block
          size="xlarge"
          type={lock ? 'primary' : 'default'}
          loading={busy}
          disabled={busy}
          onClick={() => void run(lock ? unlock : () => api.lockAccount(key()))}
        >
          {t(lock ? 'security.unlock' : 'security.lockNow')}
        </Button>
      )}
      {lock && (
        <Button
          id="open-locked"
          block
          size="xlarge"
          type={lock.reason === 'user' ? 'default' : 'primary'}
          onClick={() => void Taro.navigateTo({ url: '/packages/security/locked/index' })}
        >
          {t('locked.open')}
        </Button>
      )}
    </View>
  );
}

/** The way to pages of their own. */
function Way(way: {
  readonly id: string;
  readonly title: string;
  readonly hint?: string;
  readonly open: string;
  readonly url: string;
}) {
  return (
    <View className="security__card">
      <Text className="security__title">{way.title}</Text>
      {way.hint !== undefined && <Text className="security__soft">{way.hint}</Text>}
      <Button
        id={way.id}
        block
        size="xlarge"
        type="default"
        onClick={() => void Taro.navigateTo({ url: way.url })}
      >
        {way.open}
      </Button>
    </View>
  );
}

/** The way to the bank cards that are bound. */
export const BankCardsCard = () => (
  <Way
    id="open-bank-cards"
    title={words('title')}
    hint={words('hint')}
    open={words('open')}
    url="/packages/security/bank-cards/index"
  />
);

/** The way to the apps in which the user signs in to this account. */
export const LinkingCard = () => (
  <Way
    id="open-linking"
    title={t('security.linking')}
    open={t('security.linking')}
    url="/packages/linking/index"
  />
);

/** The way to the devices on which the account is signed in. */
export const DevicesCard = () => (
  <Way
    id="open-devices"
    title={deviceWords('title')}
    hint={deviceWords('hint')}
    open={deviceWords('open')}
    url="/packages/security/devices/index"
  />
);

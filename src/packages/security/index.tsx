import { Button, Skeleton } from '@nutui/nutui-react-taro';
import { Text, View } from '@tarojs/components';
import Taro, { useDidShow } from '@tarojs/taro';
import { useCallback, useState } from 'react';

import type { Security } from '../../../cloud/contract/types';
import { api, confirmChallenge, newId } from '../../client';
import { accessible } from '../../components/accessible';
import { formatYuan } from '../../components/money/format';
import { shanghaiTime } from '../../components/money/time';
import { Notice } from '../../components/notice';
import { host } from '../../host';
import { t } from '../../i18n';
import { Screen } from '../../theme/screen';

import { Events } from './events';
import { problemText } from './problem';

import './security.scss';

/** The security centre: the payment PIN, locking and unlocking, limits, and what happened lately. */
export default function SecurityPage() {
  const [security, setSecurity] = useState<Security>();
  const [error, setError] = useState<unknown>();
  /** Counts what was changed here, so that the events are read again. */
  const [changes, setChanges] = useState(0);
  const load = useCallback((): void => {
    setError(undefined);
    setChanges((count) => count + 1);
    api.security().then(setSecurity, setError);
  }, []);
  useDidShow(load);
  const changed = (now: Security): void => {
    setSecurity(now);
    setChanges((count) => count + 1);
  };
  return (
    <Screen title={t('security.title')} className="security">
      {error !== undefined && <Notice fullPage={!security} error={error} onRetry={load} />}
      {!security && error === undefined && (
        <View className="security__card">
          <Skeleton rows={4} animated visible={false} />
        </View>
      )}
      {security && (
        <>
          <LockCard security={security} onChanged={changed} />
          <PinCard pin={security.pin} />
          <View className="security__card">
            <Text className="security__title">{t('security.limits')}</Text>
            <Text id="limits">
              {t('security.limits.day', { amount: formatYuan(security.limits.freePerDayFen) })}
            </Text>
            <Text className="security__soft">
              {t('security.limits.small', { amount: formatYuan(security.limits.countFromFen) })}
            </Text>
          </View>
          <Events key={changes} />
        </>
      )}
    </Screen>
  );
}

function PinCard({ pin }: Pick<Security, 'pin'>) {
  const url = `/packages/security/pin/index${pin.set ? '?change=1' : ''}`;
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
      <Button
        id="edit-pin"
        block
        size="xlarge"
        type={pin.set ? 'default' : 'primary'}
        onClick={() => void Taro.navigateTo({ url })}
      >
        {t(pin.set ? 'security.pin.change' : 'security.pin.set')}
      </Button>
    </View>
  );
}

interface LockCardProps {
  readonly security: Security;
  readonly onChanged: (security: Security) => void;
}

function LockCard({ security, onChanged }: LockCardProps) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const { lock, cautiousUntil } = security;

  const run = async (work: () => Promise<Security | undefined>): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    try {
      const now = await work();
      if (now) onChanged(now);
    } catch (error) {
      setProblem(problemText(error));
    } finally {
      setBusy(false);
    }
  };
  const unlock = async (): Promise<Security | undefined> => {
    const { id } = await api.createChallenge({ action: 'unlock' }, { idempotencyKey: newId() });
    if (!(await confirmChallenge(id))) return undefined;
    const { code } = await host.login();
    return api.unlockAccount({ challengeId: id, loginCode: code }, { idempotencyKey: newId() });
  };

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
      {problem !== undefined && (
        <Text className="security__problem" id="lock-problem" {...accessible('alert', problem)}>
          {problem}
        </Text>
      )}
      <Button
        id={lock ? 'unlock' : 'lock-now'}
        block
        size="xlarge"
        type={lock ? 'primary' : 'default'}
        loading={busy}
        disabled={busy}
        onClick={() => void run(lock ? unlock : () => api.lockAccount({ idempotencyKey: newId() }))}
      >
        {t(lock ? 'security.unlock' : 'security.lockNow')}
      </Button>
    </View>
  );
}

import { Button, Skeleton } from '@nutui/nutui-react-taro';
import { Text, View } from '@tarojs/components';
import Taro, { useDidShow } from '@tarojs/taro';
import { useCallback, useRef, useState } from 'react';

import type { RiskStanding, Security } from '../../../../cloud/contract/types';
import { api } from '../../../client';
import { shanghaiTime } from '../../../components/money/time';
import { Notice } from '../../../components/notice';
import { t } from '../../../i18n';
import { Screen } from '../../../theme/screen';

import { Problem } from '../cards';
import { unlock } from '../unlock';
import { useWork } from '../use-work';

import { AppealCard } from './appeal-card';
import { clockOf, useCountdown } from './use-countdown';

import '../security.scss';

interface Loaded {
  readonly security: Security;
  readonly standing: RiskStanding;
}
type Lock = NonNullable<Security['lock']>;

/** What happened to a locked account, since when, and what its user can do next: unlock it, or appeal. */
export default function LockedPage() {
  const [loaded, setLoaded] = useState<Loaded>();
  const [error, setError] = useState<unknown>();
  /** Counts what was asked and changed: an answer from before the newest of them is old. */
  const turn = useRef(0);
  const load = useCallback((): void => {
    turn.current += 1;
    const asked = turn.current;
    setError(undefined);
    Promise.all([api.security(), api.riskStanding()]).then(
      ([security, standing]) => asked === turn.current && setLoaded({ security, standing }),
      (failure: unknown) => asked === turn.current && setError(failure),
    );
  }, []);
  useDidShow(load);
  const change = (changed: Loaded): void => {
    turn.current += 1;
    setLoaded(changed);
  };

  return (
    <Screen title={t('locked.title')} className="security">
      {error !== undefined && <Notice fullPage={!loaded} error={error} onRetry={load} />}
      {!loaded && error === undefined && (
        <View className="security__card">
          <Skeleton rows={4} animated visible={false} />
        </View>
      )}
      {loaded && loaded.security.lock === null && <NotLocked security={loaded.security} />}
      {loaded && loaded.security.lock !== null && (
        <>
          <WhatHappened security={loaded.security} lock={loaded.security.lock} />
          {mayUnlock(loaded.security) && (
            <UnlockCard
              lock={loaded.security.lock}
              onUnlocked={(security) => change({ ...loaded, security })}
            />
          )}
        </>
      )}
      {loaded && (
        <AppealCard standing={loaded.standing} onAppealed={(standing) => change({ ...loaded, standing })} />
      )}
    </Screen>
  );
}

/** Whoever locked the account themselves may still set a first PIN on the way; anybody else needs a factor for it. */
function mayUnlock({ lock, pin, authenticator, phone }: Security): boolean {
  if (lock === null || lock.unlockAfter === null) return false;
  return lock.reason === 'user' || pin.set || authenticator.set || phone.codes;
}

function WhatHappened({ security, lock }: { readonly security: Security; readonly lock: Lock }) {
  const isWithoutFactor = lock.reason === 'risk' && !mayUnlock(security);
  return (
    <View className="security__card">
      <Text className="security__title" id="locked-why">
        {t(`locked.why.${lock.reason}`)}
      </Text>
      <Text className="security__soft" id="locked-since">
        {t('locked.since', { time: shanghaiTime(lock.lockedAt) })}
      </Text>
      <Text>{t('locked.what')}</Text>
      <Text id="locked-next">
        {t(isWithoutFactor ? 'locked.next.noFactor' : `locked.next.${lock.reason}`)}
      </Text>
    </View>
  );
}

function UnlockCard({
  lock,
  onUnlocked,
}: {
  readonly lock: Lock;
  readonly onUnlocked: (security: Security) => void;
}) {
  const { busy, problem, run } = useWork(onUnlocked);
  const leftMs = useCountdown(lock.unlockInMs ?? 0);
  const waits = leftMs > 0;
  return (
    <View className="security__card">
      <Text className="security__title">{t('security.unlock')}</Text>
      {waits && lock.unlockAfter !== null && (
        <>
          <Text className="security__warning" id="unlock-from">
            {t('locked.unlockFrom', { time: shanghaiTime(lock.unlockAfter, 'MM-DD HH:mm') })}
          </Text>
          <Text className="security__amount" id="unlock-countdown">
            {clockOf(leftMs)}
          </Text>
        </>
      )}
      <Text className="security__soft">{t('locked.unlockHow')}</Text>
      <Problem id="unlock-problem" text={problem} />
      <Button
        id="unlock"
        block
        size="xlarge"
        type="primary"
        loading={busy}
        disabled={busy || waits}
        onClick={() => void run(unlock)}
      >
        {t('security.unlock')}
      </Button>
    </View>
  );
}

function NotLocked({ security }: { readonly security: Security }) {
  return (
    <View className="security__card">
      <Text className="security__title" id="not-locked">
        {t('locked.none')}
      </Text>
      {security.cautiousUntil !== null && (
        <Text className="security__warning" id="cautious">
          {t('security.cautious', { time: shanghaiTime(security.cautiousUntil) })}
        </Text>
      )}
      <Button
        id="to-security"
        block
        size="xlarge"
        type="default"
        onClick={() => void Taro.redirectTo({ url: '/packages/security/index' })}
      >
        {t('locked.toSecurity')}
      </Button>
    </View>
  );
}

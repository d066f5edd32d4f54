import { Skeleton } from '@nutui/nutui-react-taro';
import { Text, View } from '@tarojs/components';
import { useDidShow } from '@tarojs/taro';
import { useCallback, useState } from 'react';

import type { Security } from '../../../cloud/contract/types';
import { api } from '../../client';
import { formatYuan } from '../../components/money/format';
import { Notice } from '../../components/notice';
import { t } from '../../i18n';
import { Screen } from '../../theme/screen';

import { BiometricCard } from './biometric-card';
import { AuthenticatorCard, BankCardsCard, DevicesCard, LinkingCard, LockCard, PinCard } from './cards';
import { Events } from './events';
import { PhoneCard } from './phone-card';

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
          <PinCard security={security} onChanged={changed} />
          <BiometricCard security={security} onChanged={changed} />
          <AuthenticatorCard security={security} onChanged={changed} />
          <PhoneCard security={security} onChanged={changed} />
          <View className="security__card">
            <Text className="security__title">{t('security.limits')}</Text>
            <Text id="limits">
              {t('security.limits.day', { amount: formatYuan(security.limits.freePerDayFen) })}
            </Text>
            <Text>
              {t('security.limits.two', { amount: formatYuan(security.limits.oneFactorPerDayFen) })}
            </Text>
            <Text className="security__soft">
              {t('security.limits.small', { amount: formatYuan(security.limits.countFromFen) })}
            </Text>
          </View>
          <BankCardsCard />
          <LinkingCard />
          <DevicesCard />
          <Events key={changes} />
        </>
      )}
    </Screen>
  );
}

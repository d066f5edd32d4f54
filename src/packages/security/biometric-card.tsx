import { Button } from '@nutui/nutui-react-taro';
import { Text, View } from '@tarojs/components';
import { useEffect, useState } from 'react';

import type { Security } from '../../../cloud/contract/types';
import { api, newId, passed } from '../../client';
import { shanghaiTime } from '../../components/money/time';
import { host, type BiometricSupport } from '../../host';

import { Problem, type CardProps } from './cards';
import { touch } from './touch';
import { useWork } from './use-work';
import { biometricWords } from './words';

const key = () => ({ idempotencyKey: newId() });

/** Fingerprint or face on this device: turned on with the PIN and a touch, off with the PIN. Hidden where the phone has neither. */
export function BiometricCard({ security, onChanged }: CardProps) {
  const { busy, problem, run } = useWork(onChanged);
  const [support, setSupport] = useState<BiometricSupport>();
  // Security is read whenever the page is shown: somebody may come back from the phone's settings.
  useEffect(() => void host.biometricSupport().then(setSupport), [security]);
  const { biometric, pin, lock } = security;
  if (!biometric.set && (support === undefined || support === 'unavailable')) return null;

  const turnOn = async (): Promise<Security | undefined> => {
    const challengeId = await passed('add_biometric');
    if (challengeId === undefined) return undefined;
    return api.setBiometric({ challengeId, proof: await touch(challengeId) }, key());
  };
  const turnOff = async (): Promise<Security | undefined> => {
    const challengeId = await passed('remove_biometric');
    return challengeId === undefined ? undefined : api.removeBiometric({ challengeId }, key());
  };
  const blocked = lock !== null || (!biometric.set && (!pin.set || support === 'not_enrolled'));

  return (
    <View className="security__card">
      <Text className="security__title">{biometricWords('title')}</Text>
      <Text className="security__soft" id="biometric-state">
        {biometric.setAt
          ? biometricWords('on', { time: shanghaiTime(biometric.setAt) })
          : biometricWords('off')}
      </Text>
      {biometric.stopped && (
        <Text className="security__warning" id="biometric-stopped">
          {biometricWords('stopped')}
        </Text>
      )}
      {blocked && lock === null && (
        <Text className="security__warning" id="biometric-why">
          {biometricWords(pin.set ? 'notEnrolled' : 'pinFirst')}
        </Text>
      )}
      <Problem id="biometric-problem" text={problem} />
      <Button
        id={biometric.set ? 'biometric-off' : 'biometric-on'}
        block
        size="xlarge"
        type="default"
        loading={busy}
        disabled={busy || blocked}
        onClick={() => void run(biometric.set ? turnOff : turnOn)}
      >
        {biometricWords(biometric.set ? 'turnOff' : 'turnOn')}
      </Button>
    </View>
  );
}

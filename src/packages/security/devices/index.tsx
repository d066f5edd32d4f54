import { Button, Skeleton } from '@nutui/nutui-react-taro';
import { Text, View } from '@tarojs/components';
import Taro, { useDidShow } from '@tarojs/taro';
import { useCallback, useState } from 'react';

import type { Device } from '../../../../cloud/contract/types';
import { api, newId } from '../../../client';
import { accessible } from '../../../components/accessible';
import { shanghaiTime } from '../../../components/money/time';
import { Notice } from '../../../components/notice';
import { t } from '../../../i18n';
import { Screen } from '../../../theme/screen';

import { problemText } from '../problem';
import { deviceWords } from '../words';

import '../security.scss';

/** The devices on which the account is signed in, each to be signed out. */
export default function DevicesPage() {
  const [devices, setDevices] = useState<readonly Device[]>();
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();

  const load = useCallback((): void => {
    setError(undefined);
    api.devices().then(({ items }) => setDevices(items), setError);
  }, []);
  useDidShow(load);

  const signOut = async (question: string, work: () => Promise<readonly Device[]>): Promise<void> => {
    const { confirm } = await Taro.showModal({
      title: deviceWords('signOut'),
      content: question,
      confirmText: deviceWords('signOut'),
      cancelText: deviceWords('keep'),
    });
    if (!confirm) return;
    setBusy(true);
    setProblem(undefined);
    try {
      setDevices(await work());
    } catch (failure) {
      setProblem(problemText(failure));
    } finally {
      setBusy(false);
    }
  };
  const signOutOne = (device: Device): Promise<void> =>
    signOut(deviceWords('signOutQuestion', { name: nameOf(device) }), async () => {
      await api.signDeviceOut(device.sessionId);
      return (await api.devices()).items;
    });
  const signOutOthers = (): Promise<void> =>
    signOut(
      deviceWords('othersQuestion'),
      async () => (await api.signOtherDevicesOut({ idempotencyKey: newId() })).items,
    );

  return (
    <Screen title={deviceWords('title')} className="security">
      {error !== undefined && <Notice fullPage={!devices} error={error} onRetry={load} />}
      {!devices && error === undefined && (
        <View className="security__card">
          <Skeleton rows={4} animated visible={false} />
        </View>
      )}
      {devices && (
        <>
          <Text className="security__soft">{deviceWords('what')}</Text>
          {problem !== undefined && (
            <Text className="security__problem" id="devices-problem" {...accessible('alert', problem)}>
              {problem}
            </Text>
          )}
          {devices.map((device, index) => (
            <View key={device.sessionId} className="security__card" id={`device-${index}`}>
              <Text className="security__title">{nameOf(device)}</Text>
              {device.current && <Text id="this-device">{deviceWords('current')}</Text>}
              <Text className="security__soft">
                {deviceWords('lastSeen', { time: shanghaiTime(device.lastSeenAt) })}
              </Text>
              <Text className="security__soft">
                {deviceWords('firstSeen', { time: shanghaiTime(device.firstSeenAt) })}
              </Text>
              {device.network !== null && (
                <Text className="security__soft">{deviceWords('network', { network: device.network })}</Text>
              )}
              {!device.current && (
                <Button
                  id={`sign-out-${index}`}
                  block
                  size="xlarge"
                  type="default"
                  disabled={busy}
                  onClick={() => void signOutOne(device)}
                >
                  {deviceWords('signOut')}
                </Button>
              )}
            </View>
          ))}
          {devices.length > 1 ? (
            <Button
              id="sign-out-others"
              block
              size="xlarge"
              type="primary"
              loading={busy}
              disabled={busy}
              onClick={() => void signOutOthers()}
            >
              {deviceWords('signOutOthers')}
            </Button>
          ) : (
            <Text className="security__soft" id="no-others">
              {deviceWords('noOthers')}
            </Text>
          )}
        </>
      )}
    </Screen>
  );
}

const nameOf = ({ name, host }: Device): string =>
  `${name ?? deviceWords('phone')} · ${t(`me.host.${host}`)}`;

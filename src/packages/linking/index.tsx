import { Button, Skeleton } from '@nutui/nutui-react-taro';
import { Text, View } from '@tarojs/components';
import Taro, { useDidShow } from '@tarojs/taro';
import { useCallback, useState } from 'react';

import type { Host, LoginList } from '../../../cloud/contract/types';
import { api, passed, sessions } from '../../client';
import { shanghaiTime } from '../../components/money/time';
import { Notice } from '../../components/notice';
import { Screen } from '../../theme/screen';

import { say } from './words';
import { key, Problem, useWork } from './work';

import './linking.scss';

const open = (page: string): unknown => Taro.navigateTo({ url: `/packages/linking/${page}/index` });

/** The apps in which the user signs in to this account: link another, take one off. */
export default function LinkingPage() {
  const [logins, setLogins] = useState<LoginList>();
  const [error, setError] = useState<unknown>();
  const { busy, trouble, run } = useWork();
  const load = useCallback((): void => {
    setError(undefined);
    api.logins().then(setLogins, setError);
  }, []);
  useDidShow(load);

  const unlink = async (host: Host, current: boolean): Promise<void> => {
    const asked = say('unlink.ask', { host: say(`host.${host}`) });
    const content = current ? `${asked}${say('unlink.current')}` : asked;
    const { confirm } = await Taro.showModal({ title: say('unlink'), content });
    if (!confirm) return;
    const challengeId = await passed('unlink_login');
    if (challengeId === undefined) return;
    const left = await api.unlinkLogin({ host, challengeId }, key());
    if (!current) return setLogins(left);
    sessions.clear();
    await Taro.reLaunch({ url: '/pages/me/index' });
  };

  return (
    <Screen title={say('title')} className="linking">
      {error !== undefined && <Notice fullPage={!logins} error={error} onRetry={load} />}
      {!logins && error === undefined && (
        <View className="linking__card">
          <Skeleton rows={4} animated visible={false} />
        </View>
      )}
      {logins && (
        <View className="linking__card">
          <Text className="linking__title">{say('linked')}</Text>
          <Text className="linking__soft">{say('what')}</Text>
          <Problem trouble={trouble} />
          {logins.items.map(({ host, current, linkedAt }) => (
            <View key={host} className="linking__item" id={`login-${host}`}>
              <View className="linking__words">
                <Text>
                  {say(`host.${host}`)}
                  {current ? ` · ${say('current')}` : ''}
                </Text>
                <Text className="linking__soft">
                  {say('since', { time: shanghaiTime(linkedAt, 'YYYY-MM-DD') })}
                </Text>
              </View>
              {logins.items.length > 1 && (
                <Button
                  id={`unlink-${host}`}
                  type="default"
                  loading={busy}
                  disabled={busy}
                  onClick={() => void run(() => unlink(host, current))}
                >
                  {say('unlink')}
                </Button>
              )}
            </View>
          ))}
        </View>
      )}
      {logins && (
        <View className="linking__card" id={logins.items.length > 1 ? 'both-linked' : 'link-other'}>
          {logins.items.length > 1 ? (
            <Text>{say('both')}</Text>
          ) : (
            <>
              <Text>{say('which')}</Text>
              <Text className="linking__soft">{say('needs')}</Text>
              <Button id="show-code" block size="xlarge" type="primary" onClick={() => open('code')}>
                {say('show')}
              </Button>
              <Button id="enter-code" block size="xlarge" type="default" onClick={() => open('join')}>
                {say('enter')}
              </Button>
            </>
          )}
        </View>
      )}
    </Screen>
  );
}

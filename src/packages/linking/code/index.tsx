import { Button, Skeleton } from '@nutui/nutui-react-taro';
import { Image, Text, View } from '@tarojs/components';
import { useEffect, useState } from 'react';

import type { LinkCode } from '../../../../cloud/contract/types';
import { api, passed } from '../../../client';
import { accessible } from '../../../components/accessible';
import { shanghaiTime } from '../../../components/money/time';
import { Notice } from '../../../components/notice';
import { host } from '../../../host';
import { Screen } from '../../../theme/screen';

import { say } from '../words';
import { ConsentAsked, Problem, useConsent, useWork } from '../work';

import '../linking.scss';

const LIFETIME_MS = 10 * 60_000;

/** Makes a code after a challenge, and shows it until it is over. */
export default function LinkCodePage() {
  const { agreed, agree, error, load } = useConsent();
  const { busy, trouble, run } = useWork();
  const [made, setMade] = useState<LinkCode>();
  const [over, setOver] = useState(false);
  useEffect(() => {
    if (!made) return undefined;
    // Counted from here: a phone's clock may be wrong.
    const timer = setTimeout(() => setOver(true), LIFETIME_MS);
    return () => clearTimeout(timer);
  }, [made]);

  const make = async (): Promise<void> => {
    const challengeId = await passed('link_login');
    if (challengeId === undefined) return;
    const { code } = await host.login();
    setMade(await api.createLinkCode({ challengeId, loginCode: code }));
    setOver(false);
  };

  return (
    <Screen title={say('title')} className="linking">
      <View className="linking__card">
        {error !== undefined && <Notice error={error} onRetry={load} />}
        {agreed === undefined && error === undefined && <Skeleton rows={3} animated visible={false} />}
        <Problem trouble={trouble} />
        {agreed === false && <ConsentAsked busy={busy} onAgree={() => void run(agree)} />}
        {made && !over && (
          <>
            <Text>{say('code.shown')}</Text>
            <Image
              className="linking__image"
              id="link-qr"
              src={made.qrImage}
              mode="scaleToFill"
              {...accessible('img', say('code.shown'))}
            />
            <Text className="linking__code" id="link-code" selectable>
              {made.code.replace(/(.{4})(?=.)/g, '$1-')}
            </Text>
            <Text className="linking__warning">
              {say('code.until', { time: shanghaiTime(made.expiresAt, 'HH:mm') })}
            </Text>
          </>
        )}
        {made && over && <Text id="code-over">{say('code.over')}</Text>}
        {agreed === true && (
          <Button
            id="make-code"
            block
            size="xlarge"
            type={made && !over ? 'default' : 'primary'}
            loading={busy}
            disabled={busy}
            onClick={() => void run(make)}
          >
            {say(made ? 'code.again' : 'code.make')}
          </Button>
        )}
      </View>
    </Screen>
  );
}

import { Button, Skeleton } from '@nutui/nutui-react-taro';
import { Input, Text, View } from '@tarojs/components';
import Taro from '@tarojs/taro';
import { useState } from 'react';

import type { JoinPreview } from '../../../../cloud/contract/types';
import { api, passed, sessions } from '../../../client';
import { Notice } from '../../../components/notice';
import { host } from '../../../host';
import { Screen } from '../../../theme/screen';

import { say } from '../words';
import { ConsentAsked, key, Problem, useConsent, useWork } from '../work';

import '../linking.scss';

const CODE = /^[0-9A-Z]{12}$/;
const plain = (text: string): string => text.replace(/[\s-]/g, '').toUpperCase();

/** Enters the other app's code, shows what will happen, and joins this account into that one. */
export default function JoinPage() {
  const { agreed, agree, error, load } = useConsent();
  const { busy, trouble, run, fail } = useWork();
  const [typed, setTyped] = useState('');
  const [preview, setPreview] = useState<JoinPreview>();
  const [done, setDone] = useState(false);

  const look = async (text: string): Promise<void> => {
    const code = plain(text);
    setTyped(code);
    if (!CODE.test(code)) return fail(say('join.notCode'));
    await run(async () => setPreview(await api.previewJoin({ code })));
  };
  const scan = async (): Promise<void> => {
    const text = await host.scan();
    if (text !== undefined) await look(text);
  };
  const join = async (): Promise<void> => {
    const challengeId = await passed('join_account');
    if (challengeId === undefined) return;
    const { code: loginCode } = await host.login();
    await api.joinAccount({ code: plain(typed), challengeId, loginCode }, key());
    // The session is over; the next request signs in to the account that stays.
    sessions.clear();
    setDone(true);
  };

  if (done) {
    return (
      <Screen title={say('title')} className="linking">
        <View className="linking__card" id="linking-done">
          <Text className="linking__title">{say('done.title')}</Text>
          <Text>{say('done')}</Text>
          <Button
            id="linking-home"
            block
            size="xlarge"
            type="primary"
            onClick={() => void Taro.reLaunch({ url: '/pages/me/index' })}
          >
            {say('done.home')}
          </Button>
        </View>
      </Screen>
    );
  }
  return (
    <Screen title={say('title')} className="linking">
      <View className="linking__card">
        <Text className="linking__title">{say('join.title')}</Text>
        {error !== undefined && <Notice error={error} onRetry={load} />}
        {agreed === undefined && error === undefined && <Skeleton rows={3} animated visible={false} />}
        <Problem trouble={trouble} />
        {agreed !== undefined && !preview && (
          <>
            <Input
              id="code-input"
              className="linking__input"
              value={typed}
              maxlength={24}
              placeholder={say('join.placeholder')}
              onInput={(event) => setTyped(event.detail.value)}
            />
            <Button
              id="look-code"
              block
              size="xlarge"
              type="primary"
              loading={busy}
              disabled={busy || typed === ''}
              onClick={() => void look(typed)}
            >
              {say('join.next')}
            </Button>
            <Button
              id="scan-code"
              block
              size="xlarge"
              type="default"
              disabled={busy}
              onClick={() => void run(scan)}
            >
              {say('join.scan')}
            </Button>
          </>
        )}
        {preview && <WhatHappens preview={preview} />}
        {preview && agreed === false && <ConsentAsked busy={busy} onAgree={() => void run(agree)} />}
        {preview && agreed === true && (
          <Button
            id="join-now"
            block
            size="xlarge"
            type="primary"
            loading={busy}
            disabled={busy}
            onClick={() => void run(join)}
          >
            {say('join.do')}
          </Button>
        )}
        {preview && (
          <Button id="other-code" block type="default" disabled={busy} onClick={() => setPreview(undefined)}>
            {say('join.other')}
          </Button>
        )}
      </View>
    </Screen>
  );
}

function WhatHappens({ preview }: { readonly preview: JoinPreview }) {
  const { hosts, phone, moves } = preview;
  const name = hosts.map((one) => say(`host.${one}`)).join('、');
  return (
    <View className="linking__item linking__item--column" id="join-preview">
      <Text className="linking__title">{say('join.account', { host: name, phone })}</Text>
      <Text>{say('join.moves', { ...moves })}</Text>
      <Text>{say('join.ends')}</Text>
      <Text className="linking__warning">{say('join.forever')}</Text>
    </View>
  );
}

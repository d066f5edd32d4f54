import { Button } from '@nutui/nutui-react-taro';
import { Text, View } from '@tarojs/components';
import Taro from '@tarojs/taro';

import type { ConsentAnswer, ConsentList } from '../../../cloud/contract/types';
import { api, consents, passed, sessions } from '../../client';
import { shanghaiTime } from '../../components/money/time';
import { Notice } from '../../components/notice';
import { t } from '../../i18n';

import { useLoaded } from './use-loaded';
import { key, Problem, useWork } from './work';

function stateText({ state, saidVersion, at }: ConsentAnswer): string {
  const time = at === null ? '' : shanghaiTime(at, 'YYYY-MM-DD');
  if (state === 'given') return t('privacy.state.given', { version: saidVersion ?? '', time });
  return state === 'withdrawn' ? t('privacy.state.withdrawn', { time }) : t(`privacy.state.${state}`);
}

/** What the user agreed to, each to be withdrawn by itself. */
export function ConsentsCard({ shown }: { readonly shown: number }) {
  const { value, setValue, error, load } = useLoaded(api.consents, shown);
  return (
    <View className="privacy__card" id="consents">
      <Text className="privacy__title">{t('privacy.consents')}</Text>
      {error !== undefined && <Notice error={error} onRetry={load} />}
      {!value && error === undefined && <Text className="privacy__soft">{t('loading')}</Text>}
      {value?.items.map((consent) => (
        <ConsentRow key={consent.document} consent={consent} onChanged={setValue} />
      ))}
    </View>
  );
}

interface ConsentRowProps {
  readonly consent: ConsentAnswer;
  readonly onChanged: (now: ConsentList) => void;
}

function ConsentRow({ consent, onChanged }: ConsentRowProps) {
  const { document, kind, title, version, state } = consent;
  const { busy, problem, run } = useWork();

  const give = async (): Promise<void> =>
    onChanged(await api.giveConsents({ items: [{ document, version }] }, key()));
  const withdraw = async (): Promise<void> => {
    const about = document === 'privacy_policy' || document === 'user_agreement' ? 'required' : document;
    const { confirm } = await Taro.showModal({ title, content: t(`privacy.withdraw.${about}`) });
    if (!confirm) return;
    const needsChallenge = document === 'phone_number' && (await api.security()).phone.masked !== null;
    const challengeId = needsChallenge ? await passed('remove_phone') : undefined;
    if (needsChallenge && challengeId === undefined) return;
    const now = await api.withdrawConsent({ document, challengeId }, key());
    if (kind === 'separate') return onChanged(now);
    consents.forget();
    sessions.clear();
    await Taro.reLaunch({ url: '/pages/home/index' });
  };

  return (
    <View className="privacy__item" id={`consent-${document}`}>
      <Text>{title}</Text>
      <Text className="privacy__soft" id={`state-${document}`}>
        {stateText(consent)}
      </Text>
      <Problem id={`problem-${document}`} text={problem} />
      <View className="privacy__actions">
        <Button
          id={`read-${document}`}
          type="default"
          onClick={() => void Taro.navigateTo({ url: `/packages/privacy/document/index?id=${document}` })}
        >
          {t('privacy.read')}
        </Button>
        <Button
          id={`${state === 'given' ? 'withdraw' : 'give'}-${document}`}
          type="default"
          loading={busy}
          disabled={busy}
          onClick={() => void run(state === 'given' ? withdraw : give)}
        >
          {t(state === 'given' ? 'privacy.withdraw' : 'privacy.give')}
        </Button>
      </View>
    </View>
  );
}

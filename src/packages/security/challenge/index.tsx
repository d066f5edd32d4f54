import { Button, Skeleton } from '@nutui/nutui-react-taro';
import { Text, View } from '@tarojs/components';
import Taro, { useDidShow, useRouter, useUnload } from '@tarojs/taro';
import { useRef, useState } from 'react';

import type { Challenge } from '../../../../cloud/contract/types';
import { api, ApiError, newId, settleChallenge } from '../../../client';
import { accessible } from '../../../components/accessible';
import { formatYuan } from '../../../components/money/format';
import { Notice } from '../../../components/notice';
import { t } from '../../../i18n';
import { Screen } from '../../../theme/screen';

import { sealed } from '../entries';
import { PIN_DIGITS, PinPad } from '../pin-pad';
import { problemText } from '../problem';

import '../security.scss';

/** Where somebody passes the challenge of `?id=`, which a payment or another action asked for. */
export default function ChallengePage() {
  const { params } = useRouter();
  const id = params.id ?? '';
  const [challenge, setChallenge] = useState<Challenge>();
  const [error, setError] = useState<unknown>();
  const passed = useRef(false);

  const load = (): void => {
    setError(undefined);
    api.challenge(id).then(setChallenge, setError);
  };
  useDidShow(load);
  useUnload(() => {
    if (!passed.current) settleChallenge(id, false);
  });

  const done = async (answered: Challenge): Promise<void> => {
    setChallenge(answered);
    if (answered.state !== 'passed') return;
    passed.current = true;
    await Taro.navigateBack().catch(() => undefined);
    settleChallenge(id, true);
  };

  return (
    <Screen title={t('security.confirm')} className="security">
      {error !== undefined && (
        <Notice
          fullPage
          error={error}
          onRetry={error instanceof ApiError && !error.isUncertain ? undefined : load}
        />
      )}
      {error === undefined && !challenge && (
        <View className="security__card">
          <Skeleton rows={4} animated visible={false} />
        </View>
      )}
      {error === undefined && challenge && (
        <View className="security__card">
          <Text className="security__asked" id="challenge-action">
            {t(`security.confirm.${challenge.action}`)}
          </Text>
          {challenge.amountFen !== null && (
            <Text className="security__amount" id="challenge-amount">
              {formatYuan(challenge.amountFen)}
            </Text>
          )}
          {challenge.available.includes('pin') ? (
            <PinAnswer challengeId={id} onAnswered={(answered) => void done(answered)} />
          ) : (
            <NoPin />
          )}
        </View>
      )}
    </Screen>
  );
}

interface PinAnswerProps {
  readonly challengeId: string;
  readonly onAnswered: (challenge: Challenge) => void;
}

function PinAnswer({ challengeId, onAnswered }: PinAnswerProps) {
  const [entered, setEntered] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();

  const enter = async (next: string): Promise<void> => {
    setEntered(next);
    setProblem(undefined);
    if (next.length < PIN_DIGITS) return;
    setBusy(true);
    try {
      const answer = { factor: 'pin', sealed: await sealed({ pin: next }) } as const;
      onAnswered(await api.answerChallenge(challengeId, answer, { idempotencyKey: newId() }));
    } catch (error) {
      setEntered('');
      setProblem(problemText(error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <>
      <Text className="security__soft">{t(busy ? 'security.sending' : 'security.pin.enter')}</Text>
      {problem !== undefined && (
        <Text className="security__problem" id="pin-problem" {...accessible('alert', problem)}>
          {problem}
        </Text>
      )}
      <PinPad entered={entered} onChange={(next) => void enter(next)} disabled={busy} />
    </>
  );
}

/** Nobody can be asked for what they never set: first things first. */
function NoPin() {
  return (
    <>
      <Text className="security__warning" id="no-pin">
        {t('security.pin.first')}
      </Text>
      <Button
        id="set-pin"
        block
        size="xlarge"
        type="primary"
        onClick={() => void Taro.navigateTo({ url: '/packages/security/pin/index' })}
      >
        {t('security.pin.set')}
      </Button>
    </>
  );
}

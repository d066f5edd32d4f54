import { Button } from '@nutui/nutui-react-taro';
import { Input, Text } from '@tarojs/components';
import { useState } from 'react';

import type { Challenge, ChallengeAnswer, Factor } from '../../../../cloud/contract/types';
import { api, newId } from '../../../client';
import { accessible } from '../../../components/accessible';
import { t } from '../../../i18n';

import { sealed } from '../entries';
import { PIN_DIGITS, PinPad } from '../pin-pad';
import { problemText } from '../problem';

import { SmsCode } from './sms-code';

export interface FactorAnswerProps {
  readonly challenge: Challenge;
  readonly onAnswered: (challenge: Challenge) => void;
}

/** Proves one of the factors that a challenge takes: the first, unless another is chosen. */
export function FactorAnswer({ challenge, onAnswered }: FactorAnswerProps) {
  const [factor, setFactor] = useState<Factor>(challenge.available[0] ?? 'pin');
  const [byRecovery, setByRecovery] = useState(false);
  const [entered, setEntered] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const others = challenge.available.filter((available) => available !== factor);

  const send = async (makeAnswer: () => Promise<ChallengeAnswer>): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    try {
      const answer = await makeAnswer();
      onAnswered(await api.answerChallenge(challenge.id, answer, { idempotencyKey: newId() }));
    } catch (error) {
      setProblem(problemText(error));
    } finally {
      setEntered('');
      setBusy(false);
    }
  };
  const enter = (next: string): void => {
    setEntered(next);
    setProblem(undefined);
    if (next.length < PIN_DIGITS) return;
    void send(async () =>
      factor === 'pin' ? { factor, sealed: await sealed({ pin: next }) } : { factor, code: next },
    );
  };

  return (
    <>
      <Text className="security__soft" id="factor-asked">
        {t(busy ? 'security.sending' : byRecovery ? 'security.recovery.enter' : `security.${factor}.enter`)}
      </Text>
      {problem !== undefined && (
        <Text className="security__problem" id="pin-problem" {...accessible('alert', problem)}>
          {problem}
        </Text>
      )}
      {byRecovery ? (
        <>
          <Input
            id="recovery-code"
            className="security__input"
            value={entered}
            maxlength={16}
            onInput={(event) => setEntered(event.detail.value)}
            aria-label={t('security.recovery.enter')}
          />
          <Button
            id="send-recovery"
            block
            size="xlarge"
            type="primary"
            disabled={busy || entered.length < 10}
            onClick={() => void send(async () => ({ factor: 'recovery', code: entered }))}
          >
            {t('security.confirm')}
          </Button>
        </>
      ) : factor === 'sms' ? (
        <SmsCode challengeId={challenge.id}>
          <PinPad entered={entered} onChange={enter} disabled={busy} />
        </SmsCode>
      ) : (
        <PinPad entered={entered} onChange={enter} disabled={busy} />
      )}
      {factor === 'totp' && !byRecovery && (
        <Button id="use-recovery" block type="default" disabled={busy} onClick={() => setByRecovery(true)}>
          {t('security.recovery.use')}
        </Button>
      )}
      {others.map((other) => (
        <Button
          key={other}
          id={`use-${other}`}
          block
          type="default"
          disabled={busy}
          onClick={() => {
            setFactor(other);
            setByRecovery(false);
            setEntered('');
          }}
        >
          {t(`security.${other}.instead`)}
        </Button>
      ))}
    </>
  );
}

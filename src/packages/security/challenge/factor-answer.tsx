import { Button } from '@nutui/nutui-react-taro';
import { Input, Text } from '@tarojs/components';
import { useState } from 'react';

import type { Challenge, ChallengeAnswer, Factor } from '../../../../cloud/contract/types';
import { api, newId } from '../../../client';
import { accessible } from '../../../components/accessible';
import { t } from '../../../i18n';

import { sealed } from '../entries';
import { PinPad } from '../pin-pad';
import { problemText } from '../problem';
import { touch } from '../touch';

import { SmsCode } from './sms-code';
import { TouchAnswer } from './touch-answer';

export interface FactorAnswerProps {
  readonly challenge: Challenge;
  readonly onAnswered: (challenge: Challenge) => void;
}

/** Proves one of the factors that a challenge takes: the first, unless another is chosen. */
export function FactorAnswer({ challenge, onAnswered }: FactorAnswerProps) {
  const [factor, setFactor] = useState<Factor>(challenge.available[0] ?? 'pin');
  const [byRecovery, setByRecovery] = useState(false);
  const [recovery, setRecovery] = useState('');
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
      // Whom the phone does not know, or who does not want it now, is not kept from the PIN.
      if (factor === 'biometric' && others.includes('pin')) setFactor('pin');
    } finally {
      setBusy(false);
    }
  };
  const sendTouch = (): void =>
    void send(async () => ({ factor: 'biometric', proof: await touch(challenge.id) }));
  const sendDigits = (digits: string): Promise<void> =>
    send(async () =>
      factor === 'totp' || factor === 'sms'
        ? { factor, code: digits }
        : { factor: 'pin', sealed: await sealed({ pin: digits }) },
    );

  return (
    <>
      <Text className="security__soft" id="factor-asked">
        {t(
          busy && factor !== 'biometric'
            ? 'security.sending'
            : byRecovery
              ? 'security.recovery.enter'
              : `security.${factor}.enter`,
        )}
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
            value={recovery}
            maxlength={16}
            onInput={(event) => setRecovery(event.detail.value)}
            aria-label={t('security.recovery.enter')}
          />
          <Button
            id="send-recovery"
            block
            size="xlarge"
            type="primary"
            disabled={busy || recovery.length < 10}
            onClick={() => void send(async () => ({ factor: 'recovery', code: recovery }))}
          >
            {t('security.confirm')}
          </Button>
        </>
      ) : factor === 'biometric' ? (
        <TouchAnswer busy={busy} onTouch={sendTouch} />
      ) : factor === 'sms' ? (
        <SmsCode challengeId={challenge.id}>
          <PinPad onPress={() => setProblem(undefined)} onFull={sendDigits} />
        </SmsCode>
      ) : (
        <PinPad key={factor} onPress={() => setProblem(undefined)} onFull={sendDigits} />
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
          }}
        >
          {t(`security.${other}.instead`)}
        </Button>
      ))}
    </>
  );
}

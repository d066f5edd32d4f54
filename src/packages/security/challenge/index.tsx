import { Button, Skeleton } from '@nutui/nutui-react-taro';
import { Text, View } from '@tarojs/components';
import Taro, { useDidShow, useRouter, useUnload } from '@tarojs/taro';
import { useRef, useState } from 'react';

import type { Challenge } from '../../../../cloud/contract/types';
import { api, ApiError, settleChallenge } from '../../../client';
import { formatYuan } from '../../../components/money/format';
import { Notice } from '../../../components/notice';
import { t } from '../../../i18n';
import { Screen } from '../../../theme/screen';

import { FactorAnswer, type FactorAnswerProps } from './factor-answer';

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
          {challenge.required > 1 && (
            <Text className="security__soft" id="challenge-count">
              {t('security.confirm.count', {
                required: challenge.required,
                passed: challenge.passed.length,
              })}
            </Text>
          )}
          <Answer challenge={challenge} onAnswered={(answered) => void done(answered)} />
        </View>
      )}
    </Screen>
  );
}

function Answer({ challenge, onAnswered }: FactorAnswerProps) {
  const [factor] = challenge.available;
  if (factor !== undefined)
    return <FactorAnswer key={factor} challenge={challenge} onAnswered={onAnswered} />;
  return challenge.passed.includes('pin') ? <NoAuthenticator /> : <NoPin />;
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

function NoAuthenticator() {
  return (
    <>
      <Text className="security__warning" id="no-totp">
        {t('security.totp.first')}
      </Text>
      <Button
        id="set-totp"
        block
        size="xlarge"
        type="primary"
        onClick={() => void Taro.navigateTo({ url: '/packages/security/authenticator/index' })}
      >
        {t('security.totp.begin')}
      </Button>
    </>
  );
}

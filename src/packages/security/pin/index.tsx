import { Text, View } from '@tarojs/components';
import Taro, { useRouter } from '@tarojs/taro';
import { useState } from 'react';

import { api, newId } from '../../../client';
import { accessible } from '../../../components/accessible';
import { host } from '../../../host';
import { t } from '../../../i18n';
import { Screen } from '../../../theme/screen';

import { sealed } from '../entries';
import { PinPad } from '../pin-pad';
import { problemText } from '../problem';

import '../security.scss';

type Step = 'present' | 'new' | 'again';

/**
 * Sets the first payment PIN, with `?change=1` puts another in its place, and with `?reset=` sets a forgotten one anew: by
 * the challenge named there, or by `waited` after the wait.
 */
export default function PinPage() {
  const { params } = useRouter();
  const first: Step = params.change ? 'present' : 'new';
  const [step, setStep] = useState<Step>(first);
  const [present, setPresent] = useState('');
  const [chosen, setChosen] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();

  const go = (next: Step, why?: string): void => {
    setStep(next);
    setProblem(why);
  };

  const send = async (pin: string): Promise<void> => {
    setBusy(true);
    try {
      const key = { idempotencyKey: newId() };
      if (params.change) {
        await api.changePin({ sealed: await sealed({ pin: present, newPin: pin }) }, key);
      } else if (params.reset) {
        const { code } = await host.login();
        const challengeId = params.reset === 'waited' ? undefined : params.reset;
        await api.resetPin({ sealed: await sealed({ pin }), loginCode: code, challengeId }, key);
      } else {
        const { code } = await host.login();
        await api.createPin({ sealed: await sealed({ pin }), loginCode: code }, key);
      }
      await Taro.navigateBack();
    } catch (error) {
      go(first, problemText(error));
    } finally {
      setBusy(false);
    }
  };

  const enter = (digits: string): void | Promise<void> => {
    if (step === 'present') {
      setPresent(digits);
      go('new');
    } else if (step === 'new') {
      setChosen(digits);
      go('again');
    } else if (digits === chosen) return send(digits);
    else go('new', t('security.pin.different'));
  };

  return (
    <Screen title={t('security.pin')} className="security">
      <View className="security__card">
        <Text className="security__asked" id="pin-asked" {...accessible('alert', t(`security.pin.${step}`))}>
          {t(busy ? 'security.sending' : `security.pin.${step}`)}
        </Text>
        {step === 'new' && <Text className="security__soft">{t('security.pin.rule')}</Text>}
        {problem !== undefined && (
          <Text className="security__problem" id="pin-problem" {...accessible('alert', problem)}>
            {problem}
          </Text>
        )}
        <PinPad onPress={() => setProblem(undefined)} onFull={enter} />
      </View>
    </Screen>
  );
}

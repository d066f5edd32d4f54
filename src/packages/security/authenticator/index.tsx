import { Button } from '@nutui/nutui-react-taro';
import { Image, Text, View } from '@tarojs/components';
import Taro from '@tarojs/taro';
import { useState } from 'react';

import type { AuthenticatorSetup } from '../../../../cloud/contract/types';
import { api, passed } from '../../../client';
import { accessible } from '../../../components/accessible';
import { t } from '../../../i18n';
import { Screen } from '../../../theme/screen';

import { PinPad } from '../pin-pad';
import { problemText } from '../problem';

import '../security.scss';

/** Sets an authenticator app up: its code is scanned, a code of it is entered, recovery codes are shown once. */
export default function AuthenticatorPage() {
  const [setup, setSetup] = useState<AuthenticatorSetup>();
  const [codes, setCodes] = useState<readonly string[]>();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();

  const run = async (work: () => Promise<void>): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    try {
      await work();
    } catch (error) {
      setProblem(problemText(error));
    } finally {
      setBusy(false);
    }
  };
  const begin = async (): Promise<void> => {
    const challengeId = await passed('add_authenticator');
    if (challengeId !== undefined) setSetup(await api.beginAuthenticator({ challengeId }));
  };
  const confirm = (code: string): Promise<void> =>
    run(async () => setCodes((await api.confirmAuthenticator({ code })).recoveryCodes));

  return (
    <Screen title={t('security.totp')} className="security">
      <View className="security__card">
        {problem !== undefined && (
          <Text className="security__problem" id="totp-problem" {...accessible('alert', problem)}>
            {problem}
          </Text>
        )}
        {!setup && (
          <>
            <Text>{t('security.totp.what')}</Text>
            <Button
              id="begin-totp"
              block
              size="xlarge"
              type="primary"
              loading={busy}
              disabled={busy}
              onClick={() => void run(begin)}
            >
              {t('security.totp.begin')}
            </Button>
          </>
        )}
        {setup && !codes && (
          <>
            <Text>{t('security.totp.scan')}</Text>
            <Image
              className="security__code"
              id="totp-qr"
              src={setup.qrImage}
              mode="scaleToFill"
              showMenuByLongpress
              {...accessible('img', t('security.totp.scan'))}
            />
            <Text className="security__soft" id="totp-secret" selectable>
              {setup.secret}
            </Text>
            <Text className="security__asked">{t('security.totp.enter')}</Text>
            <PinPad onFull={confirm} />
          </>
        )}
        {codes && (
          <>
            <Text className="security__title">{t('security.recovery')}</Text>
            <Text className="security__warning">{t('security.recovery.keep')}</Text>
            <View id="recovery-codes" className="security__codes">
              {codes.map((code) => (
                <Text key={code} selectable>
                  {code}
                </Text>
              ))}
            </View>
            <Button
              id="copy-codes"
              block
              type="default"
              onClick={() => void Taro.setClipboardData({ data: codes.join('\n') })}
            >
              {t('action.copy')}
            </Button>
            <Button
              id="totp-done"
              block
              size="xlarge"
              type="primary"
              onClick={() => void Taro.navigateBack()}
            >
              {t('action.done')}
            </Button>
          </>
        )}
      </View>
    </Screen>
  );
}

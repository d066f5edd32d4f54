import { Button } from '@nutui/nutui-react-taro';
import { Text } from '@tarojs/components';
import { useState, type ReactNode } from 'react';

import type { SmsSent } from '../../../../cloud/contract/types';
import { api, newId } from '../../../client';
import { accessible } from '../../../components/accessible';
import { shanghaiTime } from '../../../components/money/time';
import { t } from '../../../i18n';

import { problemText } from '../problem';

interface SmsCodeProps {
  readonly challengeId: string;
  /** Where the code is entered, once one was sent. */
  readonly children: ReactNode;
}

/** Has a code sent for a challenge, and says where it went. */
export function SmsCode({ challengeId, children }: SmsCodeProps) {
  const [sent, setSent] = useState<SmsSent>();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();

  const send = async (): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    try {
      setSent(await api.sendSmsCode(challengeId, { idempotencyKey: newId() }));
    } catch (error) {
      setProblem(problemText(error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <>
      <Text className="security__soft" id="sms-sent">
        {sent
          ? t('security.sms.sent', { phone: sent.sentTo, time: shanghaiTime(sent.expiresAt, 'HH:mm') })
          : t('security.sms.ask')}
      </Text>
      {problem !== undefined && (
        <Text className="security__problem" id="sms-problem" {...accessible('alert', problem)}>
          {problem}
        </Text>
      )}
      {sent && children}
      <Button
        id="send-sms"
        block
        size="xlarge"
        type={sent ? 'default' : 'primary'}
        loading={busy}
        disabled={busy}
        onClick={() => void send()}
      >
        {t(sent ? 'security.sms.again' : 'security.sms.send')}
      </Button>
    </>
  );
}

import { Button } from '@nutui/nutui-react-taro';
import { Text, View } from '@tarojs/components';
import { useEffect, useState } from 'react';

import type { Security } from '../../../cloud/contract/types';
import { api, newId, passed } from '../../client';
import { shanghaiTime } from '../../components/money/time';
import { host } from '../../host';
import { t } from '../../i18n';

import { Problem, type CardProps } from './cards';
import { agreeTo, ConsentQuestion, isAgreed } from './consent';
import { PhoneRefused } from './problem';
import { useWork } from './use-work';

const key = () => ({ idempotencyKey: newId() });

/** The account's phone: told by the host, with its user's consent; another one, or none, by whoever proves a factor. */
export function PhoneCard({ security, onChanged }: CardProps) {
  const { busy, problem, run } = useWork(onChanged);
  const { phone, pin, authenticator } = security;
  /** Whether the user agreed to this purpose, in the version in force. */
  const [agreed, setAgreed] = useState<boolean>();
  useEffect(() => {
    api.consents().then(
      (list) => setAgreed(isAgreed(list, 'phone_number')),
      () => undefined,
    );
  }, []);
  if (!phone.available && phone.masked === null) return null;
  const hasFactor = pin.set || authenticator.set || phone.codes;

  const set = async (answer: unknown): Promise<Security | undefined> => {
    const proof = await host.phoneProof(answer);
    if (proof === undefined) throw new PhoneRefused();
    const challengeId = hasFactor ? await passed('set_phone') : undefined;
    if (hasFactor && challengeId === undefined) return undefined;
    const { code } = await host.login();
    return api.setPhone({ proof, loginCode: code, challengeId }, key());
  };
  const remove = async (): Promise<Security | undefined> => {
    const challengeId = await passed('remove_phone');
    return challengeId === undefined ? undefined : api.removePhone({ challengeId }, key());
  };
  const agree = async (): Promise<undefined> => {
    await agreeTo('phone_number');
    setAgreed(true);
  };
  const told = (event?: { readonly detail?: unknown }): void => void run(() => set(event?.detail));

  return (
    <View className="security__card">
      <Text className="security__title">{t('phones.title')}</Text>
      <Text className="security__soft" id="phone-state">
        {phone.masked && phone.verifiedAt
          ? t('phones.set', { phone: phone.masked, time: shanghaiTime(phone.verifiedAt, 'YYYY-MM-DD') })
          : t('phones.none')}
      </Text>
      {phone.codesFrom && (
        <Text className="security__warning">
          {t('phones.codesFrom', { time: shanghaiTime(phone.codesFrom) })}
        </Text>
      )}
      <Problem id="phone-problem" text={problem} />
      {phone.available && agreed === false && (
        <ConsentQuestion
          document="phone_number"
          name="phone"
          text={t('phones.consent')}
          agree={t('phones.consent.agree')}
          busy={busy}
          onAgree={() => void run(agree)}
        />
      )}
      {phone.available && agreed === true && (
        <Button
          id="set-phone"
          block
          size="xlarge"
          type="default"
          loading={busy}
          disabled={busy}
          {...host.phoneButton}
          {...(host.phoneButton.openType === undefined
            ? { onClick: () => told() }
            : { onGetPhoneNumber: told, onGetAuthorize: told })}
        >
          {t(phone.masked === null ? 'phones.add' : 'phones.change')}
        </Button>
      )}
      {phone.masked !== null && (
        <Button
          id="remove-phone"
          block
          size="xlarge"
          type="default"
          disabled={busy}
          onClick={() => void run(remove)}
        >
          {t('phones.remove')}
        </Button>
      )}
    </View>
  );
}

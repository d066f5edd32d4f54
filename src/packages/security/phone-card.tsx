import { Button } from '@nutui/nutui-react-taro';
import { Text, View } from '@tarojs/components';
import Taro from '@tarojs/taro';
import { useEffect, useState } from 'react';

import type { Security } from '../../../cloud/contract/types';
import { api, newId, passed } from '../../client';
import { shanghaiTime } from '../../components/money/time';
import { host } from '../../host';
import { t } from '../../i18n';

import { Problem, type CardProps } from './cards';
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
      ({ items }) => setAgreed(items.some((one) => one.document === 'phone_number' && one.state === 'given')),
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
    if (!(await host.authorizePrivacy())) throw new PhoneRefused();
    const { items } = await api.documents();
    const found = items.find(({ id }) => id === 'phone_number');
    if (found) await api.giveConsents({ items: [{ document: found.id, version: found.version }] }, key());
    setAgreed(true);
  };
  const agreeing = (): void => void run(agree);
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
        <>
          <Text className="security__soft">{t('phones.consent')}</Text>
          <Button
            id="read-phone-consent"
            block
            type="default"
            onClick={() => void Taro.navigateTo({ url: '/packages/privacy/document/index?id=phone_number' })}
          >
            {t('phones.consent.read')}
          </Button>
          <Button
            id="agree-phone"
            block
            size="xlarge"
            type="default"
            loading={busy}
            disabled={busy}
            {...host.agreeButton}
            {...(host.agreeButton.openType === undefined
              ? { onClick: agreeing }
              : { onAgreePrivacyAuthorization: agreeing })}
          >
            {t('phones.consent.agree')}
          </Button>
        </>
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

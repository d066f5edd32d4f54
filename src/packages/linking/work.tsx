import { Button } from '@nutui/nutui-react-taro';
import { Text } from '@tarojs/components';
import Taro from '@tarojs/taro';
import { useEffect, useState } from 'react';

import { api, ApiError, newId } from '../../client';
import { accessible } from '../../components/accessible';
import { shanghaiTime } from '../../components/money/time';
import { t } from '../../i18n';

import { say } from './words';

export const key = () => ({ idempotencyKey: newId() });

/** What the user has to set up first, by the problem that says so. */
const TO_SET_UP: readonly string[] = ['phone_not_set', 'pin_not_set'];

interface Trouble {
  readonly text: string;
  readonly needsSetup: boolean;
}

function troubleOf(error: unknown): Trouble {
  if (!(error instanceof ApiError)) return { text: t('error.title'), needsSetup: false };
  const { retryAt } = error.facts;
  if (TO_SET_UP.includes(error.code)) return { text: `${error.message} ${say('needs')}`, needsSetup: true };
  const text =
    retryAt === undefined
      ? error.message
      : t('security.retryAt', { message: error.message, time: shanghaiTime(retryAt) });
  return { text, needsSetup: false };
}

/** Runs what a button does, one at a time, and keeps what went wrong. */
export function useWork() {
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<Trouble>();
  const run = async (work: () => Promise<unknown>): Promise<void> => {
    setBusy(true);
    setTrouble(undefined);
    try {
      await work();
    } catch (error) {
      setTrouble(troubleOf(error));
    } finally {
      setBusy(false);
    }
  };
  return { busy, trouble, run, fail: (text: string) => setTrouble({ text, needsSetup: false }) };
}

/** What went wrong, and the way to what is missing. */
export function Problem({ trouble }: { readonly trouble: Trouble | undefined }) {
  if (trouble === undefined) return null;
  return (
    <>
      <Text className="linking__problem" id="linking-problem" {...accessible('alert', trouble.text)}>
        {trouble.text}
      </Text>
      {trouble.needsSetup && (
        <Button
          id="open-setup"
          block
          type="default"
          onClick={() => void Taro.navigateTo({ url: '/packages/security/index' })}
        >
          {say('security')}
        </Button>
      )}
    </>
  );
}

/** Whether the user agreed to linking, in the version in force; undefined until that is known. */
export function useConsent() {
  const [agreed, setAgreed] = useState<boolean>();
  const [version, setVersion] = useState('');
  const [error, setError] = useState<unknown>();
  const load = (): void => {
    setError(undefined);
    api.consents().then(({ items }) => {
      const found = items.find(({ document }) => document === 'account_linking');
      setVersion(found?.version ?? '');
      setAgreed(found?.state === 'given');
    }, setError);
  };
  useEffect(load, []);
  const agree = async (): Promise<void> => {
    await api.giveConsents({ items: [{ document: 'account_linking', version }] }, key());
    setAgreed(true);
  };
  return { agreed, agree, error, load };
}

/** Asks for the consent that linking needs. */
export function ConsentAsked({ busy, onAgree }: { readonly busy: boolean; readonly onAgree: () => void }) {
  return (
    <>
      <Text>{say('consent')}</Text>
      <Button
        id="read-linking"
        block
        type="default"
        onClick={() => void Taro.navigateTo({ url: '/packages/privacy/document/index?id=account_linking' })}
      >
        {say('read')}
      </Button>
      <Button
        id="agree-linking"
        block
        size="xlarge"
        type="primary"
        loading={busy}
        disabled={busy}
        onClick={onAgree}
      >
        {say('agree')}
      </Button>
    </>
  );
}

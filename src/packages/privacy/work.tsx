import { Text } from '@tarojs/components';
import { useState } from 'react';

import type { PersonalProof } from '../../../cloud/contract/types';
import { api, ApiError, newId, passed } from '../../client';
import { accessible } from '../../components/accessible';
import { host } from '../../host';
import { t } from '../../i18n';

export const key = () => ({ idempotencyKey: newId() });

/** A fresh sign-in, and a passed challenge where the account has a factor; undefined where the user left it. */
export async function prove(action: 'export_data' | 'delete_account'): Promise<PersonalProof | undefined> {
  const { pin, authenticator, phone } = await api.security();
  const hasFactor = pin.set || authenticator.set || phone.codes;
  const challengeId = hasFactor ? await passed(action) : undefined;
  if (hasFactor && challengeId === undefined) return undefined;
  const { code } = await host.login();
  return { loginCode: code, challengeId };
}

/** Runs what a button does, one at a time, and tells what went wrong. */
export function useWork() {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const run = async (work: () => Promise<unknown>): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    try {
      await work();
    } catch (error) {
      setProblem(error instanceof ApiError ? error.message : t('error.title'));
    } finally {
      setBusy(false);
    }
  };
  return { busy, problem, run };
}

export function Problem({ id, text }: { readonly id: string; readonly text: string | undefined }) {
  if (text === undefined) return null;
  return (
    <Text className="privacy__problem" id={id} {...accessible('alert', text)}>
      {text}
    </Text>
  );
}

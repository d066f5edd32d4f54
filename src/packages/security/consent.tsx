import { Button } from '@nutui/nutui-react-taro';
import { Text } from '@tarojs/components';
import Taro from '@tarojs/taro';

import type { ConsentList, DocumentId } from '../../../cloud/contract/types';
import { api, newId } from '../../client';
import { host } from '../../host';
import { t } from '../../i18n';

import { ConsentRefused } from './problem';

/** Whether the user agreed to a purpose, in the version in force. */
export const isAgreed = ({ items }: ConsentList, wanted: DocumentId): boolean =>
  items.some(({ document, state }) => document === wanted && state === 'given');

/** Agrees to a purpose, in the version in force. Rejects with ConsentRefused where the host's own question was answered no. */
export async function agreeTo(wanted: DocumentId): Promise<void> {
  if (!(await host.authorizePrivacy())) throw new ConsentRefused();
  const { items } = await api.documents();
  const found = items.find(({ id }) => id === wanted);
  if (found === undefined) return;
  await api.giveConsents(
    { items: [{ document: found.id, version: found.version }] },
    { idempotencyKey: newId() },
  );
}

interface ConsentQuestionProps {
  readonly document: DocumentId;
  /** What the ids of its parts end with. */
  readonly name: string;
  readonly text: string;
  readonly agree: string;
  readonly busy: boolean;
  readonly onAgree: () => void;
}

/** Asks for the consent that one purpose needs by itself. */
export function ConsentQuestion({ document, name, text, agree, busy, onAgree }: ConsentQuestionProps) {
  return (
    <>
      <Text className="security__soft">{text}</Text>
      <Button
        id={`read-${name}-consent`}
        block
        type="default"
        onClick={() => void Taro.navigateTo({ url: `/packages/privacy/document/index?id=${document}` })}
      >
        {t('phones.consent.read')}
      </Button>
      <Button
        id={`agree-${name}`}
        block
        size="xlarge"
        type="default"
        loading={busy}
        disabled={busy}
        {...host.agreeButton}
        {...(host.agreeButton.openType === undefined
          ? { onClick: onAgree }
          : { onAgreePrivacyAuthorization: onAgree })}
      >
        {agree}
      </Button>
    </>
  );
}

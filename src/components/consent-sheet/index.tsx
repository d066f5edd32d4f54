import { Button } from '@nutui/nutui-react-taro';
import { Text, View } from '@tarojs/components';
import Taro from '@tarojs/taro';
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';

import type { LegalDocument } from '../../../cloud/contract/types';
import { api, consents } from '../../client';
import { host } from '../../host';
import { t } from '../../i18n';
import { accessible } from '../accessible';
import { Notice } from '../notice';

import './index.scss';

/** Asks for the consent without which nobody is signed in: over the page, until it is answered. */
export function ConsentSheet() {
  const asking = useSyncExternalStore(consents.onChange, consents.isAsking, consents.isAsking);
  return asking ? <Sheet /> : null;
}

function Sheet() {
  const [documents, setDocuments] = useState<readonly LegalDocument[]>();
  const [error, setError] = useState<unknown>();
  const [refused, setRefused] = useState(false);
  const load = useCallback((): void => {
    setError(undefined);
    api
      .documents()
      .then(({ items }) => setDocuments(items.filter(({ kind }) => kind === 'required')), setError);
  }, []);
  useEffect(load, [load]);

  const agree = async (): Promise<void> => {
    if (!documents) return;
    // The host keeps a record of its own, which the tap on the button makes.
    if (!(await host.authorizePrivacy())) return setRefused(true);
    consents.agree(documents.map(({ id, version }) => ({ document: id, version })));
  };
  const told = (): void => void agree();

  return (
    <View className="consent-sheet" catchMove>
      <View className="consent-sheet__panel" id="consent-sheet" {...accessible('dialog', t('consent.title'))}>
        <Text className="consent-sheet__title">{t('consent.title')}</Text>
        <Text>{t('consent.text')}</Text>
        {error !== undefined && <Notice error={error} onRetry={load} />}
        {!documents && error === undefined && <Text className="consent-sheet__soft">{t('loading')}</Text>}
        {documents?.map(({ id, title, version }) => (
          <View
            key={id}
            id={`read-${id}`}
            className="consent-sheet__link"
            onClick={() => void Taro.navigateTo({ url: `/packages/privacy/document/index?id=${id}` })}
            {...accessible('link', title)}
          >
            <Text>{t('consent.document', { title, version })}</Text>
          </View>
        ))}
        <Text className="consent-sheet__soft">{t('consent.declining')}</Text>
        {refused && (
          <Text
            className="consent-sheet__problem"
            id="consent-problem"
            {...accessible('alert', t('consent.hostRefused'))}
          >
            {t('consent.hostRefused')}
          </Text>
        )}
        <Button
          id="agree"
          block
          size="xlarge"
          type="primary"
          disabled={!documents}
          {...host.agreeButton}
          {...(host.agreeButton.openType === undefined
            ? { onClick: told }
            : { onAgreePrivacyAuthorization: told })}
        >
          {t('consent.agree')}
        </Button>
        <Button id="decline" block size="xlarge" type="default" onClick={() => consents.decline()}>
          {t('consent.decline')}
        </Button>
      </View>
    </View>
  );
}

import { Skeleton } from '@nutui/nutui-react-taro';
import { Text, View } from '@tarojs/components';
import { useRouter } from '@tarojs/taro';
import { useCallback, useEffect, useState } from 'react';

import type { LegalDocument } from '../../../../cloud/contract/types';
import { api } from '../../../client';
import { Notice } from '../../../components/notice';
import { t } from '../../../i18n';
import { Screen } from '../../../theme/screen';

import '../privacy.scss';

/** What the document of `?id=` says in its version in force. Read before anything is agreed to. */
export default function DocumentPage() {
  const { params } = useRouter();
  const [document, setDocument] = useState<LegalDocument>();
  const [error, setError] = useState<unknown>();
  const load = useCallback((): void => {
    setError(undefined);
    api.documents().then(({ items }) => setDocument(items.find(({ id }) => id === params.id)), setError);
  }, [params.id]);
  useEffect(load, [load]);
  return (
    <Screen title={document?.title ?? t('privacy.title')} className="privacy" asksConsent={false}>
      {error !== undefined && <Notice fullPage error={error} onRetry={load} />}
      {!document && error === undefined && <Skeleton rows={6} animated visible={false} />}
      {document && (
        <View className="privacy__card" id="document">
          <Text className="privacy__title">
            {t('consent.document', { title: document.title, version: document.version })}
          </Text>
          {document.paragraphs.map((paragraph) => (
            <Text key={paragraph}>{paragraph}</Text>
          ))}
        </View>
      )}
    </Screen>
  );
}

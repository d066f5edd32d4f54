import { Button } from '@nutui/nutui-react-taro';
import { Text, View } from '@tarojs/components';
import { useState } from 'react';

import type { DataExport } from '../../../cloud/contract/types';
import { api } from '../../client';
import { shanghaiTime } from '../../components/money/time';
import { Notice } from '../../components/notice';
import { host, type KeepOutcome } from '../../host';
import { t } from '../../i18n';

import { useLoaded } from './use-loaded';
import { key, Problem, prove, useWork } from './work';

function stateText({ state, askedAt, readyAt, expiresAt }: DataExport): string {
  if (state === 'ready' && readyAt !== null && expiresAt !== null)
    return t('privacy.export.ready', { time: shanghaiTime(readyAt), until: shanghaiTime(expiresAt) });
  return t(state === 'removed' ? 'privacy.export.removed' : 'privacy.export.waiting', {
    time: shanghaiTime(askedAt),
  });
}

/** Copies of all that is kept: ask for one, see how it stands, fetch it. */
export function ExportsCard({ shown }: { readonly shown: number }) {
  const { value, error, load } = useLoaded(api.exports, shown);
  const [kept, setKept] = useState<KeepOutcome>();
  const { busy, problem, run } = useWork();

  const ask = async (): Promise<void> => {
    const proof = await prove('export_data');
    if (proof === undefined) return;
    await api.createExport(proof, key());
    load();
  };
  const fetchFile = async ({ id, askedAt }: DataExport): Promise<void> => {
    const text = JSON.stringify(await api.exportContent(id), null, 1);
    setKept(await host.keepText(`tpwallet-${askedAt.slice(0, 10)}.json`, text));
  };

  return (
    <View className="privacy__card" id="exports">
      <Text className="privacy__title">{t('privacy.export')}</Text>
      <Text className="privacy__soft">{t('privacy.export.text')}</Text>
      {error !== undefined && <Notice error={error} onRetry={load} />}
      {!value && error === undefined && <Text className="privacy__soft">{t('loading')}</Text>}
      {value?.items.length === 0 && <Text className="privacy__soft">{t('privacy.export.none')}</Text>}
      {value?.items.map((item, place) => (
        <View key={item.id} className="privacy__item">
          <Text id={`export-${place}`}>{stateText(item)}</Text>
          {item.state === 'ready' && (
            <Button
              id={`fetch-${place}`}
              type="default"
              disabled={busy}
              onClick={() => void run(() => fetchFile(item))}
            >
              {t('privacy.export.fetch')}
            </Button>
          )}
        </View>
      ))}
      {kept !== undefined && <Text id="export-kept">{t(`privacy.export.${kept}`)}</Text>}
      <Problem id="export-problem" text={problem} />
      <Button
        id="ask-export"
        block
        size="xlarge"
        type="default"
        loading={busy}
        disabled={busy}
        onClick={() => void run(ask)}
      >
        {t('privacy.export.ask')}
      </Button>
    </View>
  );
}

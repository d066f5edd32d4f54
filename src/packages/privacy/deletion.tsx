import { Button } from '@nutui/nutui-react-taro';
import { Text, View } from '@tarojs/components';
import Taro from '@tarojs/taro';

import type { Deletion } from '../../../cloud/contract/types';
import { api } from '../../client';
import { shanghaiTime } from '../../components/money/time';
import { Notice } from '../../components/notice';
import { t } from '../../i18n';

import { useLoaded } from './use-loaded';
import { key, Problem, prove, useWork } from './work';

/** Deletion of the account: what goes, what stays, by when; ask for it and take it back. */
export function DeletionCard({ shown }: { readonly shown: number }) {
  const { value, setValue, error, load } = useLoaded(api.deletion, shown);
  return (
    <View className="privacy__card" id="deletion">
      <Text className="privacy__title">{t('privacy.deletion')}</Text>
      <Text>{t('privacy.deletion.goes')}</Text>
      <Text>{t('privacy.deletion.stays')}</Text>
      {error !== undefined && <Notice error={error} onRetry={load} />}
      {!value && error === undefined && <Text className="privacy__soft">{t('loading')}</Text>}
      {value && <Standing value={value} onChanged={setValue} />}
    </View>
  );
}

interface StandingProps {
  readonly value: Deletion;
  readonly onChanged: (now: Deletion) => void;
}

function Standing({ value, onChanged }: StandingProps) {
  const { deletion, obstacles, coolingDays: days } = value;
  const { busy, problem, run } = useWork();

  const ask = async (): Promise<void> => {
    const { confirm } = await Taro.showModal({
      title: t('privacy.deletion'),
      content: t('privacy.deletion.sure', { days }),
    });
    const proof = confirm ? await prove('delete_account') : undefined;
    if (proof !== undefined) onChanged(await api.requestDeletion(proof, key()));
  };
  const cancel = async (): Promise<void> => onChanged(await api.cancelDeletion(key()));

  return (
    <>
      <Text>{t('privacy.deletion.when', { days })}</Text>
      {deletion && (
        <Text className="privacy__warning" id="deletion-state">
          {deletion.state === 'running'
            ? t('privacy.deletion.running')
            : t('privacy.deletion.due', { time: shanghaiTime(deletion.dueAt) })}
        </Text>
      )}
      {obstacles.map((obstacle) => (
        <Text key={obstacle} className="privacy__warning" id={`obstacle-${obstacle}`}>
          {t(`privacy.obstacle.${obstacle}`)}
        </Text>
      ))}
      <Problem id="deletion-problem" text={problem} />
      {deletion?.state !== 'running' && (
        <Button
          id={deletion ? 'cancel-deletion' : 'ask-deletion'}
          block
          size="xlarge"
          type={deletion ? 'primary' : 'default'}
          loading={busy}
          disabled={busy || (!deletion && obstacles.length > 0)}
          onClick={() => void run(deletion ? cancel : ask)}
        >
          {t(deletion ? 'privacy.deletion.cancel' : 'privacy.deletion.ask')}
        </Button>
      )}
    </>
  );
}

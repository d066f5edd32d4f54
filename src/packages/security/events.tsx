import { Button } from '@nutui/nutui-react-taro';
import { Text, View } from '@tarojs/components';
import { useCallback } from 'react';

import { api, usePages } from '../../client';
import { shanghaiTime } from '../../components/money/time';
import { Notice } from '../../components/notice';
import { t } from '../../i18n';

/** What happened to the account's security, newest first. */
export function Events() {
  const load = useCallback((cursor: string | undefined) => api.securityEvents({ cursor, limit: 10 }), []);
  const { items, error, loading, hasMore, more } = usePages(load);
  return (
    <View className="security__card" id="security-events">
      <Text className="security__title">{t('security.events')}</Text>
      {error !== undefined && <Notice error={error} onRetry={more} />}
      {loading && <Text className="security__soft">{t('loading')}</Text>}
      {items?.length === 0 && <Text className="security__soft">{t('security.events.none')}</Text>}
      {items?.map(({ id, kind, at }) => (
        <View key={id} className="security__event">
          <Text>{t(`security.event.${kind}`)}</Text>
          <Text className="security__soft">{shanghaiTime(at)}</Text>
        </View>
      ))}
      {hasMore && (
        <Button id="more-events" block type="default" onClick={more}>
          {t('action.loadMore')}
        </Button>
      )}
    </View>
  );
}

import { Skeleton } from '@nutui/nutui-react-taro';
import { Text, View } from '@tarojs/components';
import Taro, { usePullDownRefresh, useReachBottom, useRouter } from '@tarojs/taro';
import { useCallback } from 'react';

import { api, ApiError, usePages } from '../../client';
import { Empty } from '../../components/empty';
import { Notice } from '../../components/notice';
import { t } from '../../i18n';
import { Screen } from '../../theme/screen';

import { payoutIdOf } from './link';
import { PayoutCard } from './payout-card';

import './index.scss';

/**
 * What is paid out to whoever is signed in: all of it, or the one of `?id=`, which links and codes bring (in WeChat's
 * codes as `scene`).
 */
export default function PayoutsPage() {
  const { params } = useRouter();
  const asked = params.id ?? params.scene;
  const load = useCallback(
    async (cursor: string | undefined) => {
      if (asked === undefined) return api.payouts({ cursor });
      const payoutId = payoutIdOf(asked);
      if (payoutId === undefined) throw new ApiError('payout_not_found', 404, t('payouts.none'), '');
      return { items: [await api.payout(payoutId)], nextCursor: null };
    },
    [asked],
  );
  const { items, error, loading, hasMore, more, reload } = usePages(load);
  useReachBottom(() => hasMore && more());
  usePullDownRefresh(() => void reload().finally(() => Taro.stopPullDownRefresh()));
  const canRetry = !(error instanceof ApiError) || error.isUncertain;
  return (
    <Screen title={t('payouts.title')} className="payouts">
      {error !== undefined && (
        <Notice
          fullPage={items === undefined}
          error={error}
          onRetry={canRetry ? (items ? more : () => void reload()) : undefined}
        />
      )}
      {items?.map((payout) => (
        <PayoutCard key={payout.id} payout={payout} />
      ))}
      {loading && (
        <View className="payouts__card">
          <Skeleton rows={3} animated visible={false} />
        </View>
      )}
      {items?.length === 0 && <Empty text={t('payouts.empty')} />}
      {asked === undefined && items !== undefined && items.length > 0 && !hasMore && (
        <Text className="payouts__end">{t('list.end')}</Text>
      )}
    </Screen>
  );
}

import { Skeleton } from '@nutui/nutui-react-taro';
import { Text, View } from '@tarojs/components';
import Taro, { useDidShow, usePullDownRefresh, useReachBottom } from '@tarojs/taro';
import { useCallback, useRef, useState } from 'react';

import type { Order, OrderState } from '../../../cloud/contract/types';
import { api, usePages } from '../../client';
import { accessible } from '../../components/accessible';
import { Empty } from '../../components/empty';
import { formatYuan } from '../../components/money/format';
import { shanghaiTime } from '../../components/money/time';
import { Notice } from '../../components/notice';
import { Segments } from '../../components/segments';
import { t } from '../../i18n';
import { Screen } from '../../theme/screen';

import './index.scss';

type Filter = 'all' | Extract<OrderState, 'paying' | 'paid' | 'partially_refunded' | 'refunded' | 'closed'>;
const FILTERS: readonly Filter[] = ['all', 'paid', 'paying', 'partially_refunded', 'refunded', 'closed'];

/** All orders of the user, newest first. */
export default function OrdersPage() {
  const [filter, setFilter] = useState<Filter>('all');
  const load = useCallback(
    (cursor: string | undefined) => api.orders({ state: filter === 'all' ? undefined : filter, cursor }),
    [filter],
  );
  const { items, error, loading, hasMore, more, reload } = usePages(load);
  const shownBefore = useRef(false);
  useDidShow(() => {
    // The first showing loads by itself; later ones come back from a payment.
    if (shownBefore.current) void reload();
    shownBefore.current = true;
  });
  useReachBottom(() => hasMore && more());
  usePullDownRefresh(() => void reload().finally(() => Taro.stopPullDownRefresh()));

  const choices = FILTERS.map((value) => ({
    value,
    text: value === 'all' ? t('orders.all') : t(`state.${value}`),
  }));
  return (
    <Screen title={t('orders.title')} className="orders">
      <Segments name="filter" choices={choices} chosen={filter} onChoose={setFilter} />
      {error !== undefined && <Notice error={error} onRetry={items ? more : () => void reload()} />}
      <View className="orders__list" id="orders">
        {items?.map((order) => (
          <OrderRow key={order.id} order={order} />
        ))}
        {loading && <Skeleton rows={3} animated visible={false} className="orders__skeleton" />}
      </View>
      {items?.length === 0 && <Empty text={t(filter === 'all' ? 'orders.empty' : 'orders.emptyState')} />}
      {items !== undefined && items.length > 0 && !hasMore && (
        <Text className="orders__end">{t('orders.end')}</Text>
      )}
    </Screen>
  );
}

function OrderRow({ order }: { readonly order: Order }) {
  const { id, merchant, totalFen, state, createdAt } = order;
  const stateText = t(`state.${state}`);
  return (
    <View
      id={`order-${id}`}
      className="orders__row"
      hoverClass="orders__row--pressed"
      onClick={() => void Taro.navigateTo({ url: `/pages/order/index?id=${id}` })}
      {...accessible('button', `${merchant.name} ${formatYuan(totalFen)} ${stateText}`)}
    >
      <View className="orders__logo" style={{ backgroundColor: merchant.logoColor }}>
        <Text>{merchant.logoText}</Text>
      </View>
      <View className="orders__words">
        <Text className="orders__name">{merchant.name}</Text>
        <Text className="orders__soft">{shanghaiTime(createdAt, 'MM-DD HH:mm')}</Text>
      </View>
      <View className="orders__amounts">
        <Text className="orders__total">{formatYuan(totalFen)}</Text>
        <Text className={`orders__state orders__state--${state}`}>{stateText}</Text>
      </View>
    </View>
  );
}

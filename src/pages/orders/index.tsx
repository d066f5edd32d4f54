import { Text, View } from '@tarojs/components';
import Taro, { useDidShow } from '@tarojs/taro';
import { useCallback, useRef, useState } from 'react';

import type { Order, OrderState } from '../../../cloud/contract/types';
import { api, usePages } from '../../client';
import { formatYuan } from '../../components/money/format';
import { shanghaiTime } from '../../components/money/time';
import { ListRow, PagedList } from '../../components/paged-list';
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
  const pages = usePages(load);
  const { reload } = pages;
  const shownBefore = useRef(false);
  useDidShow(() => {
    // The first showing loads by itself; later ones come back from a payment.
    if (shownBefore.current) void reload();
    shownBefore.current = true;
  });

  const choices = FILTERS.map((value) => ({
    value,
    text: value === 'all' ? t('orders.all') : t(`state.${value}`),
  }));
  return (
    <Screen title={t('orders.title')} className="orders">
      <Segments name="filter" choices={choices} chosen={filter} onChoose={setFilter} />
      <PagedList
        id="orders"
        pages={pages}
        row={(order) => <OrderRow key={order.id} order={order} />}
        empty={t(filter === 'all' ? 'orders.empty' : 'orders.emptyState')}
      />
    </Screen>
  );
}

function OrderRow({ order }: { readonly order: Order }) {
  const { id, merchant, totalFen, state, createdAt } = order;
  const stateText = t(`state.${state}`);
  return (
    <ListRow
      id={`order-${id}`}
      label={`${merchant.name} ${formatYuan(totalFen)} ${stateText}`}
      className="orders__row"
      onClick={() => void Taro.navigateTo({ url: `/pages/order/index?id=${id}` })}
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
    </ListRow>
  );
}

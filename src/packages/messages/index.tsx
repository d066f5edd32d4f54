import { Skeleton } from '@nutui/nutui-react-taro';
import { Text, View } from '@tarojs/components';
import Taro, { usePullDownRefresh, useReachBottom } from '@tarojs/taro';
import { useCallback } from 'react';

import type { Message, MessageKind } from '../../../cloud/contract/types';
import { api, usePages } from '../../client';
import { accessible } from '../../components/accessible';
import { Empty } from '../../components/empty';
import { shanghaiTime } from '../../components/money/time';
import { Notice } from '../../components/notice';
import { NoticeOffer } from '../../components/notice-offer';
import { t } from '../../i18n';
import { Screen } from '../../theme/screen';

import './index.scss';

const TONES: Readonly<Record<MessageKind, 'success' | 'neutral' | 'warning'>> = {
  paid: 'success',
  closed: 'neutral',
  refunded: 'success',
  surplus_received: 'warning',
  surplus_returned: 'success',
};

/** What the user was told of payments, refunds and closed orders, newest first. */
export default function MessagesPage() {
  const load = useCallback((cursor: string | undefined) => api.messages({ cursor }), []);
  const { items, error, loading, hasMore, more, reload } = usePages(load);
  useReachBottom(() => hasMore && more());
  usePullDownRefresh(() => void reload().finally(() => Taro.stopPullDownRefresh()));
  return (
    <Screen title={t('messages.title')} className="messages">
      <NoticeOffer evenIfRefused />
      {error !== undefined && (
        <Notice fullPage={items === undefined} error={error} onRetry={items ? more : () => void reload()} />
      )}
      <View className="messages__list" id="messages">
        {items?.map((message) => (
          <MessageRow key={message.id} message={message} />
        ))}
        {loading && <Skeleton rows={3} animated visible={false} className="messages__skeleton" />}
      </View>
      {items?.length === 0 && <Empty text={t('messages.empty')} />}
      {items !== undefined && items.length > 0 && !hasMore && (
        <Text className="messages__end">{t('messages.end')}</Text>
      )}
    </Screen>
  );
}

function MessageRow({ message }: { readonly message: Message }) {
  const { id, kind, orderId, title, text, at } = message;
  return (
    <View
      id={`message-${id}`}
      className="messages__row"
      hoverClass="messages__row--pressed"
      onClick={() => void Taro.navigateTo({ url: `/pages/order/index?id=${orderId}` })}
      {...accessible('button', `${title} ${text}`)}
    >
      <View className="messages__head">
        <Text className={`messages__title messages__title--${TONES[kind]}`}>{title}</Text>
        <Text className="messages__soft">{shanghaiTime(at, 'MM-DD HH:mm')}</Text>
      </View>
      <Text className="messages__text">{text}</Text>
    </View>
  );
}

import { Text, View } from '@tarojs/components';
import Taro from '@tarojs/taro';
import { useCallback } from 'react';

import type { Message, MessageKind } from '../../../cloud/contract/types';
import { api, useNoticeTemplates, usePages } from '../../client';
import { shanghaiTime } from '../../components/money/time';
import { NoticeOffer } from '../../components/notice-offer';
import { ListRow, PagedList } from '../../components/paged-list';
import { t } from '../../i18n';
import { Screen } from '../../theme/screen';

import './index.scss';

const TONES: Readonly<Record<MessageKind, 'success' | 'neutral' | 'warning'>> = {
  paid: 'success',
  closed: 'neutral',
  refunded: 'success',
  surplus_received: 'warning',
  surplus_returned: 'success',
  points_expiring: 'warning',
  account_locked: 'warning',
  account_unlocked: 'success',
  export_ready: 'success',
  deletion_asked: 'warning',
  deletion_cancelled: 'success',
  login_linked: 'warning',
  login_unlinked: 'warning',
  security_changed: 'warning',
};

/** The page that a message is about. */
function pageOf({ kind, orderId }: Message): string {
  if (orderId !== null) return `/pages/order/index?id=${orderId}`;
  if (kind === 'account_locked' || kind === 'account_unlocked') return '/packages/security/locked/index';
  if (kind === 'login_linked' || kind === 'login_unlinked') return '/packages/linking/index';
  if (kind === 'security_changed') return '/packages/security/index';
  return kind === 'points_expiring' ? '/packages/points/index' : '/packages/privacy/index';
}

/** What the user was told of payments, refunds, closed orders and what concerns the account, newest first. */
export default function MessagesPage() {
  const load = useCallback((cursor: string | undefined) => api.messages({ cursor }), []);
  const pages = usePages(load);
  const templateIds = useNoticeTemplates(api.me);
  return (
    <Screen title={t('messages.title')} className="messages">
      <NoticeOffer templateIds={templateIds} evenIfRefused />
      <PagedList
        id="messages"
        pages={pages}
        row={(message) => <MessageRow key={message.id} message={message} />}
        empty={t('messages.empty')}
      />
    </Screen>
  );
}

function MessageRow({ message }: { readonly message: Message }) {
  const { id, kind, title, text, at } = message;
  return (
    <ListRow
      id={`message-${id}`}
      label={`${title} ${text}`}
      className="messages__row"
      onClick={() => void Taro.navigateTo({ url: pageOf(message) })}
    >
      <View className="messages__head">
        <Text className={`messages__title messages__title--${TONES[kind]}`}>{title}</Text>
        <Text className="messages__soft">{shanghaiTime(at, 'MM-DD HH:mm')}</Text>
      </View>
      <Text className="messages__text">{text}</Text>
    </ListRow>
  );
}

import { Skeleton } from '@nutui/nutui-react-taro';
import { Text, View } from '@tarojs/components';
import Taro, { usePullDownRefresh, useReachBottom } from '@tarojs/taro';
import type { PropsWithChildren, ReactNode } from 'react';

import type { Pages } from '../../client';
import { t } from '../../i18n';
import { accessible } from '../accessible';
import { Empty } from '../empty';
import { Notice } from '../notice';

import './index.scss';

interface PagedListProps<Item> {
  readonly id: string;
  readonly pages: Pages<Item>;
  readonly row: (item: Item) => ReactNode;
  /** What is said where there is nothing. */
  readonly empty: string;
}

/** A list that takes a page's whole height: read on at its end, read anew when pulled down. */
export function PagedList<Item>({ id, pages, row, empty }: PagedListProps<Item>) {
  const { items, error, loading, hasMore, more, reload } = pages;
  useReachBottom(() => hasMore && more());
  usePullDownRefresh(() => void reload().finally(() => Taro.stopPullDownRefresh()));
  return (
    <>
      {error !== undefined && (
        <Notice fullPage={items === undefined} error={error} onRetry={items ? more : () => void reload()} />
      )}
      <View className="paged-list" id={id}>
        {items?.map(row)}
        {loading && <Skeleton rows={3} animated visible={false} className="paged-list__skeleton" />}
      </View>
      {items?.length === 0 && <Empty text={empty} />}
      {items !== undefined && items.length > 0 && !hasMore && (
        <Text className="paged-list__end">{t('list.end')}</Text>
      )}
    </>
  );
}

interface ListRowProps {
  readonly id: string;
  /** What the row says, in one line, to whoever cannot see it. */
  readonly label: string;
  readonly className: string;
  readonly onClick: () => void;
}

/** A row that opens something. */
export function ListRow({ id, label, className, onClick, children }: PropsWithChildren<ListRowProps>) {
  return (
    <View
      id={id}
      className={`paged-list__row ${className}`}
      hoverClass="paged-list__row--pressed"
      onClick={onClick}
      {...accessible('button', label)}
    >
      {children}
    </View>
  );
}

import { Button, Skeleton } from '@nutui/nutui-react-taro';
import { Text, View } from '@tarojs/components';
import Taro, { useDidShow, usePullDownRefresh, useRouter } from '@tarojs/taro';
import { useCallback, useState } from 'react';

import type { OrderDetail, OrderHistoryEntry } from '../../../cloud/contract/types';
import { api, ApiError, newId } from '../../client';
import { formatYuan } from '../../components/money/format';
import { shanghaiTime } from '../../components/money/time';
import { Notice } from '../../components/notice';
import { PayeeHeader } from '../../components/payee-header';
import { PriceLines } from '../../components/price-lines';
import { Receipt } from '../../components/receipt';
import { RefundProgress } from '../../components/refund-progress';
import { t } from '../../i18n';
import { Screen } from '../../theme/screen';

import { CopyProof } from './copy-proof';
import './index.scss';

/** One order, opened with `?id=ID`. */
export default function OrderPage() {
  const { params } = useRouter();
  const orderId = params.id;
  const [order, setOrder] = useState<OrderDetail>();
  const [error, setError] = useState<unknown>();
  const load = useCallback(async (): Promise<void> => {
    if (!orderId) {
      setError(new ApiError('order_not_found', 404, t('order.none'), ''));
      return;
    }
    try {
      setOrder(await api.order(orderId));
      setError(undefined);
    } catch (failure) {
      setError(failure);
    }
  }, [orderId]);
  useDidShow(() => void load());
  usePullDownRefresh(() => void load().finally(() => Taro.stopPullDownRefresh()));

  const canRetry = orderId !== undefined && (!(error instanceof ApiError) || error.isUncertain);
  return (
    <Screen title={t('order.title')} className="order">
      {error !== undefined && (
        <Notice fullPage={!order} error={error} onRetry={canRetry ? () => void load() : undefined} />
      )}
      {!order && error === undefined && (
        <View className="order__card">
          <Skeleton rows={6} animated visible={false} />
        </View>
      )}
      {order && <Details order={order} onChange={setOrder} reload={load} />}
    </Screen>
  );
}

interface DetailsProps {
  readonly order: OrderDetail;
  readonly onChange: (order: OrderDetail) => void;
  readonly reload: () => Promise<void>;
}

function Details({ order, onChange, reload }: DetailsProps) {
  const price = order.methods.find(({ method }) => method === order.method);
  const open = order.state === 'created' || order.state === 'paying';
  return (
    <>
      <View className="order__card">
        <PayeeHeader merchant={order.merchant} />
        <View className="order__head">
          <Text className="order__total">{formatYuan(order.totalFen)}</Text>
          <Text className={`order__state order__state--${order.state}`} id="order-state">
            {t(`state.${order.state}`)}
          </Text>
        </View>
        {open && (
          <Text className="order__soft">
            {t('order.expires', { time: shanghaiTime(order.expiresAt, 'HH:mm') })}
          </Text>
        )}
        {order.refundedFen > 0 && (
          <Text className="order__soft" id="order-refunded">
            {t('order.refunded', { amount: formatYuan(order.refundedFen) })}
          </Text>
        )}
        {order.remark !== '' && (
          <Text className="order__soft" id="order-remark">
            {t('order.remark')} {order.remark}
          </Text>
        )}
      </View>
      {order.refunds.length > 0 && (
        <View className="order__card" id="refunds">
          <Text className="order__heading">{t('order.refunds')}</Text>
          {order.refunds.map((refund) => (
            <RefundProgress key={refund.id} refund={refund} />
          ))}
        </View>
      )}
      <Receipt order={order} />
      {price && (
        <View className="order__card">
          <Text className="order__heading">{t('order.prices')}</Text>
          <PriceLines price={price} points={open ? 'pointsToEarn' : order.paidAt ? 'pointsEarned' : 'none'} />
        </View>
      )}
      <View className="order__card">
        <Text className="order__heading">{t('order.history')}</Text>
        <History entries={order.history} />
        {order.transactionId !== null && (
          <Text className="order__soft" id="order-transaction" selectable>
            {t('order.transaction')} {order.transactionId}
          </Text>
        )}
      </View>
      <Actions order={order} open={open} onChange={onChange} reload={reload} />
    </>
  );
}

/** What happened to the order, and to its attempts and refunds where that says more. */
function History({ entries }: { readonly entries: readonly OrderHistoryEntry[] }) {
  return (
    <View id="order-history">
      {entries.map((entry, index) => (
        <View
          key={`${entry.subjectId}-${entry.to}-${index}`}
          className={`order__event order__event--${entry.subject}`}
        >
          <View className="order__dot" />
          <View className="order__words">
            <Text>{entry.text}</Text>
            <Text className="order__soft">{shanghaiTime(entry.at)}</Text>
          </View>
        </View>
      ))}
    </View>
  );
}

function Actions({ order, open, onChange, reload }: DetailsProps & { readonly open: boolean }) {
  const [cancelling, setCancelling] = useState(false);
  const [problem, setProblem] = useState<unknown>();
  const again = order.linkCode
    ? `link=${encodeURIComponent(order.linkCode)}`
    : `merchant=${order.merchant.id}`;

  const cancel = async (): Promise<void> => {
    const { confirm } = await Taro.showModal({
      title: t('order.cancel'),
      content: t('order.cancelQuestion'),
      confirmText: t('order.cancel'),
      cancelText: t('order.keep'),
    });
    if (!confirm) return;
    setCancelling(true);
    setProblem(undefined);
    try {
      await api.cancelOrder(order.id, { idempotencyKey: newId() });
      onChange(await api.order(order.id));
    } catch (failure) {
      setProblem(failure);
      await reload();
    } finally {
      setCancelling(false);
    }
  };

  return (
    <View className="order__actions">
      {problem !== undefined && <Notice error={problem} />}
      {open && (
        <>
          <Button
            id="continue"
            block
            size="xlarge"
            type="primary"
            onClick={() => void Taro.navigateTo({ url: `/pages/result/index?order=${order.id}` })}
          >
            {t('order.continue')}
          </Button>
          <Button
            id="cancel-order"
            block
            size="xlarge"
            type="default"
            loading={cancelling}
            disabled={cancelling}
            onClick={() => void cancel()}
          >
            {t('order.cancel')}
          </Button>
        </>
      )}
      {order.paidAt !== null && <CopyProof orderId={order.id} />}
      {!open && order.merchant.open && (
        <Button
          id="pay-again"
          block
          size="xlarge"
          type="primary"
          onClick={() => void Taro.navigateTo({ url: `/pages/pay/index?${again}` })}
        >
          {t('order.again')}
        </Button>
      )}
    </View>
  );
}

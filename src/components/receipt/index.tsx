import { Cell } from '@nutui/nutui-react-taro';
import { Text, View } from '@tarojs/components';

import type { OrderDetail } from '../../../cloud/contract/types';
import { t } from '../../i18n';
import { formatYuan } from '../money/format';
import { shanghaiTime } from '../money/time';

import './index.scss';

interface Row {
  readonly id: string;
  readonly title: string;
  readonly value: string;
}

/** What lowered the total; nothing is said of what did not. */
function reductionsOf(order: OrderDetail): readonly Row[] {
  const reductions = [
    { id: 'fee-waived', title: t('price.fee_waived'), savedFen: order.feeWaivedFen },
    { id: 'discount', title: t('price.discount'), savedFen: order.discountFen },
    { id: 'points-redeemed', title: t('price.points_redeemed'), savedFen: order.pointsRedeemedFen },
  ];
  return reductions
    .filter(({ savedFen }) => savedFen > 0)
    .map(({ id, title, savedFen }) => ({ id, title, value: formatYuan(-savedFen) }));
}

function rowsOf(order: OrderDetail): readonly Row[] {
  const total =
    order.paidAt !== null ? 'result.total' : order.state === 'closed' ? 'price.total' : 'result.toPay';
  const rows: Row[] = [
    { id: 'merchant', title: t('result.merchant'), value: order.merchant.name },
    { id: 'amount', title: t('result.amount'), value: formatYuan(order.amountFen) },
    { id: 'fee', title: t('result.fee'), value: formatYuan(order.feeFen) },
    ...reductionsOf(order),
    { id: 'total', title: t(total), value: formatYuan(order.totalFen) },
    { id: 'method', title: t('result.method'), value: t(`method.${order.method}`) },
    { id: 'number', title: t('result.orderNumber'), value: order.orderNumber },
  ];
  if (order.paidAt) {
    rows.push({ id: 'paid-at', title: t('result.paidAt'), value: shanghaiTime(order.paidAt) });
    if (order.points > 0) {
      rows.push({
        id: 'points',
        title: t('result.points'),
        value: t('points.earned', { points: order.points }),
      });
    }
  }
  return rows;
}

/** What was paid, or is to be paid, line by line. */
export function Receipt({ order }: { readonly order: OrderDetail }) {
  return (
    <View className="receipt" id="receipt">
      <Cell.Group>
        {rowsOf(order).map(({ id, title, value }) => (
          <Cell
            key={id}
            title={title}
            extra={
              <Text
                className="receipt__value"
                id={id === 'number' ? 'order-number' : `receipt-${id}`}
                selectable
              >
                {value}
              </Text>
            }
          />
        ))}
      </Cell.Group>
    </View>
  );
}

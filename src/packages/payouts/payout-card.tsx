import { Button } from '@nutui/nutui-react-taro';
import { Text, View } from '@tarojs/components';

import type { IncomingPayout, IncomingPayoutState } from '../../../cloud/contract/types';
import { accessible } from '../../components/accessible';
import { formatYuan } from '../../components/money/format';
import { shanghaiTime } from '../../components/money/time';
import { Notice } from '../../components/notice';
import { t } from '../../i18n';

import { useConfirmation } from './use-confirmation';

const TONES: Readonly<Record<IncomingPayoutState, 'success' | 'neutral' | 'warning'>> = {
  on_its_way: 'neutral',
  awaiting_confirmation: 'warning',
  paid: 'success',
  failed: 'warning',
  returned: 'warning',
};

/** One payout: how much, for what, how it stands, and where it waits for the payee, the way to confirm it. */
export function PayoutCard({ payout: first }: { readonly payout: IncomingPayout }) {
  const { payout, step, problem, confirm, refresh } = useConfirmation(first);
  const { id, state, amountFen, confirmation } = payout;
  const busy = step === 'confirming';
  const amount = formatYuan(amountFen);
  return (
    <View className="payouts__card" id={`payout-${id}`}>
      <Text className="payouts__soft">
        {t(payout.kind === 'cashback' ? 'payouts.cashbackOf' : 'payouts.of', {
          merchant: payout.merchantName,
        })}
      </Text>
      <View className="payouts__head">
        <Text className="payouts__amount" id={`amount-${id}`}>
          {amount}
        </Text>
        <Text className={`payouts__state payouts__state--${TONES[state]}`} id={`state-${id}`}>
          {t(`payouts.state.${state}`)}
        </Text>
      </View>
      <Text id={`text-${id}`}>{payout.text}</Text>
      {payout.salesBefore !== null && (
        <Text className="payouts__soft">{t('payouts.sales', { day: payout.salesBefore })}</Text>
      )}
      <Text className="payouts__soft">
        {payout.paidAt
          ? t('payouts.paidAt', { time: shanghaiTime(payout.paidAt) })
          : t('payouts.sentAt', { time: shanghaiTime(payout.sentAt) })}
      </Text>
      {step !== undefined && (
        <Text className="payouts__step" id={`step-${id}`} {...accessible('alert', t(`payouts.${step}`))}>
          {t(`payouts.${step}`)}
        </Text>
      )}
      {problem !== undefined && <Notice error={problem} />}
      {confirmation !== null && (
        <Button
          id={`confirm-${id}`}
          block
          size="xlarge"
          type="primary"
          loading={busy}
          disabled={busy}
          onClick={() => void confirm(confirmation)}
        >
          {t('payouts.confirm', { amount })}
        </Button>
      )}
      {(state === 'on_its_way' || step === 'still_waiting') && (
        <Button
          id={`refresh-${id}`}
          block
          size="xlarge"
          type="default"
          disabled={busy}
          onClick={() => void refresh()}
        >
          {t('payouts.refresh')}
        </Button>
      )}
    </View>
  );
}

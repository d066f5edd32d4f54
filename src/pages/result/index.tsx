import { Button } from '@nutui/nutui-react-taro';
import { Image, Text, View } from '@tarojs/components';
import Taro, { useRouter } from '@tarojs/taro';
import { useMemo } from 'react';

import type { Attempt, Method, OrderDetail } from '../../../cloud/contract/types';
import { api, ApiError, useNoticeTemplates, type ApiErrorCode, type StartedOutcome } from '../../client';
import { accessible } from '../../components/accessible';
import { nativeFirst } from '../../components/method-picker';
import { formatYuan } from '../../components/money/format';
import { Notice } from '../../components/notice';
import { NoticeOffer } from '../../components/notice-offer';
import { Receipt } from '../../components/receipt';
import { StateMark, type StateTone } from '../../components/state-mark';
import { t } from '../../i18n';
import { Screen } from '../../theme/screen';

import { mayPayAgain, type ResultView } from './outcome';
import { useResult } from './use-result';

import './index.scss';

const TONES: Readonly<Record<ResultView, StateTone>> = {
  loading: 'busy',
  waiting: 'neutral',
  handoff: 'neutral',
  confirming: 'busy',
  still_confirming: 'warning',
  paid: 'success',
  cancelled: 'neutral',
  failed: 'danger',
  closed: 'neutral',
  returned: 'warning',
  surplus_returned: 'success',
  refunded: 'neutral',
  partially_refunded: 'neutral',
};

/** Opened with `?order=ID`, and with `&attempt=ID&outcome=…` once a payment was started. */
export default function ResultPage() {
  const { params } = useRouter();
  if (!params.order) {
    return (
      <Screen title={t('result.title')} className="result">
        <Notice fullPage error={new ApiError('not_found', 404, t('result.noOrder'), '')} />
        <DoneButton />
      </Screen>
    );
  }
  return (
    <Screen title={t('result.title')} className="result">
      <Outcome
        orderId={params.order}
        attemptId={params.attempt}
        outcome={params.outcome as StartedOutcome | undefined}
        firstProblem={firstProblemOf(params)}
      />
    </Screen>
  );
}

function firstProblemOf({
  problem,
  code,
}: Readonly<Record<string, string | undefined>>): ApiError | undefined {
  if (!problem) return undefined;
  const known: ApiErrorCode = code === 'account_locked' ? code : 'gateway_unavailable';
  return new ApiError(known, 0, decodeURIComponent(problem), '');
}

interface OutcomeProps {
  readonly orderId: string;
  readonly attemptId: string | undefined;
  readonly outcome: StartedOutcome | undefined;
  /** Why the first attempt could not even be made. */
  readonly firstProblem: ApiError | undefined;
}

function Outcome({ orderId, attemptId, outcome = 'unknown', firstProblem }: OutcomeProps) {
  const followed = useMemo(() => (attemptId ? { attemptId, outcome } : undefined), [attemptId, outcome]);
  const { view, attempt, order, problem, starting, pay, checkAgain, loadOrder } = useResult({
    orderId,
    followed,
  });
  const templateIds = useNoticeTemplates(view === 'paid' ? api.me : undefined);
  const method = t(`method.${attempt?.method ?? order?.method ?? 'wechat'}`);
  const totalFen = attempt?.totalFen ?? order?.totalFen;
  const shownProblem = problem ?? (view === 'waiting' ? firstProblem : undefined);

  return (
    <>
      <View className="result__card result__card--head">
        <StateMark tone={TONES[view]} />
        <Text className="result__title" id="result-title" {...accessible('alert', titleOf(view, method))}>
          {titleOf(view, method)}
        </Text>
        {totalFen !== undefined && (
          <Text className="result__total" id="result-total">
            {formatYuan(totalFen)}
          </Text>
        )}
        <Text className="result__hint" id="result-hint">
          {hintOf(view, method, attempt, order)}
        </Text>
        {view === 'handoff' && <HandoffCode attempt={attempt} method={method} />}
      </View>
      {shownProblem !== undefined && (
        <Notice error={shownProblem} onRetry={order ? undefined : () => void loadOrder()} />
      )}
      {order && <Receipt order={order} />}
      {view === 'paid' && <NoticeOffer templateIds={templateIds} />}
      <View className="result__actions">
        {order && mayPayAgain(view) && (
          <PayAgain
            order={order}
            current={view === 'handoff' ? attempt?.method : undefined}
            starting={starting}
            onPay={(chosen) => void pay(chosen)}
          />
        )}
        {view === 'still_confirming' && (
          <Button id="check-again" block size="xlarge" type="primary" onClick={checkAgain}>
            {t('result.checkAgain')}
          </Button>
        )}
        {view === 'paid' && <DoneButton primary />}
        {order && (
          <Button
            id="view-order"
            block
            size="xlarge"
            type="default"
            onClick={() => void Taro.redirectTo({ url: `/pages/order/index?id=${orderId}` })}
          >
            {t('result.viewOrder')}
          </Button>
        )}
        {view !== 'paid' && <DoneButton />}
      </View>
    </>
  );
}

const titleOf = (view: ResultView, method: string): string =>
  view === 'handoff' ? t('result.handoff', { method }) : t(`result.${view}`);

function hintOf(
  view: ResultView,
  method: string,
  attempt: Attempt | undefined,
  order: OrderDetail | undefined,
): string {
  if (view === 'loading') return '';
  if (view === 'handoff') return t('result.handoff.hint', { method });
  if (view === 'failed' && attempt?.failure) return t('result.failed.why', { reason: attempt.failure });
  const surplus = order?.refunds.filter(({ kind }) => kind === 'surplus') ?? [];
  if (view === 'returned') {
    const open = surplus.find(({ state }) => state !== 'succeeded');
    if (open) return t('result.returned.why', { text: open.text });
  }
  if (view === 'paid' && surplus.length > 0) {
    const told = surplus.map(({ refundFen, text }) =>
      t('result.paid.surplus', { amount: formatYuan(refundFen), text }),
    );
    return [t('result.paid.hint'), ...told].join(' ');
  }
  return t(`result.${view}.hint`);
}

function HandoffCode({
  attempt,
  method,
}: {
  readonly attempt: Attempt | undefined;
  readonly method: string;
}) {
  if (attempt?.invocation?.kind !== 'handoff') return null;
  return (
    <Image
      id="handoff-code"
      className="result__code"
      src={attempt.invocation.codeImage}
      mode="scaleToFill"
      showMenuByLongpress
      {...accessible('img', t('result.handoff.code', { method }))}
    />
  );
}

interface PayAgainProps {
  readonly order: OrderDetail;
  /** The method that is under way now, which is not offered a second time. */
  readonly current: Method | undefined;
  readonly starting: Method | undefined;
  readonly onPay: (method: Method) => void;
}

/** A button per method that can take this order now, the host's own first. */
function PayAgain({ order, current, starting, onPay }: PayAgainProps) {
  const offered = nativeFirst(order.methods).filter(
    ({ availability, method }) => availability !== 'unavailable' && method !== current,
  );
  return (
    <>
      {offered.map(({ availability, method, totalFen }) => {
        const total = formatYuan(totalFen);
        const isFirst = availability === 'native';
        const text = isFirst
          ? t('result.payAgain', { total })
          : t('result.payOther', { method: t(`method.${method}`), total });
        return (
          <Button
            key={method}
            id={`pay-${method}`}
            block
            size="xlarge"
            type="primary"
            fill={isFirst ? undefined : 'outline'}
            loading={starting === method}
            disabled={starting !== undefined}
            onClick={() => onPay(method)}
            {...accessible('button', text)}
          >
            {text}
          </Button>
        );
      })}
    </>
  );
}

function DoneButton({ primary = false }: { readonly primary?: boolean }) {
  return (
    <Button
      id="done"
      block
      size="xlarge"
      type={primary ? 'primary' : 'default'}
      onClick={() => void Taro.switchTab({ url: '/pages/home/index' })}
    >
      {t('action.done')}
    </Button>
  );
}

import { Button, Skeleton } from '@nutui/nutui-react-taro';
import { Input, Text, View } from '@tarojs/components';
import Taro, { useRouter } from '@tarojs/taro';
import { useMemo, useState } from 'react';

import { AMOUNT_FEN_MIN, REMARK_LENGTH_MAX } from '../../../cloud/contract/limits';
import { errorMessage } from '../../../cloud/contract/errors';
import type { Method } from '../../../cloud/contract/types';
import { ApiError, payments } from '../../client';
import { accessible } from '../../components/accessible';
import { AmountKeypad, useTypedAmount } from '../../components/amount-keypad';
import { fenToTyped, typedToFen, type AmountKey } from '../../components/amount-keypad/amount';
import { MethodPicker, nativeFirst } from '../../components/method-picker';
import { formatYuan } from '../../components/money/format';
import { Notice } from '../../components/notice';
import { PayeeHeader } from '../../components/payee-header';
import { PointsSwitch } from '../../components/points-switch';
import { PriceLines } from '../../components/price-lines';
import { host } from '../../host';
import { language, t } from '../../i18n';
import { Screen } from '../../theme/screen';

import { CouponEntry } from './coupon-entry';
import { usePayee, type LoadedPayee } from './use-payee';
import { useQuote } from './use-quote';

import './index.scss';

/** Opened with `?merchant=ID` or `?link=CODE`, or by the host with a printed link. */
export default function PayPage() {
  const { params } = useRouter();
  const request = useMemo(
    () =>
      params.merchant ? { merchantId: params.merchant } : { linkCode: host.launchLink({ query: params }) },
    [params],
  );
  const { loaded, payee, error, reload } = usePayee(request);
  return (
    <Screen title={t('pay.title')} className="pay">
      {!loaded && <Loading />}
      {loaded && error !== undefined && (
        <View className="pay__body">
          <Notice fullPage error={error} onRetry={canRetry(error) ? reload : undefined} />
          <HomeButton />
        </View>
      )}
      {loaded && error === undefined && !payee && (
        <View className="pay__body">
          <Notice fullPage error={new ApiError('not_found', 404, t('pay.noPayee'), '')} />
          <HomeButton />
        </View>
      )}
      {payee && <PayForm {...payee} />}
    </Screen>
  );
}

const canRetry = (error: unknown): boolean => !(error instanceof ApiError) || error.isUncertain;

function HomeButton() {
  return (
    <Button
      id="to-home"
      block
      size="xlarge"
      type="default"
      onClick={() => void Taro.switchTab({ url: '/pages/home/index' })}
    >
      {t('pay.toHome')}
    </Button>
  );
}

function Loading() {
  return (
    <View className="pay__body" id="pay-loading" {...accessible('img', t('loading'))}>
      <View className="pay__card">
        <Skeleton rows={2} animated visible={false} />
      </View>
      <View className="pay__card">
        <Skeleton rows={4} animated visible={false} />
      </View>
    </View>
  );
}

function PayForm({ payee, merchant, remark: merchantRemark, fixedAmountFen }: LoadedPayee) {
  const fixed = fixedAmountFen !== undefined;
  const [{ typed, refused }, pressKey] = useTypedAmount(fixed ? fenToTyped(fixedAmountFen) : '');
  const [remark, setRemark] = useState('');
  const [method, setMethod] = useState<Method>(host.nativeMethod);
  const [redeemPoints, setRedeemPoints] = useState(false);
  const [submitting, setSubmitting] = useState(false);
  const [problem, setProblem] = useState<unknown>();
  const [repriced, setRepriced] = useState(false);

  const amountFen = typedToFen(typed);
  const [couponCode, setCouponCode] = useState('');
  const { quote, error, pending, refresh } = useQuote(merchant.open ? payee : undefined, amountFen, {
    redeemPoints,
    couponCode,
  });
  const methods = useMemo(() => nativeFirst(quote?.methods ?? []), [quote]);
  const usable = methods.filter((price) => price.availability !== 'unavailable');
  const price = usable.find((candidate) => candidate.method === method) ?? usable[0];
  const ready = quote !== undefined && price !== undefined && !pending && quote.amountFen === amountFen;

  const press = (key: AmountKey): void => {
    pressKey(key);
    setProblem(undefined);
    setRepriced(false);
  };

  const confirm = async (): Promise<void> => {
    if (!ready || submitting) return;
    setSubmitting(true);
    setProblem(undefined);
    setRepriced(false);
    try {
      const order = await payments.placeOrder({ quote: quote.quote, method: price.method, remark });
      const query = await startedQuery(order.id, price.method);
      await Taro.redirectTo({ url: `/pages/result/index?${query}` });
    } catch (failure) {
      if (failure instanceof ApiError && failure.code === 'quote_expired') {
        setRepriced(true);
        refresh();
      } else {
        setProblem(failure);
      }
    } finally {
      setSubmitting(false);
    }
  };

  if (!merchant.open) {
    const closed = new ApiError('merchant_closed', 409, errorMessage('merchant_closed', language()), '');
    return (
      <View className="pay__body">
        <View className="pay__card">
          <PayeeHeader merchant={merchant} remark={merchantRemark} />
        </View>
        <Notice fullPage error={closed} />
        <HomeButton />
      </View>
    );
  }

  return (
    <>
      <View className="pay__body">
        <View className="pay__card">
          <PayeeHeader merchant={merchant} remark={merchantRemark} />
          <View
            className="pay__amount"
            id="amount"
            {...accessible('img', t('pay.amountSpoken', { amount: typed === '' ? '0' : typed }))}
          >
            <Text className="pay__label">{t(fixed ? 'pay.amountFixed' : 'pay.amount')}</Text>
            <View className="pay__typed">
              <Text className="pay__currency">¥</Text>
              <Text className="pay__digits" id="amount-typed">
                {typed}
              </Text>
              {!fixed && <View className="pay__caret" />}
            </View>
          </View>
          {refused && (
            <Text className="pay__refused" id="amount-refused">
              {t('pay.amountLimit')}
            </Text>
          )}
          <View className="pay__remark">
            <Text className="pay__label">{t('pay.remark')}</Text>
            <Input
              id="remark"
              className="pay__remark-input"
              value={remark}
              maxlength={REMARK_LENGTH_MAX}
              placeholder={t('pay.remarkHint')}
              placeholderClass="pay__remark-hint"
              onInput={(event) => setRemark(event.detail.value)}
              aria-label={t('pay.remark')}
            />
          </View>
        </View>
        {error !== undefined && <Notice error={error} onRetry={canRetry(error) ? refresh : undefined} />}
        {price && (
          <View className={pending ? 'pay__card pay__card--pending' : 'pay__card'}>
            <MethodPicker methods={methods} chosen={price.method} onChoose={setMethod} />
          </View>
        )}
        {price && (
          <View className={pending ? 'pay__card pay__card--pending' : 'pay__card'}>
            {quote && <PointsSwitch points={quote.points} on={redeemPoints} onChange={setRedeemPoints} />}
            <PriceLines price={price} />
            <CouponEntry used={couponCode} coupon={quote?.coupon ?? null} onUse={setCouponCode} />
          </View>
        )}
        {!price && pending && (
          <View className="pay__card" id="quote-loading">
            <Skeleton rows={3} animated visible={false} />
          </View>
        )}
      </View>
      <View className="pay__panel">
        {repriced && <Text className="pay__repriced">{t('pay.repriced')}</Text>}
        {problem !== undefined && <Notice error={problem} />}
        {!fixed && <AmountKeypad onPress={press} />}
        <ConfirmButton
          text={confirmText({ amountFen, ready, submitting, price })}
          disabled={!ready || submitting}
          loading={submitting}
          onConfirm={() => void confirm()}
        />
      </View>
    </>
  );
}

/** Pays a placed order. An attempt that could not be made leaves an order to pay, which the result page offers. */
async function startedQuery(orderId: string, method: Method): Promise<string> {
  try {
    const { attempt, outcome } = await payments.startPayment(orderId, method);
    return `order=${orderId}&attempt=${attempt.id}&outcome=${outcome}`;
  } catch (error) {
    const known = error instanceof ApiError ? error : undefined;
    const problem = encodeURIComponent(known?.message ?? t('error.title'));
    return `order=${orderId}&problem=${problem}&code=${known?.code ?? 'internal'}`;
  }
}

interface ConfirmTextInput {
  readonly amountFen: number;
  readonly ready: boolean;
  readonly submitting: boolean;
  readonly price: { readonly availability: string; readonly totalFen: number } | undefined;
}

function confirmText({ amountFen, ready, submitting, price }: ConfirmTextInput): string {
  if (submitting) return t('pay.opening');
  if (amountFen < AMOUNT_FEN_MIN) return t('pay.enterAmount');
  if (!ready || !price) return t('pay.pricing');
  if (price.totalFen === 0) return t('pay.confirmFree');
  const total = formatYuan(price.totalFen);
  return price.availability === 'handoff' ? t('pay.confirmHandoff', { total }) : t('pay.confirm', { total });
}

interface ConfirmButtonProps {
  readonly text: string;
  readonly disabled: boolean;
  readonly loading: boolean;
  readonly onConfirm: () => void;
}

function ConfirmButton({ text, disabled, loading, onConfirm }: ConfirmButtonProps) {
  return (
    <Button
      id="confirm"
      className="pay__confirm"
      block
      type="primary"
      size="xlarge"
      disabled={disabled}
      loading={loading}
      onClick={onConfirm}
      {...accessible('button', text, { disabled })}
    >
      {text}
    </Button>
  );
}

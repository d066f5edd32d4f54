import { useDidShow } from '@tarojs/taro';
import { useCallback, useEffect, useRef, useState } from 'react';

import { ORDER_LIFETIME_MS } from '../../../cloud/contract/limits';
import type { Attempt, Method, OrderDetail } from '../../../cloud/contract/types';
import { api, CONFIRMING_PAUSES_MS, payments, poll, sleep } from '../../client';

import { laterOf, openAttemptOf, viewOf, type Following } from './outcome';

const HANDOFF_PAUSE_MS = 3_000;
/** A code is paid whenever somebody scans it, so it is followed for as long as its order lives. */
const HANDOFF_PAUSES_MS = Array.from<number>({ length: ORDER_LIFETIME_MS / HANDOFF_PAUSE_MS }).fill(
  HANDOFF_PAUSE_MS,
);

interface Followed {
  readonly attemptId: string;
  readonly outcome: Following;
}

export interface ResultRequest {
  readonly orderId: string;
  readonly followed: Followed | undefined;
}

const isSettled = ({ state, orderState }: Attempt): boolean =>
  (orderState !== 'created' && orderState !== 'paying') || state === 'failed' || state === 'closed';

/** Follows an order's payment: polls the attempt, loads the receipt once paid, and pays again where asked to. */
export function useResult({ orderId, followed: first }: ResultRequest) {
  const [followed, setFollowed] = useState(first);
  const [attempt, setAttempt] = useState<Attempt>();
  const [order, setOrder] = useState<OrderDetail>();
  const [exhausted, setExhausted] = useState(false);
  const [round, setRound] = useState(0);
  const [starting, setStarting] = useState<Method>();
  const [problem, setProblem] = useState<unknown>();
  const isFollowing = useRef(false);

  const loadOrder = useCallback(async (): Promise<void> => {
    try {
      const known = await api.order(orderId);
      setOrder(known);
      setProblem(undefined);
      const open = known.state === 'paying' ? openAttemptOf(known.history) : undefined;
      if (open) setFollowed((followed) => followed ?? { attemptId: open, outcome: 'resumed' });
    } catch (error) {
      setProblem(error);
    }
  }, [orderId]);

  useEffect(() => {
    void loadOrder();
  }, [loadOrder]);

  useEffect(() => {
    if (!followed) return undefined;
    let left = false;
    isFollowing.current = true;
    setExhausted(false);
    const ask = async (): Promise<Attempt> => {
      const answer = await api.attempt(orderId, followed.attemptId);
      if (!left) setAttempt(answer);
      return answer;
    };
    const pausesMs = followed.outcome === 'handoff' ? HANDOFF_PAUSES_MS : CONFIRMING_PAUSES_MS;
    void poll({ ask, done: isSettled, pausesMs, sleep, abandoned: () => left }).then(({ final }) => {
      if (left) return;
      isFollowing.current = false;
      setExhausted(!final);
      if (final) void loadOrder();
    });
    return () => {
      left = true;
    };
  }, [followed, orderId, round, loadOrder]);

  const checkAgain = useCallback(() => {
    setRound((count) => count + 1);
    void loadOrder();
  }, [loadOrder]);

  // Whoever comes back from the other host wants to know now, not at the end of a pause.
  useDidShow(() => {
    if (followed && !isFollowing.current) checkAgain();
  });

  const pay = useCallback(
    async (method: Method): Promise<void> => {
      setStarting(method);
      setProblem(undefined);
      try {
        const started = await payments.startPayment(orderId, method);
        setAttempt(started.attempt);
        setFollowed({ attemptId: started.attempt.id, outcome: started.outcome });
      } catch (error) {
        setProblem(error);
        // The order itself may be why: paid or closed meanwhile.
        setOrder(await api.order(orderId).catch(() => undefined));
      } finally {
        setStarting(undefined);
      }
    },
    [orderId],
  );

  const view = viewOf({
    orderState: laterOf(attempt?.orderState, order?.state),
    refunds: order?.refunds ?? [],
    attempt,
    attempted: followed !== undefined,
    outcome: followed?.outcome,
    exhausted,
  });
  return { view, attempt, order, problem, starting, pay, checkAgain, loadOrder };
}

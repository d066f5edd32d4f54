import { Button, Skeleton } from '@nutui/nutui-react-taro';
import { Text, View } from '@tarojs/components';
import Taro, { useDidShow } from '@tarojs/taro';
import { useCallback, useState } from 'react';

import type { BankCard } from '../../../../cloud/contract/card-schemas';
import { CARDS_BOUND_PER_DAY_MAX, CARDS_MAX } from '../../../../cloud/contract/limits';
import { api } from '../../../client';
import { accessible } from '../../../components/accessible';
import { shanghaiTime } from '../../../components/money/time';
import { Notice } from '../../../components/notice';
import { Screen } from '../../../theme/screen';

import { Problem } from '../cards';
import { agreeTo, ConsentQuestion, isAgreed } from '../consent';
import { useWork } from '../use-work';
import { bindCard } from './bind';
import { NumberForm } from './number-form';
import { bankName, words } from './words';

import '../security.scss';

interface Loaded {
  readonly cards: readonly BankCard[];
  /** Whether the user agreed that numbers of cards are kept. */
  readonly agreed: boolean;
}

async function read(): Promise<Loaded> {
  const [{ items }, consents] = await Promise.all([api.cards(), api.consents()]);
  return { cards: items, agreed: isAgreed(consents, 'bank_card') };
}

const nameOf = ({ bank, scheme, kind, lastFour }: BankCard): string =>
  words('card', { bank: bankName(bank) ?? words(scheme), kind: words(kind ?? 'plain'), lastFour });

/** The bank cards that are bound: bind another, remove one. */
export default function BankCardsPage() {
  const [loaded, setLoaded] = useState<Loaded>();
  const [error, setError] = useState<unknown>();
  const [adding, setAdding] = useState(false);
  const [told, setTold] = useState<string>();
  const load = useCallback((): void => {
    setError(undefined);
    read().then(setLoaded, setError);
  }, []);
  useDidShow(load);

  const changed = (news: string): void => {
    setAdding(false);
    setTold(news);
    load();
  };
  const binding = useWork(changed);
  const removing = useWork(changed);
  const agreeing = useWork((agreed: boolean) => setLoaded((before) => before && { ...before, agreed }));

  const bind = async (number: string): Promise<string | undefined> => {
    const card = await bindCard(number);
    return card && words('bound', { card: nameOf(card) });
  };
  const agree = async (): Promise<boolean> => {
    await agreeTo('bank_card');
    return true;
  };
  const remove = async (card: BankCard): Promise<string | undefined> => {
    const name = nameOf(card);
    const { confirm } = await Taro.showModal({
      title: words('removeTitle'),
      content: words('removeQuestion', { card: name }),
      confirmText: words('remove'),
      cancelText: words('keep'),
    });
    if (!confirm) return undefined;
    await api.removeCard(card.id);
    return words('removed', { card: name });
  };
  const begin = (): void => {
    setTold(undefined);
    setAdding(true);
  };

  // While a number is entered, its keys are what there is to see.
  const shown = adding || !loaded ? [] : loaded.cards;
  return (
    <Screen title={words('title')} className="security">
      {error !== undefined && <Notice fullPage={!loaded} error={error} onRetry={load} />}
      {!loaded && error === undefined && (
        <View className="security__card">
          <Skeleton rows={4} animated visible={false} />
        </View>
      )}
      {loaded && (
        <>
          <Text className="security__soft" id="cards-what">
            {words('what')}
          </Text>
          {told !== undefined && (
            <Text id="cards-told" {...accessible('alert', told)}>
              {told}
            </Text>
          )}
          <Problem id="remove-problem" text={removing.problem} />
          {shown.map((card, index) => (
            <View key={card.id} className="security__card" id={`bank-card-${index}`}>
              <Text className="security__title" id={`bank-card-name-${index}`}>
                {nameOf(card)}
              </Text>
              <Text className="security__soft">
                {words(card.scheme)} · {words('boundAt', { time: shanghaiTime(card.boundAt) })}
              </Text>
              <Button
                id={`remove-card-${index}`}
                block
                type="default"
                disabled={removing.busy}
                onClick={() => void removing.run(() => remove(card))}
              >
                {words('remove')}
              </Button>
            </View>
          ))}
          {loaded.cards.length === 0 && !adding && (
            <Text className="security__soft" id="no-cards">
              {words('none')}
            </Text>
          )}
          {adding && loaded.agreed && (
            <NumberForm
              busy={binding.busy}
              problem={binding.problem}
              onNumber={(number) => void binding.run(() => bind(number))}
              onCancel={() => setAdding(false)}
            />
          )}
          {adding && !loaded.agreed && (
            <View className="security__card">
              <ConsentQuestion
                document="bank_card"
                name="card"
                text={words('consent')}
                agree={words('agree')}
                busy={agreeing.busy}
                onAgree={() => void agreeing.run(agree)}
              />
              <Problem id="agree-problem" text={agreeing.problem} />
            </View>
          )}
          {!adding && loaded.cards.length < CARDS_MAX && (
            <Button id="add-card" block size="xlarge" type="primary" onClick={begin}>
              {words('add')}
            </Button>
          )}
          <Text className="security__soft" id="card-limits">
            {words('limits', { most: CARDS_MAX, day: CARDS_BOUND_PER_DAY_MAX })}
          </Text>
        </>
      )}
    </Screen>
  );
}

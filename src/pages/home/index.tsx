import { Skeleton } from '@nutui/nutui-react-taro';
import { Input, Text, View } from '@tarojs/components';
import Taro, { useDidShow, useReachBottom } from '@tarojs/taro';
import { useCallback, useEffect, useMemo, useState } from 'react';

import { linkCodeFrom } from '../../../cloud/contract/paths';
import type { Category, CategoryId, Merchant } from '../../../cloud/contract/types';
import { api, ApiError, usePages } from '../../client';
import { accessible } from '../../components/accessible';
import { Empty } from '../../components/empty';
import { MerchantRow } from '../../components/merchant-row';
import { Notice } from '../../components/notice';
import { host } from '../../host';
import { t } from '../../i18n';
import { Screen } from '../../theme/screen';

import './index.scss';

const TYPING_PAUSE_MS = 300;
const QUERY_LENGTH_MAX = 64;

const openMerchant = (merchant: Merchant): void =>
  void Taro.navigateTo({ url: `/pages/pay/index?merchant=${merchant.id}` });

/** Whom to pay: found by search, scan, category, or among those paid lately. */
export default function HomePage() {
  const [typed, setTyped] = useState('');
  const [category, setCategory] = useState<Category>();
  const [scanProblem, setScanProblem] = useState<unknown>();
  const searched = useSettled(typed.trim(), TYPING_PAUSE_MS);
  const searching = typed.trim() !== '' || category !== undefined;

  const scan = async (): Promise<void> => {
    setScanProblem(undefined);
    const text = await host.scan();
    if (text === undefined) return;
    const code = linkCodeFrom(text);
    if (code) await Taro.navigateTo({ url: `/pages/pay/index?link=${encodeURIComponent(code)}` });
    else setScanProblem(new ApiError('link_not_found', 404, t('home.notALink'), ''));
  };

  return (
    <Screen title={t('home.title')} className="home">
      <View className="home__search">
        <Input
          id="search"
          className="home__input"
          type="text"
          confirmType="search"
          value={typed}
          maxlength={QUERY_LENGTH_MAX}
          placeholder={t('home.search')}
          placeholderClass="home__placeholder"
          onInput={(event) => setTyped(event.detail.value)}
          aria-label={t('home.search')}
        />
        {typed !== '' && (
          <View
            id="search-clear"
            className="home__clear"
            onClick={() => setTyped('')}
            {...accessible('button', t('home.clear'))}
          >
            <Text>×</Text>
          </View>
        )}
      </View>
      {searching ? (
        <Results
          query={searched}
          category={category}
          onBack={category ? () => setCategory(undefined) : undefined}
        />
      ) : (
        <>
          <View
            id="scan"
            className="home__scan"
            hoverClass="home__scan--pressed"
            onClick={() => void scan()}
            {...accessible('button', t('home.scan'))}
          >
            <View className="home__scan-mark" />
            <View className="home__scan-words">
              <Text className="home__scan-title">{t('home.scan')}</Text>
              <Text className="home__scan-hint">{t('home.scanHint')}</Text>
            </View>
          </View>
          {scanProblem !== undefined && <Notice error={scanProblem} />}
          <Recent />
          <Categories onChoose={setCategory} />
        </>
      )}
    </Screen>
  );
}

/** A value once it has stopped changing for a while. */
function useSettled(value: string, pauseMs: number): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), pauseMs);
    return () => clearTimeout(timer);
  }, [value, pauseMs]);
  return settled;
}

interface ResultsProps {
  readonly query: string;
  readonly category: Category | undefined;
  readonly onBack: (() => void) | undefined;
}

function Results({ query, category, onBack }: ResultsProps) {
  const categoryId: CategoryId | undefined = category?.id;
  const load = useCallback(
    (cursor: string | undefined) => api.merchants({ query, category: categoryId, cursor }),
    [query, categoryId],
  );
  const { items, error, loading, hasMore, more, reload } = usePages(load);
  useReachBottom(() => hasMore && more());
  return (
    <View className="home__section" id="results">
      <View className="home__heading">
        <Text>{category?.name ?? t('home.results')}</Text>
        {onBack && (
          <Text
            id="categories-back"
            className="home__link"
            onClick={onBack}
            {...accessible('button', t('home.back'))}
          >
            {t('home.back')}
          </Text>
        )}
      </View>
      <View className="home__list">
        {items?.map((merchant) => (
          <MerchantRow key={merchant.id} merchant={merchant} onChoose={() => openMerchant(merchant)} />
        ))}
        {loading && <Skeleton rows={3} animated visible={false} className="home__skeleton" />}
      </View>
      {error !== undefined && <Notice error={error} onRetry={items ? more : () => void reload()} />}
      {items?.length === 0 && <Empty text={t('home.noResults')} />}
    </View>
  );
}

function Recent() {
  const [merchants, setMerchants] = useState<readonly Merchant[]>();
  const [error, setError] = useState<unknown>();
  const load = useCallback(() => {
    setError(undefined);
    api.recentMerchants().then(({ items }) => setMerchants(items), setError);
  }, []);
  // Shown again after each payment, with its merchant first.
  useDidShow(load);
  return (
    <View className="home__section" id="recent">
      <View className="home__heading">
        <Text>{t('home.recent')}</Text>
      </View>
      {error !== undefined && <Notice error={error} onRetry={load} />}
      {merchants?.length === 0 && <Text className="home__soft">{t('home.noRecent')}</Text>}
      {!merchants && error === undefined && <Skeleton rows={1} animated visible={false} />}
      <View className="home__recent">
        {merchants?.map((merchant) => (
          <View
            key={merchant.id}
            id={`recent-${merchant.id}`}
            className="home__person"
            onClick={() => openMerchant(merchant)}
            {...accessible('button', merchant.name)}
          >
            <View className="home__logo" style={{ backgroundColor: merchant.logoColor }}>
              <Text>{merchant.logoText}</Text>
            </View>
            <Text className="home__name">{merchant.name}</Text>
          </View>
        ))}
      </View>
    </View>
  );
}

function Categories({ onChoose }: { readonly onChoose: (category: Category) => void }) {
  const [categories, setCategories] = useState<readonly Category[]>();
  const [error, setError] = useState<unknown>();
  const load = useMemo(
    () => () => {
      setError(undefined);
      api.categories().then(({ items }) => setCategories(items), setError);
    },
    [],
  );
  useEffect(load, [load]);
  return (
    <View className="home__section" id="categories">
      <View className="home__heading">
        <Text>{t('home.categories')}</Text>
      </View>
      {error !== undefined && <Notice error={error} onRetry={load} />}
      {!categories && error === undefined && <Skeleton rows={3} animated visible={false} />}
      <View className="home__grid">
        {categories?.map((category) => (
          <View
            key={category.id}
            id={`category-${category.id}`}
            className="home__category"
            hoverClass="home__category--pressed"
            onClick={() => onChoose(category)}
            {...accessible('button', category.name)}
          >
            <Text className="home__category-name">{category.name}</Text>
            <Text className="home__soft">{t('home.count', { count: category.merchantCount })}</Text>
          </View>
        ))}
      </View>
    </View>
  );
}

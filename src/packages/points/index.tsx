import { Skeleton } from '@nutui/nutui-react-taro';
import { Text, View } from '@tarojs/components';
import Taro from '@tarojs/taro';
import { useCallback, useEffect, useState } from 'react';

import type { PointsOverview, PointsStatement } from '../../../cloud/contract/types';
import { api, usePages } from '../../client';
import { shanghaiTime } from '../../components/money/time';
import { Notice } from '../../components/notice';
import { ListRow, PagedList } from '../../components/paged-list';
import { t } from '../../i18n';
import { Screen } from '../../theme/screen';

import './index.scss';

/** Where the user's points stand, the tier they make, and all that changed them. */
export default function PointsPage() {
  const [overview, setOverview] = useState<PointsOverview>();
  const [error, setError] = useState<unknown>();
  const loadOverview = useCallback(async (): Promise<void> => {
    setError(undefined);
    await api.points().then(setOverview, setError);
  }, []);
  useEffect(() => {
    void loadOverview();
  }, [loadOverview]);
  const load = useCallback((cursor: string | undefined) => api.pointsStatement({ cursor }), []);
  const pages = usePages(load);
  const reload = async (): Promise<void> => {
    await Promise.all([pages.reload(), loadOverview()]);
  };
  return (
    <Screen title={t('points.title')} className="points">
      {error !== undefined && <Notice error={error} onRetry={() => void loadOverview()} />}
      {overview && <Standing overview={overview} />}
      {!overview && error === undefined && (
        <View className="points__card" id="points-loading">
          <Skeleton rows={4} animated visible={false} />
        </View>
      )}
      <Text className="points__heading">{t('points.statement')}</Text>
      <PagedList
        id="points-statement"
        pages={{ ...pages, reload }}
        row={(line) => <StatementRow key={line.id} line={line} />}
        empty={t('points.none')}
      />
    </Screen>
  );
}

function Standing({ overview }: { readonly overview: PointsOverview }) {
  const { available, pending, pendingDays, owed, expiring, tier, rules } = overview;
  return (
    <>
      <View className="points__card">
        <Text className="points__soft">{t('points.available')}</Text>
        <Text className="points__balance" id="points-available">
          {available}
        </Text>
        {expiring && (
          <Text className="points__warning" id="points-expiring">
            {t('points.expiring', {
              points: expiring.points,
              date: shanghaiTime(expiring.firstAt, 'YYYY-MM-DD'),
            })}
          </Text>
        )}
        <Figure
          id="points-pending"
          name={t('points.pending')}
          value={pending}
          hint={t('points.pendingHint', { days: pendingDays })}
        />
        {owed > 0 && (
          <Figure id="points-owed" name={t('points.owed')} value={owed} hint={t('points.owedHint')} />
        )}
      </View>
      <View className="points__card">
        <Tier tier={tier} />
      </View>
      <View className="points__card">
        <Text className="points__heading">{t('points.rules')}</Text>
        {rules.map((rule) => (
          <Text key={rule} className="points__soft">
            {rule}
          </Text>
        ))}
      </View>
    </>
  );
}

interface FigureProps {
  readonly id: string;
  readonly name: string;
  readonly value: number;
  readonly hint: string;
}

function Figure({ id, name, value, hint }: FigureProps) {
  return (
    <View className="points__figure">
      <View className="points__words">
        <Text>{name}</Text>
        <Text className="points__soft">{hint}</Text>
      </View>
      <Text className="points__number" id={id}>
        {value}
      </Text>
    </View>
  );
}

function Tier({ tier }: { readonly tier: PointsOverview['tier'] }) {
  const { current, yearlyPoints, next } = tier;
  const reached = next === null ? 1 : yearlyPoints / (yearlyPoints + next.pointsMissing);
  return (
    <>
      <View className="points__figure">
        <Text>{t('points.tier')}</Text>
        <Text className="points__number" id="points-tier">
          {t(`points.tier.${current}`)}
        </Text>
      </View>
      <View className="points__bar">
        <View className="points__reached" style={{ width: `${Math.max(0, Math.round(reached * 100))}%` }} />
      </View>
      <Text className="points__soft">{t('points.yearly', { points: yearlyPoints })}</Text>
      <Text className="points__soft" id="points-next">
        {next === null
          ? t('points.highest')
          : t('points.next', { points: next.pointsMissing, tier: t(`points.tier.${next.tier}`) })}
      </Text>
    </>
  );
}

const signed = (points: number): string => (points > 0 ? `+${points}` : String(points));

function StatementRow({ line }: { readonly line: PointsStatement['items'][number] }) {
  const { id, available, pending, text, orderId, at } = line;
  const changes = [
    ...(available === 0 ? [] : [t('points.change', { points: signed(available) })]),
    ...(pending === 0 ? [] : [t('points.pendingChange', { points: signed(pending) })]),
  ].join(' · ');
  return (
    <ListRow
      id={`points-${id}`}
      label={`${text} ${changes}`}
      className="points__row"
      onClick={() => {
        if (orderId !== null) void Taro.navigateTo({ url: `/pages/order/index?id=${orderId}` });
      }}
    >
      <Text className="points__text">{text}</Text>
      <View className="points__figure">
        <Text className="points__soft">{shanghaiTime(at, 'MM-DD HH:mm')}</Text>
        <Text>{changes}</Text>
      </View>
    </ListRow>
  );
}

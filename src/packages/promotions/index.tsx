import { Text, View } from '@tarojs/components';

import type { UserPromotion } from '../../../cloud/contract/types';
import { api, usePages } from '../../client';
import { shanghaiTime } from '../../components/money/time';
import { PagedList } from '../../components/paged-list';
import { t } from '../../i18n';
import { Screen } from '../../theme/screen';

import './index.scss';

/** All of them come at once: the server shows what runs, is to come, or has ended lately. */
const load = async () => ({ ...(await api.promotions()), nextCursor: null });

/** Promotions: what they give and ask, and what of each is left to the user; those that ended come last. */
export default function PromotionsPage() {
  const pages = usePages(load);
  return (
    <Screen title={t('promotions.title')} className="promotions">
      <PagedList
        id="promotions"
        pages={pages}
        row={(promotion) => <Card key={promotion.id} promotion={promotion} />}
        empty={t('promotions.empty')}
      />
    </Screen>
  );
}

function Card({ promotion }: { readonly promotion: UserPromotion }) {
  const { id, title, state, benefit, conditions, left } = promotion;
  const isOpen = state === 'running' || state === 'coming';
  return (
    <View className={`promotions__card ${isOpen ? '' : 'promotions__card--over'}`} id={`promotion-${id}`}>
      <View className="promotions__head">
        <Text className="promotions__title">{title}</Text>
        <Text className={`promotions__state promotions__state--${state}`} id={`state-${id}`}>
          {t(`promotions.state.${state}`)}
        </Text>
      </View>
      <Text className="promotions__benefit" id={`benefit-${id}`}>
        {benefit}
      </Text>
      <Text className="promotions__soft" id={`conditions-${id}`}>
        {conditions.length > 0 ? conditions.join(' · ') : t('promotions.everybody')}
      </Text>
      <View className="promotions__head">
        <Text className="promotions__soft">{timeOf(promotion)}</Text>
        {left !== null && (
          <Text className="promotions__left" id={`left-${id}`}>
            {left}
          </Text>
        )}
      </View>
    </View>
  );
}

function timeOf({ state, startsAt, endsAt }: UserPromotion): string {
  if (state === 'coming' && startsAt !== null) return t('promotions.from', { time: shanghaiTime(startsAt) });
  return endsAt === null
    ? t('promotions.whileItLasts')
    : t('promotions.until', { time: shanghaiTime(endsAt) });
}

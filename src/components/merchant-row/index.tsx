import { Text, View } from '@tarojs/components';

import type { Merchant } from '../../../cloud/contract/types';
import { t } from '../../i18n';
import { accessible } from '../accessible';

import './index.scss';

interface MerchantRowProps {
  readonly merchant: Merchant;
  readonly onChoose: () => void;
}

/** A merchant in a list. */
export function MerchantRow({ merchant, onChoose }: MerchantRowProps) {
  const { id, name, description, city, open, logoColor, logoText } = merchant;
  const detail = open ? `${city} · ${description}` : t('home.merchantClosed');
  return (
    <View
      id={`merchant-${id}`}
      className={`merchant-row ${open ? '' : 'merchant-row--closed'}`}
      hoverClass="merchant-row--pressed"
      onClick={onChoose}
      {...accessible('button', `${name} ${detail}`)}
    >
      <View className="merchant-row__logo" style={{ backgroundColor: logoColor }}>
        <Text>{logoText}</Text>
      </View>
      <View className="merchant-row__words">
        <Text className="merchant-row__name">{name}</Text>
        <Text className="merchant-row__detail">{detail}</Text>
      </View>
    </View>
  );
}

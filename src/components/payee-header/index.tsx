import { Text, View } from '@tarojs/components';

import type { Merchant } from '../../../cloud/contract/types';
import { t } from '../../i18n';

import './index.scss';

interface PayeeHeaderProps {
  readonly merchant: Merchant;
  /** The merchant's own note on the payment link. */
  readonly remark?: string;
}

/** Who is paid. */
export function PayeeHeader({ merchant, remark = '' }: PayeeHeaderProps) {
  return (
    <View className="payee-header">
      <View className="payee-header__logo" style={{ backgroundColor: merchant.logoColor }}>
        <Text className="payee-header__logo-text">{merchant.logoText}</Text>
      </View>
      <View className="payee-header__words">
        <Text className="payee-header__label">{t('pay.payee')}</Text>
        <Text className="payee-header__name" id="payee-name">
          {merchant.name}
        </Text>
        <Text className="payee-header__detail">{t('pay.payeeOnRecord', { city: merchant.city })}</Text>
        {remark !== '' && (
          <Text className="payee-header__remark" id="payee-remark">
            {remark}
          </Text>
        )}
      </View>
    </View>
  );
}

import { Button } from '@nutui/nutui-react-taro';
import { Input, Text, View } from '@tarojs/components';
import { useState } from 'react';

import type { Quote } from '../../../cloud/contract/types';
import { t } from '../../i18n';

/** Codes are shorter; nothing that is pasted by mistake gets far. */
const CODE_LENGTH_MAX = 32;

interface CouponEntryProps {
  /** The code that the price was asked with; empty for none. */
  readonly used: string;
  /** What became of it. */
  readonly coupon: Quote['coupon'];
  readonly onUse: (code: string) => void;
}

/** Takes a code and tells what became of it; one that was applied can be taken back. */
export function CouponEntry({ used, coupon, onUse }: CouponEntryProps) {
  const [typed, setTyped] = useState(used);
  const entered = typed.trim();
  const isUsed = used !== '' && entered === used;
  const tone = coupon?.outcome === 'applied' ? 'success' : 'warning';
  const press = (): void => {
    if (isUsed) setTyped('');
    onUse(isUsed ? '' : entered);
  };
  return (
    <View className="pay__coupon">
      <View className="pay__remark">
        <Text className="pay__label">{t('coupon.label')}</Text>
        <Input
          id="coupon-code"
          className="pay__remark-input"
          value={typed}
          maxlength={CODE_LENGTH_MAX}
          placeholder={t('coupon.hint')}
          placeholderClass="pay__remark-hint"
          onInput={(event) => setTyped(event.detail.value)}
          onConfirm={() => onUse(entered)}
          aria-label={t('coupon.label')}
        />
        <Button
          id="coupon-use"
          size="normal"
          type="primary"
          fill="outline"
          disabled={entered === ''}
          onClick={press}
        >
          {t(isUsed ? 'coupon.remove' : 'coupon.use')}
        </Button>
      </View>
      {coupon !== null && used !== '' && (
        <Text className={`pay__coupon-outcome pay__coupon-outcome--${tone}`} id="coupon-outcome">
          {coupon.text}
        </Text>
      )}
    </View>
  );
}

import { Button } from '@nutui/nutui-react-taro';
import { Text, View } from '@tarojs/components';
import Taro from '@tarojs/taro';
import { useEffect, useState } from 'react';

import { linkPagePath } from '../../../cloud/contract/paths';
import type { PaymentLink } from '../../../cloud/contract/types';
import { api } from '../../client';
import { host } from '../../host';
import { t } from '../../i18n';
import { formatYuan } from '../money/format';

import './index.scss';

/** What a plain browser shows: whom the link pays, and how to open it where it can be paid. */
export function OpenInHost() {
  const code = host.launchLink();
  const [link, setLink] = useState<PaymentLink>();

  useEffect(() => {
    if (!code) return;
    // The way into the hosts is useful without the payee's name, so a failure changes nothing.
    api.link(code).then(setLink, () => undefined);
  }, [code]);

  const url = link?.url ?? (code ? linkPagePath(code) : undefined);
  return (
    <View className="open-in-host" id="open-in-host">
      <Text className="open-in-host__title">{t('browser.title')}</Text>
      {link && (
        <View className="open-in-host__payee">
          <Text className="open-in-host__label">{t('browser.payee')}</Text>
          <Text className="open-in-host__name" id="payee-name">
            {link.merchant.name}
          </Text>
          {link.amountFen !== null && (
            <Text className="open-in-host__amount">{formatYuan(link.amountFen)}</Text>
          )}
          {link.remark !== '' && <Text className="open-in-host__label">{link.remark}</Text>}
        </View>
      )}
      <Text className="open-in-host__hint">{t('browser.hint')}</Text>
      <Text className="open-in-host__step">{t('browser.wechat')}</Text>
      <Text className="open-in-host__step">{t('browser.alipay')}</Text>
      {url && (
        <Button
          id="copy-link"
          type="primary"
          block
          size="xlarge"
          onClick={() => void Taro.setClipboardData({ data: url })}
        >
          {t('browser.copy')}
        </Button>
      )}
    </View>
  );
}

import { Button } from '@nutui/nutui-react-taro';
import { Text, View } from '@tarojs/components';
import { useState } from 'react';

import { host, type NoticePermission } from '../../host';
import { t } from '../../i18n';
import { accessible } from '../accessible';

import './index.scss';

const REFUSED = 'notices-refused';

interface NoticeOfferProps {
  /** Three at most. */
  readonly templateIds: readonly string[];
  /** Offers it also to whoever refused before: only where people come to look for it. */
  readonly evenIfRefused?: boolean;
}

/**
 * Offers the host's notices, with a button, because hosts ask only on a tap. Nothing is shown where no template is set
 * up, and whoever refused is not offered it again elsewhere.
 */
export function NoticeOffer({ templateIds, evenIfRefused = false }: NoticeOfferProps) {
  const [asking, setAsking] = useState(false);
  const [permission, setPermission] = useState<NoticePermission>();
  const [offered] = useState(() => evenIfRefused || host.storage.get<boolean>(REFUSED) !== true);

  const ask = async (): Promise<void> => {
    setAsking(true);
    const answer = await host.askForNotices(templateIds);
    if (answer === 'refused' || answer === 'turned_off') host.storage.set(REFUSED, true);
    if (answer === 'allowed') host.storage.remove(REFUSED);
    setPermission(answer);
    setAsking(false);
  };

  if (!offered || host.name === 'browser' || templateIds.length === 0) return null;
  const hostName = t(`host.${host.name}`);
  const text = t(`notices.${permission ?? 'offer'}`, { host: hostName });
  const mayAsk = permission === undefined || permission === 'unavailable';
  return (
    <View className="notice-offer" id="notice-offer">
      <Text className="notice-offer__text" id="notice-offer-text" {...accessible('alert', text)}>
        {text}
      </Text>
      {mayAsk && (
        <Button
          id="allow-notices"
          className="notice-offer__allow"
          type="primary"
          fill="outline"
          size="large"
          loading={asking}
          disabled={asking}
          onClick={() => void ask()}
        >
          {t('notices.allow')}
        </Button>
      )}
    </View>
  );
}

import { Button } from '@nutui/nutui-react-taro';
import { Text, View } from '@tarojs/components';
import Taro from '@tarojs/taro';

import { ApiError, consents } from '../../client';
import { t } from '../../i18n';
import { accessible } from '../accessible';

import './index.scss';

interface NoticeProps {
  readonly error: unknown;
  /** Offered where asking again can help. */
  readonly onRetry?: () => void;
  /** Takes the place of the whole page rather than a line in it. */
  readonly fullPage?: boolean;
}

/** What went wrong and what can be done about it, in the place where it went wrong. */
export function Notice({ error, onRetry, fullPage = false }: NoticeProps) {
  const known = error instanceof ApiError ? error : undefined;
  const message = known?.message ?? t('error.title');
  return (
    <View
      className={`notice ${fullPage ? 'notice--full-page' : ''}`}
      id="notice"
      {...accessible('alert', message)}
    >
      <Text className="notice__message" id="notice-message">
        {message}
      </Text>
      {known && known.status >= 500 && (
        <Text className="notice__detail">{t('error.requestId', { requestId: known.requestId })}</Text>
      )}
      {known?.code === 'account_locked' && (
        <Button
          id="why-locked"
          className="notice__retry"
          type="primary"
          fill="outline"
          size={fullPage ? 'large' : 'normal'}
          onClick={() => void Taro.navigateTo({ url: '/packages/security/locked/index' })}
        >
          {t('locked.open')}
        </Button>
      )}
      {known?.code === 'consent_required' && (
        <Button
          id="read-consent"
          className="notice__retry"
          type="primary"
          fill="outline"
          size={fullPage ? 'large' : 'normal'}
          onClick={() => {
            consents.askAgain();
            onRetry?.();
          }}
        >
          {t('consent.read')}
        </Button>
      )}
      {onRetry && known?.code !== 'consent_required' && (
        <Button
          id="retry"
          className="notice__retry"
          type="primary"
          fill="outline"
          size={fullPage ? 'large' : 'normal'}
          onClick={onRetry}
        >
          {t('action.retry')}
        </Button>
      )}
    </View>
  );
}

import { useDidShow } from '@tarojs/taro';
import { useState } from 'react';

import { t } from '../../i18n';
import { Screen } from '../../theme/screen';

import { ConsentsCard } from './consents';
import { DeletionCard } from './deletion';
import { ExportsCard } from './exports';

import './privacy.scss';

/** What people can do about what is kept about them: consents, a copy of it, deletion. */
export default function PrivacyPage() {
  /** Counts how often the page was shown: each part is read again. */
  const [shown, setShown] = useState(0);
  useDidShow(() => setShown((count) => count + 1));
  return (
    <Screen title={t('privacy.title')} className="privacy">
      <ConsentsCard shown={shown} />
      <ExportsCard shown={shown} />
      <DeletionCard shown={shown} />
    </Screen>
  );
}

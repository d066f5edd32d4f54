import { Button } from '@nutui/nutui-react-taro';
import { Text, Textarea, View } from '@tarojs/components';
import { useState } from 'react';

import { APPEAL_LENGTH_MAX } from '../../../../cloud/contract/limits';
import type { RiskStanding } from '../../../../cloud/contract/types';
import { api, newId } from '../../../client';
import { shanghaiTime } from '../../../components/money/time';
import { t } from '../../../i18n';

import { Problem } from '../cards';
import { problemText } from '../problem';

/** The server takes one line. */
const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** What became of the newest appeal, and a way to make one where there is something to appeal against. */
export function AppealCard({
  standing,
  onAppealed,
}: {
  readonly standing: RiskStanding;
  readonly onAppealed: (standing: RiskStanding) => void;
}) {
  const [text, setText] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const { appeal, mayAppeal } = standing;
  if (appeal === null && !mayAppeal) return null;

  const send = async (): Promise<void> => {
    setBusy(true);
    setProblem(undefined);
    try {
      onAppealed(await api.appeal({ text: oneLine(text) }, { idempotencyKey: newId() }));
      setText('');
    } catch (error) {
      setProblem(problemText(error));
    } finally {
      setBusy(false);
    }
  };

  return (
    <View className="security__card">
      <Text className="security__title">{t('locked.appeal')}</Text>
      {appeal && (
        <>
          <Text className={appeal.state === 'refused' ? 'security__warning' : undefined} id="appeal-state">
            {t(`locked.appeal.${appeal.state}`, { time: shanghaiTime(appeal.answeredAt ?? appeal.at) })}
          </Text>
          <Text className="security__soft" id="appeal-text">
            {t('locked.appeal.said', { text: appeal.text })}
          </Text>
        </>
      )}
      {mayAppeal && (
        <>
          <Text className="security__soft">{t('locked.appeal.how')}</Text>
          <Textarea
            id="appeal"
            className="security__input security__input--long"
            value={text}
            maxlength={APPEAL_LENGTH_MAX}
            placeholder={t('locked.appeal.hint')}
            onInput={(event) => setText(event.detail.value)}
            aria-label={t('locked.appeal.hint')}
          />
          <Problem id="appeal-problem" text={problem} />
          <Button
            id="send-appeal"
            block
            size="xlarge"
            type="default"
            loading={busy}
            disabled={busy || oneLine(text) === ''}
            onClick={() => void send()}
          >
            {t('locked.appeal.send')}
          </Button>
        </>
      )}
    </View>
  );
}

import { Button } from '@nutui/nutui-react-taro';
import { Text } from '@tarojs/components';
import Taro from '@tarojs/taro';
import { useState } from 'react';

import { api } from '../../client';
import { Notice } from '../../components/notice';
import { t } from '../../i18n';

/** Copies the proof that a payment is in the ledger, for whoever wants to check it without trusting us. */
export function CopyProof({ orderId }: { readonly orderId: string }) {
  const [copying, setCopying] = useState(false);
  const [copied, setCopied] = useState(false);
  const [problem, setProblem] = useState<unknown>();

  const copy = async (): Promise<void> => {
    setCopying(true);
    setProblem(undefined);
    try {
      await Taro.setClipboardData({ data: JSON.stringify(await api.orderProof(orderId)) });
      setCopied(true);
    } catch (failure) {
      setProblem(failure);
    } finally {
      setCopying(false);
    }
  };

  return (
    <>
      {problem !== undefined && <Notice error={problem} />}
      <Button
        id="copy-proof"
        block
        size="xlarge"
        type="default"
        loading={copying}
        disabled={copying}
        onClick={() => void copy()}
      >
        {t('order.copyProof')}
      </Button>
      {copied && (
        <Text className="order__soft" id="proof-copied">
          {t('order.proofCopied')}
        </Text>
      )}
    </>
  );
}

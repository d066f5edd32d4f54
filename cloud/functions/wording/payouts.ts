import type { Language } from '../../contract/errors';
import type { IncomingPayoutState } from '../../contract/types';

/** How a payout stands, as its payee is told. What failed is owed still, and another payout will bring it. */
const STATES: Readonly<Record<IncomingPayoutState, Readonly<Record<Language, string>>>> = {
  on_its_way: { 'zh-CN': '打款处理中，结果以到账为准', en: 'On its way: the channel has not finished it' },
  awaiting_confirmation: {
    'zh-CN': '等待你确认收款。请在打款后 24 小时内确认，逾期会退回，之后再重新打款',
    en: 'Waiting for you to accept it within 24 hours of being sent. After that it goes back and is sent anew',
  },
  paid: { 'zh-CN': '已到账', en: 'Received' },
  failed: {
    'zh-CN': '未到账，钱没有付出。我们会核对后重新打款',
    en: 'Not received: no money left us. We look into it and send it anew',
  },
  returned: {
    'zh-CN': '到账后被退回。我们会核对后重新打款',
    en: 'It came back after it was received. We look into it and send it anew',
  },
};

/** How a payout stands, as a sentence. */
export const incomingPayoutText = (state: IncomingPayoutState, language: Language): string =>
  STATES[state][language];

import { defineMessages } from '../define';

/** Words of the order page. */
export const order = defineMessages(
  {
    'order.title': '订单详情',
    'order.prices': '费用明细',
    'order.history': '订单记录',
    'order.remark': '备注',
    'order.transaction': '交易单号',
    'order.expires': '请在 {time} 前付款',
    'order.continue': '继续付款',
    'order.cancel': '取消订单',
    'order.cancelQuestion': '确定取消这个订单吗？',
    'order.keep': '再想想',
    'order.again': '再付一笔',
    'order.copyProof': '复制付款凭证',
    'order.proofCopied': '凭证已复制，可粘贴到核验页面查验',
    'order.none': '没有找到订单',
  },
  {
    'order.title': 'Order details',
    'order.prices': 'What it costs',
    'order.history': 'What happened',
    'order.remark': 'Remark',
    'order.transaction': 'Transaction',
    'order.expires': 'Pay before {time}',
    'order.continue': 'Continue to pay',
    'order.cancel': 'Cancel the order',
    'order.cancelQuestion': 'Cancel this order?',
    'order.keep': 'Keep it',
    'order.again': 'Pay again',
    'order.copyProof': 'Copy proof',
    'order.proofCopied': 'The proof is copied. Paste it into the page that checks proofs.',
    'order.none': 'There is no such order.',
  },
);

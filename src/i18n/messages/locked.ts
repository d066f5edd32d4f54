import { defineMessages } from '../define';

/** Words of the page that tells of a lock. */
export const locked = defineMessages(
  {
    'locked.title': '账户锁定',
    'locked.open': '查看原因与申诉',
    'locked.why.user': '你锁定了账户',
    'locked.why.risk': '因操作异常，账户已锁定',
    'locked.why.operator': '客服锁定了账户',
    'locked.since': '锁定时间：{time}',
    'locked.what': '锁定期间不能付款、绑定银行卡，也不能修改支付密码和验证方式；订单和积分不受影响。',
    'locked.next.user': '确认安全后，验证身份即可解锁。',
    'locked.next.risk': '所有设备都已退出登录。到时间后，验证身份即可解锁；如果是误判，也可以申诉。',
    'locked.next.noFactor': '所有设备都已退出登录。你没有设置可用于解锁的验证方式，请提出申诉。',
    'locked.next.operator': '所有设备都已退出登录。只有客服可以解锁；如有异议，可以申诉。',
    'locked.unlockFrom': '{time} 起可以解锁，还需等待',
    'locked.unlockHow': '需要验证你已设置的支付密码、身份验证器或手机号，设置了两种及以上的需验证两种。',
    'locked.none': '账户没有锁定，可以付款',
    'locked.toSecurity': '前往安全中心',
    'locked.appeal': '申诉',
    'locked.appeal.how': '写下当时的情况，工作人员会重新核实。请不要填写密码或验证码。',
    'locked.appeal.hint': '例如：这笔付款是我本人操作',
    'locked.appeal.send': '提交申诉',
    'locked.appeal.pending': '已在 {time} 提交，工作人员正在核实',
    'locked.appeal.refused': '工作人员在 {time} 核实后维持原处理，你可以补充说明后再次申诉',
    'locked.appeal.granted': '申诉已在 {time} 通过',
    'locked.appeal.said': '你的说明：{text}',
  },
  {
    'locked.title': 'Account lock',
    'locked.open': 'See why, or appeal',
    'locked.why.user': 'You locked this account',
    'locked.why.risk': 'Locked because of unusual activity',
    'locked.why.operator': 'Locked by our support',
    'locked.since': 'Since {time}',
    'locked.what':
      'While it is locked nothing can be paid, no card bound, and neither PIN nor other proofs changed. Orders and points stay as they are.',
    'locked.next.user': 'Once you are sure that all is well, prove that it is you to unlock it.',
    'locked.next.risk':
      'Every device was signed out. After the wait, prove that it is you to unlock it. If we were wrong, you can appeal as well.',
    'locked.next.noFactor':
      'Every device was signed out. You have set up nothing that could prove that it is you, so please appeal.',
    'locked.next.operator':
      'Every device was signed out. Only our support can unlock it. If you do not agree, you can appeal.',
    'locked.unlockFrom': 'You can unlock it from {time}, which is in',
    'locked.unlockHow':
      'You are asked for the PIN, the authenticator app or the phone that you set up; for two of them where you have two.',
    'locked.none': 'This account is not locked and can pay',
    'locked.toSecurity': 'Go to security',
    'locked.appeal': 'Appeal',
    'locked.appeal.how':
      'Tell us what happened, and a person looks at it again. Please tell no PIN and no code.',
    'locked.appeal.hint': 'For example: I made this payment myself',
    'locked.appeal.send': 'Send',
    'locked.appeal.pending': 'Sent {time}. A person is looking at it',
    'locked.appeal.refused': 'Looked at {time}: it stays as it is. You can appeal again and tell us more',
    'locked.appeal.granted': 'Granted {time}',
    'locked.appeal.said': 'You said: {text}',
  },
);

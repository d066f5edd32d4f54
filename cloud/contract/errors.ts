/** Languages the API answers in. Chosen from `Accept-Language`; zh-CN where nothing fits. */
export type Language = 'zh-CN' | 'en';

interface ErrorDefinition {
  readonly status: number;
  readonly 'zh-CN': string;
  readonly en: string;
}

/** Every error the API can answer: its stable code, HTTP status and the message shown to a person. */
export const ERRORS = {
  malformed_json: {
    status: 400,
    'zh-CN': '请求内容不是有效的 JSON',
    en: 'The request body is not valid JSON.',
  },
  body_incomplete: {
    status: 400,
    'zh-CN': '请求内容不完整',
    en: 'The request body ended too early.',
  },
  invalid_request: { status: 400, 'zh-CN': '请求内容有误，请检查后重试', en: 'Some fields are not valid.' },
  idempotency_key_missing: {
    status: 400,
    'zh-CN': '请求缺少幂等键',
    en: 'The Idempotency-Key header is missing.',
  },
  idempotency_key_invalid: {
    status: 400,
    'zh-CN': '幂等键无效',
    en: 'The Idempotency-Key header is not valid.',
  },
  amount_invalid: { status: 400, 'zh-CN': '金额无效', en: 'The amount is not valid.' },
  amount_too_small: {
    status: 400,
    'zh-CN': '金额不能小于 0.01 元',
    en: 'The amount must be at least ¥0.01.',
  },
  amount_too_large: {
    status: 400,
    'zh-CN': '金额超过单笔上限 50,000 元',
    en: 'The amount is over the limit of ¥50,000.',
  },
  card_number_invalid: {
    status: 400,
    'zh-CN': '银行卡号有误，请核对后重试',
    en: 'This is not the number of a card. Please check it.',
  },
  cursor_invalid: { status: 400, 'zh-CN': '翻页位置无效', en: 'The page cursor is not valid.' },
  notification_invalid: { status: 400, 'zh-CN': '通知内容无效', en: 'The notification is not valid.' },
  login_code_invalid: {
    status: 401,
    'zh-CN': '登录凭证已失效，请重试',
    en: 'The login code is used or expired.',
  },
  unauthenticated: { status: 401, 'zh-CN': '请先登录', en: 'Please sign in.' },
  token_expired: { status: 401, 'zh-CN': '登录已过期', en: 'The session has expired.' },
  refresh_token_invalid: { status: 401, 'zh-CN': '登录已失效，请重新登录', en: 'Please sign in again.' },
  notification_signature_invalid: {
    status: 401,
    'zh-CN': '通知签名无效',
    en: 'The notification signature is not valid.',
  },
  operator_not_permitted: {
    status: 403,
    'zh-CN': '您没有进行此操作的权限',
    en: 'Your role does not permit this.',
  },
  account_blocked: { status: 403, 'zh-CN': '账户已被限制使用', en: 'This account is restricted.' },
  account_locked: {
    status: 423,
    'zh-CN': '账户已锁定，暂时不能支付或修改安全设置',
    en: 'This account is locked: nothing can be paid, and no security setting changed.',
  },
  account_not_locked: { status: 409, 'zh-CN': '账户没有锁定', en: 'This account is not locked.' },
  unlock_too_early: {
    status: 409,
    'zh-CN': '还不能解锁，请稍后再试',
    en: 'It is too early to unlock this account.',
  },
  locked_by_operator: {
    status: 409,
    'zh-CN': '账户由客服锁定，只能由客服解锁；如有异议可以申诉',
    en: 'Our support locked this account, and only they can unlock it. You can appeal.',
  },
  account_not_found: { status: 404, 'zh-CN': '没有这个账户', en: 'There is no such account.' },
  pin_not_set: { status: 409, 'zh-CN': '还没有设置支付密码', en: 'No payment PIN is set.' },
  pin_already_set: { status: 409, 'zh-CN': '已设置过支付密码', en: 'A payment PIN is set already.' },
  pin_weak: {
    status: 400,
    'zh-CN': '密码过于简单：请不要使用重复或连续的数字、生日或手机号',
    en: 'This PIN is too easy to guess: no repeated or consecutive digits, dates or phone numbers.',
  },
  pin_unchanged: { status: 409, 'zh-CN': '新密码与原密码相同', en: 'The new PIN is the old one.' },
  pin_wrong: { status: 403, 'zh-CN': '支付密码错误', en: 'The payment PIN is wrong.' },
  pin_locked: {
    status: 423,
    'zh-CN': '支付密码错误次数过多，请稍后再试',
    en: 'Too many wrong PINs. Please try again later.',
  },
  pin_reset_not_due: {
    status: 409,
    'zh-CN': '还不能重置支付密码',
    en: 'The payment PIN cannot be reset yet.',
  },
  authenticator_not_set: {
    status: 409,
    'zh-CN': '还没有绑定身份验证器',
    en: 'No authenticator app is set up.',
  },
  authenticator_already_set: {
    status: 409,
    'zh-CN': '已绑定身份验证器',
    en: 'An authenticator app is set up already.',
  },
  code_wrong: { status: 403, 'zh-CN': '验证码错误', en: 'The code is wrong.' },
  code_locked: {
    status: 423,
    'zh-CN': '验证码错误次数过多，请稍后再试',
    en: 'Too many wrong codes. Please try again later.',
  },
  sealing_key_invalid: {
    status: 409,
    'zh-CN': '本次输入已失效，请重新输入',
    en: 'This entry has expired. Please enter it again.',
  },
  sealed_invalid: { status: 400, 'zh-CN': '加密内容无效', en: 'The sealed content is not valid.' },
  challenge_required: {
    status: 403,
    'zh-CN': '需要先验证身份',
    en: 'Please confirm that it is you.',
  },
  challenge_not_found: {
    status: 404,
    'zh-CN': '验证已失效，请重新发起',
    en: 'This check has expired. Please start again.',
  },
  biometric_not_set: {
    status: 409,
    'zh-CN': '此设备没有开启指纹或面容验证',
    en: 'Fingerprint or face is not turned on for this device.',
  },
  biometric_nonce_expired: {
    status: 409,
    'zh-CN': '指纹或面容验证已超时，请重试',
    en: 'This took too long. Please try again.',
  },
  biometric_rejected: {
    status: 403,
    'zh-CN': '指纹或面容验证未通过',
    en: 'Your fingerprint or face could not be confirmed.',
  },
  biometric_stopped: {
    status: 423,
    'zh-CN': '指纹或面容验证已暂停，请输入支付密码',
    en: 'Fingerprint or face is paused. Please enter your payment PIN.',
  },
  sms_code_expired: {
    status: 409,
    'zh-CN': '短信验证码已失效，请重新获取',
    en: 'This code is over. Please have a new one sent.',
  },
  sms_refused: {
    status: 409,
    'zh-CN': '该手机号暂时收不到短信，请稍后再试',
    en: 'This phone takes no messages now. Please try again later.',
  },
  phone_not_set: { status: 409, 'zh-CN': '还没有可用的手机号', en: 'No phone is set up for this.' },
  link_code_invalid: {
    status: 404,
    'zh-CN': '关联码无效或已过期，请重新获取',
    en: 'This code does not work or is over. Please have a new one made.',
  },
  link_phone_differs: {
    status: 409,
    'zh-CN': '两个账户绑定的手机号不一致，或 24 小时内更换过，不能关联',
    en: 'The accounts have not the same phone number, or one was changed within a day.',
  },
  link_same_host: {
    status: 409,
    'zh-CN': '此账户已关联该应用，每个应用只能关联一个',
    en: 'This app is linked already. An account has one login of each app.',
  },
  link_account_locked: {
    status: 409,
    'zh-CN': '其中一个账户已锁定或正在核查，暂时不能关联',
    en: 'One of the accounts is locked or being looked at, so they cannot be linked now.',
  },
  link_being_deleted: {
    status: 409,
    'zh-CN': '其中一个账户正在注销，不能关联',
    en: 'One of the accounts is being deleted, so they cannot be linked.',
  },
  link_must_wait: {
    status: 409,
    'zh-CN': '有未完成的订单、付款或退款，请稍后再关联',
    en: 'An order, payment or refund is not over yet. Please link the accounts later.',
  },
  login_not_linked: { status: 404, 'zh-CN': '没有关联此应用', en: 'This app is not linked.' },
  login_is_last: {
    status: 409,
    'zh-CN': '账户至少要保留一种登录方式',
    en: 'This is the only login of the account, so it stays.',
  },
  unlink_too_soon: {
    status: 409,
    'zh-CN': '30 天内已解除过一次关联，请稍后再试',
    en: 'A login was taken off within the last 30 days. Please try again later.',
  },
  phone_unavailable: {
    status: 409,
    'zh-CN': '暂不支持绑定手机号',
    en: 'Phones cannot be set up here.',
  },
  phone_proof_invalid: {
    status: 400,
    'zh-CN': '手机号授权已失效，请重试',
    en: 'The consent to tell the number is over. Please try again.',
  },
  phone_unsupported: {
    status: 400,
    'zh-CN': '仅支持中国大陆手机号',
    en: 'Only mobile numbers of mainland China can be used.',
  },
  consent_required: {
    status: 409,
    'zh-CN': '需要先阅读并同意相应的同意书',
    en: 'Please read and agree to the document for this first.',
  },
  consent_not_given: { status: 409, 'zh-CN': '没有可撤回的同意', en: 'There is no consent to withdraw.' },
  document_outdated: {
    status: 409,
    'zh-CN': '文件已更新，请重新阅读',
    en: 'This document has changed. Please read it again.',
  },
  export_not_found: { status: 404, 'zh-CN': '没有这份导出', en: 'There is no such export.' },
  export_not_ready: {
    status: 409,
    'zh-CN': '导出正在准备，请稍后再来',
    en: 'The export is being made. Please come back soon.',
  },
  deletion_order_open: {
    status: 409,
    'zh-CN': '有订单尚未完成付款，暂不能注销',
    en: 'An order is not paid or closed yet: the account cannot be deleted now.',
  },
  deletion_refund_open: {
    status: 409,
    'zh-CN': '有退款尚未完成，暂不能注销',
    en: 'A refund is under way: the account cannot be deleted now.',
  },
  deletion_payout_due: {
    status: 409,
    'zh-CN': '有返现或打款尚未到账，暂不能注销',
    en: 'Cashback or a payout is due to you: the account cannot be deleted now.',
  },
  deletion_account_locked: {
    status: 409,
    'zh-CN': '账户已锁定，解锁后才能注销',
    en: 'The account is locked: unlock it before it is deleted.',
  },
  deletion_asked_already: {
    status: 409,
    'zh-CN': '已申请注销',
    en: 'This account is to be deleted already.',
  },
  deletion_not_asked: {
    status: 409,
    'zh-CN': '没有可撤销的注销申请',
    en: 'There is no deletion to take back.',
  },
  device_not_found: {
    status: 404,
    'zh-CN': '该设备没有登录',
    en: 'You are not signed in on this device.',
  },
  not_found: { status: 404, 'zh-CN': '没有找到', en: 'Not found.' },
  merchant_not_found: { status: 404, 'zh-CN': '商家不存在', en: 'This merchant does not exist.' },
  link_not_found: { status: 404, 'zh-CN': '收款链接不存在', en: 'This payment link does not exist.' },
  order_not_found: { status: 404, 'zh-CN': '订单不存在', en: 'This order does not exist.' },
  attempt_not_found: { status: 404, 'zh-CN': '支付记录不存在', en: 'This payment attempt does not exist.' },
  refund_not_found: { status: 404, 'zh-CN': '退款不存在', en: 'This refund does not exist.' },
  dead_letter_not_found: {
    status: 404,
    'zh-CN': '没有这条待处理事件',
    en: 'There is no such dead letter.',
  },
  card_not_found: { status: 404, 'zh-CN': '没有找到这张银行卡', en: 'There is no such card.' },
  card_already_bound: {
    status: 409,
    'zh-CN': '该银行卡已绑定',
    en: 'This card is bound already.',
  },
  card_limit_reached: {
    status: 409,
    'zh-CN': '绑定的银行卡数量已达上限',
    en: 'You cannot bind any more cards.',
  },
  card_day_limit_reached: {
    status: 409,
    'zh-CN': '今天绑定的银行卡数量已达上限，请明天再试',
    en: 'You cannot bind any more cards today. Please try again tomorrow.',
  },
  payout_not_found: { status: 404, 'zh-CN': '没有找到这笔打款', en: 'There is no such payout.' },
  settlement_not_found: { status: 404, 'zh-CN': '结算单不存在', en: 'This settlement does not exist.' },
  settlement_terms_missing: {
    status: 409,
    'zh-CN': '商家尚未设置结算账户',
    en: 'This merchant has no settlement terms.',
  },
  settlement_on_hold: {
    status: 409,
    'zh-CN': '商家结算已暂停',
    en: 'Settlement is on hold for this merchant.',
  },
  settlement_not_payable: {
    status: 409,
    'zh-CN': '该结算单没有待人工付款的部分',
    en: 'Nothing of this settlement waits to be paid by hand.',
  },
  payout_not_failed: {
    status: 409,
    'zh-CN': '没有失败的打款可以重试',
    en: 'No payout of this settlement has failed.',
  },
  statement_too_long: {
    status: 400,
    'zh-CN': '对账单行数过多，请缩短日期范围',
    en: 'The statement has too many lines: choose fewer days.',
  },
  difference_not_found: { status: 404, 'zh-CN': '差异不存在', en: 'This difference does not exist.' },
  fee_rule_set_not_found: {
    status: 404,
    'zh-CN': '费率规则不存在',
    en: 'This set of fee rules does not exist.',
  },
  rehearsal_not_found: { status: 404, 'zh-CN': '试算不存在', en: 'This rehearsal does not exist.' },
  fee_rules_not_draft: {
    status: 409,
    'zh-CN': '只有草稿可以修改或提交',
    en: 'Only a draft can be changed or handed in.',
  },
  fee_rules_faulty: {
    status: 409,
    'zh-CN': '费率规则有冲突、空缺或永不生效的规则，请先修正',
    en: 'The rules overlap, leave gaps or hold rules that never apply. Please mend them first.',
  },
  fee_rules_not_in_review: {
    status: 409,
    'zh-CN': '该费率规则不在复核中',
    en: 'These rules are not under review.',
  },
  fee_rules_changed: {
    status: 409,
    'zh-CN': '费率规则已变更，请重新查看',
    en: 'The rules are not the ones you read. Please read them again.',
  },
  fee_review_needs_second_person: {
    status: 409,
    'zh-CN': '须由未参与编写的人复核',
    en: 'Somebody who did not write these rules must review them.',
  },
  fee_rules_not_rehearsed: {
    status: 409,
    'zh-CN': '上线前须先用历史订单试算',
    en: 'The rules must be run over past orders before they go live.',
  },
  fee_rules_not_scheduled: {
    status: 409,
    'zh-CN': '该费率规则不在待上线状态',
    en: 'These rules are not waiting to go live.',
  },
  fee_rules_never_live: {
    status: 409,
    'zh-CN': '该费率规则从未上线，不能恢复',
    en: 'These rules were never live and cannot be restored.',
  },
  points_rule_set_not_found: {
    status: 404,
    'zh-CN': '积分规则不存在',
    en: 'These rules of points do not exist.',
  },
  points_rules_not_draft: {
    status: 409,
    'zh-CN': '只有草稿可以修改或提交',
    en: 'Only a draft can be changed or handed in.',
  },
  points_rules_faulty: {
    status: 409,
    'zh-CN': '积分规则有问题，请先改正',
    en: 'Something is wrong with these rules of points. Please mend them first.',
  },
  points_rules_not_in_review: {
    status: 409,
    'zh-CN': '积分规则不在审核中',
    en: 'These rules of points are not under review.',
  },
  points_rules_changed: {
    status: 409,
    'zh-CN': '积分规则已被修改，请重新查看',
    en: 'These rules of points have changed since. Please read them again.',
  },
  points_review_needs_second_person: {
    status: 409,
    'zh-CN': '须由未参与编写的人审核',
    en: 'Somebody who did not write these rules of points must review them.',
  },
  points_rules_not_scheduled: {
    status: 409,
    'zh-CN': '该版本没有待生效的安排',
    en: 'These rules of points are not set to go live.',
  },
  points_rules_never_live: {
    status: 409,
    'zh-CN': '该版本没有生效过，不能恢复',
    en: 'These rules of points were never live.',
  },
  promotion_not_found: { status: 404, 'zh-CN': '活动不存在', en: 'This promotion does not exist.' },
  promotion_not_draft: {
    status: 409,
    'zh-CN': '活动正在复核，不能修改或再次提交',
    en: 'Only a draft can be changed or handed in.',
  },
  promotion_faulty: {
    status: 409,
    'zh-CN': '活动内容有误，请先修正',
    en: 'Something is wrong with this promotion. Please mend it first.',
  },
  promotion_not_in_review: {
    status: 409,
    'zh-CN': '该活动不在复核中',
    en: 'This promotion is not under review.',
  },
  promotion_changed: {
    status: 409,
    'zh-CN': '活动内容已变更，请重新查看',
    en: 'The terms are not the ones you read. Please read them again.',
  },
  promotion_review_needs_second_person: {
    status: 409,
    'zh-CN': '须由未参与编写的人复核',
    en: 'Somebody who did not write this promotion must review it.',
  },
  promotion_not_live: { status: 409, 'zh-CN': '该活动不在进行中', en: 'This promotion is not running.' },
  promotion_never_live: {
    status: 409,
    'zh-CN': '该版本从未上线，不能恢复',
    en: 'This version was never live and cannot be restored.',
  },
  method_not_allowed: { status: 405, 'zh-CN': '不支持的请求方式', en: 'This method is not allowed here.' },
  link_expired: { status: 410, 'zh-CN': '收款链接已过期', en: 'This payment link has expired.' },
  merchant_closed: { status: 409, 'zh-CN': '商家暂停收款', en: 'This merchant is not accepting payments.' },
  link_amount_fixed: {
    status: 409,
    'zh-CN': '该链接金额固定，不能修改',
    en: 'The amount of this link is fixed.',
  },
  payment_refused: {
    status: 403,
    'zh-CN': '该笔付款存在风险，已为您拦截；如有疑问请联系客服',
    en: 'This payment looks unsafe and was stopped. Contact support if you meant it.',
  },
  sign_in_refused: {
    status: 403,
    'zh-CN': '此设备存在风险，暂不能登录',
    en: 'Signing in on this device looks unsafe and was stopped.',
  },
  card_refused: {
    status: 403,
    'zh-CN': '绑定该银行卡存在风险，已为您拦截；如有疑问请联系客服',
    en: 'Binding this card looks unsafe and was stopped. Contact support if you meant it.',
  },
  risk_case_not_found: { status: 404, 'zh-CN': '风险案件不存在', en: 'There is no such risk case.' },
  risk_book_not_found: { status: 404, 'zh-CN': '风控规则不存在', en: 'There is no such book of risk rules.' },
  risk_rehearsal_not_found: { status: 404, 'zh-CN': '回放不存在', en: 'This rehearsal does not exist.' },
  risk_book_faulty: {
    status: 409,
    'zh-CN': '风控规则有错误，请先修正',
    en: 'The rules hold mistakes. Please mend them first.',
  },
  risk_book_not_draft: {
    status: 409,
    'zh-CN': '只有草稿可以修改或提交',
    en: 'Only a draft can be changed or handed in.',
  },
  risk_book_in_shadow: {
    status: 409,
    'zh-CN': '该规则正在影子运行，请先停止',
    en: 'This book judges in shadow. Please end that first.',
  },
  risk_book_not_in_review: {
    status: 409,
    'zh-CN': '该规则不在复核中',
    en: 'This book is not under review.',
  },
  risk_book_changed: {
    status: 409,
    'zh-CN': '规则已变更，请重新查看',
    en: 'The rules are not the ones you read. Please read them again.',
  },
  risk_book_needs_second_person: {
    status: 409,
    'zh-CN': '须由未参与编写的人复核',
    en: 'Somebody who did not write these rules must review them.',
  },
  risk_book_not_rehearsed: {
    status: 409,
    'zh-CN': '上线前须先用历史事件回放',
    en: 'The rules must be run over past days before they go live.',
  },
  risk_book_never_in_force: {
    status: 409,
    'zh-CN': '该规则从未上线，不能恢复',
    en: 'This book was never in force and cannot be restored.',
  },
  risk_name_not_listed: { status: 404, 'zh-CN': '名单中没有该名称', en: 'This name is not on that list.' },
  risk_case_decided: { status: 409, 'zh-CN': '该案件已处理', en: 'This case is decided already.' },
  nothing_to_appeal: { status: 409, 'zh-CN': '没有可申诉的事项', en: 'There is nothing to appeal against.' },
  appeal_pending: { status: 409, 'zh-CN': '您的申诉正在处理', en: 'Your appeal is being looked at.' },
  quote_expired: { status: 409, 'zh-CN': '价格已过期，请重新确认', en: 'The quote has expired.' },
  quote_invalid: { status: 400, 'zh-CN': '报价无效', en: 'The quote is not valid.' },
  order_closed: { status: 409, 'zh-CN': '订单已关闭', en: 'This order is closed.' },
  order_paid: { status: 409, 'zh-CN': '订单已支付', en: 'This order is already paid.' },
  order_not_paid: { status: 409, 'zh-CN': '订单尚未支付', en: 'This order is not paid.' },
  refund_too_large: {
    status: 409,
    'zh-CN': '退款金额超过可退金额',
    en: 'The refund is more than what can still be refunded.',
  },
  refund_too_small: {
    status: 409,
    'zh-CN': '退款金额过小，无法退回',
    en: 'So small a part of this order comes to nothing.',
  },
  refund_limit_reached: {
    status: 409,
    'zh-CN': '该订单退款次数已达上限',
    en: 'This order has been refunded as often as the payment channels allow.',
  },
  merchant_funds_insufficient: {
    status: 409,
    'zh-CN': '商家待结算资金不足，暂不能退款',
    en: 'The merchant is owed less than this refund.',
  },
  refund_not_in_review: {
    status: 409,
    'zh-CN': '该退款无需人工处理',
    en: 'This refund is not waiting for a person.',
  },
  refund_still_possible: {
    status: 409,
    'zh-CN': '支付渠道仍可能退回该笔款项，请先重试',
    en: 'The payment channel may still return this money: let it be tried again first.',
  },
  order_not_cancellable: {
    status: 409,
    'zh-CN': '订单当前不能取消',
    en: 'This order cannot be cancelled now.',
  },
  proof_not_ready: {
    status: 409,
    'zh-CN': '凭证正在生成，请稍后再试',
    en: 'The proof is not ready yet. Please try again soon.',
  },
  method_unavailable: {
    status: 409,
    'zh-CN': '该支付方式暂不可用',
    en: 'This payment method is not available.',
  },
  difference_resolved: {
    status: 409,
    'zh-CN': '该差异已处理',
    en: 'This difference is resolved already.',
  },
  difference_not_adjustable: {
    status: 409,
    'zh-CN': '该差异没有可入账的金额',
    en: 'There is nothing to book for this difference.',
  },
  idempotency_in_progress: {
    status: 409,
    'zh-CN': '请求正在处理，请稍候',
    en: 'This request is still being processed.',
  },
  body_too_large: { status: 413, 'zh-CN': '请求内容过大', en: 'The request body is too large.' },
  unsupported_media_type: {
    status: 415,
    'zh-CN': '不支持的内容类型',
    en: 'The content type is not supported.',
  },
  idempotency_mismatch: {
    status: 422,
    'zh-CN': '幂等键已用于另一请求',
    en: 'This Idempotency-Key was used with another request.',
  },
  rate_limited: {
    status: 429,
    'zh-CN': '操作过于频繁，请稍后再试',
    en: 'Too many requests. Please try again later.',
  },
  internal: { status: 500, 'zh-CN': '服务出错，请稍后再试', en: 'Something went wrong on our side.' },
  gateway_unavailable: {
    status: 503,
    'zh-CN': '支付渠道繁忙，请稍后再试',
    en: 'The payment channel is not answering.',
  },
  busy: { status: 503, 'zh-CN': '服务繁忙，请稍后再试', en: 'Too busy. Please try again shortly.' },
  not_ready: { status: 503, 'zh-CN': '服务启动中', en: 'The service is starting.' },
} as const satisfies Record<string, ErrorDefinition>;

/** A stable error code, as found in `code` of every problem document. */
export type ErrorCode = keyof typeof ERRORS;

/** HTTP status of an error code. */
export const errorStatus = (code: ErrorCode): number => ERRORS[code].status;

/** Message of an error code in the reader's language. */
export const errorMessage = (code: ErrorCode, language: Language): string => ERRORS[code][language];

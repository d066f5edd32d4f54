import { sql, type RawBuilder } from 'kysely';

/** One part of an export. */
export interface Section {
  readonly name: string;
  /** Items with a text `key` greater than `after`, in its order: rows of `key` and `item` (jsonb). */
  readonly items: (accountId: string, after: string, limit: number) => RawBuilder<unknown>;
}

/** A section whose rows belong to the account by `owner` and are told apart by a UUID, whose text sorts as it does. */
const rows = (
  name: string,
  from: string,
  item: string,
  owner = 'account_id',
  key = 'id',
  ownedBy = (accountId: string): RawBuilder<unknown> => sql`= ${accountId}`,
): Section => ({
  name,
  items: (accountId, after, limit) => sql`
    select ${sql.raw(key)}::text collate "C" as key, jsonb_strip_nulls(jsonb_build_object(${sql.raw(item)})) as item
      from ${sql.raw(from)}
      where ${sql.raw(owner)} ${ownedBy(accountId)} ${after === '' ? sql`` : sql`and ${sql.raw(key)} > ${after}::uuid`}
      order by ${sql.raw(key)} limit ${limit}`,
});

/** For what stays filed as it was written when an account is joined into another. */
const rowsWithJoined = (name: string, from: string, item: string, owner = 'account_id'): Section =>
  rows(
    name,
    from,
    item,
    owner,
    'id',
    (accountId) => sql`in (
      select ${accountId}::uuid union all select id from accounts where joined_into = ${accountId})`,
  );

const ORDER = `
  'id', orders.id, 'orderNumber', order_number, 'merchant', merchants.name, 'merchantId', merchant_id,
  'host', orders.host, 'linkCode', link_code, 'remark', remark, 'state', state, 'method', method, 'amountFen', amount_fen, 'feeFen', fee_fen,
  'feeWaivedFen', fee_waived_fen, 'discountFen', discount_fen, 'pointsRedeemed', points_redeemed,
  'pointsRedeemedFen', points_redeemed_fen, 'totalFen', total_fen, 'points', points, 'refundedFen', refunded_fen,
  'transactionId', transaction_id, 'createdAt', orders.created_at, 'paidAt', paid_at, 'closedAt', closed_at,
  'attempts', (select jsonb_agg(jsonb_build_object('id', id, 'method', method, 'state', state, 'totalFen', total_fen,
      'transactionId', transaction_id, 'failureReason', failure_reason, 'createdAt', created_at) order by id)
    from attempts where order_id = orders.id),
  'history', (select jsonb_agg(jsonb_build_object('subject', subject, 'from', from_state, 'to', to_state,
      'reason', reason, 'actor', actor, 'at', at) order by id)
    from history where order_id = orders.id),
  'refunds', (select jsonb_agg(jsonb_build_object('id', id, 'kind', kind, 'refundFen', refund_fen, 'amountFen', amount_fen,
      'points', points, 'reason', reason, 'note', note, 'state', state, 'createdAt', created_at,
      'finishedAt', finished_at) order by id)
    from refunds where order_id = orders.id),
  'promotions', (select jsonb_agg(jsonb_build_object('promotionId', promotion_id, 'kind', kind, 'state', state,
      'amount', amount, 'at', claimed_at) order by promotion_id)
    from promotion_claims where order_id = orders.id)`;

/**
 * All that is kept about an account. Numbers of cards and phones are told as they are shown, by a few of their digits: an export
 * is a file that lies about. What is left out tells nothing about the person or is no more than a copy: hashes of secrets,
 * keys, answers kept for repeated requests, and what risk rules made of an event, which would tell how to get past them.
 */
export const SECTIONS: readonly Section[] = [
  rowsWithJoined(
    'account',
    'accounts',
    `'id', id, 'createdAt', created_at, 'lockedAt', locked_at, 'lockReason', lock_reason,
     'unlockAfter', unlock_after, 'cautiousUntil', cautious_until, 'joinedAt', joined_at`,
    'id',
  ),
  rows(
    'logins',
    '(select *, derived_id(host || open_id) as id from logins) as logins',
    `'host', host, 'openId', open_id, 'unionId', union_id, 'linkedAt', linked_at`,
  ),
  rows('phone', 'phones', `'number', masked, 'verifiedAt', verified_at`, 'account_id', 'account_id'),
  rows(
    'paymentPin',
    'payment_pins',
    `'setAt', set_at, 'lockedUntil', locked_until, 'resetAfter', reset_after`,
    'account_id',
    'account_id',
  ),
  rows(
    'authenticator',
    'authenticators',
    `'createdAt', created_at, 'confirmedAt', confirmed_at`,
    'account_id',
    'account_id',
  ),
  rows('biometrics', 'biometrics', `'deviceId', device_id, 'setAt', set_at`, 'account_id', 'device_id'),
  rows(
    'sessions',
    'sessions',
    `'id', id, 'host', host, 'deviceId', device_id, 'deviceName', device_name, 'network', network, 'createdAt', created_at,
     'lastSeenAt', last_seen_at, 'expiresAt', expires_at, 'revokedAt', revoked_at`,
  ),
  rowsWithJoined(
    'consents',
    'consents',
    `'document', document, 'version', version, 'given', given, 'host', host, 'at', at`,
  ),
  rows(
    'cards',
    'bank_cards',
    `'id', id, 'scheme', scheme, 'bank', bank, 'kind', kind, 'lastFour', last_four, 'boundAt', bound_at,
     'deletedAt', deleted_at`,
  ),
  rows(
    'orders',
    'orders join merchants on merchants.id = merchant_id',
    ORDER,
    'orders.account_id',
    'orders.id',
  ),
  rows(
    'pointsLots',
    'points_lots',
    `'id', id, 'orderId', order_id, 'kind', kind, 'earned', earned, 'takenBack', taken, 'left', points, 'state', state,
     'availableAt', available_at, 'expiresAt', expires_at, 'createdAt', created_at`,
  ),
  rowsWithJoined(
    'ledgerPostings',
    'postings',
    `'id', id, 'kind', kind, 'orderId', order_id, 'accounts', accounts, 'units', units, 'amounts', amounts,
     'at', created_at`,
  ),
  rows(
    'cashback',
    'cashbacks',
    `'id', id, 'orderId', order_id, 'amountFen', amount_fen, 'owedFen', owed_fen, 'state', state, 'dueAt', due_at,
     'createdAt', created_at`,
  ),
  rows(
    'payouts',
    `payouts join logins on payee_kind = 'open_id' and payee_id = logins.open_id
      and source = case logins.host when 'weapp' then 'wechatpay' else 'alipay' end`,
    `'id', payouts.id, 'amountFen', amount_fen, 'state', state, 'payeeName', payee_name, 'createdAt', payouts.created_at,
     'paidAt', paid_at`,
    'logins.account_id',
    'payouts.id',
  ),
  rows(
    'messages',
    'messages',
    `'id', id, 'kind', kind, 'orderId', order_id, 'amountFen', amount_fen, 'points', points, 'at', created_at`,
  ),
  rows('securityEvents', 'security_events', `'id', id, 'kind', kind, 'sessionId', session_id, 'at', at`),
  rows(
    'challenges',
    'challenges',
    `'action', action, 'passed', passed, 'createdAt', created_at, 'expiresAt', expires_at`,
  ),
  rows('smsCodes', 'sms_codes', `'sentAt', sent_at, 'usedAt', used_at`),
  rows(
    'riskEvents',
    'risk_events',
    `'action', action, 'device', device, 'city', city, 'payee', payee, 'amountFen', amount_fen, 'orderId', order_id,
     'at', at`,
    'account',
  ),
  rows(
    'riskCases',
    'risk_cases',
    `'id', id, 'state', state, 'appealed', appealed, 'openedAt', opened_at, 'updatedAt', updated_at,
     'appeals', (select jsonb_agg(jsonb_build_object('words', note, 'at', at) order by id)
       from risk_case_history where case_id = risk_cases.id and action = 'appealed')`,
    'account',
  ),
  rows('exports', 'data_exports', `'id', id, 'state', state, 'askedAt', asked_at, 'readyAt', ready_at`),
  rows(
    'deletions',
    'account_deletions',
    `'state', state, 'askedAt', asked_at, 'dueAt', due_at, 'endedAt', ended_at`,
  ),
];

import type { Language } from '../../contract/errors';
import type { Host, InclusionProof as ProofAnswer, Order, OrderDetail, Refund } from '../../contract/types';
import type { GatewayName } from '../../gateways/port';
import type { HistoryRow, InclusionProof, OrderRow, RefundRow } from '../../store';
import { methodPrices } from '../fee/price';
import { merchantAnswer } from '../merchant/answers';
import { historyText, refundReason, refundText } from '../wording';

/** An order as lists tell it. */
export const orderAnswer = (order: OrderRow): Order => ({
  id: order.id,
  orderNumber: order.orderNumber,
  state: order.state,
  merchant: merchantAnswer(order.merchant),
  linkCode: order.linkCode,
  remark: order.remark,
  method: order.method,
  amountFen: order.amountFen,
  feeFen: order.feeFen,
  feeWaivedFen: order.feeWaivedFen,
  discountFen: order.discountFen,
  pointsRedeemed: order.pointsRedeemed,
  pointsRedeemedFen: order.pointsRedeemedFen,
  totalFen: order.totalFen,
  points: order.points,
  refundedFen: order.refundedFen,
  createdAt: order.createdAt.toISOString(),
  expiresAt: order.expiresAt.toISOString(),
  paidAt: order.paidAt?.toISOString() ?? null,
  closedAt: order.closedAt?.toISOString() ?? null,
});

/** A refund as its payer is told of it. */
export const refundAnswer = (refund: RefundRow, language: Language): Refund => ({
  id: refund.id,
  kind: refund.kind,
  state: refund.state,
  refundFen: refund.refundFen,
  amountFen: refund.amountFen,
  feeFen: refund.feeFen,
  feeWaivedFen: refund.feeWaivedFen,
  discountFen: refund.discountFen,
  pointsRedeemed: refund.pointsRedeemed,
  pointsRedeemedFen: refund.pointsRedeemedFen,
  points: refund.points,
  reason: refundReason(refund, language),
  text: refundText(refund, language),
  requestedAt: refund.createdAt.toISOString(),
  returnedAt: refund.finishedAt?.toISOString() ?? null,
});

/** Who reads an order, and where. */
export interface OrderReader {
  readonly host: Host;
  readonly language: Language;
  readonly isUp: (gateway: GatewayName) => boolean;
}

/** An order with the prices it was quoted, its refunds and all that happened to it, in the reader's language. */
export const orderDetailAnswer = (
  order: OrderRow,
  history: readonly HistoryRow[],
  refunds: readonly RefundRow[],
  reader: OrderReader,
): OrderDetail => ({
  ...orderAnswer(order),
  methods: methodPrices(order.methods, reader),
  transactionId: order.transactionId,
  history: history.map((entry) => ({
    subject: entry.subject,
    subjectId: entry.subjectId,
    from: entry.from,
    to: entry.to,
    reason: entry.reason,
    text: historyText(entry, reader.language),
    actor: entry.actor,
    at: entry.at.toISOString(),
  })),
  refunds: refunds.map((refund) => refundAnswer(refund, reader.language)),
});

/** A proof as people copy it: bytes as text. */
export const proofAnswer = (proof: InclusionProof): ProofAnswer => ({
  version: 1,
  leaf: proof.leaf,
  place: proof.place,
  path: proof.path.map((node) => Buffer.from(node).toString('hex')),
  header: proof.header,
  signature: Buffer.from(proof.signature).toString('base64'),
  publicKey: Buffer.from(proof.publicKey).toString('base64'),
});

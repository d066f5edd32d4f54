/**
 * Words for what the domain and the store tell by stable identifiers, in the languages of the API. What an identifier
 * means is decided where it is made; here it only gets its sentence.
 */
export { categoryName, displayName } from './names';
export { failureText, historyText } from './history';
export { incomingPayoutText } from './payouts';
export { pointsRulesText, pointsText } from './points';
export { findingText, rulesOfFinding } from './findings';
export { priceReasonDetails, priceReasonText, ruleOfReason } from './prices';
export { messageText, refundReason, refundText } from './refunds';

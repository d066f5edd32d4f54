export { joinAccounts, type Joined } from './join';
export { accountOfLinkCode, keepLinkCode, spendLinkCode } from './link-codes';
export { accountOfLogin, getLogin, listLogins, unlinkLogin, type LoginRow, type Unlinked } from './logins';
export { sealCardsFor, type SealedCards } from './move-cards';
export { joinObstacle, type Joining } from './obstacles';
export { whatMoves, type WhatMoves } from './preview';

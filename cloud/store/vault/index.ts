export { bindCard, deleteCard, listCards, type BankCardRow } from './bank-cards';
export {
  findInVault,
  indexOf,
  open,
  openFromVault,
  putInVault,
  seal,
  shredInVault,
  type RecordName,
  type Sealed,
  type VaultKeys,
} from './records';
export { rewrapKeys, type Rewrapped } from './rewrap';
export { decrypt, encrypt, NotOpened } from './seal';

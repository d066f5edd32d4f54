export {
  beginAuthenticator,
  claimCodeTry,
  confirmAuthenticator,
  getAuthenticator,
  recoveryCodesLeft,
  removeAuthenticator,
  spendCode,
  spendRecoveryCode,
  type AuthenticatorRow,
} from './authenticators';
export {
  acceptBiometric,
  claimBiometricTry,
  getBiometric,
  issueBiometricNonce,
  putBiometric,
  removeBiometric,
  removeBiometrics,
  returnBiometricTry,
  takeBiometricNonce,
  type BiometricRow,
} from './biometrics';
export {
  getChallenge,
  issueChallenge,
  passFactor,
  spendChallenge,
  type ChallengeQuestion,
  type ChallengeRow,
} from './challenges';
export {
  deviceStanding,
  endOtherSessions,
  endSessions,
  listDevices,
  signDeviceOut,
  type DeviceRow,
  type DeviceStanding,
} from './devices';
export { addSecurityEvent, addToldSecurityEvent, listSecurityEvents, type SecurityEventRow } from './events';
export { getAccountLock, lockAccount, unlockAccount, unlockByOperator, type AccountLock } from './locks';
export { forgetPhone, getPhone, putPhone, readPhoneNumber, type PhoneRow } from './phones';
export { claimSmsTry, keepSmsCode, spendSmsCode, type NewSmsCode, type SmsTry } from './sms-codes';
export {
  askPinReset,
  claimPinTry,
  clearPinTries,
  createPin,
  getPin,
  rehashPin,
  replacePin,
  type PinState,
} from './pins';
export { issueSealingKey, takeSealingKey } from './sealing-keys';
export { spentSince } from './spending';
export type { ChallengeAction, SecurityEventKind } from './tables';

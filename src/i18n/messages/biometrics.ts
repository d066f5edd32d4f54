import { defineMessages } from '../define';

/** Words of fingerprint and face as a factor among others; those of their own are in their package. */
export const biometrics = defineMessages(
  {
    'security.biometric.enter': '请验证指纹或面容',
    'security.biometric.instead': '改用指纹或面容',
    'security.confirm.add_biometric': '开启前请验证身份',
    'security.confirm.remove_biometric': '关闭前请验证身份',
    'security.event.biometric_added': '开启指纹或面容',
    'security.event.biometric_removed': '关闭指纹或面容',
    'security.event.biometric_wrong': '指纹或面容验证未通过',
  },
  {
    'security.biometric.enter': 'Confirm by fingerprint or face',
    'security.biometric.instead': 'Use fingerprint or face instead',
    'security.confirm.add_biometric': 'Please confirm before you turn it on',
    'security.confirm.remove_biometric': 'Please confirm before you turn it off',
    'security.event.biometric_added': 'Fingerprint or face turned on',
    'security.event.biometric_removed': 'Fingerprint or face turned off',
    'security.event.biometric_wrong': 'Fingerprint or face was refused',
  },
);

import { wordsOf } from '../../i18n';
import { defineMessages } from '../../i18n/define';

/** Words of fingerprint and face. */
export const biometricWords = wordsOf(
  defineMessages(
    {
      title: '指纹或面容',
      off: '未开启。开启后，可在此设备上用指纹或面容代替支付密码付款。',
      on: '此设备已开启（{time}）',
      stopped: '多次未通过，已暂停。输入一次支付密码后恢复。',
      pinFirst: '请先设置支付密码。',
      notEnrolled: '请先在手机系统设置中录入指纹或面容。',
      turnOn: '开启',
      turnOff: '关闭',
      touch: '验证指纹或面容',
      cancelled: '已取消指纹或面容验证',
      failed: '没有识别出你的指纹或面容',
      frozen: '手机已暂停指纹或面容识别，请稍后再试',
      unavailable: '此设备现在不能使用指纹或面容',
    },
    {
      title: 'Fingerprint or face',
      off: 'Off. Once on, your fingerprint or face pays on this device instead of the PIN.',
      on: 'On for this device ({time})',
      stopped: 'Paused after failures. It goes on once you enter your PIN.',
      pinFirst: 'Please set a payment PIN first.',
      notEnrolled: "Please add a fingerprint or your face in the phone's settings first.",
      turnOn: 'Turn on',
      turnOff: 'Turn off',
      touch: 'Use fingerprint or face',
      cancelled: 'You left the fingerprint or face check',
      failed: 'Your fingerprint or face was not recognised',
      frozen: 'The phone has paused its recognition. Please try later',
      unavailable: 'Fingerprint or face cannot be used on this device now',
    },
  ),
);

/** Words of the list of devices that an account is signed in on. */
export const deviceWords = wordsOf(
  defineMessages(
    {
      title: '登录设备',
      hint: '查看账户在哪些设备上登录，可退出不认识的设备。',
      open: '管理登录设备',
      what: '退出登录后，该设备须重新在微信或支付宝里登录才能使用。看到不认识的设备，请退出它并修改支付密码。',
      phone: '手机',
      current: '本机',
      lastSeen: '最近使用：{time}',
      firstSeen: '首次登录：{time}',
      network: '网络：{network}',
      signOut: '退出登录',
      keep: '取消',
      signOutQuestion: '退出“{name}”？',
      othersQuestion: '退出本机以外的所有设备？',
      signOutOthers: '退出其他所有设备',
      noOthers: '没有在其他设备上登录。',
    },
    {
      title: 'Devices',
      hint: 'See where you are signed in, and sign out what you do not know.',
      open: 'Manage devices',
      what: 'A device that is signed out has to sign in again inside WeChat or Alipay. If you do not know one, sign it out and change your payment PIN.',
      phone: 'Phone',
      current: 'This device',
      lastSeen: 'Last used: {time}',
      firstSeen: 'First signed in: {time}',
      network: 'Network: {network}',
      signOut: 'Sign out',
      keep: 'Cancel',
      signOutQuestion: 'Sign out “{name}”?',
      othersQuestion: 'Sign out everywhere but here?',
      signOutOthers: 'Sign out everywhere else',
      noOthers: 'You are signed in nowhere else.',
    },
  ),
);

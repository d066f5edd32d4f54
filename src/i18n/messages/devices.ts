import { defineMessages } from '../define';

/** What happened to devices that an account is signed in on; the words of their list are in its package. */
export const devices = defineMessages(
  {
    'security.event.device_added': '在新设备上登录',
    'security.event.signed_in': '退出后重新登录',
    'security.event.device_signed_out': '退出一台设备的登录',
    'security.event.others_signed_out': '退出其他所有设备的登录',
    'security.event.token_reused': '登录凭证被重复使用，已退出该设备',
  },
  {
    'security.event.device_added': 'Signed in on a new device',
    'security.event.signed_in': 'Signed in again after signing out',
    'security.event.device_signed_out': 'A device was signed out',
    'security.event.others_signed_out': 'All other devices were signed out',
    'security.event.token_reused': 'A sign-in was used twice; that device was signed out',
  },
);

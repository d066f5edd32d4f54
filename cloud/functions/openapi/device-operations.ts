import * as schemas from '../../contract/device-schemas';
import type { Operation } from './operations';

const shared = { tag: 'security', access: 'user' } as const;
const devices = (description: string) =>
  ({ status: 200, schema: schemas.deviceListSchema, description }) as const;

/** What people do about the devices on which they are signed in. */
export const DEVICE_OPERATIONS: readonly Operation[] = [
  {
    ...shared,
    method: 'get',
    path: '/v1/security/devices',
    id: 'listDevices',
    summary: 'The devices on which the account is signed in, this one first',
    success: devices('At most fifty devices'),
  },
  {
    ...shared,
    method: 'delete',
    path: '/v1/security/devices/{sessionId}',
    id: 'signDeviceOut',
    summary: 'Sign a device out: none of its tokens works any more',
    parameters: schemas.deviceParametersSchema,
    success: { status: 204, description: 'The device is signed out' },
    problems: ['device_not_found'],
  },
  {
    ...shared,
    method: 'post',
    path: '/v1/security/devices/sign-out-others',
    id: 'signOtherDevicesOut',
    summary: 'Sign out everywhere but here',
    idempotencyKey: true,
    success: devices('What is left'),
  },
];

import { run } from '../../cloud/functions/main';

/** Every function in one process, started as the platform starts one: the process that is killed. */
void run(
  () => import('../../cloud/functions/session'),
  () => import('../../cloud/functions/merchant'),
  () => import('../../cloud/functions/fee'),
  () => import('../../cloud/functions/order'),
  () => import('../../cloud/functions/payment'),
  () => import('../../cloud/functions/notification'),
  () => import('../../cloud/functions/job'),
);

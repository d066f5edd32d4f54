import { routes as fee } from '../../cloud/functions/fee';
import { routes as job } from '../../cloud/functions/job';
import { run } from '../../cloud/functions/main';
import { routes as merchant } from '../../cloud/functions/merchant';
import { routes as notification } from '../../cloud/functions/notification';
import { routes as order } from '../../cloud/functions/order';
import { routes as payment } from '../../cloud/functions/payment';
import { routes as session } from '../../cloud/functions/session';

/** Every function in one process, started as the platform starts one: the process that is killed. */
void run(session, merchant, fee, order, payment, notification, job);

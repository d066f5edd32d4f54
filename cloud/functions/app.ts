import type { Dependencies } from './dependencies';
import { routes as card } from './card';
import { routes as fee } from './fee';
import type { App } from './http/environment';
import { routes as job } from './job';
import { routes as ledger } from './ledger';
import { routes as merchant } from './merchant';
import { routes as message } from './message';
import { mount } from './mount';
import { routes as notification } from './notification';
import { routes as openapi } from './openapi';
import { routes as operator } from './operator';
import { routes as order } from './order';
import { routes as payment } from './payment';
import { routes as personal } from './personal';
import { routes as payout } from './payout';
import { routes as points } from './points';
import { routes as promotion } from './promotion';
import { routes as security } from './security';
import { routes as risk } from './risk';
import { routes as session } from './session';

/** The whole API in one app. */
export const createApp = (deps: Dependencies): App =>
  mount(
    deps,
    session,
    personal,
    security,
    merchant,
    fee,
    order,
    payment,
    card,
    payout,
    promotion,
    notification,
    message,
    points,
    risk,
    ledger,
    job,
    operator,
    openapi,
  );

import type { ColumnType } from 'kysely';

import type { Host } from '../../contract/types';

type Fixed<T> = ColumnType<T, T, never>;

/** Who a host says somebody is, and the account they sign in to with that. An account has at most one of each host. */
export interface LoginsTable {
  host: Fixed<Host>;
  appId: Fixed<string>;
  openId: Fixed<string>;
  unionId: string | null;
  accountId: string;
  /** Since when it is a login of this account. */
  linkedAt: Date;
}

/** The code by which the account of another host may be joined into this one. */
export interface LoginLinkCodesTable {
  accountId: Fixed<string>;
  hash: string;
  createdAt: Date;
  expiresAt: Date;
}

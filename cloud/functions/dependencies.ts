import { randomBytes } from 'node:crypto';

import { v7 as uuidv7 } from 'uuid';

import { QUOTE_LIFETIME_MS } from '../contract/limits';
import type { Host } from '../contract/types';
import { DOCUMENTS, type LegalDocument } from '../domain/personal';
import type { HostBiometrics } from '../gateways/hosts/biometrics';
import type { HostPhones } from '../gateways/hosts/phones';
import type { HostMessenger, Shipping } from '../gateways/hosts/port';
import type { SmsSender } from '../gateways/sms/port';
import type { GatewayName, HostLogin, PaymentGateway } from '../gateways/port';
import { localKeyService } from '../gateways/kms/local';
import { batchPayments, openDatabase, type Database, type PaymentRecorder } from '../store';
import type { VaultKeys } from '../store/vault';
import { liveFees, type LiveFees } from './fee/live';
import type { QuoteClaims } from './fee/quote';
import { createGateways } from './gateways';
import type { Caller } from './http/environment';
import { jsonLog, type Log } from './http/log';
import { rateLimits, type RateLimits } from './http/rate-limits';
import { tokenKind, type TokenKind } from './http/tokens';
import { livePoints, type LivePoints } from './points/live';
import { livePromotions, type LivePromotions } from './promotion/live';
import { createSms } from './sms';
import { createIdentity, type Identity } from './security/identity';
import { liveRisk, type LiveRisk } from './risk/live';
import type { Settings } from './settings';

/** The gateways by name. Each is loaded when it is first asked for, so that a cold start pays for none it does not use. */
export interface Gateways {
  get(name: GatewayName): Promise<PaymentGateway>;
  /** Whether the gateway's breaker lets calls through; true for one not asked yet. */
  isAvailable(name: GatewayName): boolean;
}

export interface Logins {
  get(host: Host): Promise<HostLogin>;
}

/** What the hosts' servers do besides telling who signs in. */
export interface Hosts {
  messenger(host: Host): Promise<HostMessenger>;
  shipping(): Promise<Shipping>;
  biometrics(host: Host): Promise<HostBiometrics>;
  /** Undefined where the host is not set up to tell phone numbers. */
  phones(host: Host): Promise<HostPhones | undefined>;
}

export interface Tokens {
  readonly access: TokenKind<Caller>;
  readonly quote: TokenKind<QuoteClaims>;
}

/** Everything a function reaches outside itself. Tests hand in their own clock, ids, log and gateways. */
export interface Dependencies {
  readonly db: Database;
  /** How reported payments are recorded: those that arrive together, together. */
  readonly payments: PaymentRecorder;
  /** The rules of fees in force. */
  readonly fees: LiveFees;
  /** The rules of points in force. */
  readonly points: LivePoints;
  /** The promotions that run. */
  readonly promotions: LivePromotions;
  /** What risk control judges by. */
  readonly risk: LiveRisk;
  readonly gateways: Gateways;
  readonly logins: Logins;
  readonly hosts: Hosts;
  /** Sends text messages; undefined where nothing is set up for it. */
  readonly sms: (() => Promise<SmsSender>) | undefined;
  readonly tokens: Tokens;
  readonly identity: Identity;
  /** How often each account, device, address and operator may call. */
  readonly limits: RateLimits;
  /** What people agree to. */
  readonly documents: readonly LegalDocument[];
  /** What opens the vault; undefined where it has no keys. */
  readonly vault: VaultKeys | undefined;
  readonly settings: Settings;
  readonly now: () => Date;
  /** UUIDv7. */
  readonly newId: () => string;
  readonly randomBytes: (length: number) => Uint8Array;
  readonly log: Log;
}

/** How long an access token is taken without a refresh, in ms. */
const ACCESS_TOKEN_LIFETIME_MS = 15 * 60_000;

/** The dependencies of a running process. `parts` replaces any of them. */
export function createDependencies(settings: Settings, parts: Partial<Dependencies> = {}): Dependencies {
  const now = parts.now ?? (() => new Date());
  const newId = parts.newId ?? uuidv7;
  const log = parts.log ?? jsonLog((line) => process.stdout.write(`${line}\n`), now);
  const { gateways, logins, hosts } = createGateways(settings, { now, log, randomBytes });
  const secret = settings.sessionSecret;
  const db = parts.db ?? openDatabase({ url: settings.databaseUrl, poolMax: settings.databasePoolMax });
  return {
    settings,
    now,
    newId,
    log,
    db,
    payments: parts.payments ?? batchPayments(db),
    fees: parts.fees ?? liveFees(db),
    points: parts.points ?? livePoints(db),
    promotions: parts.promotions ?? livePromotions(db),
    risk: parts.risk ?? liveRisk(db),
    gateways: parts.gateways ?? gateways,
    logins: parts.logins ?? logins,
    hosts: parts.hosts ?? hosts,
    sms: parts.sms ?? createSms(settings, now),
    tokens: parts.tokens ?? {
      access: tokenKind({ secret, audience: 'tpwallet/access', lifetimeMs: ACCESS_TOKEN_LIFETIME_MS, now }),
      quote: tokenKind({ secret, audience: 'tpwallet/quote', lifetimeMs: QUOTE_LIFETIME_MS, now }),
    },
    identity: parts.identity ?? createIdentity(settings.identity.keys, parts.randomBytes ?? randomBytes),
    documents: parts.documents ?? DOCUMENTS,
    vault: parts.vault ?? vaultKeys(settings, parts.randomBytes ?? randomBytes),
    limits: parts.limits ?? rateLimits({ now, factor: settings.rates.factor }),
    randomBytes: parts.randomBytes ?? randomBytes,
  };
}

function vaultKeys({ vault }: Settings, bytes: Dependencies['randomBytes']): VaultKeys | undefined {
  if (vault === undefined) return undefined;
  const { keys, currentKeyId, indexKey } = vault;
  return {
    service: localKeyService({ keys, currentKeyId, randomBytes: bytes }),
    indexKey,
    randomBytes: bytes,
  };
}

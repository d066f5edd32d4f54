import { errorMessage } from '../../cloud/contract/errors';
import type { Account, ConsentGive, Language } from '../../cloud/contract/types';
import type { HostStorage } from '../host/host';

import { ApiError } from './errors';

type Items = ConsentGive['items'];

/** What was agreed to on this device, and whether the server knows. */
interface Agreed {
  readonly items: Items;
  readonly told: boolean;
}

export interface ConsentDependencies {
  readonly storage: HostStorage;
  readonly language: () => Language;
  /** Tells the server, as the user who is signed in. */
  readonly give: (items: Items) => Promise<unknown>;
  readonly isSignedIn: () => boolean;
  /** Forgets the session of this device. */
  readonly signOut: () => void;
}

/** Asks for the consent that signing in needs, before it. */
export interface ConsentKeeper {
  /** Resolves once the user has agreed. Rejects with ApiError `consent_required` where they declined. */
  settled(): Promise<void>;
  /** Whether the question is to be shown now. */
  isAsking(): boolean;
  onChange(listener: () => void): () => void;
  agree(items: Items): void;
  decline(): void;
  /** Shows the question to somebody who declined and would go on now. */
  askAgain(): void;
  /** Compares what the server knows of whoever is signed in now. */
  check(account: Pick<Account, 'consentsMissing'>): void;
  /** After a withdrawal: nothing is agreed to any more. */
  forget(): void;
}

const STORED = 'consents';

/** Keeps what was agreed to on this device; the server has the record of it, and the last word on what is missing. */
export function createConsentKeeper(dependencies: ConsentDependencies): ConsentKeeper {
  const { storage } = dependencies;
  const listeners = new Set<() => void>();
  let agreed = storage.get<Agreed>(STORED);
  let asking = false;
  let declined = false;
  let waiting: { readonly resolve: () => void; readonly reject: (error: ApiError) => void }[] = [];

  function show(shown: boolean): void {
    asking = shown;
    for (const listener of listeners) listener();
  }
  function keep(now: Agreed | undefined): void {
    agreed = now;
    if (now) storage.set(STORED, now);
    else storage.remove(STORED);
  }
  function ask(): void {
    keep(undefined);
    declined = false;
    show(true);
  }
  function tell(here: Agreed): void {
    dependencies.give(here.items).then(
      () => keep({ ...here, told: true }),
      (error: unknown) => {
        // Without an answer it is told with the next session; a version that is over is asked for anew.
        if (error instanceof ApiError && error.code === 'document_outdated') ask();
      },
    );
  }
  const refusal = (): ApiError =>
    new ApiError('consent_required', 409, errorMessage('consent_required', dependencies.language()), '');

  return {
    settled() {
      if (agreed) return Promise.resolve();
      if (declined) return Promise.reject(refusal());
      if (!asking) show(true);
      return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
    },
    isAsking: () => asking,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    agree(items) {
      declined = false;
      const here = { items, told: false };
      keep(here);
      if (dependencies.isSignedIn()) tell(here);
      const all = waiting;
      waiting = [];
      show(false);
      for (const { resolve } of all) resolve();
    },
    decline() {
      declined = true;
      dependencies.signOut();
      const all = waiting;
      waiting = [];
      show(false);
      for (const { reject } of all) reject(refusal());
    },
    askAgain: ask,
    check({ consentsMissing }) {
      const here = agreed;
      if (here === undefined || consentsMissing.length === 0) {
        if (here && !here.told) keep({ ...here, told: true });
        return;
      }
      const isNew = !here.told;
      const covers = consentsMissing.every((id) => here.items.some(({ document }) => document === id));
      if (!isNew || !covers) return ask();
      tell(here);
    },
    forget: () => keep(undefined),
  };
}

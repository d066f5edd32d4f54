import { useSyncExternalStore } from 'react';

import { host } from '../host';

/** How the app looks, as chosen by the user. `system` follows the host's own theme. */
export interface Appearance {
  readonly largeText: boolean;
  readonly colors: 'system' | 'light' | 'dark';
}

const STORED = 'appearance';
const listeners = new Set<() => void>();
let current: Appearance = {
  largeText: false,
  colors: 'system',
  ...host.storage.get<Partial<Appearance>>(STORED),
};

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The appearance chosen now; the component renders again when it changes. */
export const useAppearance = (): Appearance => useSyncExternalStore(subscribe, () => current);

/** Changes part of the appearance, remembers it and shows it on every page. */
export function setAppearance(change: Partial<Appearance>): void {
  current = { ...current, ...change };
  host.storage.set(STORED, current);
  for (const listener of listeners) listener();
}

/** Whether this appearance is dark now. */
export const isDark = ({ colors }: Appearance): boolean =>
  colors === 'system' ? host.isDark() : colors === 'dark';

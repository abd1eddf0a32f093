/** What was done last, to be read at a glance. */
import type { SuggestionView, ValueView, Verb } from '../../protocol/messages';

export interface Last {
  readonly key: string;
  readonly did: Verb | 'undo' | 'bulk';
  readonly value: ValueView;
  readonly blind: boolean;
  /** The suggestion of a blind item, once it was answered. */
  readonly revealed: SuggestionView | null;
  /** How many records it was done to. */
  readonly count: number;
}

export function lastOf(key: string, did: Last['did'], more: Partial<Last> = {}): Last {
  return { key, did, value: null, blind: false, revealed: null, count: 1, ...more };
}

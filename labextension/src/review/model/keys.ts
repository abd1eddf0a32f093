/** The keys of the surface, after Prodigy's, and what each does. */

export type Action =
  | 'accept'
  | 'reject'
  | 'skip'
  | 'flag'
  | 'undo'
  | 'edit'
  | 'note'
  | 'search'
  | 'remove'
  | 'details'
  | 'guidelines'
  | 'history'
  | 'bulk'
  | 'filter'
  | 'help';

/** For every action its keys, as `readKey` writes them. Digits are labels and cannot be mapped. */
export type KeyMap = Readonly<Record<Action, readonly string[]>>;

export const DEFAULT_KEYS: KeyMap = {
  accept: ['a'],
  reject: ['x'],
  skip: ['space'],
  flag: ['f'],
  undo: ['backspace', 'ctrl+z'],
  edit: ['e'],
  note: ['n'],
  search: ['/'],
  remove: ['delete', 'd'],
  details: ['w'],
  guidelines: ['g'],
  history: ['y'],
  bulk: ['b'],
  filter: ['o'],
  help: ['h', '?'],
};

export const ACTIONS = Object.keys(DEFAULT_KEYS) as Action[];

/** The default keys, with those that somebody set in their place. */
export function withKeys(set: Partial<Record<string, readonly string[]>>): KeyMap {
  const entries = ACTIONS.map((action) => {
    const keys = set[action] ?? DEFAULT_KEYS[action];
    return [action, keys.map(normalKey)] as const;
  });
  return Object.fromEntries(entries) as unknown as KeyMap;
}

/** The pressed key as a map writes it: `a`, `space`, `ctrl+z`; the Mac's command key is ctrl. */
export function readKey(event: KeyboardEvent): string {
  const key = event.key === ' ' ? 'space' : event.key.toLowerCase();
  const held = [
    event.ctrlKey || event.metaKey ? 'ctrl' : '',
    event.altKey ? 'alt' : '',
    // With shift a letter stays the letter; a sign is another sign already.
    event.shiftKey && (key.length > 1 || key !== key.toUpperCase()) ? 'shift' : '',
  ];
  return [...held.filter(Boolean), key].join('+');
}

/** The action of a pressed key, or `null`. */
export function actionOf(keys: KeyMap, pressed: string): Action | null {
  return ACTIONS.find((action) => keys[action].includes(pressed)) ?? null;
}

/** The place of the label that a digit means, from 0, or `null`. */
export function digitOf(pressed: string): number | null {
  return /^[1-9]$/.test(pressed) ? Number(pressed) - 1 : null;
}

/** How a key is written for people. */
export function showKey(key: string): string {
  const parts = key.split('+');
  return parts
    .map((part) => SHOWN[part] ?? (parts.length === 1 && part.length === 1 ? part : capital(part)))
    .join('+');
}

const SHOWN: Readonly<Record<string, string>> = {
  backspace: '⌫',
  delete: 'Del',
  ctrl: 'Ctrl',
  space: '␣',
  enter: '↵',
  escape: 'Esc',
  arrowleft: '←',
  arrowright: '→',
  arrowup: '↑',
  arrowdown: '↓',
};

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function normalKey(key: string): string {
  return key === ' ' ? 'space' : key.trim().toLowerCase().replace(/\s+/g, '');
}

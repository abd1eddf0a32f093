/** Keeps what a reload of the page must not lose in the storage of the browser's tab. */
import { newKey } from './newKey';
import type { Letter, Shelf } from './outbox';

const PREFIX = 'sciml-magics:outbox:';

interface Kept {
  readonly letters: readonly Letter[];
  readonly queue: string | null;
}

/** Shelves that are in use on this page: a surface takes over only what nobody here holds. */
const inUse = new Set<string>();

/** The shelf of one surface. Takes over what an earlier page, or a closed surface, left there. */
export function openShelf(scope: string, storage: Storage | null): Shelf {
  const name = `${PREFIX}${scope}:${newKey()}`;
  inUse.add(name);
  let kept: Kept = storage ? takeOver(scope, storage) : { letters: [], queue: null };
  const keep = (change: Partial<Kept>): void => {
    kept = { ...kept, ...change };
    store(storage, name, kept);
  };
  keep({});
  return {
    get letters() {
      return kept.letters;
    },
    get queue() {
      return kept.queue;
    },
    keepLetters: (letters) => {
      keep({ letters });
    },
    keepQueue: (queue) => {
      keep({ queue });
    },
    close: () => {
      inUse.delete(name);
    },
  };
}

/** The storage of the tab; `null` where the browser refuses it. */
export function tabStorage(): Storage | null {
  try {
    return window.sessionStorage;
  } catch {
    return null;
  }
}

function takeOver(scope: string, storage: Storage): Kept {
  const names = Array.from({ length: storage.length }, (_, at) => storage.key(at) ?? '');
  const left = names.filter((name) => name.startsWith(`${PREFIX}${scope}:`) && !inUse.has(name));
  const found = left.map((name) => {
    const text = storage.getItem(name);
    storage.removeItem(name);
    return read(text);
  });
  return {
    letters: found.flatMap(({ letters }) => letters),
    queue: found.map(({ queue }) => queue).find((queue) => queue !== null) ?? null,
  };
}

function read(text: string | null): Kept {
  try {
    return JSON.parse(text ?? '') as Kept;
  } catch {
    return { letters: [], queue: null };
  }
}

function store(storage: Storage | null, name: string, kept: Kept): void {
  try {
    if (kept.letters.length || kept.queue !== null) {
      storage?.setItem(name, JSON.stringify(kept));
    } else {
      storage?.removeItem(name);
    }
  } catch {
    // The storage is full: the letters stay in memory, and are lost only by a reload.
  }
}

/** What the panel remembers over a reload: whether it was open, and what it showed of whom. */
import type { IStateDB } from '@jupyterlab/statedb';
import type { ReadonlyPartialJSONValue } from '@lumino/coreutils';

import type { Sight } from './model/notebook';

const KEY = 'sciml-magics:panel';

/** Older notebooks are forgotten. */
const MOST_NOTEBOOKS = 50;

interface Kept {
  readonly open: boolean;
  /** By path, the notebook last looked at at the end. */
  readonly notebooks: readonly (readonly [path: string, sight: Sight])[];
}

const NOTHING: Kept = { open: false, notebooks: [] };

/** What is kept of a database of states; without one it is forgotten at a reload. */
export type Database = Pick<IStateDB, 'fetch' | 'save'>;

/** The browser's own storage: Notebook 7 keeps no states on its server. */
export function browserDatabase(storage: Pick<Storage, 'getItem' | 'setItem'>): Database {
  return {
    fetch: (key) => {
      const kept = storage.getItem(key);
      return Promise.resolve(
        kept === null ? undefined : (JSON.parse(kept) as ReadonlyPartialJSONValue),
      );
    },
    save: (key, value) => {
      storage.setItem(key, JSON.stringify(value));
      return Promise.resolve();
    },
  };
}

export class Memory {
  private kept: Kept = NOTHING;

  constructor(private readonly database: Database | null) {}

  /** Read what was kept. Never rejects: what cannot be read is forgotten. */
  async restore(): Promise<void> {
    try {
      this.kept = read(await this.database?.fetch(KEY));
    } catch {
      this.kept = NOTHING;
    }
  }

  get open(): boolean {
    return this.kept.open;
  }

  set open(open: boolean) {
    if (open !== this.kept.open) {
      this.keep({ ...this.kept, open });
    }
  }

  sightOf(path: string): Sight {
    const found = this.kept.notebooks.find(([each]) => each === path);
    return found?.[1] ?? { task: null, tab: 'review' };
  }

  remember(path: string, { task, tab }: Sight): void {
    const others = this.kept.notebooks.filter(([each]) => each !== path);
    const notebooks = [...others, [path, { task, tab }] as const].slice(-MOST_NOTEBOOKS);
    this.keep({ ...this.kept, notebooks });
  }

  private keep(kept: Kept): void {
    this.kept = kept;
    void this.save({ open: kept.open, notebooks: kept.notebooks.map(plain) });
  }

  private async save(value: ReadonlyPartialJSONValue): Promise<void> {
    try {
      await this.database?.save(KEY, value);
    } catch {
      // A storage that is full or forbidden: it is forgotten at a reload.
    }
  }
}

function plain([path, { task, tab }]: readonly [string, Sight]): [string, string | null, string] {
  return [path, task, tab];
}

function read(kept: unknown): Kept {
  if (typeof kept !== 'object' || kept === null) {
    return NOTHING;
  }
  const { open, notebooks } = kept as { open?: unknown; notebooks?: unknown };
  const all: unknown[] = Array.isArray(notebooks) ? notebooks : [];
  return { open: open === true, notebooks: all.flatMap(readNotebook) };
}

function readNotebook(kept: unknown): [string, Sight][] {
  const [path, task, tab] = Array.isArray(kept) ? (kept as unknown[]) : [];
  if (typeof path !== 'string') {
    return [];
  }
  const sight: Sight = {
    task: typeof task === 'string' ? task : null,
    tab: tab === 'charts' ? 'charts' : 'review',
  };
  return [[path, sight]];
}

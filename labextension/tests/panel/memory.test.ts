import { describe, expect, it } from 'vitest';

import { Memory, browserDatabase, type Database } from '../../src/panel/memory';

function emptyDatabase(): Database {
  const kept = new Map<string, unknown>();
  return {
    fetch: (key) => Promise.resolve(kept.get(key) as never),
    save: (key, value) => Promise.resolve(void kept.set(key, structuredClone(value))),
  };
}

async function reloaded(database: Database): Promise<Memory> {
  const memory = new Memory(database);
  await memory.restore();
  return memory;
}

describe.each([
  ['of states', emptyDatabase],
  ['of the browser', () => browserDatabase(window.localStorage)],
])('a database %s', (_what, make) => {
  it('keeps what was looked at over a reload', async () => {
    window.localStorage.clear();
    const database = make();
    const memory = await reloaded(database);
    memory.open = true;
    memory.remember('a.ipynb', { task: 'topic', tab: 'charts' });
    memory.remember('b.ipynb', { task: null, tab: 'review' });
    const later = await reloaded(database);
    expect(later.open).toBe(true);
    expect(later.sightOf('a.ipynb')).toEqual({ task: 'topic', tab: 'charts' });
    expect(later.sightOf('unknown.ipynb')).toEqual({ task: null, tab: 'review' });
  });
});

describe('Memory', () => {
  it('forgets the notebooks that were not looked at for long', async () => {
    const memory = await reloaded(emptyDatabase());
    for (let number = 0; number < 60; number += 1) {
      memory.remember(`${String(number)}.ipynb`, { task: 'topic', tab: 'review' });
    }
    expect(memory.sightOf('0.ipynb').task).toBeNull();
    expect(memory.sightOf('59.ipynb').task).toBe('topic');
  });

  it.each([
    null,
    3,
    'text',
    { notebooks: 3 },
    { open: 'yes', notebooks: [null, [1], ['a', 2, 3]] },
  ])('takes %j for nothing', async (kept) => {
    const database = { ...emptyDatabase(), fetch: () => Promise.resolve(kept as never) };
    const memory = await reloaded(database);
    expect(memory.open).toBe(false);
    expect(memory.sightOf('a')).toEqual({ task: null, tab: 'review' });
  });

  it('works where nothing can be kept', async () => {
    const memory = await reloaded({
      fetch: () => Promise.reject(new Error('no')),
      save: () => Promise.reject(new Error('no')),
    });
    memory.open = true;
    expect(memory.open).toBe(true);
  });
});

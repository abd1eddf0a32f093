import { beforeEach, describe, expect, it } from 'vitest';

import { item, labelKernel, spansKernel, textKernel } from '../page/examples';
import { here, openSession, settle } from './desks';

beforeEach(() => {
  sessionStorage.clear();
});

const record = (at: number): string => at.toString(16).padStart(32, '0');

describe('a review', () => {
  it('puts the next record on the table before the kernel has answered', async () => {
    const opened = await openSession(labelKernel());
    expect(here(opened)).toBe(record(0));
    opened.kernel.busy = true;
    expect(opened.desk.act('accept')).toBe(true);
    expect(here(opened)).toBe(record(1));
    expect(opened.session.outbox.pending.value).toBe(1);
    expect(opened.session.counts.value?.answered).toBe(1);
    opened.kernel.free();
    await settle();
    expect(opened.session.outbox.pending.value).toBe(0);
    expect(opened.kernel.responses.map(({ decision }) => decision)).toEqual(['accepted']);
  });

  it('of hundreds of records keeps every answer, in order, none twice', async () => {
    const opened = await openSession(labelKernel(300));
    for (let at = 0; at < 300; at += 1) {
      expect(here(opened)).toBe(record(at));
      opened.desk.pressDigit(at % 4);
      opened.desk.act('accept');
      if (at % 7 === 0) {
        await settle();
      }
    }
    await settle();
    expect(opened.kernel.responses.map((response) => response.record)).toEqual(
      Array.from({ length: 300 }, (_, at) => record(at)),
    );
    expect(new Set(opened.kernel.responses.map(({ key }) => key)).size).toBe(300);
    expect(here(opened)).toBeUndefined();
    expect(opened.session.supply.state.value).toBe('dry');
  });

  it('does not accept what is not chosen, nor reject what is hidden, and says why', async () => {
    const opened = await openSession(labelKernel());
    opened.desk.act('accept');
    expect(opened.session.table.item.value?.blind).toBe(true);
    expect(opened.desk.act('accept')).toBe(false);
    expect(opened.session.said.value).toMatch(/Choose a label/);
    expect(opened.desk.act('reject')).toBe(false);
    expect(opened.session.said.value).toMatch(/hidden/);
    expect(here(opened)).toBe(record(1));
  });

  it('reveals a blind suggestion after the answer', async () => {
    const opened = await openSession(labelKernel());
    opened.desk.act('accept');
    opened.desk.pressDigit(1);
    opened.desk.act('accept');
    expect(opened.session.last.value?.revealed).toBeNull();
    await settle();
    expect(opened.session.last.value?.revealed?.value).toBe('genomics');
  });

  it('measures the time of an answer, and sends the note', async () => {
    const opened = await openSession(labelKernel());
    opened.session.table.note('see the figure');
    opened.desk.act('flag');
    await settle();
    const [response] = opened.kernel.responses;
    expect(response).toMatchObject({ decision: 'flagged', value: null, note: 'see the figure' });
    expect(response?.seconds).toBeGreaterThanOrEqual(0);
  });
});

describe('undo', () => {
  it('walks back through all answers, and brings the drafts back', async () => {
    const opened = await openSession(labelKernel());
    opened.desk.pressDigit(3);
    opened.desk.act('accept');
    opened.desk.act('skip');
    opened.desk.act('undo');
    expect(here(opened)).toBe(record(1));
    opened.desk.act('undo');
    expect(here(opened)).toBe(record(0));
    expect(opened.session.table.draft.value.value).toBe('methods');
    await settle();
    expect(opened.kernel.holding().size).toBe(0);
    opened.desk.act('accept');
    opened.desk.act('skip');
    await settle();
    expect([...opened.kernel.holding().keys()]).toEqual([record(0), record(1)]);
    expect(here(opened)).toBe(record(2));
  });

  it('does not bring back what was answered again meanwhile', async () => {
    const opened = await openSession(labelKernel());
    opened.kernel.busy = true;
    opened.desk.act('accept');
    opened.desk.act('undo');
    opened.desk.act('flag');
    opened.kernel.free();
    await settle();
    expect(here(opened)).toBe(record(1));
    expect(opened.kernel.holding().get(record(0))?.decision).toBe('flagged');
  });

  it('reaches answers of before this page', async () => {
    const before = await openSession(labelKernel());
    before.desk.act('accept');
    await settle();
    before.session.dispose();
    const opened = await openSession(before.kernel);
    expect(here(opened)).toBe(record(1));
    opened.desk.act('undo');
    await settle();
    expect(here(opened)).toBe(record(0));
    opened.desk.act('skip');
    expect(here(opened)).toBe(record(1));
  });

  it('where nothing is to be undone says so, and leaves nothing behind', async () => {
    const opened = await openSession(labelKernel());
    opened.desk.act('undo');
    await settle();
    expect(opened.session.said.value).toBe('there is nothing to undo');
    expect(opened.session.outbox.letters.value).toEqual([]);
    expect(here(opened)).toBe(record(0));
  });

  it('takes back many answers as one', async () => {
    const opened = await openSession(labelKernel(40));
    opened.session.answerMany({
      filter: { suggested: 'imaging' },
      verb: 'accept',
      value: null,
      note: '',
    });
    await settle();
    expect(opened.kernel.holding().size).toBe(36);
    expect(opened.session.last.value).toMatchObject({ did: 'bulk', count: 36 });
    expect(here(opened)).toBe(record(1));
    opened.desk.act('undo');
    await settle();
    expect(opened.kernel.holding().size).toBe(0);
    expect(opened.session.supply.records().length).toBeGreaterThan(0);
  });
});

describe('a lost kernel', () => {
  it('leaves answers in the outbox, and gets each once when it is back', async () => {
    const opened = await openSession(labelKernel());
    opened.desk.act('accept');
    await settle();
    opened.kernel.restart();
    expect(opened.client.link.value.state).toBe('closed');
    opened.desk.pressDigit(0);
    opened.desk.act('accept');
    opened.desk.act('accept');
    expect(opened.session.outbox.pending.value).toBe(2);
    await opened.client.connect(opened.kernel.transport());
    await settle();
    expect(opened.session.outbox.pending.value).toBe(0);
    expect(opened.kernel.responses.map((response) => response.record)).toEqual(
      [0, 1, 2].map(record),
    );
    expect(here(opened)).toBe(record(3));
  });

  it('that was killed before it acknowledged stores nothing twice', async () => {
    const opened = await openSession(labelKernel());
    const { key } = await acceptUnheard(opened);
    await opened.client.connect(opened.kernel.transport());
    await settle();
    expect(opened.kernel.responses.map((response) => response.key)).toEqual([key]);
    const sent = opened.kernel.requests.filter(({ method }) => method === 'respond');
    expect(sent).toHaveLength(2);
  });

  it('that has forgotten the queue is asked for it again', async () => {
    const opened = await openSession(labelKernel());
    const restarted = opened.kernel as unknown as { queues: Set<string> };
    restarted.queues.clear();
    opened.desk.act('accept');
    opened.desk.act('skip');
    await settle();
    await settle();
    expect(opened.kernel.responses).toHaveLength(2);
    expect(opened.session.outbox.pending.value).toBe(0);
  });

  it('and a page loaded anew lose no answer', async () => {
    const opened = await openSession(labelKernel());
    opened.kernel.restart();
    opened.desk.act('accept');
    expect(opened.session.outbox.pending.value).toBe(1);
    opened.session.dispose(); // as far as the storage goes, the page is gone
    const again = await openSession(opened.kernel);
    await settle();
    expect(opened.kernel.responses.map((response) => response.record)).toEqual([record(0)]);
    expect(again.session.outbox.pending.value).toBe(0);
    expect(here(again)).toBe(record(1));
  });
});

describe('a refused answer', () => {
  it('stays until it is sent again', async () => {
    const opened = await openSession(labelKernel());
    opened.kernel.failing.set('respond', { kind: 'failure', message: 'the disk is full' });
    opened.desk.act('accept');
    await settle();
    const [letter] = opened.session.outbox.refused.value;
    expect(letter?.problem).toBe('the disk is full');
    opened.session.outbox.retry(letter?.params.key ?? '');
    await settle();
    expect(opened.session.outbox.letters.value).toEqual([]);
    expect(opened.kernel.responses).toHaveLength(1);
  });

  it('is undone without asking the kernel', async () => {
    const opened = await openSession(labelKernel());
    opened.kernel.failing.set('respond', { kind: 'mistake', message: 'no such label' });
    opened.desk.act('accept');
    await settle();
    opened.desk.act('undo');
    await settle();
    expect(here(opened)).toBe(record(0));
    expect(opened.kernel.requests.some(({ method }) => method === 'undo')).toBe(false);
  });
});

describe('other records', () => {
  it('are given back and fetched when the order changes', async () => {
    const opened = await openSession(labelKernel(50));
    opened.session.reopen({ order: 'random' });
    await settle();
    const asked = opened.kernel.requests.filter(({ method }) => method === 'open');
    expect(asked.at(-1)?.params).toMatchObject({ order: 'random', queue: null });
    const released = opened.kernel.requests.find(({ method }) => method === 'release');
    expect(released?.params?.records).toContain(record(0));
    expect(here(opened)).toBe(record(0));
  });

  it('appear by themselves where all was answered', async () => {
    const opened = await openSession(textKernel());
    opened.kernel.items.forEach(() => opened.desk.act('accept'));
    await settle();
    expect(here(opened)).toBeUndefined();
    opened.kernel.items.push(item('new', 'a text'));
    opened.kernel.tell({ event: 'changed', task: 'summary' });
    await settle();
    expect(here(opened)).toBe('new');
  });

  it('that others hold are said to be so', async () => {
    const kernel = labelKernel(0);
    kernel.held = 3;
    const opened = await openSession(kernel);
    expect(opened.session.supply.state.value).toBe('held');
    expect(opened.session.supply.held.value).toBe(3);
    opened.session.dispose();
  });
});

describe('marking by keyboard', () => {
  it('selects words, marks them, changes the label, moves the edges and removes', async () => {
    const opened = await openSession(spansKernel());
    const { desk, session } = opened;
    session.table.write([]);
    desk.walk(1, { grow: false, other: false });
    desk.walk(1, { grow: false, other: false });
    desk.walk(1, { grow: true, other: false });
    desk.pressDigit(2);
    expect(session.table.draft.value.value).toEqual([
      { start: 3, end: 16, label: 'gene', text: 'sequenced the' },
    ]);
    desk.pressDigit(1);
    desk.walk(-1, { grow: true, other: false });
    desk.walk(1, { grow: false, other: true });
    expect(session.table.draft.value.value).toEqual([
      { start: 4, end: 15, label: 'disease', text: 'equenced th' },
    ]);
    expect(desk.act('remove')).toBe(true);
    expect(session.table.draft.value.value).toEqual([]);
    expect(desk.act('remove')).toBe(false);
  });
});

/** Accept, and cut the connection after the kernel has stored it and before it says so. */
async function acceptUnheard(
  opened: Awaited<ReturnType<typeof openSession>>,
): Promise<{ readonly key: string }> {
  opened.kernel.busy = true;
  opened.desk.act('accept');
  const letter = opened.kernel.requests.at(-1);
  const kernel = opened.kernel as unknown as {
    reply: (request: unknown) => unknown;
    waiting: unknown[];
  };
  kernel.reply(letter);
  kernel.waiting = [];
  opened.kernel.busy = false;
  opened.kernel.restart();
  await settle();
  return { key: letter?.params?.key as string };
}

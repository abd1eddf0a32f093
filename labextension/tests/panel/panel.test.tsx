import axe from 'axe-core';
import { signal } from '@preact/signals';
import { options, render } from 'preact';
import { afterEach, beforeEach, describe, expect, it, vi, type Mock } from 'vitest';

import { Client } from '../../src/protocol/client';
import type { Progress, TaskView } from '../../src/protocol/messages';
import type { MountedReview } from '../../src/review/mount';
import { Connector } from '../../src/panel/model/connector';
import { NotebookModel } from '../../src/panel/model/notebook';
import { PanelView } from '../../src/panel/views/panel';
import type { DrawnChart } from '../../src/panel/views/charts';
import type { Tools } from '../../src/panel/views/task';
import { FakeKernel, FakeSession } from './fakes';

const HOSTILE = '<img src=x onerror=alert(1)>\u202e';

const TOPIC: TaskView = {
  name: 'topic',
  version: 1,
  kind: 'label',
  input: 'text',
  columns: ['abstract'],
  labels: [],
  instructions: '',
  overlapping: false,
  models: [],
  counts: {
    records: 20_000,
    answered: 120,
    accepted: 100,
    corrected: 10,
    rejected: 0,
    skipped: 8,
    flagged: 2,
    left: 19_880,
    agreement: 0.9,
    rate: null,
    seconds_left: null,
  },
};

const RUNNING: Progress = {
  task: 'topic',
  phase: 'running',
  total: 20_000,
  done: 5000,
  reused: 0,
  rate: 500,
  remaining: 30,
  labels: [],
  loss: null,
  validation: null,
};

let page: HTMLElement;
let kernel: FakeKernel;
let session: FakeSession;
let model: NotebookModel;
let show: Mock<MountedReview['show']>;
let picks: ((datum: Record<string, unknown>) => void)[];
let opened: unknown[];

const tools: Tools = {
  keys: signal({}),
  mountReview: (_el, { task, open }) => {
    opened.push([task, open]);
    const nothing = () => undefined;
    return { show, setKeys: nothing, focus: nothing, dispose: nothing };
  },
  makeChart: (_node, onPick): DrawnChart => {
    picks.push(onPick);
    return { show: () => Promise.resolve(), dispose: () => undefined };
  },
};

// Effects run at once and not after a frame, so that nothing here depends on the machine's speed.
options.requestAnimationFrame = queueMicrotask;

async function wait(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) {
    await new Promise((done) => setTimeout(done));
  }
}

async function draw(name = 'analysis.ipynb'): Promise<void> {
  const client = new Client('panel');
  const connector = new Connector(session.asSession, client);
  model = new NotebookModel(client, connector, { task: null, tab: 'review' });
  model.look(true);
  const props = { model, name, tools, onMounted: () => undefined, onEnter: () => undefined };
  render(<PanelView {...props} />, page);
  await wait();
}

function button(name: string): HTMLElement {
  const found = [...page.querySelectorAll('button')].find(
    (each) => each.textContent.includes(name) || each.getAttribute('aria-label') === name,
  );
  if (!found) {
    throw new Error(`no button ${name} in: ${page.textContent}`);
  }
  return found;
}

async function press(name: string): Promise<void> {
  button(name).click();
  await wait();
}

async function problems(): Promise<string[]> {
  // jsdom has no layout: colours are looked at in a browser.
  const rules = { 'color-contrast': { enabled: false }, region: { enabled: false } };
  const { violations } = await axe.run(page, { rules });
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join()}`);
}

beforeEach(() => {
  page = document.createElement('div');
  document.body.append(page);
  opened = [];
  show = vi.fn();
  picks = [];
  kernel = new FakeKernel();
  kernel.answers.tasks = () => ({ tasks: [TOPIC], running: [] });
  kernel.answers.cancel = () => ({ found: true });
  kernel.answers.chart = ({ name }) =>
    name === 'labels'
      ? {
          spec: { mark: 'bar', data: { values: [{ key: 'imaging' }] } },
          problem: '',
          clicks: [{ field: 'key', sets: 'suggested' }],
        }
      : { spec: null, problem: `no ${name} yet`, clicks: [] };
  session = new FakeSession(kernel);
});

afterEach(() => {
  render(null, page);
  page.remove();
  model.dispose();
});

describe('the panel', () => {
  it('shows the tasks and how far they are', async () => {
    await draw();
    expect(page.textContent).toContain('120 of 20,000 answered · 90% of suggestions kept');
    expect(await problems()).toEqual([]);
  });

  it('says what to do where the extension is not loaded, and does it', async () => {
    kernel.loaded = false;
    await draw();
    expect(page.querySelector('[role=status]')?.textContent).toContain('is not loaded');
    expect(await problems()).toEqual([]);
    await press('Load it');
    expect(page.textContent).toContain('20,000 answered');
  });

  it('shows what the store has, though it has nothing', async () => {
    kernel.answers.tasks = () => ({ tasks: [], running: [] });
    await draw();
    expect(page.textContent).toContain('%%annotate');
    expect(await problems()).toEqual([]);
  });

  it('opens a task in the review', async () => {
    await draw();
    await press('topic');
    expect(opened).toEqual([['topic', {}]]);
    expect(await problems()).toEqual([]);
  });

  it('keeps the review on the page while the kernel restarts', async () => {
    await draw();
    await press('topic');
    kernel.loaded = false;
    session.turnTo('restarting');
    session.turnTo('idle');
    await wait();
    expect(opened).toHaveLength(1);
    expect(button('Load it')).toBeTruthy();
  });

  it('goes back to the task that the person comes from', async () => {
    kernel.answers.tasks = () => ({
      tasks: [{ ...TOPIC, name: 'first' }, TOPIC],
      running: [],
    });
    await draw();
    await press('topic');
    await press('All tasks');
    expect(document.activeElement?.textContent).toContain('topic');
  });

  it('filters the queue by a click in a chart, and by a choice from a list', async () => {
    await draw();
    await press('topic');
    await press('Charts');
    expect(page.textContent).toContain('no scores yet');
    expect(await problems()).toEqual([]);
    picks[0]?.({ key: 'imaging' });
    await wait();
    expect(show).toHaveBeenLastCalledWith('topic', { filter: { suggested: 'imaging' } });
    expect(model.sight.value.tab).toBe('review');
    await press('Charts');
    const choice = page.querySelector('select');
    if (choice) {
      choice.value = '0';
      choice.dispatchEvent(new Event('change', { bubbles: true }));
    }
    await wait();
    expect(show).toHaveBeenCalledTimes(2);
  });

  it('turns between review and charts by the arrow keys', async () => {
    await draw();
    await press('topic');
    button('Review').dispatchEvent(
      new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }),
    );
    await wait();
    expect(model.sight.value.tab).toBe('charts');
    expect(document.activeElement?.textContent).toBe('Charts');
  });

  it('shows a run, and stops it', async () => {
    await draw();
    kernel.tell({ event: 'progress', progress: RUNNING });
    await wait();
    const bar = page.querySelector('[role=progressbar]');
    expect(bar?.getAttribute('aria-valuenow')).toBe('25');
    expect(bar?.getAttribute('aria-valuetext')).toBe('5,000 of 20,000 · 500/s · 30 s left');
    expect(await problems()).toEqual([]);
    await press('Stop topic');
    expect(kernel.asked.at(-1)).toMatchObject({ method: 'cancel', params: { task: 'topic' } });
    expect(button('Stopping').hasAttribute('disabled')).toBe(true);
  });

  it('shows a training', async () => {
    await draw();
    const training = { ...RUNNING, phase: 'training', total: 60, done: 15 };
    kernel.tell({ event: 'progress', progress: { ...training, loss: 0.432, validation: 0.8 } });
    await wait();
    const bar = page.querySelector('[role=progressbar]');
    expect(bar?.getAttribute('aria-valuetext')).toBe(
      'training · 15 of 60 steps · loss 0.43 · validation 0.8 · 30 s left',
    );
  });

  it('shows the names of tasks and files as text', async () => {
    kernel.answers.tasks = () => ({ tasks: [{ ...TOPIC, name: HOSTILE }], running: [] });
    await draw(HOSTILE);
    kernel.tell({ event: 'progress', progress: { ...RUNNING, task: HOSTILE } });
    await wait();
    expect(page.querySelectorAll('img')).toHaveLength(0);
    expect(page.querySelectorAll('bdi')).toHaveLength(4);
    expect(
      [...page.querySelectorAll('bdi')].filter((each) => each.textContent === HOSTILE),
    ).toHaveLength(3);
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { Client } from '../../src/protocol/client';
import type { Methods, Progress, TaskView } from '../../src/protocol/messages';
import { Connector } from '../../src/panel/model/connector';
import { NotebookModel } from '../../src/panel/model/notebook';
import { FakeKernel, FakeSession, settle } from './fakes';

const COUNTS: TaskView['counts'] = {
  records: 200,
  answered: 20,
  accepted: 15,
  corrected: 5,
  rejected: 0,
  skipped: 0,
  flagged: 0,
  left: 180,
  agreement: 0.75,
  rate: null,
  seconds_left: null,
};

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
  counts: COUNTS,
};

const MOMENT: Progress = {
  task: 'topic',
  phase: 'running',
  total: 100,
  done: 10,
  reused: 0,
  rate: 5,
  remaining: 18,
  labels: [],
  loss: null,
  validation: null,
};

let kernel: FakeKernel;
let session: FakeSession;
let model: NotebookModel;

const asked = (method: keyof Methods) =>
  kernel.asked.filter((request) => request.method === method).length;

async function pass(milliseconds: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(milliseconds);
  await settle();
}

beforeEach(async () => {
  vi.useFakeTimers();
  kernel = new FakeKernel();
  kernel.answers.tasks = () => ({ tasks: [TOPIC], running: [] });
  kernel.answers.chart = ({ name }) => ({ spec: null, problem: `no ${name}`, clicks: [] });
  kernel.answers.cancel = () => ({ found: true });
  session = new FakeSession(kernel);
  const client = new Client('panel');
  const connector = new Connector(session.asSession, client);
  model = new NotebookModel(client, connector, { task: null, tab: 'review' });
  model.look(true);
  await settle();
});

afterEach(() => {
  model.dispose();
  vi.useRealTimers();
});

describe('the tasks', () => {
  it('are asked for as soon as the kernel is there', () => {
    expect(model.tasks.value).toEqual([TOPIC]);
    expect(asked('tasks')).toBe(1);
  });

  it('are asked for once for many changes', async () => {
    for (let change = 0; change < 50; change += 1) {
      kernel.tell({ event: 'changed', task: 'topic' });
    }
    await pass(1600);
    expect(asked('tasks')).toBe(2);
  });

  it('are not asked for while nobody looks', async () => {
    model.look(false);
    kernel.tell({ event: 'changed', task: 'topic' });
    await pass(5000);
    expect(asked('tasks')).toBe(1);
    model.look(true);
    await pass(5000);
    expect(asked('tasks')).toBe(2);
  });

  it('stay on the page while the kernel restarts', async () => {
    session.turnTo('restarting');
    await settle();
    expect(model.tasks.value).toEqual([TOPIC]);
    expect(model.problem.value).toBe('');
  });

  it('are asked for again after a restart', async () => {
    session.turnTo('restarting');
    session.turnTo('idle');
    await settle();
    expect(asked('tasks')).toBe(2);
  });
});

describe('a run', () => {
  it('is shown while it goes on, and a while after', async () => {
    kernel.tell({ event: 'progress', progress: MOMENT });
    expect(model.runs.all.value).toEqual([{ progress: MOMENT, ended: false, stopping: false }]);
    kernel.tell({ event: 'progress', progress: { ...MOMENT, phase: 'done', done: 100 } });
    expect(model.runs.all.value[0]).toMatchObject({ ended: true });
    await pass(10_000);
    expect(model.runs.all.value).toEqual([]);
  });

  it('is stopped by one request, however often the person asks', async () => {
    kernel.tell({ event: 'progress', progress: MOMENT });
    void model.cancel('topic');
    void model.cancel('topic');
    await settle();
    expect(asked('cancel')).toBe(1);
    kernel.tell({ event: 'progress', progress: { ...MOMENT, done: 12 } });
    expect(model.runs.all.value[0]?.stopping).toBe(true);
    kernel.tell({ event: 'progress', progress: { ...MOMENT, phase: 'stopped' } });
    expect(model.runs.all.value[0]).toMatchObject({ ended: true, stopping: false });
  });

  it('that the kernel does not know any more is taken away', async () => {
    kernel.answers.cancel = () => ({ found: false });
    kernel.tell({ event: 'progress', progress: MOMENT });
    await model.cancel('topic');
    expect(model.runs.all.value).toEqual([]);
  });

  it('is not left on the page when its kernel is gone', () => {
    kernel.tell({ event: 'progress', progress: MOMENT });
    session.turnTo('dead');
    expect(model.runs.all.value).toEqual([]);
  });

  it('begins anew under the same name after its end', async () => {
    kernel.tell({ event: 'progress', progress: { ...MOMENT, phase: 'failed' } });
    kernel.tell({ event: 'progress', progress: MOMENT });
    await pass(10_000);
    expect(model.runs.all.value).toEqual([{ progress: MOMENT, ended: false, stopping: false }]);
  });
});

describe('the charts', () => {
  it('are drawn only when somebody looks at them', async () => {
    model.open('topic');
    await pass(5000);
    expect(asked('chart')).toBe(0);
    model.turn('charts');
    await settle();
    expect(asked('chart')).toBe(5);
    expect(model.charts.value?.shown.value.scores?.problem).toBe('no scores');
  });

  it('follow the answers now and then', async () => {
    model.open('topic');
    model.turn('charts');
    await settle();
    kernel.tell({ event: 'changed', task: 'topic' });
    kernel.tell({ event: 'changed', task: 'topic' });
    kernel.tell({ event: 'changed', task: 'other' });
    await pass(1000);
    expect(asked('chart')).toBe(5);
    await pass(4000);
    expect(asked('chart')).toBe(10);
  });

  it('filter the queue and lead back to the review', () => {
    model.open('topic');
    model.turn('charts');
    model.filter({ filter: { suggested: 'imaging' } });
    expect(model.sight.value).toEqual({ task: 'topic', tab: 'review' });
    expect(model.wish.value).toEqual({ number: 1, opening: { filter: { suggested: 'imaging' } } });
  });
});

describe('what the kernel asks for', () => {
  it('is brought to the front', () => {
    const shown = vi.fn();
    model.onShow = shown;
    kernel.tell({ event: 'show', task: 'topic', open: { task: 'topic', order: 'audit' } });
    expect(shown).toHaveBeenCalledOnce();
    expect(model.sight.value.task).toBe('topic');
    expect(model.wish.value.opening).toEqual({ order: 'audit' });
  });
});

describe('a task that is opened by hand', () => {
  it('has no filter of the task before it', () => {
    model.open('topic');
    model.filter({ filter: { suggested: 'imaging' } });
    model.open('other');
    expect(model.wish.value.opening).toEqual({});
  });
});

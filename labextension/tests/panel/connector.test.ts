import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { Client } from '../../src/protocol/client';
import { Connector } from '../../src/panel/model/connector';
import { FakeKernel, FakeSession, settle } from './fakes';

let kernel: FakeKernel;
let session: FakeSession;
let client: Client;
let connector: Connector;

function connect(): void {
  client = new Client('panel', () => 'ada');
  connector = new Connector(session.asSession, client);
}

async function waitAWhile(): Promise<void> {
  await vi.advanceTimersByTimeAsync(1000);
  await settle();
}

beforeEach(() => {
  vi.useFakeTimers();
  kernel = new FakeKernel();
  session = new FakeSession(kernel);
});

afterEach(() => {
  connector.dispose();
  vi.useRealTimers();
});

describe('Connector', () => {
  it('connects where the extension is loaded, and greets', async () => {
    connect();
    await settle();
    expect(connector.way.value).toEqual({ state: 'open' });
    expect(client.link.value.state).toBe('ready');
    expect(kernel.asked[0]).toMatchObject({
      method: 'hello',
      params: { client: 'panel', identity: 'ada' },
    });
  });

  it('opens no comm where the extension is not loaded', async () => {
    kernel.loaded = false;
    connect();
    await settle();
    expect(connector.way.value).toEqual({ state: 'unloaded', mistake: '' });
    expect(kernel.opened).toHaveLength(0);
  });

  it('says where the package is not installed', async () => {
    kernel.loaded = kernel.installed = false;
    connect();
    await settle();
    expect(connector.way.value).toEqual({ state: 'missing' });
  });

  it('asks no kernel of another language', async () => {
    kernel.language = 'R';
    connect();
    await settle();
    expect(connector.way.value).toEqual({ state: 'foreign', language: 'R' });
    expect(kernel.executed).toHaveLength(0);
  });

  it('loads the extension when asked to', async () => {
    kernel.loaded = false;
    connect();
    await settle();
    await connector.load();
    expect(kernel.executed.at(-1)).toBe('%load_ext sciml_magics');
    expect(connector.way.value).toEqual({ state: 'open' });
    expect(client.link.value.state).toBe('ready');
  });

  it('says why the extension cannot be loaded', async () => {
    kernel.loaded = false;
    kernel.mistake = 'no module';
    connect();
    await settle();
    await connector.load();
    expect(connector.way.value).toEqual({
      state: 'unloaded',
      mistake: 'ImportError: no module',
    });
  });

  it('connects when a cell has loaded the extension', async () => {
    kernel.loaded = false;
    connect();
    await settle();
    session.cell('busy', '%load_ext sciml_magics');
    kernel.loaded = true;
    session.cell('idle', '');
    await waitAWhile();
    expect(client.link.value.state).toBe('ready');
  });

  it('connects behind a cell that loaded the extension while others are queued', async () => {
    kernel.loaded = false;
    connect();
    await settle();
    session.cell('busy', '%load_ext sciml_magics', 'first');
    kernel.loaded = true;
    session.cell('idle', '', 'first');
    session.cell('busy', 'df.hist()', 'second');
    const asked = kernel.executed.length;
    await waitAWhile();
    expect(client.link.value.state).toBe('ready');
    expect(kernel.executed).toHaveLength(asked);
  });

  it('leaves a busy kernel alone where no cell speaks of the extension', async () => {
    kernel.loaded = false;
    connect();
    await settle();
    session.cell('busy', '1 + 1', 'first');
    session.cell('idle', '', 'first');
    session.cell('busy', '2 + 2', 'second');
    await waitAWhile();
    expect(kernel.opened).toHaveLength(0);
    expect(connector.way.value).toEqual({ state: 'unloaded', mistake: '' });
  });

  it('reaches a busy kernel that has subshells, without asking what it would answer later', async () => {
    kernel.status = 'busy';
    connect();
    await settle();
    expect(connector.busy.value).toBe(true);
    expect(client.link.value.state).toBe('ready');
    expect(kernel.executed).toHaveLength(0);
  });

  it('finds a busy kernel without the extension once, not again and again', async () => {
    kernel.status = 'busy';
    kernel.loaded = false;
    connect();
    await waitAWhile();
    await waitAWhile();
    expect(connector.way.value).toEqual({ state: 'unloaded', mistake: '' });
    expect(kernel.opened.length).toBeLessThanOrEqual(2);
  });

  it('loses the connection at a restart, and finds the new kernel without the extension', async () => {
    connect();
    await settle();
    kernel.loaded = false;
    session.turnTo('restarting');
    expect(connector.way.value).toEqual({ state: 'starting' });
    expect(client.link.value.state).toBe('closed');
    session.turnTo('idle');
    await settle();
    expect(connector.way.value).toEqual({ state: 'unloaded', mistake: '' });
  });

  it('connects again with another turn when the extension is there after a restart', async () => {
    connect();
    await settle();
    session.turnTo('autorestarting');
    session.turnTo('starting');
    session.turnTo('idle');
    await settle();
    expect(client.link.value).toMatchObject({ state: 'ready', turn: 2 });
  });

  it('follows the notebook to another kernel', async () => {
    connect();
    await settle();
    const other = new FakeKernel();
    session.change(other);
    await settle();
    expect(client.link.value.state).toBe('ready');
    expect(other.opened).toHaveLength(2);
    expect(kernel.opened.every((comm) => comm.isDisposed)).toBe(true);
  });

  it.each([
    ['none', null],
    ['dead', 'dead'],
    ['starting', 'starting'],
  ] as const)('says %s where there is nobody to ask', async (state, status) => {
    if (status) {
      kernel.status = status;
    } else {
      session.session = null;
    }
    connect();
    await settle();
    expect(connector.way.value).toEqual({ state });
  });

  it('looks again when the kernel closes the comms', async () => {
    connect();
    await settle();
    kernel.loaded = false;
    kernel.close();
    await waitAWhile();
    expect(connector.way.value).toEqual({ state: 'unloaded', mistake: '' });
  });

  it('gives up what another kernel has overtaken', async () => {
    connect();
    session.change(null);
    await settle();
    expect(connector.way.value).toEqual({ state: 'none' });
    expect(client.link.value.state).toBe('closed');
  });

  it('leaves the kernel when it is disposed', async () => {
    connect();
    await settle();
    connector.dispose();
    expect(client.link.value.state).toBe('closed');
    session.turnTo('idle');
    await waitAWhile();
    expect(client.link.value.state).toBe('closed');
  });
});

describe('a kernel that was busy when the page was loaded', () => {
  beforeEach(() => {
    kernel.silent = true;
    kernel.status = 'unknown';
  });

  it('is reached on a subshell that is asked for by the control channel', async () => {
    connect();
    await settle();
    expect(connector.way.value).toEqual({ state: 'starting' });
    await vi.advanceTimersByTimeAsync(4000);
    await settle();
    expect(client.link.value.state).toBe('ready');
    expect(connector.busy.value).toBe(true);
    expect(kernel.sent).toEqual(['comm_open subshell', 'comm_open subshell', 'comm_msg subshell']);
  });

  it('is waited for where it has no subshells', async () => {
    kernel.supportsSubshells = false;
    connect();
    await vi.advanceTimersByTimeAsync(4000);
    await settle();
    expect(connector.way.value).toEqual({ state: 'asking' });
    expect(connector.busy.value).toBe(true);
    expect(kernel.subshells).toEqual([]);
    kernel.endCell();
    await waitAWhile();
    expect(client.link.value.state).toBe('ready');
  });

  it('is not taken for busy if it was only slow to start', async () => {
    connect();
    await vi.advanceTimersByTimeAsync(2000);
    kernel.endCell();
    await waitAWhile();
    expect(client.link.value.state).toBe('ready');
    expect(connector.busy.value).toBe(false);
    expect(kernel.subshells).toEqual([]);
  });
});

describe('what runs', () => {
  it('is a cell, and not a message of the panel', async () => {
    connect();
    await settle();
    session.iopubMessage.emit({
      header: { msg_type: 'status' },
      parent_header: { msg_type: 'comm_msg', msg_id: 'ours' },
      content: { execution_state: 'busy' },
    } as never);
    expect(connector.busy.value).toBe(false);
    session.cell('busy', 'train()');
    expect(connector.busy.value).toBe(true);
    session.cell('idle', '');
    expect(connector.busy.value).toBe(false);
  });
});

import { describe, expect, it, vi } from 'vitest';

import { Client, LostError, ProblemError } from '../../src/protocol/client';
import type { Reply, Request } from '../../src/protocol/messages';
import type { Transport, TransportListener } from '../../src/protocol/transport';
import { labelKernel } from '../page/examples';

/** A way on which the test itself answers. */
class Wire implements Transport {
  readonly subshells = true;
  readonly sent: Request[] = [];
  listener: TransportListener | null = null;

  send(request: Request): void {
    this.sent.push(request);
  }

  listen(listener: TransportListener): void {
    this.listener = listener;
  }

  close(): void {
    this.listener = null;
  }

  answer(reply: Partial<Reply> & { readonly id: string }): void {
    this.listener?.reply({ result: null, problem: null, ...reply });
  }
}

async function connected(): Promise<{ client: Client; wire: Wire }> {
  const client = new Client('test', () => 'ada', '/other.db');
  const wire = new Wire();
  const connecting = client.connect(wire);
  wire.answer({ id: wire.sent[0]?.id ?? '', result: { store: '/other.db' } });
  await connecting;
  return { client, wire };
}

describe('a client', () => {
  it('greets the kernel, and is ready when it is welcomed', async () => {
    const { client, wire } = await connected();
    expect(wire.sent[0]).toMatchObject({
      method: 'hello',
      params: { protocol: 1, client: 'test', identity: 'ada', store: '/other.db' },
    });
    expect(client.link.value).toMatchObject({ state: 'ready', turn: 1 });
  });

  it('is refused where the kernel speaks another protocol', async () => {
    const client = new Client('test');
    const wire = new Wire();
    const connecting = client.connect(wire);
    const problem = { kind: 'protocol' as const, message: 'update the extension' };
    wire.answer({ id: wire.sent[0]?.id ?? '', problem });
    await connecting;
    expect(client.link.value).toEqual({ state: 'refused', problem });
  });

  it('gives every request its own reply', async () => {
    const { client, wire } = await connected();
    const one = client.request('tasks', {});
    const two = client.request('look', { queue: 'q', record: 'r' });
    const [, first, second] = wire.sent;
    wire.answer({ id: second?.id ?? '', result: { item: 'two' } });
    wire.answer({ id: first?.id ?? '', result: { tasks: [] } });
    wire.answer({ id: 'unknown' });
    expect(await one).toEqual({ tasks: [] });
    expect(await two).toEqual({ item: 'two' });
  });

  it('tells problems apart from lost connections', async () => {
    const { client, wire } = await connected();
    const refused = client.request('tasks', {});
    const problem = { kind: 'mistake' as const, message: 'no such task' };
    wire.answer({ id: wire.sent[1]?.id ?? '', problem });
    await expect(refused).rejects.toThrow(new ProblemError(problem));
    const lost = client.request('tasks', {});
    wire.listener?.closed();
    await expect(lost).rejects.toBeInstanceOf(LostError);
    await expect(client.request('tasks', {})).rejects.toBeInstanceOf(LostError);
    expect(client.link.value.state).toBe('closed');
  });

  it('drops what an earlier connection still says', async () => {
    const { client, wire } = await connected();
    const old = wire.listener;
    const kernel = labelKernel(3);
    await client.connect(kernel.transport());
    old?.closed();
    expect(client.link.value).toMatchObject({ state: 'ready', turn: 2 });
  });

  it('knows since when the oldest request waits', async () => {
    const { client, wire } = await connected();
    expect(client.waitingSince.value).toBeNull();
    void client.request('tasks', {});
    expect(client.waitingSince.value).toBeLessThanOrEqual(Date.now());
    wire.answer({ id: wire.sent[1]?.id ?? '', result: {} });
    expect(client.waitingSince.value).toBeNull();
  });

  it('passes on what the kernel tells, until nobody listens', async () => {
    const { client, wire } = await connected();
    const listener = vi.fn();
    const end = client.subscribe(listener);
    wire.listener?.event({ event: 'changed', task: 'topic' });
    end();
    wire.listener?.event({ event: 'changed', task: 'topic' });
    expect(listener).toHaveBeenCalledOnce();
  });
});

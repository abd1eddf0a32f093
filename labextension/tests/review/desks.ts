/** Sessions with a kernel in memory. */
import { Client } from '../../src/protocol/client';
import { Desk } from '../../src/review/model/desk';
import { Session, type OpenOptions } from '../../src/review/model/session';
import { ENGLISH } from '../../src/review/model/words';
import type { FakeKernel } from './fakeKernel';

export interface Opened {
  readonly kernel: FakeKernel;
  readonly client: Client;
  readonly session: Session;
  readonly desk: Desk;
}

export async function openSession(kernel: FakeKernel, options: OpenOptions = {}): Promise<Opened> {
  const client = new Client('test');
  const session = new Session(client, client, kernel.task.name, options, ENGLISH, sessionStorage);
  await client.connect(kernel.transport());
  await settle();
  return { kernel, client, session, desk: new Desk(session) };
}

/** Wait until replies that come in microtasks have come. */
export async function settle(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
}

/** The record on the table. */
export function here({ session }: Opened): string | undefined {
  return session.table.item.peek()?.record;
}

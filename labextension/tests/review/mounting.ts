/** A review mounted in a page, and the hands and eyes of whoever uses it. */

import { act } from 'preact/test-utils';
import { afterEach, beforeEach, vi } from 'vitest';

import { Client } from '../../src/protocol/client';
import { mountReview, type MountedReview, type ReviewOptions } from '../../src/review';
import { settle } from './desks';
import { type FakeKernel } from './fakeKernel';

/** What is mounted, and where. */
export let review: MountedReview | null = null;
export let place: HTMLElement;

beforeEach(() => {
  sessionStorage.clear();
  place = document.createElement('div');
  document.body.append(place);
});

afterEach(() => {
  review?.dispose();
  review = null;
  place.remove();
});

export async function mount(
  kernel: FakeKernel,
  more: Partial<ReviewOptions> = {},
): Promise<{ kernel: FakeKernel; client: Client; root: HTMLElement }> {
  const client = new Client('test');
  review = mountReview(place, { rpc: client, events: client, task: kernel.task.name, ...more });
  await act(async () => {
    await client.connect(kernel.transport());
    await settle();
  });
  review.focus();
  return { kernel, client, root: find('.sm-Review') };
}

/** The rows to choose from: name and description. */
export function rows(): (string | null | undefined)[][] {
  return [...place.querySelectorAll('.sm-Review-label')].map((row) => [
    row.querySelector('.sm-Review-labelName')?.textContent,
    row.querySelector('.sm-Review-description')?.textContent,
  ]);
}

/** The columns that the answer names. */
export function named(): (string | null)[] {
  return [...place.querySelectorAll('.sm-is-named h3')].map((head) => head.textContent);
}

export function find(selector: string): HTMLElement {
  const found = place.querySelector<HTMLElement>(selector);
  if (!found) {
    throw new Error(`no ${selector} in ${place.innerHTML}`);
  }
  return found;
}

/** Press a key where the keyboard is. Whether the page around would see it. */
export async function press(key: string, held: KeyboardEventInit = {}): Promise<boolean> {
  const seen = vi.fn();
  document.body.addEventListener('keydown', seen);
  await act(async () => {
    const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...held });
    document.activeElement?.dispatchEvent(event);
    await settle();
  });
  document.body.removeEventListener('keydown', seen);
  return seen.mock.calls.length > 0;
}

export async function type(text: string): Promise<void> {
  await act(async () => {
    const field = document.activeElement as HTMLInputElement;
    field.value = text;
    field.dispatchEvent(new InputEvent('input', { bubbles: true }));
    await settle();
  });
}

export function chosen(): string[] {
  const rows = place.querySelectorAll('.sm-Review-label[aria-checked="true"] .sm-Review-labelName');
  return [...rows].map((row) => row.textContent);
}

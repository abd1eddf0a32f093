import { afterEach, describe, expect, it } from 'vitest';

import type { Reply, Request } from '../../src/protocol/messages';
import widget from '../../src/widget';
import { wordsFor } from '../../src/widget/words';
import { labelKernel } from '../page/examples';
import { settle } from '../review/desks';
import type { FakeKernel } from '../review/fakeKernel';

type Model = Parameters<typeof widget.render>[0]['model'];

/** A widget's model whose messages go to a kernel in memory, as those of VS Code and Colab do. */
class FakeModel {
  readonly widget_manager = {};
  private readonly listeners = new Map<string, (content: unknown) => void>();

  constructor(
    private readonly kernel: FakeKernel,
    private readonly traits: Record<string, unknown>,
  ) {}

  get(name: string): unknown {
    return this.traits[name];
  }

  on(name: string, listener: (content: unknown) => void): void {
    this.listeners.set(name, listener);
  }

  off(name: string): void {
    this.listeners.delete(name);
  }

  send(content: unknown): void {
    const way = this.kernel.transport();
    way.listen({
      reply: (reply: Reply) => this.listeners.get('msg:custom')?.(reply),
      event: () => undefined,
      closed: () => undefined,
    });
    way.send(content as Request);
  }
}

let end: (() => void) | null = null;

afterEach(() => {
  end?.();
  document.body.replaceChildren();
});

describe('the widget', () => {
  it('reviews by its own messages where it reaches no kernel', async () => {
    sessionStorage.clear();
    const kernel = labelKernel(5);
    const traits = { review: { task: 'topic', order: 'random' }, store: null, shortcuts: {} };
    const model = new FakeModel(kernel, traits) as unknown as Model;
    const el = document.createElement('div');
    document.body.append(el);
    end = widget.render({ model, el });
    await settle();
    await settle();
    const surface = el.querySelector<HTMLElement>('.sm-Review');
    surface?.focus();
    surface?.dispatchEvent(new KeyboardEvent('keydown', { key: 'a', bubbles: true }));
    await settle();
    expect(kernel.responses).toHaveLength(1);
    const opened = kernel.requests.find(({ method }) => method === 'open');
    expect(opened?.params).toMatchObject({ task: 'topic', order: 'random' });
  });
});

describe('the words of the widget', () => {
  it('are Chinese on a Chinese page, and English elsewhere', () => {
    const chinese = wordsFor('zh-CN');
    expect(chinese.__('Accept')).toMatch(/\p{Script=Han}/u);
    expect(chinese._n('%1 record', '%1 records', 2)).toMatch(/2.*\p{Script=Han}/u);
    expect(chinese.__('not in the catalogue: %1', 1)).toBe('not in the catalogue: 1');
    expect(wordsFor('zh_CN')).toBe(chinese);
    for (const language of ['', 'en', 'zh-TW', 'de-CH']) {
      expect(wordsFor(language)._n('%1 record', '%1 records', 2)).toBe('2 records');
    }
  });
});

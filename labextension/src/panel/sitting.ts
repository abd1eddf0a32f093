/** A notebook at the panel: its part of the page stays while another notebook is in front. */
import type { IDisposable } from '@lumino/disposable';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { effect } from '@preact/signals';
import { h, render } from 'preact';

import { Client } from '../protocol/client';
import type { MountedReview } from '../review/mount';
import type { Memory } from './memory';
import { Connector } from './model/connector';
import { NotebookModel } from './model/notebook';
import { PanelView } from './views/panel';
import type { Tools } from './views/task';
import { WritingContext, type Writing } from './views/writing';

export interface SittingOptions {
  readonly notebook: Pick<NotebookPanel, 'sessionContext' | 'context'>;
  readonly memory: Memory;
  readonly tools: Tools;
  readonly writing: Writing;
  /** Name of the person, as the Jupyter server knows it. */
  readonly identity: () => string;
  /** The kernel asks to bring the panel to the front. */
  readonly onShow: () => void;
}

export class Sitting implements IDisposable {
  readonly node = document.createElement('div');
  private readonly model: NotebookModel;
  private readonly stop: () => void;
  private mounted: MountedReview | null = null;
  private disposed = false;
  private entering = false;

  constructor(private readonly options: SittingOptions) {
    const { notebook, memory, identity, onShow } = options;
    const client = new Client('panel', identity);
    this.model = new NotebookModel(
      client,
      new Connector(notebook.sessionContext, client),
      memory.sightOf(this.path),
    );
    this.model.onShow = onShow;
    this.node.className = 'sm-Panel-sitting';
    this.stop = effect(() => {
      memory.remember(this.path, this.model.sight.value);
    });
    notebook.context.pathChanged.connect(this.onPath);
    this.draw();
  }

  get isDisposed(): boolean {
    return this.disposed;
  }

  /** Show this notebook in the panel, or another in its place. */
  look(visible: boolean): void {
    this.node.hidden = !visible;
    this.model.look(visible);
  }

  /** Give the keyboard to what is looked at. */
  focus(): void {
    const { task, tab } = this.model.sight.peek();
    if (this.mounted && task !== null && tab === 'review') {
      this.mounted.focus();
    } else {
      const first = this.node.querySelector<HTMLElement>('button:not([disabled], [tabindex="-1"])');
      first?.focus();
    }
  }

  /** The page goes: the kernel need not tell it anything any more. */
  leave(): void {
    this.model.client.disconnect();
  }

  dispose(): void {
    if (this.disposed) {
      return;
    }
    this.disposed = true;
    this.options.notebook.context.pathChanged.disconnect(this.onPath);
    this.stop();
    render(null, this.node);
    this.model.dispose();
    this.node.remove();
  }

  private get path(): string {
    return this.options.notebook.context.path;
  }

  private readonly onPath = (): void => {
    this.options.memory.remember(this.path, this.model.sight.peek());
    this.draw();
  };

  private readonly onMounted = (mounted: MountedReview | null): void => {
    this.mounted = mounted;
    if (mounted && this.entering) {
      this.entering = false;
      mounted.focus();
    }
  };

  private readonly onEnter = (): void => {
    this.entering = true;
  };

  private draw(): void {
    const { tools, writing } = this.options;
    const name = this.path.split('/').pop() ?? this.path;
    const { model, onMounted, onEnter } = this;
    const props = { model, name, tools, onMounted, onEnter };
    render(
      h(WritingContext.Provider, { value: writing, children: h(PanelView, props) }),
      this.node,
    );
  }
}

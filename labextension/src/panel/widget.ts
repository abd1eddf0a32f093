/** The panel at the side: it shows the notebook in front. */
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { Message } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';

import { reviewIcon } from './icon';
import { Sitting, type SittingOptions } from './sitting';

export interface ReviewPanelOptions extends Omit<SittingOptions, 'notebook'> {
  readonly notebooks: INotebookTracker;
}

export class ReviewPanel extends Widget {
  private readonly options: ReviewPanelOptions;
  private readonly sittings = new Map<NotebookPanel, Sitting>();
  private readonly nobody = document.createElement('p');
  private front: Sitting | null = null;
  private begun = false;

  constructor(options: ReviewPanelOptions) {
    super();
    this.options = options;
    const { trans } = options.writing;
    this.id = 'sciml-magics-panel';
    this.title.icon = reviewIcon;
    this.title.caption = trans.__('Review labels');
    this.addClass('sm-Panel');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', trans.__('Review labels'));
    this.node.tabIndex = -1;
    this.nobody.className = 'sm-Panel-nobody';
    this.nobody.textContent = trans.__('Open a notebook, and the tasks of its kernel are here.');
    this.node.append(this.nobody);
    options.notebooks.currentChanged.connect(this.follow);
    window.addEventListener('pagehide', this.leave);
  }

  /** Follow the notebook in front from now on: what is remembered has been read. */
  begin(): void {
    this.begun = true;
    if (this.isVisible) {
      this.options.memory.open = true;
    }
    this.follow();
  }

  /** Whether the keyboard is in the panel. */
  get hasFocus(): boolean {
    return this.node.contains(document.activeElement);
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this.options.notebooks.currentChanged.disconnect(this.follow);
      window.removeEventListener('pagehide', this.leave);
      this.sittings.forEach((sitting) => {
        sitting.dispose();
      });
      this.sittings.clear();
    }
    super.dispose();
  }

  protected override onActivateRequest(): void {
    if (this.front) {
      this.front.focus();
    }
    if (!this.hasFocus) {
      this.node.focus();
    }
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    if (this.begun) {
      this.options.memory.open = true;
    }
    this.follow();
  }

  protected override onAfterHide(message: Message): void {
    super.onAfterHide(message);
    this.options.memory.open = false;
    this.front?.look(false);
  }

  /** Show the notebook in front. No kernel is asked before somebody looks. */
  private readonly follow = (): void => {
    if (!this.begun || !this.isVisible) {
      return;
    }
    const notebook = this.options.notebooks.currentWidget;
    const next = notebook ? this.sittingOf(notebook) : null;
    if (next !== this.front) {
      this.front?.look(false);
    }
    this.front = next;
    this.nobody.hidden = next !== null;
    next?.look(true);
  };

  private readonly leave = (): void => {
    this.sittings.forEach((sitting) => {
      sitting.leave();
    });
  };

  private sittingOf(notebook: NotebookPanel): Sitting {
    const known = this.sittings.get(notebook);
    if (known) {
      return known;
    }
    const sitting = new Sitting({ ...this.options, notebook });
    this.sittings.set(notebook, sitting);
    this.node.append(sitting.node);
    notebook.disposed.connect(() => {
      this.sittings.delete(notebook);
      if (this.front === sitting) {
        this.front = null;
        this.nobody.hidden = false;
      }
      sitting.dispose();
    });
    return sitting;
  }
}

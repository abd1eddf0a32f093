/** The place of a chart on a page: draws, redraws, and says in one line what failed. */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';

import { readChart, type Chart } from './chart';
import type { Datum, Drawing, Surroundings } from './draw';
import { saveButtons, type PictureKind } from './saveButtons';
import { PAPER, type PageTheme } from './theme';

export interface PlaceOptions {
  /** An empty element, which the place fills. */
  readonly node: HTMLElement;
  readonly theme: PageTheme;
  readonly trans: TranslationBundle;
  readonly findLocal: Surroundings['findLocal'];
  /** Told of the datum of a mark that a person clicks on; without it marks are not clicked. */
  readonly onPick?: (datum: Datum) => void;
}

export class ChartPlace implements IDisposable {
  private readonly node: HTMLElement;
  private readonly theme: PageTheme;
  private readonly trans: TranslationBundle;
  private readonly findLocal: Surroundings['findLocal'];
  private readonly onPick: ((datum: Datum) => void) | undefined;
  private readonly watcher: ResizeObserver;
  private chart: Chart | null = null;
  private drawing: Drawing | null = null;
  private disposed = false;
  /** Counts the drawings begun, so that one overtaken by another is thrown away. */
  private turn = 0;

  constructor(options: PlaceOptions) {
    this.node = options.node;
    this.theme = options.theme;
    this.trans = options.trans;
    this.findLocal = options.findLocal;
    this.onPick = options.onPick;
    this.node.classList.add('sm-Chart');
    this.node.setAttribute('role', 'figure');
    this.watcher = new ResizeObserver(() => void this.fitWidth());
    this.theme.changed.connect(this.onThemeChanged);
  }

  get isDisposed(): boolean {
    return this.disposed;
  }

  /** Draw a specification. Never rejects: what fails is said in the chart's place. */
  async show(spec: unknown): Promise<void> {
    try {
      this.chart = readChart(spec);
    } catch (reason) {
      this.turn += 1;
      this.chart = null;
      this.fail(reason);
      return;
    }
    this.node.setAttribute('aria-label', this.chart.words || this.trans.__('Chart'));
    await this.redraw();
  }

  /** Follow the width of the element, while it is on the page. */
  watch(): void {
    this.watcher.observe(this.node);
  }

  unwatch(): void {
    this.watcher.disconnect();
  }

  dispose(): void {
    if (this.disposed) {
      return;
    }
    this.disposed = true;
    this.theme.changed.disconnect(this.onThemeChanged);
    this.watcher.disconnect();
    this.drawing?.dispose();
    this.drawing = null;
  }

  private readonly onThemeChanged = (): void => {
    void this.redraw();
  };

  private async redraw(): Promise<void> {
    const chart = this.chart;
    if (!chart) {
      return;
    }
    const turn = ++this.turn;
    const place = document.createElement('div');
    place.className = 'sm-Chart-drawing';
    const refused = new Set<string>();
    try {
      const { draw } = await import('./draw');
      const drawing = await draw(place, chart, {
        theme: this.theme.read(),
        findLocal: this.findLocal,
        onRefused: (uri) => refused.add(uri),
        width: this.node.clientWidth,
        ...(this.onPick && { onPick: this.onPick }),
      });
      if (turn !== this.turn || this.disposed) {
        drawing.dispose();
        return;
      }
      this.present(drawing, place, chart, refused);
    } catch (reason) {
      if (turn === this.turn && !this.disposed) {
        this.fail(reason);
      }
    }
  }

  private present(drawing: Drawing, place: HTMLElement, chart: Chart, refused: Set<string>): void {
    this.drawing?.dispose();
    this.drawing = drawing;
    const parts = [place];
    if (refused.size) {
      const [address = ''] = refused;
      parts.push(
        note(
          this.trans.__(
            'Not loaded: %1. Charts here use no network; put the data into the chart or into a file beside the notebook.',
            shortened(address),
          ),
        ),
      );
    }
    if (chart.options.save) {
      parts.push(saveButtons(chart.options.fileName, this.trans, this.picture));
    }
    this.node.replaceChildren(...parts);
    void this.fitWidth();
  }

  private fail(reason: unknown): void {
    this.drawing?.dispose();
    this.drawing = null;
    const message = oneLine(reason instanceof Error ? reason.message : String(reason));
    // Vega-Lite stumbles over what is missing, and says only where it stumbled.
    const text =
      reason instanceof TypeError
        ? this.trans.__('This chart is not valid Vega-Lite 6: %1', message)
        : this.trans.__('This chart cannot be drawn: %1', message);
    this.node.replaceChildren(note(text));
  }

  private async fitWidth(): Promise<void> {
    const width = this.node.clientWidth;
    if (this.chart?.fluid && width > 0) {
      await this.drawing?.setWidth(width);
    }
  }

  /** A picture is dark on white in every theme: it is made for papers and slides. */
  private readonly picture = async (kind: PictureKind): Promise<string> => {
    const chart = this.chart;
    if (!chart) {
      throw new Error('there is no chart');
    }
    const { draw } = await import('./draw');
    const drawing = await draw(document.createElement('div'), chart, {
      theme: PAPER,
      findLocal: this.findLocal,
      onRefused: () => undefined,
      width: this.node.clientWidth,
      renderer: kind === 'svg' ? 'svg' : 'canvas',
    });
    try {
      return await drawing.picture(kind, kind === 'png' ? PNG_SCALE : 1);
    } finally {
      drawing.dispose();
    }
  };
}

/** Pixels of a PNG for each of the chart: sharp in print. */
const PNG_SCALE = 3;

const MOST_ADDRESS = 120;

function note(text: string): HTMLElement {
  const node = document.createElement('div');
  node.className = 'sm-Chart-note';
  node.setAttribute('role', 'alert');
  node.textContent = text;
  return node;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function shortened(address: string): string {
  return address.length > MOST_ADDRESS ? `${address.slice(0, MOST_ADDRESS)}…` : address;
}

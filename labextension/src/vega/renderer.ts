/** The widget of an output that is a chart: draws, redraws, and says in one line what failed. */
import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Message } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';

import { readChart, type Chart } from './chart';
import type { Drawing, Surroundings } from './draw';
import { localFiles } from './localFiles';
import { saveButtons, type PictureKind } from './saveButtons';
import { PAPER, type PageTheme } from './theme';

export interface RenderedChartOptions extends IRenderMime.IRendererOptions {
  readonly theme: PageTheme;
  readonly trans: TranslationBundle;
}

export class RenderedChart extends Widget implements IRenderMime.IRenderer {
  private readonly mimeType: string;
  private readonly theme: PageTheme;
  private readonly trans: TranslationBundle;
  private readonly findLocal: Surroundings['findLocal'];
  private readonly watcher: ResizeObserver;
  private chart: Chart | null = null;
  private drawing: Drawing | null = null;
  /** Counts the drawings begun, so that one overtaken by another is thrown away. */
  private turn = 0;

  constructor(options: RenderedChartOptions) {
    super();
    this.mimeType = options.mimeType;
    this.theme = options.theme;
    this.trans = options.trans;
    this.findLocal = localFiles(options.resolver);
    this.addClass('sm-Chart');
    this.node.setAttribute('role', 'figure');
    this.watcher = new ResizeObserver(() => void this.fitWidth());
    this.theme.changed.connect(this.onThemeChanged);
  }

  /** Draw what the output holds. Never rejects: what fails is said in the chart's place. */
  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    try {
      this.chart = readChart(model.data[this.mimeType]);
    } catch (reason) {
      this.turn += 1;
      this.chart = null;
      this.fail(reason);
      return;
    }
    this.node.setAttribute('aria-label', this.chart.words || this.trans.__('Chart'));
    await this.redraw();
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this.theme.changed.disconnect(this.onThemeChanged);
      this.watcher.disconnect();
      this.drawing?.dispose();
      this.drawing = null;
    }
    super.dispose();
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this.watcher.observe(this.node);
  }

  protected override onBeforeDetach(message: Message): void {
    this.watcher.disconnect();
    super.onBeforeDetach(message);
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
      });
      if (turn !== this.turn || this.isDisposed) {
        drawing.dispose();
        return;
      }
      this.present(drawing, place, chart, refused);
    } catch (reason) {
      if (turn === this.turn && !this.isDisposed) {
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

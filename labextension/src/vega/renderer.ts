/** The widget of an output that is a chart. */
import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Message } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';

import { localFiles } from './localFiles';
import { ChartPlace } from './place';
import type { PageTheme } from './theme';

export interface RenderedChartOptions extends IRenderMime.IRendererOptions {
  readonly theme: PageTheme;
  readonly trans: TranslationBundle;
}

export class RenderedChart extends Widget implements IRenderMime.IRenderer {
  private readonly mimeType: string;
  private readonly place: ChartPlace;

  constructor(options: RenderedChartOptions) {
    super();
    this.mimeType = options.mimeType;
    this.place = new ChartPlace({
      node: this.node,
      theme: options.theme,
      trans: options.trans,
      findLocal: localFiles(options.resolver),
    });
  }

  /** Draw what the output holds. Never rejects: what fails is said in the chart's place. */
  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    await this.place.show(model.data[this.mimeType]);
  }

  override dispose(): void {
    this.place.dispose();
    super.dispose();
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this.place.watch();
  }

  protected override onBeforeDetach(message: Message): void {
    this.place.unwatch();
    super.onBeforeDetach(message);
  }
}

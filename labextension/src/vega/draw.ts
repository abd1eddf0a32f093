/** Draws one chart. This module brings Vega, 1 MB: import it only when there is a chart. */
import { mergeConfig, type Item } from 'vega';
import embed, { type EmbedOptions, type VisualizationSpec } from 'vega-embed';
import type { Config } from 'vega-lite';
import * as themes from 'vega-themes';
import { Handler } from 'vega-tooltip';

import type { Chart, Renderer } from './chart';
import { offlineLoader, type FindLocal } from './loader';
import { chartConfig, themeOn, type ChartTheme } from './theme';
import { tooltipHtml } from './tooltip';

export interface Surroundings {
  readonly theme: ChartTheme;
  readonly findLocal: FindLocal;
  /** Told of every address that the chart asked for in vain. */
  readonly onRefused: (uri: string) => void;
  /** Width in pixels for a chart that asks for its place's width. */
  readonly width: number;
  /** Instead of the chart's own. */
  readonly renderer?: Renderer;
  /** Told of the datum of a mark that a person clicks on. The chart sets the cursor there. */
  readonly onPick?: (datum: Datum) => void;
}

/** A row of a chart's data, as Vega holds it. */
export type Datum = Readonly<Record<string, unknown>>;

export interface Drawing {
  /** Give a fluid chart another width, in pixels. */
  setWidth(width: number): Promise<void>;
  /** Address of a picture of the chart; `scale` enlarges a PNG. */
  picture(kind: 'png' | 'svg', scale: number): Promise<string>;
  dispose(): void;
}

/**
 * Draw a chart into an empty element.
 *
 * @throws Error if the specification cannot be compiled or drawn.
 */
export async function draw(
  place: HTMLElement,
  chart: Chart,
  surroundings: Surroundings,
): Promise<Drawing> {
  // Vega writes its own fields into the rows that it is given, and these would be saved.
  const spec = structuredClone(chart.spec) as unknown as VisualizationSpec;
  const tooltip = new Handler({
    theme: surroundings.theme.light ? 'light' : 'dark',
    formatTooltip: tooltipHtml,
  });
  const options = { ...embedOptions(chart, surroundings), tooltip: tooltip.call };
  const { view, finalize } = await embed(place, spec, options);
  const { onPick } = surroundings;
  if (onPick) {
    view.addEventListener('click', (_event, item) => {
      const datum: unknown = item?.datum;
      if (typeof datum === 'object' && datum !== null) {
        onPick(datum as Datum);
      }
    });
  }
  return {
    setWidth: async (width) => {
      await view.width(width).runAsync();
    },
    picture: (kind, scale) => view.toImageURL(kind, scale),
    dispose: () => {
      // A tooltip lies outside of the chart, and would stay.
      tooltip.call(null, new MouseEvent('mouseout'), {} as Item, null);
      finalize();
    },
  };
}

function embedOptions(chart: Chart, surroundings: Surroundings): EmbedOptions {
  const { renderer, formatLocale, timeFormatLocale } = chart.options;
  const { theme, width } = surroundings;
  return {
    mode: 'vega-lite',
    // Expressions are walked as a tree: no code is made from text.
    ast: true,
    actions: false,
    defaultStyle: false,
    renderer: surroundings.renderer ?? renderer,
    loader: offlineLoader(surroundings.findLocal, surroundings.onRefused),
    config: configFor(chart, theme),
    ...(chart.fluid && width > 0 && { width }),
    ...(formatLocale && { formatLocale }),
    ...(timeFormatLocale && { timeFormatLocale }),
  };
}

function configFor(chart: Chart, page: ChartTheme): Config {
  const named = namedTheme(chart.options.theme);
  if (named) {
    // Made for white unless it says otherwise.
    return mergeConfig({ background: '#ffffff' }, named);
  }
  const { background, config } = chart.spec;
  const own = background ?? (config as { background?: unknown } | undefined)?.background;
  return { ...chartConfig(themeOn(own, page)), background: page.background };
}

function namedTheme(name: string | undefined): Config | null {
  if (!name || !Object.hasOwn(themes, name)) {
    return null;
  }
  const theme: unknown = themes[name as keyof typeof themes];
  return typeof theme === 'object' ? theme : null;
}

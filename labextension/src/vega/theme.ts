/** The colours and the font of charts: those of the page, of a picture, or on a chart's own ground. */
import type { IThemeManager } from '@jupyterlab/apputils';
import { Signal, type ISignal } from '@lumino/signaling';
import { rgb } from 'd3-color';
import type { Config } from 'vega-lite';

export interface ChartTheme {
  readonly light: boolean;
  /** Colour of titles, and of marks that are text or rules. */
  readonly ink: string;
  /** Colour of labels. */
  readonly label: string;
  /** Colour of axes. */
  readonly line: string;
  /** Colour of the grid and of the frame around a view. */
  readonly grid: string;
  readonly font: string;
  readonly background: string;
}

const FONT = 'system-ui, sans-serif';

/** Dark on white: saved pictures, and charts that bring a light ground of their own. */
export const PAPER: ChartTheme = {
  light: true,
  ink: '#1f1f1f',
  label: '#424242',
  line: '#8a8a8a',
  grid: '#e0e0e0',
  font: FONT,
  background: '#ffffff',
};

/** Light on dark: charts that bring a dark ground of their own. */
export const SLATE: ChartTheme = {
  light: false,
  ink: '#f0f0f0',
  label: '#d0d0d0',
  line: '#8a8a8a',
  grid: '#4a4a4a',
  font: FONT,
  background: '#111111',
};

/** Follows Jupyter's theme. */
export class PageTheme {
  /** Emitted after another theme's colours are in force. */
  readonly changed: ISignal<PageTheme, void>;

  constructor(private readonly themes: IThemeManager | null) {
    const changed = new Signal<PageTheme, void>(this);
    this.changed = changed;
    themes?.themeChanged.connect(() => {
      changed.emit();
    });
  }

  /** The theme as it is now. */
  read(): ChartTheme {
    return readTheme(getComputedStyle(document.body), this.light);
  }

  private get light(): boolean {
    return this.themes?.theme
      ? this.themes.isLight(this.themes.theme)
      : document.body.dataset.jpThemeLight !== 'false';
  }
}

/** Read Jupyter's variables; where one is missing, take the nearest colour of our own. */
export function readTheme(style: CSSStyleDeclaration, light: boolean): ChartTheme {
  const own = light ? PAPER : SLATE;
  const read = (name: string, otherwise: string): string =>
    style.getPropertyValue(name).trim() || otherwise;
  return {
    light,
    ink: read('--jp-content-font-color1', own.ink),
    label: read('--jp-content-font-color1', own.label),
    line: read('--jp-border-color0', own.line),
    grid: read('--jp-border-color2', own.grid),
    font: read('--jp-ui-font-family', own.font),
    background: 'transparent',
  };
}

/** The theme for a chart that may bring its own background, which the page's ink may not suit. */
export function themeOn(background: unknown, page: ChartTheme): ChartTheme {
  const colour = typeof background === 'string' ? rgb(background) : null;
  if (!colour || Number.isNaN(colour.r) || colour.opacity < 0.5) {
    return page;
  }
  const brightness = (0.299 * colour.r + 0.587 * colour.g + 0.114 * colour.b) / 255;
  return brightness > 0.5 ? PAPER : SLATE;
}

/** Vega-Lite's configuration for a theme. The chart's own configuration goes over it. */
export function chartConfig(theme: ChartTheme): Config {
  const words = { labelColor: theme.label, titleColor: theme.ink };
  return {
    background: theme.background,
    font: theme.font,
    axis: { ...words, domainColor: theme.line, tickColor: theme.line, gridColor: theme.grid },
    header: words,
    legend: words,
    title: { color: theme.ink, subtitleColor: theme.label },
    text: { color: theme.ink },
    rule: { color: theme.ink },
    view: { stroke: theme.grid },
  };
}

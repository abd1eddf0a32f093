import type { IThemeManager } from '@jupyterlab/apputils';
import { Signal } from '@lumino/signaling';
import { compile } from 'vega-lite';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { PAPER, PageTheme, SLATE, chartConfig, readTheme, themeOn } from '../../src/vega/theme';

const PAGE = { ...SLATE, background: 'transparent' };

afterEach(() => {
  document.body.removeAttribute('style');
  delete document.body.dataset.jpThemeLight;
});

describe('readTheme', () => {
  it("takes Jupyter's colours, and is transparent", () => {
    document.body.style.setProperty('--jp-content-font-color1', 'rgb(1, 2, 3)');
    document.body.style.setProperty('--jp-border-color2', '#445566');
    const theme = readTheme(getComputedStyle(document.body), true);
    expect(theme).toMatchObject({
      ink: 'rgb(1, 2, 3)',
      grid: '#445566',
      background: 'transparent',
    });
  });

  it.each([
    [true, PAPER.ink],
    [false, SLATE.ink],
  ])('has readable ink where Jupyter gives none (light: %s)', (light, ink) => {
    expect(readTheme(getComputedStyle(document.body), light).ink).toBe(ink);
  });
});

describe('themeOn', () => {
  it.each(['white', '#fffbe6', 'rgb(250, 250, 250)'])('puts dark ink on %s', (ground) => {
    expect(themeOn(ground, PAGE)).toBe(PAPER);
  });

  it.each(['black', '#222', 'navy'])('puts light ink on %s', (ground) => {
    expect(themeOn(ground, PAGE)).toBe(SLATE);
  });

  it.each([undefined, null, 'transparent', 'rgba(255, 255, 255, 0.1)', 'no colour', { expr: 'x' }])(
    'keeps the ink of the page on %j',
    (ground) => {
      expect(themeOn(ground, PAGE)).toBe(PAGE);
    },
  );
});

describe('chartConfig', () => {
  const spec = {
    data: { values: [{ a: 1, b: 'x' }] },
    mark: 'text' as const,
    title: 'A title',
    encoding: { x: { field: 'a', type: 'quantitative' as const }, text: { field: 'b' } },
  };

  it('leaves nothing in black that stands on a dark page', () => {
    const compiled = compile(spec, { config: chartConfig(PAGE) }).spec;
    const text = JSON.stringify(compiled);
    expect(text).toContain(SLATE.ink);
    expect(text).not.toMatch(/"(black|#000|#000000)"/);
    expect(compiled.background).toBe('transparent');
  });

  it("lets the chart's own configuration win", () => {
    const own = { ...spec, config: { title: { color: 'crimson' }, background: 'ivory' } };
    const compiled = compile(own, { config: chartConfig(PAGE) }).spec;
    expect(compiled.background).toBe('ivory');
    expect(JSON.stringify(compiled)).toContain('crimson');
  });
});

describe('PageTheme', () => {
  function manager(dark: boolean) {
    const themeChanged = new Signal<object, unknown>({});
    const themes = { theme: 'any', isLight: () => !dark, themeChanged };
    return { themes: themes as unknown as IThemeManager, themeChanged };
  }

  it('tells of a change, and reads the theme anew', () => {
    const { themes, themeChanged } = manager(true);
    const theme = new PageTheme(themes);
    const told = vi.fn();
    theme.changed.connect(told);
    themeChanged.emit(undefined);
    expect(told).toHaveBeenCalledOnce();
    expect(theme.read().light).toBe(false);
  });

  it('asks the page where there is no theme manager', () => {
    const theme = new PageTheme(null);
    expect(theme.read().light).toBe(true);
    document.body.dataset.jpThemeLight = 'false';
    expect(theme.read().light).toBe(false);
  });
});

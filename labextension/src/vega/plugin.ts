import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IThemeManager } from '@jupyterlab/apputils';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { VEGALITE_MIME_TYPES } from './chart';
import { RenderedChart } from './renderer';
import { PageTheme } from './theme';

/** Before HTML (50) and pictures (90), which an output may carry for pages that cannot draw. */
const RANK = 40;

/** Draws Vega-Lite 6 wherever Jupyter draws outputs, in JupyterLab and in Notebook 7. */
export const vegaLitePlugin: JupyterFrontEndPlugin<void> = {
  id: 'sciml-magics:vega-lite',
  description: 'Draws Vega-Lite 6 charts in the colours of the theme, without the network.',
  autoStart: true,
  requires: [IRenderMimeRegistry],
  optional: [IThemeManager, ITranslator],
  activate: (
    _app,
    rendermime: IRenderMimeRegistry,
    themes: IThemeManager | null,
    translator: ITranslator | null,
  ) => {
    const theme = new PageTheme(themes);
    const trans = (translator ?? nullTranslator).load('sciml_magics');
    rendermime.addFactory(
      {
        // Expressions are interpreted, never compiled, tooltips are text, and nothing is loaded
        // but files of this server: so charts of untrusted notebooks are drawn too.
        safe: true,
        mimeTypes: VEGALITE_MIME_TYPES,
        createRenderer: (options) => new RenderedChart({ ...options, theme, trans }),
      },
      RANK,
    );
  },
};

/** Puts the panel into JupyterLab and Notebook 7. */
import { ILayoutRestorer, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette, IThemeManager } from '@jupyterlab/apputils';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStateDB } from '@jupyterlab/statedb';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { mountReview } from '../review/mount';
import { PageTheme } from '../vega/theme';
import { addCommands, OPEN } from './commands';
import { chartMaker } from './drawing';
import { Memory, browserDatabase } from './memory';
import { followKeys } from './settings';
import { Writing } from './views/writing';
import { ReviewPanel } from './widget';

const ID = 'sciml-magics:panel';

/** After what JupyterLab puts at the right side by itself. */
const RANK = 700;

export const panelPlugin: JupyterFrontEndPlugin<void> = {
  id: ID,
  description: 'A panel to review labels, which follows the notebook in front.',
  autoStart: true,
  requires: [INotebookTracker],
  optional: [
    ICommandPalette,
    ILayoutRestorer,
    ISettingRegistry,
    IStateDB,
    IThemeManager,
    ITranslator,
  ],
  activate: (
    app,
    notebooks: INotebookTracker,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null,
    settings: ISettingRegistry | null,
    database: IStateDB | null,
    themes: IThemeManager | null,
    translator: ITranslator | null,
  ) => {
    const words = translator ?? nullTranslator;
    const trans = words.load('sciml_magics');
    const memory = new Memory(restorer ? database : browserDatabase(window.localStorage));
    const panel = new ReviewPanel({
      notebooks,
      memory,
      writing: new Writing(trans, words.languageCode),
      identity: () => app.serviceManager.user.identity?.username ?? '',
      tools: {
        mountReview,
        makeChart: chartMaker(new PageTheme(themes), trans),
        keys: followKeys(settings, ID),
      },
      onShow: () => {
        app.shell.activateById(panel.id);
      },
    });
    addCommands(app, panel, notebooks, trans);
    palette?.addItem({ command: OPEN, category: trans.__('Notebook Operations') });
    // Before anything waits: the layout is restored only with what is there by then.
    restorer?.add(panel, ID);
    app.shell.add(panel, 'right', { rank: RANK });
    // The states are there only after the start, which waits for this function.
    void Promise.all([memory.restore(), app.restored]).then(() => {
      // Notebook 7 has no layout to restore.
      if (!restorer && memory.open) {
        app.shell.activateById(panel.id);
      }
      panel.begin();
    });
  },
};

/** The commands of the panel. */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { INotebookTracker } from '@jupyterlab/notebook';
import { CommandRegistry } from '@lumino/commands';

import { tellEntry } from '../review/entry';
import type { Words } from '../review/model/words';
import { reviewIcon } from './icon';
import { enter, leave, reviewAround, reviewNear } from './nearby';
import type { ReviewPanel } from './widget';

/**
 * Gives the review the keyboard: the one under the active cell or the cell above, else the panel,
 * which it opens. From within, gives the keyboard back to the notebook. The button of a toolbar is
 * about the panel alone.
 */
export const OPEN = 'sciml-magics:review';

export function addCommands(
  app: JupyterFrontEnd,
  panel: ReviewPanel,
  notebooks: INotebookTracker,
  trans: Words,
): void {
  app.commands.addCommand(OPEN, {
    // A toolbar has room for the icon alone.
    label: (args) => (args.toolbar ? '' : trans.__('Review Labels')),
    caption: trans.__('Review what models suggest, in the panel at the side'),
    icon: reviewIcon,
    describedBy: { args: { type: 'object', properties: { toolbar: { type: 'boolean' } } } },
    execute: (args) => {
      const notebook = notebooks.currentWidget;
      const cells = args.toolbar ? null : notebook;
      const around = reviewAround(cells);
      const near = reviewNear(cells);
      if (notebook && (around ?? (panel.isVisible && panel.hasFocus))) {
        leave(notebook, around);
      } else if (notebook && near) {
        enter(notebook, near);
      } else {
        app.shell.activateById(panel.id);
      }
    },
  });
  const tell = (): void => {
    const binding = app.commands.keyBindings.find(({ command }) => command === OPEN);
    tellEntry(binding ? CommandRegistry.formatKeystroke(binding.keys) : null);
  };
  app.commands.keyBindingChanged.connect(tell);
  tell();
}

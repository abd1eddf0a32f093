/** The commands of the panel. */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { INotebookTracker } from '@jupyterlab/notebook';

import type { Words } from '../review/model/words';
import { reviewIcon } from './icon';
import type { ReviewPanel } from './widget';

/** Opens the panel and gives it the keyboard; from within, gives the keyboard back. */
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
    execute: () => {
      if (panel.isVisible && panel.hasFocus) {
        notebooks.currentWidget?.content.activate();
      } else {
        app.shell.activateById(panel.id);
      }
    },
  });
}

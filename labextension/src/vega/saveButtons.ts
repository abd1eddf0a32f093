/** Two buttons that save a chart as a picture. */
import type { TranslationBundle } from '@jupyterlab/translation';

export type PictureKind = 'png' | 'svg';

const KINDS: readonly PictureKind[] = ['png', 'svg'];

/** Make the buttons; `picture` gives the address of a picture. */
export function saveButtons(
  fileName: string,
  trans: TranslationBundle,
  picture: (kind: PictureKind) => Promise<string>,
): HTMLElement {
  const bar = document.createElement('div');
  bar.className = 'sm-Chart-save';
  bar.setAttribute('role', 'toolbar');
  bar.setAttribute('aria-label', trans.__('Save the chart'));
  bar.append(
    ...KINDS.map((kind) => {
      const button = document.createElement('button');
      const name = kind.toUpperCase();
      button.type = 'button';
      button.textContent = name;
      button.title = trans.__('Save as %1', name);
      button.setAttribute('aria-label', button.title);
      // Enter and space on a button belong to it, not to the notebook.
      button.dataset.lmSuppressShortcuts = 'true';
      button.addEventListener('click', () => {
        void picture(kind).then((address) => {
          save(address, `${fileName}.${kind}`);
        });
      });
      return button;
    }),
  );
  return bar;
}

function save(address: string, fileName: string): void {
  const link = document.createElement('a');
  link.href = address;
  link.download = fileName;
  link.click();
}

/** Whether the page around is light or dark, whoever made it. */

/** Keep the surface's colour scheme that of the page. Returns what ends it. */
export function followTheme(el: HTMLElement): () => void {
  const page = el.ownerDocument;
  const apply = (): void => {
    el.style.colorScheme = isDark(el) ? 'dark' : 'light';
  };
  apply();
  const watcher = new MutationObserver(apply);
  const attributeFilter = ['class', 'theme', 'data-jp-theme-light', 'data-vscode-theme-kind'];
  watcher.observe(page.documentElement, { attributeFilter });
  watcher.observe(page.body, { attributeFilter });
  const preferred = page.defaultView?.matchMedia('(prefers-color-scheme: dark)');
  preferred?.addEventListener('change', apply);
  return () => {
    watcher.disconnect();
    preferred?.removeEventListener('change', apply);
  };
}

/** Jupyter, VS Code and Colab each say it in their way; elsewhere the reader's wish counts. */
export function isDark(el: HTMLElement): boolean {
  const { body, documentElement, defaultView } = el.ownerDocument;
  const { jpThemeLight, vscodeThemeKind } = body.dataset;
  if (jpThemeLight !== undefined) {
    return jpThemeLight === 'false';
  }
  const named = vscodeThemeKind ?? documentElement.getAttribute('theme');
  if (named !== null && named !== '') {
    return /dark|high-contrast$/.test(named);
  }
  return defaultView?.matchMedia('(prefers-color-scheme: dark)').matches ?? false;
}

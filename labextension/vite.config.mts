/** Bundles the review surface for the ipywidgets panel: one module and one stylesheet, no network. */
import { defineConfig } from 'vite';

export default defineConfig({
  build: {
    lib: {
      entry: 'src/widget/index.ts',
      formats: ['es'],
      fileName: () => 'widget.js',
      cssFileName: 'widget',
    },
    outDir: '../sciml_magics/panels/static',
    emptyOutDir: true,
    target: 'es2022',
    // The colour scheme is set by script: rewritten for older browsers, `light-dark` would not see it.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // Embedded in every notebook that shows the panel, so it is worth a smaller one.
    minify: true,
  },
  resolve: {
    alias: [
      {
        find: /^@jupyterlab\/services$/,
        replacement: new URL('src/widget/services.ts', import.meta.url).pathname,
      },
    ],
  },
  define: { 'process.env.NODE_ENV': '"production"' },
});

// One page for each file in src/pages: dist/<name>.html with its bundle and the board's style, and a list of them.
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { build } from "esbuild";

const names = (await readdir("src/pages")).map((file) => file.replace(/\.jsx?$/, ""));
await rm("dist", { recursive: true, force: true });
await mkdir("dist");
await build({
  entryPoints: ["src/pages/*", "src/board.css"],
  outdir: "dist",
  bundle: true,
  // A classic script, which a browser also takes from a file.
  format: "iife",
  jsx: "automatic",
  minify: true,
  define: { "process.env.NODE_ENV": '"production"' },
  logLevel: "warning",
});
for (const name of names) {
  await writeFile(
    `dist/${name}.html`,
    `<!doctype html>
<meta charset="utf-8" />
<meta name="viewport" content="width=device-width" />
<title>${name}</title>
<link rel="stylesheet" href="board.css" />
<main id="board"></main>
<script src="pages/${name}.js"></script>
`,
  );
}
const links = names.map((name) => `<li><a href="${name}.html">${name}</a></li>`);
await writeFile("dist/index.html", `<!doctype html>\n<title>Drag gallery</title>\n<ul>${links.join("")}</ul>\n`);

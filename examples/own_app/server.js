// Shared shopping lists. Everything is in memory: a restart empties them.
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Server } from "socket.io";

const here = dirname(fileURLToPath(import.meta.url));
const client = join(dirname(createRequire(import.meta.url).resolve("socket.io-client/package.json")), "dist");
const files = {
  "/app.js": [join(here, "public/app.js"), "text/javascript"],
  "/style.css": [join(here, "public/style.css"), "text/css"],
  "/socket.io.js": [join(client, "socket.io.min.js"), "text/javascript"],
};

const http = createServer(async (request, response) => {
  const { pathname } = new URL(request.url, "http://localhost");
  if (pathname === "/") return response.writeHead(302, { Location: "/l/groceries" }).end();
  const [path, type] = pathname.startsWith("/l/") ? [join(here, "public/index.html"), "text/html"] : (files[pathname] ?? []);
  if (!path) return response.writeHead(404).end("not found");
  response.writeHead(200, { "Content-Type": `${type}; charset=utf-8` }).end(await readFile(path));
});

const lists = new Map();
const listOf = (name) => {
  if (!lists.has(name)) lists.set(name, new Map());
  return lists.get(name);
};

new Server(http).on("connection", (socket) => {
  let room = null;

  socket.on("enter", (name, reply) => {
    if (room) socket.leave(room);
    room = String(name);
    socket.join(room);
    reply([...listOf(room).values()]);
  });

  // Tells everybody on the list, the sender included, and answers the sender.
  const tell = (reply, event, payload) => {
    socket.nsp.to(room).emit(event, payload);
    reply(null);
  };
  const change = (event, apply) =>
    socket.on(event, (payload, reply) => {
      const row = room && listOf(room).get(payload.key);
      if (!row) return reply("there is no such row");
      tell(reply, "changed", Object.assign(row, apply(payload)));
    });

  socket.on("put", (label, reply) => {
    const text = String(label).trim();
    if (!room || !text) return reply("a row needs a text");
    const row = { key: randomUUID().slice(0, 8), label: text, got: false };
    listOf(room).set(row.key, row);
    tell(reply, "added", row);
  });
  change("tick", ({ got }) => ({ got: Boolean(got) }));
  change("rename", ({ label }) => ({ label: String(label).trim() }));
  socket.on("drop", (key, reply) => {
    if (!room || !listOf(room).delete(key)) return reply("there is no such row");
    tell(reply, "gone", key);
  });
});

http.listen(Number(process.env.PORT ?? 4000), "127.0.0.1", () => console.log(`http://127.0.0.1:${http.address().port}/`));

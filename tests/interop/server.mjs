// The official Socket.IO server with pages for its official client. It logs every packet by its own parser.
//   node server.mjs LOG MODULES: JSON lines go to the file LOG; MODULES is the node_modules with the client
import fs from "node:fs";
import http from "node:http";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

// The packages are those of the conformance tests, beside their own server.
const require = createRequire(new URL("../conformance/official/", import.meta.url));
const { Server } = require("socket.io");
const json = require("socket.io-parser");
const msgpack = require("socket.io-msgpack-parser");

const [log, modules] = process.argv.slice(2);
const pages = fileURLToPath(new URL("pages/", import.meta.url));
const TYPES = { ".html": "text/html", ".js": "text/javascript" };
const KINDS = ["connect", "disconnect", "event", "ack", "connect_error"];

const plain = (value) => {
  if (Buffer.isBuffer(value)) return { $bytes: value.toString("base64") };
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plain(each)]));
};
const write = (line) => fs.appendFileSync(log, `${JSON.stringify(line)}\n`);

const server = http.createServer((request, response) => {
  const { pathname } = new URL(request.url, "http://localhost");
  const inModules = pathname.startsWith("/modules/");
  // The URL parser has resolved every `..` by now.
  const file = inModules ? path.join(modules, pathname.slice("/modules".length)) : path.join(pages, path.basename(pathname));
  if (!fs.existsSync(file)) return response.writeHead(404).end();
  return response.writeHead(200, { "Content-Type": TYPES[path.extname(file)] ?? "text/plain" }).end(fs.readFileSync(file));
});

// What crossed one Engine.IO connection, decoded by the official parser.
function watch(parser, raw) {
  const conn = raw.id;
  const decoders = {};
  for (const direction of ["received", "sent"]) {
    decoders[direction] = new parser.Decoder();
    decoders[direction].on("decoded", ({ type, nsp, id, data }) =>
      write({ what: "packet", conn, direction, kind: KINDS[type], nsp, id: id ?? null, data: plain(data ?? null) }),
    );
  }
  write({ what: "open", conn, transport: raw.transport.name });
  raw.on("data", (data) => decoders.received.add(data));
  raw.on("packetCreate", ({ type, data }) => type === "message" && decoders.sent.add(data));
  raw.on("upgrade", ({ name }) => write({ what: "upgrade", conn, transport: name }));
  raw.on("close", (reason) => write({ what: "close", conn, transport: raw.transport.name, reason }));
}

function converse(namespace) {
  namespace.on("connection", (socket) => {
    socket.join("everybody");
    write({ what: "session", conn: socket.conn.id, nsp: namespace.name, sid: socket.id, recovered: socket.recovered });
    socket.on("echo", (...args) => {
      const answer = args.pop();
      socket.emit("echoed", ...args);
      answer(...args);
    });
    socket.on("ask me", async (questions) => {
      for (const question of questions) socket.emit("answered", question, await socket.emitWithAck("question", question));
    });
    // To a room, as what is kept for those who are away has to be.
    socket.on("disconnect", () => namespace.to("everybody").emit("missed", { by: "those who were away" }));
  });
}

const common = { serveClient: false, destroyUpgrade: false };
for (const [name, parser, more] of [
  ["/socket.io/", json, {}],
  ["/recovering/", json, { connectionStateRecovery: { maxDisconnectionDuration: 60_000 } }],
  ["/msgpack/", msgpack, {}],
]) {
  const io = new Server(server, { ...common, path: name, parser, ...more });
  io.engine.on("connection", (raw) => watch(parser, raw));
  for (const namespace of ["/", "/board"]) converse(io.of(namespace));
}

server.listen(0, "127.0.0.1", () => console.log(JSON.stringify({ port: server.address().port })));
// Whoever started this is gone, however it ended.
process.stdin.on("end", () => process.exit(0)).resume();

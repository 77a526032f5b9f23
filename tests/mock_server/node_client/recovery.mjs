// Connects with the real socket.io-client, is cut off, misses two events, comes back; prints what it noticed.
import { createRequire } from "node:module";
import { join } from "node:path";

const { io } = createRequire(join(process.cwd(), "package.json"))("socket.io-client");
const [url, controlToken, token, mode] = process.argv.slice(2);

const control = (verb, body) =>
  fetch(`${url}/__stub__/${verb}`, {
    method: "POST",
    headers: { "X-Stub-Token": controlToken },
    body: JSON.stringify(body),
  });
const emit = (event) => control("emit", { event, data: event, room: "project:atlas" });

const transports = mode === "upgrade" ? ["polling", "websocket"] : [mode];
const socket = io(url, { auth: { token }, transports, reconnectionDelay: 50, forceNew: true });
const noticed = [];
const once = (event) => new Promise((resolve) => socket.once(event, resolve));
socket.onAny((event) => noticed.push(event));
socket.on("connect", () => noticed.push(socket.recovered ? "recovered" : "new"));

await once("connect");
await socket.emitWithAck("join:project", "atlas");
const seen = once("seen");
await emit("seen");
await seen;

const second = once("missed-2");
await control("cut", { all: true });
await emit("missed-1");
await emit("missed-2");
await second;

const kicked = once("disconnect");
await control("kick", { all: true });
noticed.push(await kicked);
const again = once("connect");
socket.connect();
await again;

socket.disconnect();
console.log(JSON.stringify(noticed));

// Plays one story with the real socket.io-client and prints what it noticed, in order.
import { createRequire } from "node:module";
import { join } from "node:path";

const { io } = createRequire(join(process.cwd(), "package.json"))("socket.io-client");
const [url, controlUrl, controlToken, mode, story] = process.argv.slice(2);
const AWAY_MS = 600;

const control = async (verb, body) => {
  const headers = { "X-Stub-Token": controlToken };
  const request = body ? { method: "POST", headers, body: JSON.stringify(body) } : { headers };
  const answer = await fetch(`${controlUrl}/__stub__/${verb}`, request);
  if (!answer.ok) throw new Error(`${verb}: ${answer.status} ${await answer.text()}`);
  return answer.json();
};
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const tell = (event) => control("emit", { event, data: event, room: "project:atlas" });

const transports = mode === "upgrade" ? ["polling", "websocket"] : [mode];
// By hand: what is missed must have been sent before the client is back.
const socket = io(url, { transports, reconnection: false, forceNew: true, autoConnect: false });
const noticed = [];
const once = (event) => new Promise((resolve) => socket.once(event, resolve));
socket.onAny((event) => noticed.push(event));
socket.on("connect", () => noticed.push(socket.recovered ? "recovered" : "new"));

async function connect() {
  const connected = once("connect");
  socket.connect();
  await connected;
  if (mode === "upgrade" && socket.io.engine.transport.name !== "websocket") {
    await new Promise((resolve) => socket.io.engine.once("upgrade", resolve));
  }
}

async function hear(event) {
  const heard = once(event);
  await tell(event);
  await heard;
}

async function cut() {
  const lost = once("disconnect");
  // Between two polls there is nothing to cut: try until it is felt.
  while (socket.connected) {
    await control("cut", { all: true });
    await Promise.race([lost, pause(100)]);
  }
  while ((await control("connections")).connections.length) await pause(10);
}

async function cutAndMiss(...events) {
  await cut();
  for (const event of events) await tell(event);
  await connect();
}

const stories = {
  async cut() {
    await hear("seen");
    await cutAndMiss("missed-1", "missed-2");
    await hear("live");
  },
  async twice() {
    await hear("seen");
    await cutAndMiss("missed-1", "missed-2");
    await cutAndMiss("missed-3");
    await cutAndMiss();
    await hear("live");
  },
  async nothing_seen() {
    await cutAndMiss("missed-1");
    await tell("unheard");
  },
  async expired() {
    await hear("seen");
    await cut();
    await tell("missed-1");
    await pause(AWAY_MS);
    await connect();
    await tell("unheard");
  },
  async restarted() {
    await hear("seen");
    const lost = once("disconnect");
    await control("restart", {});
    while (socket.connected) await Promise.race([lost, pause(100)]);
    await connect();
    await tell("unheard");
  },
};

await connect();
await socket.emitWithAck("join:project", "atlas");
await stories[story]();
// A fence: whatever was sent to this client before its answer has arrived.
await socket.emitWithAck("leave:project", "atlas");
socket.disconnect();
console.log(JSON.stringify(noticed));

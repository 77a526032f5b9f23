// The official Socket.IO server, started anew for every clause with the stub's own words for settings and verbs.
import http from "node:http";
import { randomUUID } from "node:crypto";
import { Server } from "socket.io";
import msgpack from "socket.io-msgpack-parser";

const NAMES = {
  ping_interval_ms: "pingInterval",
  ping_timeout_ms: "pingTimeout",
  max_payload_bytes: "maxHttpBufferSize",
  connect_timeout_ms: "connectTimeout",
  upgrade_timeout_ms: "upgradeTimeout",
  transports: "transports",
  per_message_deflate: "perMessageDeflate",
  http_compression: "httpCompression",
};

const ANSWERED = new Set(["join:project", "leave:project", "task:update", "echo"]);

function optionsOf(gateway) {
  const options = {};
  for (const [name, value] of Object.entries(gateway)) if (NAMES[name]) options[NAMES[name]] = value;
  if (gateway.cors_origin) {
    // As the stub's: named origins, or whoever asks, and credentials.
    const origin = gateway.cors_origin === "*" || gateway.cors_origin.split(",");
    options.cors = { origin, credentials: true };
  }
  if (gateway.parser === "msgpack") options.parser = msgpack;
  if (gateway.recovery) {
    const maxDisconnectionDuration = gateway.recovery_ms ?? 120_000;
    options.connectionStateRecovery = { maxDisconnectionDuration, skipMiddlewares: false };
  }
  return options;
}

class World {
  constructor({ people = {}, gateway = {} }) {
    this.options = optionsOf(gateway);
    this.people = Object.fromEntries(
      Object.keys(people).map((name) => [name, { id: name, token: `${name}-${randomUUID()}` }]),
    );
  }

  async start(port = 0) {
    this.tcp = new Set();
    this.http = http.createServer((_, response) => response.writeHead(404).end());
    this.http.on("connection", (socket) => {
      this.tcp.add(socket);
      socket.once("close", () => this.tcp.delete(socket));
    });
    this.io = new Server(this.http, { serveClient: false, ...this.options });
    for (const name of ["/", "/other"]) this.serve(this.io.of(name));
    await new Promise((resolve) => this.http.listen(port, "127.0.0.1", resolve));
    this.port = this.http.address().port;
  }

  serve(namespace) {
    namespace.use((socket, next) => {
      const people = Object.values(this.people);
      const person = people.find(({ token }) => token === socket.handshake.auth?.token);
      if (people.length && !person) {
        return next(Object.assign(new Error("unauthorized"), { data: { code: "UNAUTHORIZED" } }));
      }
      socket.data.user = person?.id;
      next();
    });
    namespace.on("connection", (socket) => {
      const on = (name, answer) =>
        socket.on(name, (...args) => {
          const acknowledge = typeof args.at(-1) === "function" ? args.pop() : () => {};
          acknowledge(...answer(...args));
        });
      const room = (id) => [{ ok: true, data: { room: `project:${id}` } }];
      on("join:project", (id) => (socket.join(`project:${id}`), room(id)));
      on("leave:project", (id) => (socket.leave(`project:${id}`), room(id)));
      on("task:update", (...args) => [{ ok: true, data: args }]);
      on("echo", (...args) => (socket.emit("echo", ...args), args));
      socket.onAny((name, ...args) => {
        const acknowledge = args.at(-1);
        if (ANSWERED.has(name) || typeof acknowledge !== "function") return;
        const message = `no rule and no built-in answer for event '${name}'`;
        acknowledge({ ok: false, error: { code: "UNSCRIPTED", message } });
      });
    });
  }

  cut() {
    for (const socket of this.tcp) socket.resetAndDestroy();
  }

  async stop() {
    this.cut();
    const closed = new Promise((resolve) => this.io.close(resolve));
    this.cut();
    await closed;
  }

  /** The sockets, of all people or one, whichever namespace they are in. */
  sockets({ user, sid }) {
    return [...this.io.of("/").sockets.values()].filter(
      (each) => (!user || each.data.user === user) && (!sid || each.id === sid),
    );
  }
}

let world;
const state = () => ({ url: `http://127.0.0.1:${world.port}`, people: world.people });
const verbs = {
  async reset({ document }) {
    await world?.stop();
    world = new World(document);
    await world.start();
    return state();
  },
  // All that a process keeps in memory is lost; the port and the people stay.
  async restart() {
    await world.stop();
    await world.start(world.port);
    return state();
  },
  emit({ event, data, room, sid, user, volatile }) {
    // A sid is a room too, also that of a socket that is away.
    const ids = room || sid ? [room ?? sid] : world.sockets({ user }).map(({ id }) => id);
    const io = volatile ? world.io.volatile : world.io;
    if (ids.length) io.to(ids).emit(event, data);
    return {};
  },
  cut() {
    world.cut();
    return {};
  },
  kick({ user, sid }) {
    for (const socket of world.sockets({ user, sid })) socket.disconnect();
    return {};
  },
  connections() {
    return {
      connections: world
        .sockets({})
        .map(({ id, data, rooms }) => ({ sid: id, user: data.user, rooms: [...rooms] })),
    };
  },
};

const control = http.createServer(async (request, response) => {
  let text = "";
  for await (const chunk of request) text += chunk;
  try {
    const answer = await verbs[request.url.replace("/__stub__/", "")](text ? JSON.parse(text) : {});
    response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(answer));
  } catch (error) {
    response.writeHead(500).end(String(error.stack));
  }
});
control.listen(0, "127.0.0.1", () => console.log(JSON.stringify({ control: control.address().port })));
// Whoever started this is gone, however it ended.
process.stdin.on("end", () => process.exit(0)).resume();

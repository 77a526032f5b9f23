// The official Socket.IO server, doing what the stub does for the two events of the benchmark: joining a project
// and changing a task, acknowledged, told to the whole room. First argument: the folder that has socket.io installed.
const { createServer } = require("node:http");
const { createRequire } = require("node:module");
const path = require("node:path");

const [folder, pingInterval, pingTimeout, recovery] = process.argv.slice(2);
const { Server } = createRequire(path.resolve(folder, "package.json"))("socket.io");

const server = createServer();
// A client that only listens posts nothing for long; Node would close its second connection after five seconds.
server.keepAliveTimeout = 120_000;
const io = new Server(server, {
  pingInterval: Number(pingInterval),
  pingTimeout: Number(pingTimeout),
  serveClient: false,
  ...(recovery === "true" ? { connectionStateRecovery: {} } : {}),
});
let task = {
  id: "t1", projectId: "atlas", sprintId: null, epicId: null, title: "First", description: null, status: "todo",
  priority: "P2", assignee: null, dueDate: null, position: 0, version: 1,
  createdAt: new Date().toISOString(), updatedAt: new Date().toISOString(),
};

io.on("connection", (socket) => {
  socket.on("join:project", (id, acknowledge) => {
    socket.join(`project:${id}`);
    acknowledge({ ok: true, data: { room: `project:${id}` } });
  });
  socket.on("task:update", (change, acknowledge) => {
    task = { ...task, title: change.title, version: task.version + 1, updatedAt: new Date().toISOString() };
    io.to(`project:${task.projectId}`).emit("task:updated", task);
    acknowledge?.({ ok: true, data: task });
  });
});

server.listen(0, "127.0.0.1", () => {
  console.log(JSON.stringify({ gateway_url: `http://127.0.0.1:${server.address().port}` }));
});
// Whoever started this process is gone when its standard input ends.
process.stdin.on("end", () => process.exit(0)).resume();

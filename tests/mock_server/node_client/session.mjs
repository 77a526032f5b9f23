// One session of the real socket.io-client in Node against a stub: prints what happened as one JSON line.
// Usage: node session.mjs GATEWAY_URL websocket|polling|upgrade  (cwd: the frontend, for its node_modules)
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(join(process.cwd(), 'package.json'));
const { io } = require('socket.io-client');
const [gateway, mode] = process.argv.slice(2);
const transports = { websocket: ['websocket'], polling: ['polling'], upgrade: ['polling', 'websocket'] }[mode];

const login = await fetch(`${gateway}/api/auth/login`, {
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify({ email: 'alice@example.com', password: 'alice' }),
});
const { data } = await login.json();

const socket = io(gateway, { transports, auth: (give) => give({ token: data.token }), forceNew: true });
const once = (target, event) => new Promise((resolve) => target.once(event, resolve));

await Promise.race([
  once(socket, 'connect'),
  once(socket, 'connect_error').then((error) => {
    throw error;
  }),
]);
if (mode === 'upgrade' && socket.io.engine.transport.name !== 'websocket') await once(socket.io.engine, 'upgrade');
const joined = await socket.timeout(5000).emitWithAck('join:project', 'atlas');
const received = once(socket, 'task:created');
const created = await socket
  .timeout(5000)
  .emitWithAck('task:create', { projectId: 'atlas', title: 'From Node', clientMutationId: 'm1' });
const event = await received;
const transport = socket.io.engine.transport.name;
const gone = once(socket, 'disconnect');
socket.disconnect();
console.log(JSON.stringify({ user: data.user.id, joined, created, event, transport, disconnected: await gone }));

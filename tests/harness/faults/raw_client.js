// An Engine.IO client that does one thing at a time: `({ url, transport, via })`, which `via` fetch or xhr.
({ url, transport, via }) => {
  const base = `${url}/socket.io/?EIO=4`;
  const raw = { heard: [], sid: "", socket: null };
  const polling = () => `${base}&transport=polling${raw.sid && `&sid=${raw.sid}`}`;
  const ask = (method, body) => {
    if (via === "fetch") return fetch(polling(), { method, body }).then((answer) => answer.text());
    return new Promise((resolve, reject) => {
      const xhr = new XMLHttpRequest();
      xhr.open(method, polling());
      xhr.onload = () => resolve(xhr.responseText);
      xhr.onerror = () => reject(new Error("no answer"));
      xhr.send(body);
    });
  };
  const bytesOf = (text) => Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const hear = (packet) => {
    if (packet[0] === "0") raw.sid = JSON.parse(packet.slice(1)).sid;
    raw.heard.push(packet);
  };
  const connect = (address) =>
    new Promise((resolve) => {
      raw.socket = new WebSocket(address.replace("http", "ws"));
      raw.socket.binaryType = "arraybuffer";
      raw.socket.onmessage = ({ data }) => hear(typeof data === "string" ? data : [...new Uint8Array(data)]);
      raw.socket.onopen = resolve;
    });

  // Asks once; what comes is heard.
  raw.poll = async () => {
    for (const part of (await ask("GET")).split("\x1e")) hear(part[0] === "b" ? bytesOf(part.slice(1)) : part);
  };
  // Texts, and lists of bytes.
  raw.send = (...packets) => {
    if (transport === "polling" && !raw.socket) {
      const parts = packets.map((one) => (typeof one === "string" ? one : `b${btoa(String.fromCharCode(...one))}`));
      return ask("POST", parts.join("\x1e"));
    }
    for (const one of packets) raw.socket.send(typeof one === "string" ? one : new Uint8Array(one));
    return undefined;
  };
  raw.open = () => (transport === "polling" ? raw.poll() : connect(`${base}&transport=websocket`));
  // Moves to a websocket; nothing is asked by polling any more.
  raw.upgrade = async () => {
    await connect(`${base}&transport=websocket&sid=${raw.sid}`);
    raw.socket.send("2probe");
    await raw.until((heard) => heard.includes("3probe"));
    raw.socket.send("5");
  };
  raw.until = async (holds) => {
    while (!holds(raw.heard)) {
      if (transport === "polling" && !raw.socket) await raw.poll();
      else await new Promise((resolve) => raw.socket.addEventListener("message", resolve, { once: true }));
    }
  };
  globalThis.raw = raw;
}

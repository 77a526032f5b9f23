// Another page for the example's server: rows without ids, a button that sends, no badge, nothing to remove with.
const socket = io("/lists", { path: "/live/", transports: ["websocket"] });
const body = document.querySelector("tbody");
const add = ({ label }) => {
  const cell = body.insertRow().insertCell();
  cell.textContent = label;
};
socket.on("connect", () => socket.emit("enter", "guests", (all) => (body.replaceChildren(), all.forEach(add))));
socket.on("added", add);
document.querySelector("button").onclick = () => {
  const field = document.querySelector("textarea");
  socket.emit("put", field.value, () => (field.value = ""));
};

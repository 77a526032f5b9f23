// One list, as everybody who has it open sees it.
const name = decodeURIComponent(location.pathname.split("/")[2] || "groceries");
const at = (id) => document.getElementById(id);
const socket = io();
let rows = [];

const draw = () => at("rows").replaceChildren(...rows.map(rowElement));

const rowElement = (row) => {
  const element = document.createElement("li");
  element.className = row.got ? "row got" : "row";
  element.dataset.key = row.key;
  element.dataset.got = row.got ? "yes" : "no";
  const box = document.createElement("input");
  box.type = "checkbox";
  box.checked = row.got;
  box.setAttribute("aria-label", `Got ${row.label}`);
  box.addEventListener("change", () => ask("tick", { key: row.key, got: box.checked }));
  const label = document.createElement("span");
  label.className = "label";
  label.textContent = row.label;
  label.addEventListener("dblclick", () => {
    const wanted = prompt("What is it?", row.label);
    if (wanted) ask("rename", { key: row.key, label: wanted });
  });
  const drop = document.createElement("button");
  drop.textContent = "×";
  drop.setAttribute("aria-label", `Remove ${row.label}`);
  drop.addEventListener("click", () => ask("drop", row.key));
  element.append(box, label, drop);
  return element;
};

const ask = (event, payload) =>
  socket.timeout(5000).emit(event, payload, (late, refused) => {
    at("trouble").hidden = !(late || refused);
    at("trouble").textContent = late ? "No answer from the server." : (refused ?? "");
  });

const badge = (text, up) => {
  at("link").textContent = text;
  at("link").classList.toggle("up", up);
};

socket.on("connect", () => {
  badge("online", true);
  socket.emit("enter", name, (all) => {
    rows = all;
    draw();
  });
});
socket.on("disconnect", () => badge("offline", false));
socket.on("added", (row) => {
  rows.push(row);
  draw();
});
socket.on("changed", (row) => {
  rows = rows.map((one) => (one.key === row.key ? row : one));
  draw();
});
socket.on("gone", (key) => {
  rows = rows.filter((one) => one.key !== key);
  draw();
});

at("name").textContent = name;
document.title = name;
at("entry").addEventListener("submit", (event) => {
  event.preventDefault();
  const wanted = at("wanted").value.trim();
  if (wanted && socket.connected) ask("put", wanted);
  at("wanted").value = "";
});

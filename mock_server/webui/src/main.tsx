/** Starts the app: settings first, then the page. */
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./App";
import { loadEnv } from "./services/env";
import websocketService from "./services/websocket.service";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/board.css";

declare global {
  interface Window {
    /** For people at the console. */
    websocketService: typeof websocketService;
  }
}

window.websocketService = websocketService;

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
await loadEnv();
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);

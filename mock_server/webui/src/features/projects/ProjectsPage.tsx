/** /projects: the projects of the person signed in, kept current by events, or by polling without a connection. */
import { useCallback, useEffect, useRef, useState } from "react";
import { Link } from "react-router";
import type { Project } from "../../domain/entities";
import { projectPatch, warnIgnored, wholeProject } from "../../domain/parse";
import { usePolling } from "../../hooks/usePolling";
import { useProjectWebSocket, useWebSocket } from "../../hooks/useWebSocket";
import { listProjects } from "../../services/api";
import { env } from "../../services/env";
import { MOCK_PROJECTS } from "../../services/mock-data";
import websocketService from "../../services/websocket.service";

export function ProjectsPage() {
  const { projects, failing } = useProjects();
  useEffect(() => {
    document.title = "Projects · DevMentor";
  }, []);
  return (
    <main className="page narrow">
      <h1>Projects</h1>
      {failing && <p className="stale">Cannot reach the server. Trying again…</p>}
      {projects === null && !failing && <p className="empty">Loading projects…</p>}
      {projects?.length === 0 && <p className="empty">You are not in any project yet.</p>}
      <ul className="project-list">
        {projects?.map((project) => (
          <li key={project.id}>
            <Link to={`/projects/${encodeURIComponent(project.id)}`}>{project.name}</Link>
            {project.description !== null && <p className="muted">{project.description}</p>}
          </li>
        ))}
      </ul>
    </main>
  );
}

function useProjects(): { projects: readonly Project[] | null; failing: boolean } {
  const { mockMode, pollingInterval_ms } = env();
  const [projects, setProjects] = useState<readonly Project[] | null>(mockMode ? MOCK_PROJECTS : null);
  const [failing, setFailing] = useState(false);
  const { isConnected } = useWebSocket();
  const requests = useRef(0);

  const load = useCallback(async (signal: AbortSignal) => {
    const number = ++requests.current;
    try {
      const list = await listProjects(signal);
      // Only the newest answer counts.
      if (signal.aborted || number !== requests.current) return;
      setProjects((known) => list.map((project) => newer(known, project)));
      setFailing(false);
    } catch {
      if (!signal.aborted && number === requests.current) setFailing(true);
    }
  }, []);

  // Once for each state of the connection: what happened without one is not told later.
  useEffect(() => {
    if (mockMode) return;
    const stop = new AbortController();
    void load(stop.signal);
    return () => stop.abort();
  }, [isConnected, load, mockMode]);
  usePolling({
    enabled: !mockMode && (!isConnected || failing),
    interval_ms: pollingInterval_ms,
    run: async (signal, round) => {
      if (round === 0) return;
      websocketService.connect();
      await load(signal);
    },
  });

  useProjectWebSocket(({ type, data }) => {
    try {
      const patch = projectPatch(data);
      const whole = wholeProject(patch);
      setProjects((known) => {
        if (known === null) return known;
        const at = known.findIndex((project) => project.id === patch.id);
        if (at < 0) return type === "created" && whole ? [...known, whole] : known;
        return known.map((project) => (project.id === patch.id && whole ? newer([project], whole) : project));
      });
    } catch (error) {
      warnIgnored(`project:${type}`, error);
    }
  });
  return { projects, failing };
}

/** The given project, unless a newer version of it is known. */
function newer(known: readonly Project[] | null, project: Project): Project {
  const mine = known?.find(({ id }) => id === project.id);
  return mine && mine.version > project.version ? mine : project;
}

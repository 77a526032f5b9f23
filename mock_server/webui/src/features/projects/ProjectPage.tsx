/** /projects/<id>: the project's board with its epics and sprints. */
import { useEffect, useMemo, useState } from "react";
import { Link, useParams } from "react-router";
import type { Versioned } from "../../domain/entities";
import { useSprintRoom } from "../../hooks/useWebSocket";
import type { Collection } from "../../state/versioned";
import { ConnectionBadge } from "./ConnectionBadge";
import { EpicsPanel } from "./EpicsPanel";
import { ProjectTasksWidget } from "./ProjectTasksWidget";
import { ProjectTitle } from "./ProjectTitle";
import { SprintsPanel } from "./SprintsPanel";
import { useProjectPage } from "./useProjectPage";

export function ProjectRoute() {
  const { projectId } = useParams();
  // A page of its own for each project: nothing of one is left over on another.
  return projectId === undefined ? null : <ProjectPage key={projectId} projectId={projectId} />;
}

function listOf<T extends Versioned>(collection: Collection<T>): T[] {
  return [...collection.entries.values()].map((entry) => entry.entity);
}

const NO_ACCESS = {
  denied: "You do not have access to this project.",
  missing: "There is no such project.",
} as const;

function ProjectPage({ projectId }: { projectId: string }) {
  const model = useProjectPage(projectId);
  const { data, mutations, access } = model;
  const [sprintId, setSprintId] = useState<string | null>(null);
  const [creating, setCreating] = useState(false);
  const epics = useMemo(() => listOf(data.epics), [data.epics]);
  const sprints = useMemo(() => listOf(data.sprints), [data.sprints]);
  useSprintRoom(sprintId);
  const name = data.project?.name;
  useEffect(() => {
    document.title = name === undefined ? "DevMentor" : `${name} · DevMentor`;
  }, [name]);

  if (access === "denied" || access === "missing") {
    return (
      <main className="page narrow">
        <h1>{access === "denied" ? "No access" : "Not found"}</h1>
        <p role="alert">{NO_ACCESS[access]}</p>
        <Link to="/projects">Back to the projects</Link>
      </main>
    );
  }
  return (
    <main className="page">
      <header className="page-head">
        {data.project ? <ProjectTitle project={data.project} mutations={mutations} /> : <h1>…</h1>}
        <ConnectionBadge state={model.badge} transport={model.transport} />
        <span className="spring" />
        <button type="button" className="primary" onClick={() => setCreating(true)}>
          New task
        </button>
      </header>
      <div className="page-body">
        <div className="page-main">
          <ProjectTasksWidget
            model={model}
            sprintId={sprintId}
            creating={creating}
            onCreated={() => setCreating(false)}
          />
        </div>
        <aside className="page-side">
          <EpicsPanel epics={epics} mutations={mutations} />
          <SprintsPanel sprints={sprints} shownId={sprintId} onShow={setSprintId} mutations={mutations} />
        </aside>
      </div>
    </main>
  );
}

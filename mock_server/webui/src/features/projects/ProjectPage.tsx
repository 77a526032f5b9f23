/** /projects/<id>: the project's board with its epics and sprints. */
import { useEffect, useMemo, useState } from "react";
import { Link, useParams } from "react-router";
import type { Versioned } from "../../domain/entities";
import { useSprintRoom } from "../../hooks/useWebSocket";
import type { Collection } from "../../state/versioned";
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
  const aside = (
    <aside className="page-side">
      <EpicsPanel epics={epics} loaded={data.epics.snapshotAt >= 0} mutations={mutations} />
      <SprintsPanel
        sprints={sprints}
        loaded={data.sprints.snapshotAt >= 0}
        shownId={sprintId}
        onShow={setSprintId}
        mutations={mutations}
      />
    </aside>
  );
  return (
    <main className="page">
      <ProjectTasksWidget
        model={model}
        sprintId={sprintId}
        heading={data.project ? <ProjectTitle project={data.project} mutations={mutations} /> : <h1>…</h1>}
        aside={aside}
      />
    </main>
  );
}

/** The project's name, and the field to change it. */
import { useRef, useState, type FormEvent } from "react";
import { TITLE_MAX, type Project } from "../../domain/entities";
import type { Mutations } from "./mutations";

export function ProjectTitle({ project, mutations }: { project: Project; mutations: Mutations }) {
  const [name, setName] = useState<string | null>(null);
  const [saving, setSaving] = useState(false);
  const busy = useRef(false);

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    const wanted = name?.trim() ?? "";
    if (busy.current || wanted === "") return;
    if (wanted === project.name) return setName(null);
    busy.current = true;
    setSaving(true);
    try {
      await mutations.renameProject(project, wanted);
      setName(null);
    } catch {
      // Told by a toast; the name stays for another try.
    } finally {
      busy.current = false;
      setSaving(false);
    }
  }

  return (
    <>
      <h1>{project.name}</h1>
      {name === null ? (
        <button type="button" className="ghost" onClick={() => setName(project.name)}>
          Rename project
        </button>
      ) : (
        <form className="inline" onSubmit={submit}>
          <input
            aria-label="Project name"
            autoFocus
            maxLength={TITLE_MAX}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
          <button type="submit" className="primary" disabled={saving}>
            Save
          </button>
          <button type="button" className="ghost" onClick={() => setName(null)}>
            Cancel
          </button>
        </form>
      )}
    </>
  );
}

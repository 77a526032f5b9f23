/** The routes, and who may see them. */
import { useSyncExternalStore } from "react";
import { BrowserRouter, Navigate, Route, Routes } from "react-router";
import { ToastList } from "./components/ToastList";
import type { User } from "./domain/entities";
import { LoginPage } from "./features/auth/LoginPage";
import { SignedIn } from "./features/auth/SignedIn";
import { ProjectRoute } from "./features/projects/ProjectPage";
import { ProjectsPage } from "./features/projects/ProjectsPage";
import { env } from "./services/env";
import { session } from "./services/session";

const MOCK_USER: User = { id: "you", name: "Sample user" };

function useUser(): User | null {
  const user = useSyncExternalStore(session.subscribe, () => session.user);
  return env().mockMode ? MOCK_USER : user;
}

export function App() {
  const user = useUser();
  return (
    <BrowserRouter>
      <Routes>
        <Route path="/login" element={user ? <Navigate to="/projects" replace /> : <LoginPage />} />
        {/* Another person gets another frame: connection, rooms and data of the last one are gone with it. */}
        <Route element={user ? <SignedIn key={user.id} user={user} /> : <Navigate to="/login" replace />}>
          <Route path="/projects" element={<ProjectsPage />} />
          <Route path="/projects/:projectId" element={<ProjectRoute />} />
        </Route>
        <Route path="*" element={<Navigate to="/projects" replace />} />
      </Routes>
      <ToastList />
    </BrowserRouter>
  );
}

/** Before and after each test: no mounted components, no stored session, default settings. */
import { cleanup } from "@testing-library/react";
import { afterEach, beforeEach } from "vitest";
import { DEFAULT_ENV, setEnv } from "@/services/env";

beforeEach(() => {
  localStorage.clear();
  setEnv(DEFAULT_ENV);
});

afterEach(() => {
  cleanup();
});

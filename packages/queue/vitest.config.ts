import { project } from "../../vitest.project.ts";

export default project("queue", { database: true });

// @boundaries-ignore how tests run is one setting for the whole repository
import { project } from "../../vitest.project.ts";

export default project("cli");

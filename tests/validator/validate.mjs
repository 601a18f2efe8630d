// Validates the GLB files named on the command line; prints one JSON array, a report per file.
import { readFile } from "node:fs/promises";
import validator from "gltf-validator";

const reports = [];
for (const path of process.argv.slice(2)) {
  const report = await validator.validateBytes(new Uint8Array(await readFile(path)), { maxIssues: 100 });
  reports.push({ path, issues: report.issues, info: report.info });
}
process.stdout.write(JSON.stringify(reports));
